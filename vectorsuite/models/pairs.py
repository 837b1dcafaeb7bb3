"""One update at a time, to be read: gensim 1.x's functions of single pairs.

The plain equations of Mikolov et al. (2013, NIPS), in NumPy. Training itself runs the compiled
loops; see ``kernels.reference`` for their specification.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.models.scoring import path_log_chances

Floats1d = NDArray[np.float32]


def train_sg_pair(
    model: Any,
    word: Any,
    context_index: int,
    alpha: float,
    learn_vectors: bool = True,
    learn_hidden: bool = True,
    context_vectors: NDArray[Any] | None = None,
    context_locks: NDArray[Any] | None = None,
) -> Floats1d | None:
    """Let the vector of a context word predict a word.

    :param word: The word to predict; one that is unknown changes nothing.
    :param context_index: Row of the vector that is changed.
    :param alpha: Learning rate.
    :param learn_vectors: Change this vector.
    :param learn_hidden: Change the output tables.
    :param context_vectors: Vectors to use in place of the model's, (R, D).
    :param context_locks: Factors on changes of them, (R,).
    :returns: What was, or would have been, added to the vector, (D,); None for an unknown word.
    """
    if word not in model.wv.key_to_index:
        return None
    vectors = model.wv.vectors if context_vectors is None else context_vectors
    locks = model.wv.vectors_lockf if context_locks is None else context_locks
    change = _learn_word(model, word, vectors[context_index].copy(), alpha, learn_hidden)
    if learn_vectors:
        vectors[context_index] += change * locks[context_index % len(locks)]
        model.wv.changed()
    return change


def train_cbow_pair(
    model: Any,
    word: Any,
    input_word_indices: Sequence[int],
    l1: Floats1d,
    alpha: float,
    learn_vectors: bool = True,
    learn_hidden: bool = True,
    context_vectors: NDArray[Any] | None = None,
    context_locks: NDArray[Any] | None = None,
) -> Floats1d:
    """Let the sum or mean of a context's vectors predict a word.

    :param input_word_indices: Rows of the context.
    :param l1: The sum or mean of their vectors, (D,).
    :returns: The gradient on ``l1``, times alpha, (D,).
    """
    vectors = model.wv.vectors if context_vectors is None else context_vectors
    locks = model.wv.vectors_lockf if context_locks is None else context_locks
    change = _learn_word(model, word, l1, alpha, learn_hidden)
    if learn_vectors and len(input_word_indices):
        # as word2vec.c and gensim: of a mean, each word gets the whole change
        share = change if model.cbow_mean else change / len(input_word_indices)
        for row in input_word_indices:
            vectors[row] += share * locks[row % len(locks)]
        model.wv.changed()
    return change


def _learn_word(
    model: Any, word: Any, hidden: Floats1d, alpha: float, learn_hidden: bool
) -> Floats1d:
    """Predict a word from a hidden layer (D,); returns alpha times the gradient on it."""
    change = np.zeros_like(hidden)
    if model.hs:
        rows = model.wv.get_vecattr(word, "point").astype(np.int64)
        labels = 1.0 - model.wv.get_vecattr(word, "code")
        change += _step(model.syn1, rows, labels, hidden, alpha, learn_hidden)
    if model.negative:
        row = model.wv.get_index(word)
        rows = np.array([row, *_noise(model, row)])
        labels = np.zeros(len(rows))
        labels[0] = 1
        change += _step(model.syn1neg, rows, labels, hidden, alpha, learn_hidden)
    return change


def _step(
    table: NDArray[np.float32],
    rows: NDArray[np.int64],
    labels: NDArray[np.float64],
    hidden: Floats1d,
    alpha: float,
    learn_hidden: bool,
) -> Floats1d:
    """Logistic regression of labels (N,) on output rows; returns alpha × gradient on hidden."""
    outputs = table[rows]
    g = ((labels - 1 / (1 + np.exp(-(outputs @ hidden)))) * alpha).astype(np.float32)
    if learn_hidden:
        np.add.at(table, rows, np.outer(g, hidden))
    return g @ outputs


def _noise(model: Any, word: int) -> list[int]:
    """``negative`` noise words from the model's cumulative table and random numbers."""
    noise: list[int] = []
    while len(noise) < model.negative and len(model.wv) > 1:
        draw = model.random.randint(int(model.cum_table[-1]))
        row = int(model.cum_table.searchsorted(draw, side="right"))
        if row != word:
            noise.append(row)
    return noise


def score_sg_pair(model: Any, word: Any, word2: Any) -> float:
    """Log P(word | word2) under hierarchical softmax."""
    hidden = model.wv.vectors[[model.wv.get_index(word2)]]
    return _score(model, word, hidden)


def score_cbow_pair(model: Any, word: Any, l1: Floats1d) -> float:
    """Log P(word | context) under hierarchical softmax.

    :param l1: Sum or mean of the context's vectors, (D,).
    """
    return _score(model, word, np.asarray(l1)[None])


def _score(model: Any, word: Any, hidden: NDArray[Any]) -> float:
    nodes = model.syn1[model.wv.get_vecattr(word, "point")]
    return float(path_log_chances(hidden, nodes, model.wv.get_vecattr(word, "code"))[0])
