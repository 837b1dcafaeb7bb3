"""Every code block of gensim's page on word2vec runs, with our classes under gensim's names."""

import bz2
import gzip
import re
import types
from pathlib import Path

import numpy as np
import pytest

import vectorsuite.models as models
from vectorsuite.models import word2vec

DOCUMENT = Path(__file__).resolve().parents[2] / "shared" / "reference" / "gensim-word2vec.txt"

# The words that the page asks about, and two that stand together.
WORDS = [
    "king", "queen", "man", "woman", "breakfast", "cereal", "dinner", "lunch", "computer",
    "new_york",
]  # fmt: skip
SENTENCES = [["new", "york", *WORDS[i : i + 4], "in", "new", "york"] for i in range(7)] * 12
# Signatures on the page: module functions, classes, and methods of the class above them.
SIGNATURE = re.compile(r"^(?:class |static |classmethod )?([\w.]+)\(.*\)$")


@pytest.fixture(scope="module")
def document():
    if not DOCUMENT.is_file():
        pytest.skip(f"no {DOCUMENT}: the documents are not beside the checkout")
    return DOCUMENT.read_text("utf8")


@pytest.fixture
def names(tmp_path):
    """What the code blocks take as given."""
    text = "\n".join(" ".join(sentence) for sentence in SENTENCES).encode()
    (tmp_path / "myfile.txt").write_bytes(text)
    (tmp_path / "compressed_text.txt.bz2").write_bytes(bz2.compress(text))
    (tmp_path / "compressed_text.txt.gz").write_bytes(gzip.compress(text))
    trained = models.Word2Vec(SENTENCES, min_count=5)
    trained.save(tmp_path / "model")
    for name, binary in (("vectors.txt", False), ("vectors.bin", True)):
        trained.wv.save_word2vec_format(tmp_path / name, binary=binary)
    return {
        "Word2Vec": models.Word2Vec,
        "LineSentence": models.LineSentence,
        "gensim": types.SimpleNamespace(models=models),
        "sentences": SENTENCES,
        "fname": tmp_path / "model",
    }


def blocks(document):
    """Statements of the page, in order: after >>>, and those that stand alone."""
    for line in document.splitlines():
        if line.startswith(">>> "):
            yield line[4:]
        elif re.match(r"sentences = \w+\(", line):
            yield line


def test_every_code_block_runs(document, names, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    results = {}
    for statement in blocks(document):
        code = statement.replace(", ...)", ")").replace("'/tmp/", f"'{tmp_path}/")
        if re.match(r"\w+ = ", code):
            exec(code, names)
        else:
            results[statement] = eval(code, names)
        if code.startswith("sentences ="):
            assert list(names["sentences"]) == SENTENCES
    assert len(results) == 5
    assert len(results["model.most_similar(positive=['woman', 'king'], negative=['man'])"]) == 10
    assert results["model['computer']  # raw numpy vector of a word"].dtype == np.float32
    assert -1 <= results["model.similarity('woman', 'man')"] <= 1
    assert isinstance(names["model"], models.Word2Vec)
    assert "new_york" in names["model"]


def test_every_signature_names_something(document):
    missing = []
    for line in document.splitlines():
        match = SIGNATURE.match(line)
        if not match or match[1] == "array":  # what numpy prints
            continue
        name = match[1].removeprefix("gensim.models.word2vec.")
        if not hasattr(word2vec, name) and not hasattr(models.Word2Vec, name):
            missing.append(name)
    assert not missing


@pytest.mark.parametrize(
    "name",
    ["create_binary_tree", "delete_temporary_training_data", "finalize_vocab", "init_sims",
     "reset_from", "reset_weights", "seeded_vector", "sort_vocab", "update_weights", "wmdistance"],
)  # fmt: skip
def test_methods_whose_signature_the_page_lost_are_there(name):
    assert hasattr(models.Word2Vec, name)
