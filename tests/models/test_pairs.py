"""gensim 1.x's updates of single pairs: they follow the gradient of the loss."""

import numpy as np
import pytest

from vectorsuite.models import Word2Vec
from vectorsuite.models.word2vec import (
    Vocab,
    score_cbow_pair,
    score_sg_pair,
    train_cbow_pair,
    train_sg_pair,
)

SENTENCES = [["a", "b", "c"], ["b", "c", "d"], ["a", "d"], ["e", "a"]] * 3


@pytest.fixture
def model():
    return Word2Vec(
        SENTENCES, hs=1, negative=0, min_count=1, vector_size=4, workers=1, epochs=20, alpha=0.3
    )


def test_the_step_of_a_pair_is_the_gradient_of_its_score(model):
    rate, eps, row = 1e-3, 1e-3, model.wv.get_index("b")
    gradient = []
    for d in range(4):
        sides = []
        for sign in (1, -1):
            hidden = model.wv.vectors[row].copy()
            hidden[d] += sign * eps
            sides.append(score_cbow_pair(model, "c", hidden))
        gradient.append((sides[0] - sides[1]) / (2 * eps))
    before = score_sg_pair(model, "c", "b")
    change = train_sg_pair(model, "c", row, rate)
    assert change == pytest.approx(rate * np.array(gradient), rel=1e-2, abs=1e-8)
    assert score_sg_pair(model, "c", "b") > before


def test_what_is_not_to_be_learned_stays(model):
    vectors, tree = model.wv.vectors.copy(), model.syn1.copy()
    assert train_sg_pair(model, "c", 0, 0.1, learn_vectors=False, learn_hidden=False).any()
    assert (model.wv.vectors == vectors).all() and (model.syn1 == tree).all()
    model.wv.vectors_lockf[0] = 0
    train_sg_pair(model, "c", 0, 0.1)
    assert (model.wv.vectors == vectors).all() and (model.syn1 != tree).any()
    assert train_sg_pair(model, "unknown", 0, 0.1) is None


def test_cbow_changes_all_words_of_the_context(model):
    vectors, rows = model.wv.vectors.copy(), [0, 2]
    change = train_cbow_pair(model, "c", rows, vectors[rows].mean(axis=0), 0.1)
    assert change.any()
    moved = (model.wv.vectors != vectors).any(axis=1)
    assert moved.tolist() == [True, False, True, False, False]


def test_negative_sampling_pulls_the_pair_together():
    model = Word2Vec(SENTENCES, min_count=1, vector_size=4, workers=1)
    row, other = model.wv.get_index("b"), model.wv.get_index("c")
    before = float(model.wv.vectors[row] @ model.syn1neg[other])
    for _ in range(50):
        train_sg_pair(model, "c", row, 0.1)
    assert model.wv.vectors[row] @ model.syn1neg[other] > before + 0.01


def test_records_of_words_sort_by_count():
    rare, frequent = Vocab(count=1, index=4), Vocab(count=9)
    assert sorted([frequent, rare]) == [rare, frequent]
    assert str(rare) == "Vocab(count:1, index:4)"
