"""Vectors and similarity of docs, spans, tokens and lexemes, in all pairs."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorsuite import Doc, Vectors, Vocab
from vectorsuite.tokens import similarity_matrix, vectors_of
from vectorsuite.tokens.text_vectors import TextVectors

HALF = 0.5**0.5


def things_of(vocab):
    """A doc, span, token and lexeme with vectors (½, ½, 0), (½, 0, ½), (1, 1, 0), (0, 1, 0)."""
    doc = Doc(vocab, words=["a", "b", "unknown"])
    return [doc, Doc(vocab, words=["x", "a", "c"])[1:], Doc(vocab, words=["ab"])[0], vocab["b"]]


def test_words_without_a_vector_are_left_out_of_the_mean(vocab):
    doc = Doc(vocab, words=["a", "unknown", "b", "other"])
    assert doc.vector.tolist() == [0.5, 0.5, 0]
    assert doc[1:3].vector.tolist() == [0, 1, 0]
    assert doc.vector_norm == pytest.approx(HALF)
    assert doc[0:1].vector.dtype == np.float32


def test_spacys_mean_counts_them(vocab):
    counting = Vocab(vectors=vocab.vectors, oov="spacy")
    doc = Doc(counting, words=["a", "unknown", "b", "other"])
    assert doc.vector.tolist() == [0.25, 0.25, 0]
    assert not doc[1].has_vector
    assert vectors_of([doc]).tolist() == [[0.25, 0.25, 0]]


def test_without_a_known_word_the_vector_is_zero(vocab):
    for thing in (
        Doc(vocab, words=["x", "y"]), Doc(vocab), Doc(vocab)[0:0], Doc(vocab, words=["x"])[0],
        vocab["x"],
    ):  # fmt: skip
        assert thing.vector.tolist() == [0, 0, 0]
        assert thing.vector_norm == 0
        assert not thing.has_vector


def test_all_pairs_of_types(vocab):
    expected = [
        [1, 0.5, 1, HALF],
        [0.5, 1, 0.5, 0],
        [1, 0.5, 1, HALF],
        [HALF, 0, HALF, 1],
    ]
    things = things_of(vocab)
    for row, this in zip(expected, things, strict=True):
        for value, other in zip(row, things, strict=True):
            assert this.similarity(other) == pytest.approx(value, abs=1e-6)
            assert type(this.similarity(other)) is float
    np.testing.assert_allclose(similarity_matrix(things), expected, atol=1e-6)


def test_real_spacy_objects_go_everywhere(vocab):
    spacy = pytest.importorskip("spacy")
    nlp = spacy.blank("xx")
    data = np.array([[1, 0, 0], [0, 1, 0]], dtype="f")
    nlp.vocab.vectors = spacy.vectors.Vectors(strings=nlp.vocab.strings, data=data, keys=["a", "b"])
    theirs = nlp("a b")
    ours = things_of(vocab)
    for other in (theirs, theirs[0:2], theirs[0], theirs[1].lex):
        for this in ours:
            cosine = this.vector @ other.vector / (this.vector_norm * other.vector_norm)
            assert this.similarity(other) == pytest.approx(float(cosine), abs=1e-6)
    assert vectors_of([theirs, ours[0], theirs[1]]).tolist() == [[0.5, 0.5, 0]] * 2 + [[0, 1, 0]]


def test_same_results_as_spacy(vocab):
    """spaCy's own tests of similarity, on the same words, with both packages."""
    spacy = pytest.importorskip("spacy")
    theirs = spacy.vocab.Vocab()
    for word in ("a", "b", "ab"):
        theirs.set_vector(word, vocab.get_vector(word).copy())
    pairs = []
    for vocabulary, make in ((vocab, Doc), (theirs, spacy.tokens.Doc)):
        doc, other = make(vocabulary, words=["a", "ab"]), make(vocabulary, words=["b", "a", "ab"])
        things = [doc, other[1:], other[0:2], doc[0], doc[1], other[0], vocabulary["ab"]]
        pairs.append([[this.similarity(that) for that in things] for this in things])
    np.testing.assert_allclose(pairs[0], pairs[1], atol=1e-6)


