"""Probabilities of words and sentences, against explicit sums and gensim."""

import numpy as np
import pytest

from vectorsuite.models import Word2Vec

SENTENCES = [["a", "b", "c"], ["b", "c", "d"], ["a", "d"], ["e", "a"]] * 3
SMALL = {"min_count": 1, "sample": 0, "vector_size": 4, "workers": 1, "epochs": 20, "window": 2}


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def path_chance(model, word, hidden):
    chance = 1.0
    for code, point in zip(
        *(model.wv.get_vecattr(word, a) for a in ("code", "point")), strict=True
    ):
        turn = sigmoid(float(model.syn1[point].astype(float) @ hidden))
        chance *= 1 - turn if code else turn
    return chance


def test_chances_of_the_tree_sum_to_one():
    model = Word2Vec(SENTENCES, hs=1, negative=0, alpha=0.5, **SMALL)
    hidden = model.wv["a"].astype(float)
    chances = {word: path_chance(model, word, hidden) for word in model.wv.index_to_key}
    assert sum(chances.values()) == pytest.approx(1)
    assert max(chances.values()) > 0.3


def test_skip_gram_scores_are_sums_over_pairs():
    model = Word2Vec(SENTENCES, sg=1, hs=1, negative=0, **SMALL)
    expected = sum(
        np.log(path_chance(model, word, model.wv[context].astype(float)))
        for word, context in ["ab", "ac", "ba", "bc", "bd", "ca", "cb", "cd", "db", "dc"]
    )
    scores = model.score([["a", "b", "unknown", "c", "d"], ["a"], []])
    assert scores == pytest.approx([expected, 0, 0], rel=1e-5)


@pytest.mark.parametrize("cbow_mean", [0, 1])
def test_cbow_scores_are_sums_over_words(cbow_mean):
    model = Word2Vec(SENTENCES, sg=0, hs=1, negative=0, cbow_mean=cbow_mean, **SMALL)
    combine = np.mean if cbow_mean else np.sum
    expected = sum(
        np.log(path_chance(model, word, combine(model.wv[list(context)].astype(float), axis=0)))
        for word, context in [("a", "bc"), ("b", "acd"), ("c", "abd"), ("d", "bc")]
    )
    assert model.score([["a", "b", "c", "d"]])[0] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("sg", [0, 1])
def test_scores_are_gensims(sg):
    gensim = pytest.importorskip("gensim")
    ours = Word2Vec(SENTENCES, sg=sg, hs=1, negative=0, **SMALL)
    theirs = gensim.models.Word2Vec(sg=sg, hs=1, negative=0, **SMALL)
    theirs.build_vocab(SENTENCES)
    for row, word in enumerate(theirs.wv.index_to_key):
        theirs.wv.vectors[row] = ours.wv[word]
        for name in ("code", "point"):
            theirs.wv.set_vecattr(row, name, ours.wv.get_vecattr(word, name))
    theirs.syn1[:] = ours.syn1
    expected = theirs.score(SENTENCES[:4], 4)
    assert ours.score(SENTENCES[:4]) == pytest.approx(expected, rel=3e-2)  # its σ is a coarse table


def test_taddys_classes_are_told_by_their_scores():
    texts = {"sport": [["ball", "goal", "team"]] * 20, "kitchen": [["pan", "oil", "salt"]] * 20}
    everything = texts["sport"] + texts["kitchen"]
    settings = {**SMALL, "hs": 1, "negative": 0, "alpha": 0.2, "sg": 1}
    models = {}
    for name, sentences in texts.items():
        models[name] = Word2Vec(**settings)
        models[name].build_vocab(everything)
        models[name].train(sentences, total_examples=20, epochs=20)
    for name, sentence in (("sport", ["team", "ball"]), ("kitchen", ["salt", "pan"])):
        scores = {other: models[other].score([sentence])[0] for other in models}
        assert max(scores, key=scores.get) == name


def test_predicted_words_are_a_softmax_over_the_output_layer():
    model = Word2Vec(SENTENCES, alpha=0.2, **SMALL)
    found = model.predict_output_word(["a", "b", "unknown"], topn=10)
    hidden = (model.wv["a"] + model.wv["b"]).astype(float) / 2
    chances = np.exp(model.syn1neg @ hidden)
    chances /= chances.sum()
    assert sum(chance for _, chance in found) == pytest.approx(1)
    assert dict(found)["c"] == pytest.approx(chances[model.wv.get_index("c")], rel=1e-5)
    assert [chance for _, chance in found] == sorted(chances, reverse=True) or len(found) == 5
    assert model.predict_output_word(["unknown"]) is None


def test_what_cannot_be_scored_says_why():
    with pytest.raises(RuntimeError, match="hierarchical softmax only"):
        Word2Vec(SENTENCES, **SMALL).score(SENTENCES)
    with pytest.raises(RuntimeError, match="build_vocab"):
        Word2Vec(hs=1, negative=0, **SMALL).score(SENTENCES)
    with pytest.raises(RuntimeError, match="negative > 0"):
        Word2Vec(SENTENCES, hs=1, negative=0, **SMALL).predict_output_word(["a"])


def test_no_more_sentences_are_scored_than_wanted():
    model = Word2Vec(SENTENCES, hs=1, negative=0, **SMALL)
    assert len(model.score(SENTENCES, total_sentences=5)) == 5
