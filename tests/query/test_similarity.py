"""Measures between named words, against gensim and by hand."""

import numpy as np
import pytest

from vectorsuite.query import KeyedVectors


def test_cosines_by_hand(planted):
    assert planted.similarity("king", "king") == 1.0
    assert planted.similarity("king", "queen") == pytest.approx(0.5)
    assert planted.distance("king", "man") == pytest.approx(1 - 0.5**0.5)
    assert planted.similarity("king", "nothing") == 0.0
    for asked in (planted.similarity, planted.distance):
        for pair in (("king", "queen"), ("king", "nothing")):
            assert isinstance(asked(*pair), float)
            assert asked(*pair).item() == asked(*pair)  # as of gensim's
    assert planted.n_similarity(["king"], ["queen"]).round(3) == 0.5


@pytest.mark.parametrize(
    "ask",
    [
        lambda kv: kv.similarity("word1", "word2"),
        lambda kv: kv.distance("word1", "word2"),
        lambda kv: kv.distances("word1"),
        lambda kv: kv.distances("word1", ["word2", "word5"]),
        lambda kv: kv.distances(kv.vectors[4] * 3, ["word2"]),
        lambda kv: kv.n_similarity(["word1", "word2"], ["word3"]),
        lambda kv: kv.n_similarity(["word1", "unknown"], ["word3"]),
        lambda kv: kv.get_mean_vector(["word1", "word2"], [1, -3]),
        lambda kv: kv.get_mean_vector(["word1", 2, "unknown"], pre_normalize=False),
        lambda kv: kv.get_mean_vector(["word1", kv.vectors[3]], post_normalize=True),
        lambda kv: kv.rank("word1", "word2"),
        lambda kv: kv.get_normed_vectors(),
        lambda kv: kv.get_vector("word7", norm=True),
        lambda kv: kv.cosine_similarities(kv.vectors[0], kv.vectors[5:9]),
    ],
)
def test_numbers_equal_gensim(random_pair, ask):
    ours, theirs = random_pair
    np.testing.assert_allclose(ask(ours), ask(theirs), rtol=1e-4, atol=2e-6)


@pytest.mark.parametrize(
    "ask",
    [
        lambda kv: kv.closer_than("word1", "word40"),
        lambda kv: kv.closer_than("word1", "word1"),
        lambda kv: kv.doesnt_match(["word1", "word2", "word3", "word9"]),
        lambda kv: [w for _, w in kv.rank_by_centrality(["word1", "word2", "word3"])],
        lambda kv: [w for _, w in kv.rank_by_centrality(["word1", "word2", "word3"], False)],
        lambda kv: kv.most_similar_to_given("word1", ["word5", "word6", "word7"]),
    ],
)
def test_words_equal_gensim(random_pair, ask):
    ours, theirs = random_pair
    assert ask(ours) == ask(theirs)


def test_the_odd_one_out(planted):
    assert planted.doesnt_match(["king", "queen", "woman", "apple"]) == "apple"
    assert planted.doesnt_match(["king", "queen", "unknown", "apple"]) == "apple"
    with pytest.raises(ValueError, match="none of"):
        planted.doesnt_match(["unknown"])


def test_bad_input(planted):
    with pytest.raises(ZeroDivisionError):
        planted.n_similarity([], ["king"])
    with pytest.raises(ValueError, match="2 keys need as many weights"):
        planted.get_mean_vector(["king", "man"], [1.0])
    with pytest.raises(KeyError, match="unknown"):
        planted.get_mean_vector(["unknown"], ignore_missing=False)
    with pytest.raises(KeyError, match="unknown"):
        planted.similarity("king", "unknown")


def test_cosines_never_pass_1():
    table = KeyedVectors(3)
    table.add_vectors(["a", "b"], np.array([[0.1, 0.2, 0.3], [0.3, 0.6, 0.9]], dtype=np.float32))
    assert abs(table.similarity("a", "b")) <= 1
    assert (table.distances("a") >= 0).all()