def test_equal_words_are_fully_similar_even_without_vectors(vocab):
    doc, same = Doc(vocab, words=["x", "y"]), Doc(vocab, words=["x", "y"])
    assert doc.similarity(same) == 1.0
    assert doc[0].similarity(vocab["x"]) == 1.0
    assert vocab["x"].similarity(doc[0:1]) == 1.0
    assert Doc(vocab).similarity(Doc(vocab)) == 1.0


def test_no_vector_is_zero_with_a_reason(vocab):
    with pytest.warns(UserWarning, match="none of its words has one"):
        assert vocab["x"].similarity(vocab["a"]) == 0.0
    with pytest.warns(UserWarning, match="its vocab has no vectors"):
        assert Vocab()["x"].similarity(vocab["a"]) == 0.0
    vocab.set_vector("nil", np.zeros(3))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert vocab["nil"].similarity(vocab["a"]) == 0.0


def test_vectors_are_read_only_views(vocab):
    token = Doc(vocab, words=["a"])[0]
    assert np.shares_memory(token.vector, vocab.vectors.data)
    for thing in things_of(vocab):
        with pytest.raises(ValueError, match="read-only"):
            thing.vector[0] = 9
    assert vocab.vectors.data[0].tolist() == [1, 0, 0]


def test_vectors_are_never_stale(vocab):
    doc = Doc(vocab, words=["a", "b"])
    assert doc.vector.tolist() == [0.5, 0.5, 0]
    vocab.set_vector("a", [4, 0, 0])
    assert doc.vector.tolist() == [2, 0.5, 0]
    assert doc[0].vector.tolist() == [4, 0, 0]


def test_order_of_words_does_not_matter(vocab):
    one = Doc(vocab, words=["a", "c", "ab", "b"])
    other = Doc(vocab, words=["b", "ab", "c", "a"])
    np.testing.assert_allclose(one.vector, other.vector, atol=1e-6)
    assert one.similarity(other) == pytest.approx(1, abs=1e-6)


def test_hooks_replace_what_each_type_says(vocab):
    doc = Doc(vocab, words=["a", "b"])
    for number, hooks in enumerate((doc.user_hooks, doc.user_span_hooks, doc.user_token_hooks)):
        hooks["vector"] = lambda thing, n=number: np.full(3, n, dtype="f")
        hooks["vector_norm"] = lambda thing, n=number: n + 10
        hooks["has_vector"] = lambda thing: "yes"
        hooks["similarity"] = lambda this, other, n=number: n + 20
    for number, thing in enumerate((doc, doc[0:1], doc[0])):
        assert thing.vector.tolist() == [number] * 3
        assert thing.vector_norm == number + 10
        assert thing.has_vector is True
        assert thing.similarity(vocab["a"]) == number + 20
    assert vectors_of([doc, doc[0], vocab["a"]]).tolist() == [[0] * 3, [2] * 3, [1, 0, 0]]


def test_norm_follows_the_hook_of_the_vector(vocab):
    doc = Doc(vocab, words=["a"])
    doc.user_span_hooks["vector"] = lambda span: np.array([3, 4, 0], dtype="f")
    assert doc[:].vector_norm == 5


def test_a_hook_of_the_wrong_shape_is_named(vocab):
    doc = Doc(vocab, words=["a"])
    doc.user_hooks["vector"] = lambda doc: np.ones((1, 3))
    with pytest.raises(ValueError, match=r"user_hooks\['vector'\] gave ndarray of shape \(1, 3\)"):
        doc.vector  # noqa: B018
    doc.user_hooks["vector"] = lambda doc: None
    with pytest.raises(ValueError, match="gave NoneType"):
        doc.vector  # noqa: B018


def test_other_widths_cannot_be_compared(vocab):
    narrow = Vocab()
    narrow.set_vector("z", [1, 1])
    with pytest.raises(ValueError, match=r"'z'. has a vector of width 2 and .* one of width 3"):
        narrow["z"].similarity(vocab["a"])
    with pytest.raises(ValueError, match=r"widths \[2, 3\]"):
        vectors_of([narrow["z"], vocab["a"]])


