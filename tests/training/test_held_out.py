"""The held-out part of a corpus: how it is cut off, measured, and ends a run."""

import math

import numpy as np
import pytest

from vectorsuite.training.architecture import Architecture
from vectorsuite.training.corpus import count_and_encode
from vectorsuite.training.held_out import HeldOut, split_corpus
from vectorsuite.training.run_watch import RunWatch
from vectorsuite.training.trainer import train_epochs, train_model
from vectorsuite.training.watch import Position
from vectorsuite.training.weights import new_weights

SENTENCES = [["a", "b"], ["b", "c", "a"], ["c"], ["a", "c", "b", "b"]]


@pytest.fixture
def corpus():
    return count_and_encode(SENTENCES * 5, min_count=1)


def test_the_last_sentences_are_held_out(corpus):
    first, last = split_corpus(corpus, 0.1)
    assert first.offsets.tolist() == corpus.offsets[:-2].tolist()
    assert last.offsets.tolist() == [0, 1, 5]
    assert (np.concatenate([first.ids, last.ids]) == corpus.ids).all()
    assert last.counts is corpus.counts
    assert len(split_corpus(corpus, 1e-9)[1].offsets) == 2


def test_too_few_sentences_cannot_be_split():
    with pytest.raises(ValueError, match="1 sentences, too few"):
        split_corpus(count_and_encode([["a", "b"]], min_count=1), 0.5)


@pytest.mark.parametrize("kind", ["skip-gram", "cbow"])
@pytest.mark.parametrize("hierarchical_softmax", [False, True])
def test_measuring_changes_no_table_and_repeats(corpus, kind, hierarchical_softmax):
    architecture = Architecture(kind, 4, sample=0, hierarchical_softmax=hierarchical_softmax)
    weights = new_weights(corpus.words, architecture, 1)
    settings = {"epochs": 1, "learn_rate": 0.1, "min_learn_rate": 0.1, "workers": 1}
    train_epochs(corpus, corpus.counts, weights, architecture, **settings)
    before = [weights.in_rows.copy(), weights.out_rows.copy()]
    held_out = HeldOut(split_corpus(corpus, 0.5)[1], architecture, seed=3, workers=1)
    assert held_out.loss(weights) == held_out.loss(weights)
    assert (weights.in_rows == before[0]).all() and (weights.out_rows == before[1]).all()


def test_the_loss_of_untrained_tables_is_that_of_a_coin(corpus):
    architecture = Architecture("skip-gram", 4, sample=0, negative=3)
    weights = new_weights(corpus.words, architecture, 1)
    loss = HeldOut(corpus, architecture, seed=1).loss(weights)
    assert loss == pytest.approx(4 * math.log(2), rel=1e-5)  # a pair and three noise words


def test_a_run_ends_when_the_loss_has_not_fallen_for_too_long():
    class Losses:
        def __init__(self, *values):
            self.values = list(values)

        def loss(self, weights):
            return self.values.pop(0)

    watch = RunWatch(held_out=Losses(5, 4, 4.5, 3, 3.5, 3), patience=2)
    ends = [watch.after_epoch(Position(), None) for _ in range(6)]
    assert ends == [False, False, False, False, False, True]
    forever = RunWatch(held_out=Losses(1, 2, 3))
    assert not any(forever.after_epoch(Position(), None) for _ in range(3))


def test_a_run_that_ends_early_has_fewer_epochs(corpus):
    class Rising:
        n = 0

        def loss(self, weights):
            self.n += 1
            return self.n

    watch = RunWatch(held_out=Rising(), patience=2)
    trained = train_model(corpus, Architecture(vector_size=4, sample=0), epochs=9, watch=watch)
    assert (len(trained.losses), watch.losses) == (3, [1, 2, 3])
