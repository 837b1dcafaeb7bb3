"""A loaded table makes docs."""

import subprocess
import sys

import numpy as np
import pytest

import vectorsuite
from vectorsuite import FastText, Phrases, Vectors, Word2Vec, write_pipeline
from vectorsuite.models.pipeline import table_of_model


@pytest.fixture
def table():
    return Vectors(data=np.array([[3, 4], [4, 3], [0, 1]], "f"), keys=["one", "two", "three"])


@pytest.fixture
def nlp(table, tmp_path):
    write_pipeline(tmp_path / "table", table)
    return vectorsuite.load(tmp_path / "table")


def test_words_and_texts(nlp):
    assert isinstance(nlp, vectorsuite.KeyedVectors)
    assert nlp.most_similar("one", topn=1)[0] == ("two", pytest.approx(0.96))
    assert nlp("one two.").vector.tolist() == [3.5, 3.5]
    assert [len(doc) for doc in nlp.pipe(["one", nlp("two three")])] == [1, 2]
    assert nlp.make_doc("three")[0].rank == 2


def test_words_and_texts_share_one_table(nlp):
    nlp.vocab.set_vector("two", [0, 5])
    assert nlp["two"].tolist() == [0, 5]
    nlp["two"] = np.array([7, 0], "f")
    assert nlp("two").vector.tolist() == [7, 0]
    nlp.vocab.prune_vectors(2)
    assert nlp.vectors.shape == (2, 2)


def test_prob_decides_what_pruning_keeps(nlp):
    nlp.vocab["three"].prob = -2
    nlp.vocab["two"].prob = -3
    assert nlp.vocab.prune_vectors(2) == {"one": ("two", pytest.approx(0.96))}


def test_equal_vectors_share_a_row(nlp):
    nlp.vocab.set_vector("four", [3, 4])
    nlp.vocab.deduplicate_vectors()
    assert nlp.vocab.vectors.find(key="four") == nlp.vocab.vectors.find(key="one")


def test_floret_tables_make_docs_too(tmp_path):
    data = np.random.default_rng(0).standard_normal((20, 3)).astype("f")
    table = Vectors(data=data, mode="floret", minn=2, maxn=3, hash_count=2)
    write_pipeline(tmp_path / "table", table)
    doc = vectorsuite.load(tmp_path / "table")("any words")
    expected = table.get_batch(["any", "words"]).mean(axis=0)
    np.testing.assert_allclose(doc.vector, expected, atol=1e-6)


def test_a_text_file(tmp_path):
    (tmp_path / "v.txt").write_text("one 3 4\ntwo 4 3\n")
    assert vectorsuite.load(tmp_path / "v.txt")("one two").vector.tolist() == [3.5, 3.5]


def test_nothing_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        vectorsuite.load(tmp_path / "missing")


def test_what_is_no_text_is_refused(nlp):
    with pytest.raises(TypeError, match="A text is a str or a Doc, not 5"):
        nlp(5)
    doc = nlp("cat")
    assert nlp(doc) is doc


def test_a_floret_file_makes_docs_and_finds_words_it_is_given(tmp_path):
    path = tmp_path / "v.floret"
    path.write_text("2 2 2 3 1 7 < >\n0 1 2\n1 2 1\n")
    nlp = vectorsuite.load(path, words=["cat", "dog"])
    assert [word for word, _ in nlp.most_similar("cat")] == ["dog"]
    np.testing.assert_allclose(nlp("a bird")[1].vector, nlp["bird"], atol=1e-7)
    assert nlp.vocab.vectors.mode == "floret"


@pytest.mark.parametrize("model", [Word2Vec, FastText], ids=lambda model: model.__name__)
def test_the_table_of_a_saved_model(tmp_path, model):
    trained = model([["cat", "dog"]] * 9, min_count=1, vector_size=3, epochs=1)
    trained.save(tmp_path / "m.model")
    table = table_of_model(tmp_path / "m.model")
    np.testing.assert_array_equal(table["cat"], trained.wv["cat"])
    (tmp_path / "v.txt").write_text("one 3 4\n")
    assert table_of_model(tmp_path / "v.txt") is None is table_of_model(tmp_path)


def test_a_model_without_words_is_named(tmp_path):
    Phrases([["new", "york"]] * 9).save(tmp_path / "p.model")
    with pytest.raises(
        ValueError, match=r"p\.model is a phrase model, which the load of its class"
    ):
        vectorsuite.load(tmp_path / "p.model")


def test_opening_and_searching_waits_for_no_heavy_module(table, tmp_path):
    write_pipeline(tmp_path / "table", table)
    script = (
        "import sys, vectorsuite\n"
        f"words = vectorsuite.load({str(tmp_path / 'table')!r})\n"
        "words.most_similar('one', topn=1)\n"
        "print([name for name in ('thinc', 'torch', 'spacy', 'rich') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stderr


def test_to_disk_is_what_load_opens(nlp, tmp_path):
    nlp.to_disk(tmp_path / "out")
    assert vectorsuite.load(tmp_path / "out")["one"].tolist() == nlp["one"].tolist()