def test_attr_of_the_table_decides_the_key():
    table = Vectors(data=np.eye(2, dtype="f"), keys=["king", "of"], attr="LOWER")
    doc = Doc(Vocab(vectors=table), words=["KING", "Of", "x"])
    assert [token.has_vector for token in doc] == [True, True, False]
    assert [token.is_oov for token in doc] == [False, False, True]
    assert doc[0].vector.tolist() == [1, 0]
    assert doc[0].rank == 0
    assert doc.vector.tolist() == [0.5, 0.5]


def test_no_things():
    assert vectors_of([]).shape == (0, 0)
    assert similarity_matrix([]).shape == (0, 0)


words = st.lists(st.sampled_from(["a", "b", "c", "ab", "x", "y"]), max_size=6)


@settings(max_examples=40, deadline=None)
@given(st.lists(words, min_size=1, max_size=8))
def test_bulk_is_one_by_one(texts):
    vocab = Vocab()
    for word, vector in {"a": [1, 2, 3], "b": [0, 1, 0], "c": [0, -4, 1], "ab": [1, 1, 0]}.items():
        vocab.set_vector(word, vector)
    docs = [Doc(vocab, words=text) for text in texts]
    vectors = vectors_of(docs)
    for got, doc in zip(vectors, docs, strict=True):
        known = [vocab.get_vector(token.text) for token in doc if token.has_vector]
        expected = np.mean(known, axis=0) if known else np.zeros(3)
        np.testing.assert_allclose(got, expected, atol=1e-6)
        np.testing.assert_allclose(doc.vector, expected, atol=1e-6)


def test_without_a_table_the_tensor_speaks():
    doc = Doc(Vocab(), words=["x", "y"])
    assert doc.vector.shape == (0,)
    doc.tensor = np.array([[2, 0], [0, 2]], dtype="f")
    assert doc.vector.tolist() == [1, 1]
    assert doc[1].vector.tolist() == [0, 2]
    assert doc[0:1].has_vector
    assert doc[0].similarity(doc[1]) == 0
    assert vectors_of([doc, doc[0]]).tolist() == [[1, 1], [2, 0]]
    spacy = pytest.importorskip("spacy")
    theirs = spacy.tokens.Doc(spacy.blank("xx").vocab, words=["x", "y"])
    theirs.tensor = doc.tensor
    assert theirs.vector.tolist() == vectors_of([theirs])[0].tolist() == [1, 1]


def test_a_vector_may_be_set(vocab):
    doc = Doc(vocab, words=["a", "x"])
    doc.vector = [0, 3, 4]
    assert doc.vector_norm == 5
    assert doc.has_vector
    assert vectors_of([doc])[0].tolist() == [0, 3, 4]
    doc.vector = None
    assert doc.vector.tolist() == [1, 0, 0]
    span = doc.char_span(0, 1, vector=np.array([0, 0, 2]))
    assert span.vector.tolist() == [0, 0, 2]
    with pytest.raises(ValueError, match="read-only"):
        span.vector[0] = 1


def test_vectors_of_other_precision_become_float32():
    table = Vectors(data=np.eye(2, dtype="float16"), keys=["a", "b"])
    doc = Doc(Vocab(vectors=table), words=["a", "b"])
    for thing in (doc, doc[0], doc[0].lex):
        assert thing.vector.dtype == np.float32
    assert vectors_of([doc]).tolist() == [[0.5, 0.5]]


def test_subclasses_of_docs_have_hooks_too(vocab):
    class Letter(Doc):
        pass

    letter = Letter(vocab, words=["a"])
    assert letter.vector.tolist() == [1, 0, 0]
    letter.user_hooks["vector"] = lambda doc: np.zeros(3, "f")
    assert letter.vector_norm == 0


def test_what_is_no_number_is_like_nothing(vocab):
    vocab.set_vector("b", [np.nan, 0, 0])
    doc = Doc(vocab, words=["a", "b"])
    assert np.isnan(doc[0].similarity(doc[1]))
    assert np.isnan(TextVectors(vocab.vectors).similarity(doc[0], doc[1]))
