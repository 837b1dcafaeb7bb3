"""The exact softmax: probabilities, gradients, and what the approximations make of it."""

import itertools

import numpy as np
import pytest

from vectorsuite.models import Word2Vec
from vectorsuite.models.softmax import train_softmax

SENTENCES = [["a", "b", "c"], ["b", "c", "d"], ["a", "d"], ["a"]]


@pytest.mark.parametrize("kind", ["skip-gram", "cbow"])
def test_the_likelihood_is_a_product_over_all_predictions(kind):
    model = train_softmax(SENTENCES, kind=kind, window=1, epochs=3)
    row = {word: n for n, word in enumerate(model.words)}
    product = 1.0
    for sentence in SENTENCES:
        for i, word in enumerate(sentence):
            near = sentence[max(0, i - 1) : i] + sentence[i + 1 : i + 2]
            pairs = [([word], c) for c in near] if kind == "skip-gram" else [(near, word)]
            for inputs, target in pairs if near else []:
                hidden = sum(model.vectors[row[w]] for w in inputs)
                chances = np.exp([u @ hidden for u in model.outputs])
                product *= chances[row[target]] / chances.sum()
    assert np.exp(model.log_likelihood(SENTENCES)) == pytest.approx(product)
    assert np.exp(model.log_chances([0])).sum() == pytest.approx(1)


@pytest.mark.parametrize("inputs", [[1], [0, 2, 2]])
@pytest.mark.parametrize("targets", [[0], [0, 3, 3]])
def test_a_step_climbs_the_gradient(inputs, targets):
    model = train_softmax(SENTENCES, vector_size=3, epochs=5)
    rate, eps = 1e-6, 1e-5
    moved = {name: getattr(model, name).copy() for name in ("vectors", "outputs")}
    gradient = {name: np.zeros_like(table) for name, table in moved.items()}
    for name, table in gradient.items():
        for place in itertools.product(*map(range, table.shape)):
            values = []
            for sign in (1, -1):
                getattr(model, name)[place] += sign * eps
                values.append(model.log_chances(inputs)[targets].sum())
                getattr(model, name)[place] -= sign * eps
            table[place] = (values[0] - values[1]) / (2 * eps)
    model.step(inputs, targets, rate)
    for name, before in moved.items():
        assert (getattr(model, name) - before) / rate == pytest.approx(gradient[name], abs=1e-4)


@pytest.mark.parametrize("kind", ["skip-gram", "cbow"])
def test_the_loss_falls_all_the_time(kind):
    losses = train_softmax(SENTENCES * 3, kind=kind, epochs=20).losses
    assert all(later < earlier for earlier, later in itertools.pairwise(losses))


def test_hierarchical_softmax_comes_to_similar_probabilities():
    text = [["hot", "sun"], ["cold", "snow"], ["hot", "sand"], ["cold", "ice"]] * 10
    exact = train_softmax(text, window=1, epochs=60, learn_rate=0.1)
    model = Word2Vec(
        text, sg=1, hs=1, negative=0, vector_size=10, window=1, min_count=1, sample=0, workers=1,
        alpha=0.25, min_alpha=0.25, epochs=200,
    )  # fmt: skip
    for word, near in (("sun", "hot"), ("ice", "cold"), ("sand", "hot")):
        rows = exact.words.index(word), exact.words.index(near)
        both_ways = exact.log_chances(rows[:1])[rows[1]] + exact.log_chances(rows[1:])[rows[0]]
        assert model.score([[word, near]])[0] == pytest.approx(both_ways, abs=0.3)


def test_what_cannot_be_learned_from_is_refused():
    with pytest.raises(ValueError, match="no two words"):
        train_softmax([["a"], ["b"]])
    with pytest.raises(ValueError, match="'skip-gram' and 'cbow'"):
        train_softmax(SENTENCES, kind="sg")
