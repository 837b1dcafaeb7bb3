"""Vectors of texts from a table beside the vocab, by four poolings."""

import numpy as np
import pytest

from vectorsuite import Doc, Vectors, Vocab
from vectorsuite.tokens.text_vectors import TextVectors


@pytest.fixture
def table():
    table = Vectors(data=np.array([[1, 0], [0, 2], [4, 4]], "f"), keys=["the", "cat", "dog"])
    table.row_attrs["count"] = np.array([98, 1, 1])
    return table


@pytest.fixture
def doc():
    return Doc(Vocab(), words=["the", "cat", "zzz"])


def test_the_vocab_is_left_alone(table, doc):
    texts = TextVectors(table)
    assert texts.vector_of(doc).tolist() == [0.5, 1]
    assert doc.vocab.vectors.n_keys == 0
    assert doc[0].is_oov


def test_means_weigh_words_by_what_they_tell(table, doc):
    idf = np.log([100 / 98, 100])
    expected = np.array([idf[0], 2 * idf[1]]) / idf.sum()
    np.testing.assert_allclose(TextVectors(table, "idf").vector_of(doc), expected, rtol=1e-5)
    sif = 1e-3 / (1e-3 + np.array([0.98, 0.01]))
    expected = np.array([sif[0], 2 * sif[1]]) / sif.sum()
    np.testing.assert_allclose(TextVectors(table, "sif").vector_of(doc), expected, rtol=1e-5)


def test_maximum(table, doc):
    table.add("cat", vector=[-3, 2])
    assert TextVectors(table, "max").vector_of(doc).tolist() == [1, 2]


def test_a_word_is_its_vector_however_texts_are_pooled(table, doc):
    for pooling in ("mean", "idf", "sif", "max"):
        assert TextVectors(table, pooling).vector_of(doc[1]).tolist() == [0, 2]
        assert TextVectors(table, pooling).vector_of(doc[2:]).tolist() == [0, 0]
        assert TextVectors(table, pooling).vector_of(doc[0:0]).tolist() == [0, 0]


def test_policy_and_counting(table, doc):
    assert TextVectors(table, oov={"zzz": "dog"}).vector_of(doc).tolist() == pytest.approx(
        [5 / 3, 2]
    )
    assert TextVectors(table, oov="spacy").vector_of(doc).tolist() == pytest.approx([1 / 3, 2 / 3])


def test_what_only_a_policy_knows_weighs_like_a_rare_word(table, doc):
    weights = np.log([100 / 98, 100, 100])
    expected = (weights[0] * np.array([1, 0]) + weights[1] * np.array([0, 2])) + weights[2] * 4
    texts = TextVectors(table, "idf", oov={"zzz": "dog"})
    np.testing.assert_allclose(texts.vector_of(doc), expected / weights.sum(), rtol=1e-5)


def test_what_texts_have_in_common_is_removed(table):
    vocab = Vocab()
    texts = TextVectors(table, "sif")
    docs = [Doc(vocab, words=words) for words in (["dog"], ["dog", "dog"], ["dog", "cat"])]
    texts.fit(docs)
    left = texts.vectors_of(docs)
    assert texts.common is not None
    np.testing.assert_allclose(left @ texts.common, 0, atol=1e-5)
    plain = TextVectors(table, "mean")
    plain.fit(docs)
    assert plain.common is None


def test_similarity(table, doc):
    texts = TextVectors(table)
    cosine = (0.5 * 4 + 1 * 4) / (np.sqrt(1.25) * np.sqrt(32))
    dog = Doc(doc.vocab, words=["dog"])
    assert texts.similarity(doc, dog[0]) == pytest.approx(cosine)
    assert texts.similarity(doc, doc[2]) == 0.0
    assert not texts.has_vector(doc[2])
    with pytest.raises(ValueError, match="read-only"):
        texts.vector_of(doc)[0] = 1


def test_bad_settings(table):
    with pytest.raises(ValueError, match=r"no pooling 'median'. There are: mean, idf, sif, max"):
        TextVectors(table, "median")
    floret = Vectors(data=np.ones((4, 2), "f"), mode="floret", minn=2, maxn=3, hash_count=1)
    with pytest.raises(ValueError, match="needs the frequencies of words"):
        TextVectors(floret, "sif")


@pytest.mark.parametrize("pooling", ["sif", "idf"])
def test_words_may_be_added_later(vocab, pooling):
    texts = TextVectors(vocab.vectors, pooling)
    doc = Doc(vocab, words=["a", "new"])
    assert texts.vector_of(doc).tolist() == [1, 0, 0]
    vocab.set_vector("new", [0, 0, 1])
    expected = TextVectors(vocab.vectors, pooling).vector_of(doc)
    assert texts.vector_of(doc).tolist() == expected.tolist()
    assert expected[2] > 0
