"""Models of the next word: of counts and of a small network."""

import numpy as np
import pytest

from vectorsuite.models.language_models import NeuralLM, NGramLM

TEXT = """\
thou shalt not make a machine in the likeness of a human mind
thou shalt not kill
thou shalt see a machine"""
SENTENCES = [line.split() for line in TEXT.splitlines()]


def test_counts_are_chances():
    model = NGramLM(SENTENCES, n=3)
    assert model.suggest(["thou", "shalt"]) == [("not", 2 / 3), ("see", 1 / 3)]
    assert model.suggest(["shalt", "not"]) == [("make", 0.5), ("kill", 0.5)]
    assert model.suggest(["not", "make", "a", "machine"], topn=1) == [("in", 1.0)]
    assert model.suggest(["thou"]) == [("shalt", 1.0)]


def test_with_words_never_seen_together_fewer_are_looked_at():
    model = NGramLM(SENTENCES, n=3)
    assert model.suggest(["human", "thou"]) == [("shalt", 1.0)]
    assert model.suggest(["mind", "unseen"], topn=1) == [("thou", 3 / 22)]
    assert NGramLM(SENTENCES, n=1).suggest(["thou"]) == model.suggest([])


def test_the_network_learns_the_text():
    model = NeuralLM(SENTENCES, epochs=80)
    assert model.losses[-1] < 0.4 < model.losses[0]
    best, second = model.suggest(["thou", "shalt"], topn=2)
    assert (best[0], second[0]) == ("not", "see")
    assert model.chances(["a", "human"]).sum() == pytest.approx(1)
    assert model.suggest(["kill", "in", "the", "likeness"], topn=1)[0][0] == "of"
    assert model.vectors.shape == (len(model.words), 16)
    again = NeuralLM(SENTENCES, epochs=80)
    np.testing.assert_array_equal(again.vectors, model.vectors)


def test_bad_input_is_told():
    with pytest.raises(ValueError, match="n is 0"):
        NGramLM(SENTENCES, n=0)
    with pytest.raises(ValueError, match="no word"):
        NGramLM([[]])
    with pytest.raises(ValueError, match="no sentence has over 5 words"):
        NeuralLM([["a", "b"]], window=5)
    model = NeuralLM(SENTENCES, epochs=1)
    with pytest.raises(KeyError, match="'x' does not occur"):
        model.suggest(["thou", "x"])
    with pytest.raises(ValueError, match="2 words are needed"):
        model.suggest(["thou"])
