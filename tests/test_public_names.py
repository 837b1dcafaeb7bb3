"""The public names: all there by import, by star, by completion and for type checkers."""

import ast
import inspect
import subprocess
import sys
from importlib import import_module
from importlib.metadata import distribution
from pathlib import Path

import pytest

import vectorsuite

ROOMS = ["vectorsuite", "vectorsuite.models"]


def names_in_stub(module):
    """Where the stub of a package imports each of its names from, and its `__all__`."""
    stub = ast.parse(Path(module.__file__).with_suffix(".pyi").read_text("utf8"))
    places, listed = {}, []
    for node in stub.body:
        if isinstance(node, ast.ImportFrom):
            places.update({alias.name: node.module for alias in node.names})
        elif isinstance(node, ast.Assign):
            listed = ast.literal_eval(node.value)
    return places, listed


@pytest.mark.parametrize("room", ROOMS)
def test_all_names_are_there_by_import_and_completion(room):
    module = import_module(room)
    for name in module.__all__:
        assert getattr(module, name) is not None
        assert name in dir(module)
    assert not {"Any", "import_module"} & set(dir(module))


@pytest.mark.parametrize("room", ROOMS)
def test_a_star_imports_the_public_names(room):
    found = {}
    exec(f"from {room} import *", found)
    assert found.keys() - {"__builtins__"} == set(import_module(room).__all__)


@pytest.mark.parametrize("room", ROOMS)
def test_type_checkers_see_the_names_where_they_are(room):
    module = import_module(room)
    places, listed = names_in_stub(module)
    rooms = [name for name, place in places.items() if place == room]
    assert rooms == list(getattr(module, "_ROOMS", []))
    assert {name: places[name] for name in places.keys() - rooms} == module._NAMES
    assert sorted(listed) == sorted(module.__all__)


def test_the_package_says_that_it_is_typed():
    assert (Path(vectorsuite.__file__).parent / "py.typed").is_file()


def test_rooms_are_there_without_importing_them():
    script = "import vectorsuite as v; assert v.models.LineSentence; assert v.layers.Embed"
    script += "; assert v.models.word2vec.LineSentence and v.models.phrases.Phraser"
    subprocess.run([sys.executable, "-c", script], check=True)
    assert "layers" in dir(vectorsuite) and "word2vec" in dir(vectorsuite.models)
    with pytest.raises(AttributeError, match=r"no 'LineSentence'; vectorsuite\.models has it"):
        vectorsuite.LineSentence  # noqa: B018
    with pytest.raises(AttributeError, match="no 'nothing'; its public names are Config, Doc"):
        vectorsuite.nothing  # noqa: B018


def test_modules_have_the_names_that_gensims_have():
    from vectorsuite.models import doc2vec, fasttext, keyedvectors, word2vec

    assert keyedvectors.KeyedVectors is vectorsuite.KeyedVectors
    assert keyedvectors.Word2VecKeyedVectors is vectorsuite.KeyedVectors
    assert keyedvectors.FastTextKeyedVectors is vectorsuite.models.FastTextKeyedVectors
    assert {doc2vec.FAST_VERSION, fasttext.FAST_VERSION, word2vec.FAST_VERSION} == {1}
    assert fasttext.load_facebook_model is vectorsuite.models.load_facebook_model
    with pytest.raises(AttributeError, match="no attribute 'load_facebook_modle'"):
        fasttext.load_facebook_modle  # noqa: B018


def test_every_public_class_says_what_each_of_its_members_is():
    silent = [
        f"{name}.{member}"
        for name in vectorsuite.__all__
        if name != "registry"  # its names are registries of thinc's
        for member, value in inspect.getmembers(getattr(vectorsuite, name))
        if not member.startswith("_") and (callable(value) or isinstance(value, property))
        if not inspect.getdoc(value)
    ]
    assert silent == []


@pytest.mark.parametrize(
    "group",
    ["spacy_architectures", "spacy_factories", "spacy_misc", "spacy_vectors", "thinc_layers"]
    + ["vectorsuite_" + name for name in ("architectures", "evaluators", "readers")],
)
def test_readers_of_configs_find_types_in_signatures(group):
    """Not their names: pydantic 1, which thinc used long, looks those up in a module of its own."""
    found = 0
    for entry in distribution("vectorsuite").entry_points:
        if entry.group == group:
            if group.startswith("spacy"):
                pytest.importorskip("spacy", reason="these are functions for spaCy")
            for parameter in inspect.signature(entry.load()).parameters.values():
                assert not isinstance(parameter.annotation, str), (entry.name, parameter.name)
                found += 1
    assert found
