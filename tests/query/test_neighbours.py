"""Searches for words, against gensim and by hand."""

import numpy as np
import pytest

from vectorsuite.query import KeyedVectors


def words_of(found):
    return [word for word, _ in found]


def assert_same(ours, theirs):
    assert words_of(ours) == words_of(theirs)
    np.testing.assert_allclose([s for _, s in ours], [s for _, s in theirs], rtol=0, atol=1e-5)


@pytest.mark.parametrize(
    "arguments",
    [
        {"positive": "word3"},
        {"positive": ["word3", "word7"], "negative": ["word1"]},
        {"positive": [("word3", 0.5), ("word7", 2)], "negative": [("word1", -0.3)]},
        {"positive": [3, np.int64(8)], "topn": 3},
        {"negative": "word9"},
        {"positive": "word3", "topn": 499},
        {"positive": "word3", "topn": np.int32(4)},
        {"positive": "word3", "restrict_vocab": 50},
        {"positive": "word3", "clip_start": 100, "clip_end": 200},
        {"positive": "word3", "clip_start": 495, "topn": 50},
    ],
)
def test_most_similar_equals_gensim(random_pair, arguments):
    ours, theirs = random_pair
    assert_same(ours.most_similar(**arguments), theirs.most_similar(**arguments))


def test_vectors_as_input_equal_gensim(random_pair):
    ours, theirs = random_pair
    vector, matrix = ours.vectors[3] * 2.5, ours.vectors[4:7]
    assert_same(ours.similar_by_vector(vector), theirs.similar_by_vector(vector))
    assert_same(ours.similar_by_vector("word9"), theirs.similar_by_vector("word9"))
    assert_same(ours.most_similar(matrix), theirs.most_similar(matrix))
    mixed = {"positive": [("word3", 2.0), (vector, 0.1)], "negative": [vector]}
    assert_same(ours.most_similar(**mixed), theirs.most_similar(**mixed))


def test_topn_none_gives_all_cosines(random_pair):
    ours, theirs = random_pair
    for arguments in ({}, {"restrict_vocab": 9}, {"clip_start": 5, "clip_end": 8}):
        expected = theirs.most_similar("word3", topn=None, **arguments)
        found = ours.most_similar("word3", topn=None, **arguments)
        np.testing.assert_allclose(found, expected, atol=1e-6)
    expected = theirs.most_similar_cosmul("word3", "word5", topn=None)
    np.testing.assert_allclose(
        ours.most_similar_cosmul("word3", "word5", topn=None), expected, 1e-5
    )


def test_topn_below_1_gives_nothing(planted):
    for topn in (0, -1, np.uint8(0)):
        assert planted.most_similar("king", topn=topn) == []
        assert planted.most_similar_cosmul("king", topn=topn) == []


def test_cosmul_equals_gensim(random_pair):
    ours, theirs = random_pair
    for arguments in (("word3", "word5"), (["word1", "word2"], ["word3", "word4"]), ("word9",)):
        assert_same(ours.most_similar_cosmul(*arguments), theirs.most_similar_cosmul(*arguments))


def test_cosmul_searches_the_first_words_only_if_asked(random_pair):
    ours, _ = random_pair
    found = ours.most_similar_cosmul("word3", "word5", topn=6, restrict_vocab=8)
    assert set(words_of(found)) == {f"word{i}" for i in (0, 1, 2, 4, 6, 7)}


def test_analogy_by_expression(planted):
    assert planted.analogy("king - man + woman", topn=1)[0][0] == "queen"
    assert planted.analogy("0.1 * apple + New York", topn=1)[0][0] == "cherry"


def test_zero_words_are_never_found(planted):
    assert "nothing" not in words_of(planted.most_similar("king", topn=100))
    assert "nothing" not in words_of(planted.most_similar_cosmul("king", topn=100))
    assert planted.most_similar("king", topn=None)[6] == 0
    assert np.isfinite(planted.get_vector("nothing", norm=True)).all()


def test_rows_without_a_word_are_never_found():
    table = KeyedVectors(2, count=3)
    table.vectors[:] = 1
    table.add_vector("a", [1, 0])
    table.add_vector("b", [1, 1])
    assert words_of(table.most_similar("a")) == ["b"]


def test_of_equal_words_the_earlier_comes_first():
    table = KeyedVectors(3)
    table.add_vectors([f"w{i}" for i in range(200)], np.ones((200, 3)))
    assert words_of(table.most_similar("w5", topn=7)) == ["w0", "w1", "w2", "w3", "w4", "w6", "w7"]


def test_filters(planted):
    assert words_of(planted.most_similar("cherry", exclude=["apple"], topn=1)) == ["New York"]
    among = ["man", "New York", "king", "cherry"]
    assert words_of(planted.most_similar("cherry", among=among))[0] == "New York"
    assert len(planted.most_similar("cherry", among=among)) == 3
    found = planted.most_similar("cherry", where=lambda rows: rows % 2 == 0, restrict_vocab=5)
    assert sorted(words_of(found)) == ["apple", "king", "man"]
    with pytest.raises(KeyError, match="'unicorn' not present"):
        planted.most_similar("king", exclude=["unicorn"])


class Indexer:
    """An approximate index that finds the query itself first, as real ones do."""

    def __init__(self, table):
        self.table = table

    def most_similar(self, vector, n):
        return self.table.similar_by_vector(vector, topn=n)


def test_an_indexer_is_asked_and_inputs_are_left_out(planted):
    found = planted.most_similar("king", topn=2, indexer=Indexer(planted))
    assert words_of(found) == words_of(planted.most_similar("king", topn=2))


def test_unknown_words_and_no_words_are_refused(planted):
    with pytest.raises(KeyError, match="'unicorn' not present"):
        planted.most_similar("unicorn")
    with pytest.raises(ValueError, match="no words"):
        planted.most_similar()
    with pytest.raises(ValueError, match="no positive words"):
        planted.most_similar_cosmul(negative="king")


def test_norms_follow_every_edit(planted):
    assert planted.most_similar("king")[0][1] <= 1
    planted["queen"] = np.array([100, 100, 0, 0, 0])
    assert planted.most_similar("king", topn=1) == [("queen", pytest.approx(1.0))]
    planted.add_vectors(["emperor"], [[50.0, 50, 0, 0, 0]])
    assert words_of(planted.most_similar("king", topn=2)) == ["queen", "emperor"]
    assert all(score <= 1 for _, score in planted.most_similar("king"))


def test_relative_cosine_similarity_equals_gensim(random_pair):
    ours, theirs = random_pair
    expected = theirs.relative_cosine_similarity("word3", "word4", topn=5)
    assert ours.relative_cosine_similarity("word3", "word4", topn=5) == pytest.approx(
        expected, 1e-5
    )


@pytest.mark.parametrize("vector", [np.ones(4), np.ones((1, 5)), np.ones(6)], ids=str)
def test_a_query_of_another_shape_is_named(planted, vector):
    with pytest.raises(ValueError, match=r"this table needs \(5,\)"):
        planted.similar_by_vector(vector)
