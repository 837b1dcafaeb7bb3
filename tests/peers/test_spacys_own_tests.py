"""spaCy's own tests of its table and string store, read from the installed package, with ours.

Within spaCy's ``Vocab`` and training code the name ``Vectors`` stands for ours too, so that spaCy's
code for setting, pruning and de-duplicating vectors runs on our table.
"""

import re
from importlib import resources
from importlib.util import module_from_spec, spec_from_loader

import pytest

pytest.importorskip("spacy")
resources.files("spacy.tests.vocab_vectors")  # a spaCy without its tests fails here, by name

# Tests that ours fails on purpose, and why. So far none.
DIFFERENCES: dict[str, str] = {}

SUBSTITUTES = {
    "from spacy.vectors import Vectors": (
        "from vectorsuite.integrations.spacy_vectors import SpacyVectors as Vectors"
    ),
    "from spacy.strings import StringStore": "from vectorsuite import StringStore",
}


def load(name):
    """A module of spaCy's tests, made from its source with our classes imported in it."""
    source = resources.files("spacy.tests.vocab_vectors").joinpath(f"{name}.py").read_text("utf8")
    for theirs, ours in SUBSTITUTES.items():
        source = source.replace(theirs, ours)
    source = re.sub(r"^@pytest\.mark\.issue\(.*\)\n", "", source, flags=re.MULTILINE)
    module = module_from_spec(spec_from_loader(f"spacy.tests.vocab_vectors.{name}_of_ours", None))
    exec(compile(source, f"spacy/tests/vocab_vectors/{name}.py", "exec"), module.__dict__)
    return module


def collect(name):
    """Tests and fixtures of a module, under their names."""
    for key, value in vars(load(name)).items():
        is_fixture = type(value).__name__ == "FixtureFunctionDefinition"
        if is_fixture or key.startswith("test_"):
            if key in DIFFERENCES:
                value = pytest.mark.xfail(reason=DIFFERENCES[key], strict=True)(value)
            yield key, value


globals().update(collect("test_stringstore"))
globals().update(collect("test_vectors"))


def test_our_classes_took_their_place():
    from vectorsuite import StringStore
    from vectorsuite.integrations.spacy_vectors import SpacyVectors

    assert load("test_vectors").Vectors is SpacyVectors
    assert load("test_stringstore").StringStore is StringStore


@pytest.fixture(autouse=True)
def our_table_everywhere(monkeypatch):
    """Put our class where spaCy's modules look theirs up."""
    from vectorsuite.integrations.spacy_vectors import SpacyVectors

    for module in ("spacy.vocab", "spacy.training.initialize", "spacy.ml.staticvectors"):
        monkeypatch.setattr(f"{module}.Vectors", SpacyVectors)


@pytest.fixture
def en_vocab(our_table_everywhere):
    from spacy.lang.en import English

    from vectorsuite.integrations.spacy_vectors import SpacyVectors

    vocab = English().vocab
    vocab.vectors = SpacyVectors(strings=vocab.strings)
    return vocab
