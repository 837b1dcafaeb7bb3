"""Trained floret tables are what spaCy and floret's files hold, and know words never seen."""

import numpy as np
import pytest

from vectorsuite.io.open import load_any, save_any
from vectorsuite.query import KeyedVectors
from vectorsuite.training.architecture import Architecture
from vectorsuite.training.corpus import count_and_encode
from vectorsuite.training.floret import train_floret
from vectorsuite.vectors import write_pipeline
from vectorsuite.vectors.interchange import from_table, to_table

KINDS = [["walk", "walked", "walker", "walks"], ["green", "greener", "greenest", "greens"]]


@pytest.fixture(scope="module", params=["skip-gram", "cbow"])
def table(request):
    random = np.random.default_rng(0)
    sentences = [
        [str(random.choice(KINDS[i % 2])), *[f"{'xy'[i % 2]}{random.integers(8)}" for _ in "1234"]]
        for i in range(1500)
    ]
    with count_and_encode(sentences, min_count=1) as corpus:
        return train_floret(
            corpus, Architecture(request.param, 16, sample=0.0), bucket=800, minn=2, maxn=4,
            epochs=4, learn_rate=0.05, workers=1,
        )  # fmt: skip


def cosine(table, a, b):
    a, b = table.get_batch([a, b])
    return a @ b / np.linalg.norm(a) / np.linalg.norm(b)


def test_unseen_forms_are_near_the_words_they_come_from(table):
    assert table.mode == "floret" and table.shape == (800, 16)
    assert cosine(table, "walking", "walk") > cosine(table, "walking", "green")
    assert cosine(table, "greenish", "green") > cosine(table, "greenish", "walk")


def test_spacy_opens_the_directory_with_the_same_vectors(table, tmp_path):
    spacy = pytest.importorskip("spacy")
    write_pipeline(tmp_path / "pipeline", table)
    nlp = spacy.load(tmp_path / "pipeline")
    assert nlp.vocab.vectors.mode == "floret"
    for word in ("walk", "walking", "日本語"):
        np.testing.assert_allclose(nlp.vocab[word].vector, table[word], atol=1e-6)


def test_a_floret_file_holds_the_table(table, tmp_path):
    save_any(tmp_path / "table.floret", from_table(table))
    again = to_table(load_any(tmp_path / "table.floret"))
    np.testing.assert_allclose(again["walking"], table["walking"], atol=1e-6)
    assert (again.minn, again.maxn, again.hash_count) == (2, 4, 2)


def test_the_program_floret_composes_the_same_vectors_from_our_table(table, tmp_path):
    floret = pytest.importorskip("floret")
    (tmp_path / "text").write_text("a b c d\n" * 20)
    theirs = floret.train_unsupervised(
        str(tmp_path / "text"), mode="floret", dim=16, bucket=800, minn=2, maxn=4, hashCount=2,
        minCount=1, epoch=1, thread=1, verbose=0,
    )  # fmt: skip
    words = np.zeros((len(theirs.words), 16), np.float32)  # rows that floret has and does not use
    theirs.set_matrices(np.vstack([words, table.data]), np.array(theirs.get_output_matrix()))
    for word in ("walk", "walking", "日本語", "x"):
        np.testing.assert_allclose(theirs.get_word_vector(word), table[word], atol=1e-6)


def test_unseen_words_have_neighbours_among_words_given(table):
    words = KeyedVectors.from_table(table, [*KINDS[0], *KINDS[1]])
    assert {word for word, _ in words.most_similar("walking", topn=4)} == set(KINDS[0])
    assert "anything" in words and "" not in words
    assert words.most_similar(["walking", "walker"], topn=1)[0][0] in KINDS[0]
    with pytest.raises(ValueError, match="no list of words"):
        KeyedVectors.from_table(table).most_similar("walking")


@pytest.mark.parametrize("wrong", [{"bucket": 0}, {"minn": 5, "maxn": 3}, {"hash_count": 5}])
def test_settings_out_of_range_are_refused(wrong):
    with (
        count_and_encode([["a", "b"]] * 5, min_count=1) as corpus,
        pytest.raises(ValueError, match="floret"),
    ):
        train_floret(corpus, **wrong)
