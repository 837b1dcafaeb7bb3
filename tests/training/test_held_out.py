"""The held-out part of a corpus: how it is cut off, measured, and ends a run."""

import math
from itertools import pairwise

import numpy as np
import pytest

from vectorsuite.training.architecture import Architecture
from vectorsuite.training.corpus import count_and_encode, encode
from vectorsuite.training.held_out import HeldOut, measured, split_corpus
from vectorsuite.training.run_watch import RunWatch
from vectorsuite.training.schedule import Schedule
from vectorsuite.training.trainer import train_epochs, train_model
from vectorsuite.training.watch import Position
from vectorsuite.training.weights import new_weights

SENTENCES = [["a", "b"], ["b", "c", "a"], ["c"], ["a", "c", "b", "b"]]


@pytest.fixture
def corpus():
    return count_and_encode(SENTENCES * 5, min_count=1)


def sentences_of(corpus):
    return [corpus.ids[a:b].tolist() for a, b in pairwise(corpus.offsets)]


def numbered(n):
    """A corpus of sentences that can be told apart: i, i + 1 and sometimes i + 2."""
    return encode(
        [[str(j) for j in range(i, i + 2 + i % 2)] for i in range(n)], map(str, range(n + 2))
    )


def test_held_out_sentences_are_drawn_from_all_of_the_corpus():
    corpus = numbered(4000)
    kept, held_out = (sentences_of(part) for part in split_corpus(corpus, 0.1, seed=1))
    assert sorted(kept + held_out) == sentences_of(corpus)  # each once, in order
    firsts = np.array([sentence[0] for sentence in held_out])
    assert (np.diff(firsts) > 0).all()
    quarters = np.histogram(firsts, bins=4, range=(0, 4000))[0]
    assert (abs(quarters - 100) < 40).all()  # binomial(1000, 0.1): sd 9.5


def test_held_out_sentences_are_those_of_the_seed():
    parts = [split_corpus(numbered(500), 0.1, seed=seed)[1].ids.tolist() for seed in (1, 1, 2)]
    assert parts[0] == parts[1]
    assert parts[0] != parts[2]
    longer = split_corpus(numbered(600), 0.1, seed=1)[1].ids.tolist()
    assert longer[: len(parts[0])] == parts[0]  # by place alone


def test_both_parts_keep_words_and_counts_and_have_a_sentence(corpus):
    for share in (1e-12, 1 - 1e-12):
        for part in split_corpus(corpus, share, seed=5):
            assert len(part.ids) == part.offsets[-1] > 0
            assert part.counts is corpus.counts and part.words is corpus.words


def test_too_few_sentences_cannot_be_split():
    with pytest.raises(ValueError, match="1 sentences, too few"):
        split_corpus(count_and_encode([["a", "b"]], min_count=1), 0.5, seed=1)


def test_a_part_without_a_pair_is_refused_before_training(corpus):
    alone = encode([["a"], ["b", "not known"]], ["a", "b", "c"])
    with pytest.raises(ValueError, match="None of the 2 sentences held out has two known words"):
        measured({"watch": RunWatch()}, alone, Architecture(), Schedule())
    assert measured({}, corpus, Architecture(), Schedule()) == {}


@pytest.mark.parametrize("kind", ["skip-gram", "cbow"])
@pytest.mark.parametrize("hierarchical_softmax", [False, True])
def test_measuring_changes_no_table_and_repeats(corpus, kind, hierarchical_softmax):
    architecture = Architecture(kind, 4, sample=0, hierarchical_softmax=hierarchical_softmax)
    weights = new_weights(corpus.words, architecture, 1)
    settings = {"epochs": 1, "learn_rate": 0.1, "min_learn_rate": 0.1, "workers": 1}
    train_epochs(corpus, corpus.counts, weights, architecture, **settings)
    before = [weights.in_rows.copy(), weights.out_rows.copy()]
    held_out = HeldOut(split_corpus(corpus, 0.5, seed=1)[1], architecture, seed=3, workers=1)
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

    watch = RunWatch(held_out=Losses(5, 4, 4.5, 3, 3.5, 3), patience=2, keep_best=False)
    ends = [watch.after_epoch(Position(), None) for _ in range(6)]
    assert ends == [False, False, False, False, False, True]
    assert watch.best_epoch == 4
    forever = RunWatch(held_out=Losses(1, 2, 3), keep_best=False)
    assert not any(forever.after_epoch(Position(), None) for _ in range(3))
    nothing = RunWatch(held_out=Losses(math.nan, math.nan), patience=1)
    assert not any(nothing.after_epoch(Position(), None) for _ in range(2))
    assert nothing.best_epoch == 0


def test_a_run_that_ends_early_has_fewer_epochs(corpus):
    watch = RunWatch(held_out=Given(1, 2, 3), patience=2)
    trained = train_model(corpus, Architecture(vector_size=4, sample=0), epochs=9, watch=watch)
    assert (len(trained.losses), watch.losses) == (3, [1, 2, 3])


class Given:
    """Losses as given, and the vectors that each was measured on."""

    def __init__(self, *losses):
        self.losses = list(losses)
        self.seen = []

    def loss(self, weights):
        self.seen.append(weights.vectors.copy())
        return self.losses.pop(0)


@pytest.mark.parametrize("keep_best", [True, False])
def test_a_run_ends_with_its_best_tables(corpus, keep_best):
    held_out = Given(5, 3, 4, 4)
    watch = RunWatch(held_out=held_out, patience=2, keep_best=keep_best)
    trained = train_model(
        corpus, Architecture(vector_size=4, sample=0), epochs=9, workers=1, watch=watch
    )
    assert (watch.best_epoch, len(trained.losses)) == (2, 4)
    assert not (held_out.seen[1] == held_out.seen[3]).all()
    assert (trained.vectors == held_out.seen[1 if keep_best else 3]).all()
