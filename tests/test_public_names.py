"""The public names: all there by import, by star, by completion and for type checkers."""

import ast
from importlib import import_module
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
    assert places == module._NAMES
    assert sorted(listed) == sorted(module.__all__)


def test_the_package_says_that_it_is_typed():
    assert (Path(vectorsuite.__file__).parent / "py.typed").is_file()
