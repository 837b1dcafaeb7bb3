"""One vector for a text from the vectors of its words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

SIF_A = 1e-3  # the parameter a of Arora et al.; 1e-3 to 1e-4 in their experiments
MANDELBROT_SHIFT = 2.7  # p(rank) ∝ 1 / (rank + 2.7), Mandelbrot's form of Zipf's law for English


def word_probabilities(table: Any) -> NDArray[np.float64]:
    """Probability of the word of each row, (R,).

    From the counts that are kept with the table. Without any, by Zipf's law, as if the rows were
    ordered by frequency, as those of trained tables are.
    """
    counts = getattr(table, "row_attrs", {}).get("count")
    if counts is None or not np.sum(counts):
        counts = 1 / (np.arange(table.shape[0]) + MANDELBROT_SHIFT)
    counts = np.asarray(counts, dtype=np.float64)
    return counts / counts.sum()


def idf_weights(probabilities: NDArray[np.float64]) -> NDArray[np.float32]:
    """How much a word tells, −log p, (R,): the inverse document frequency of one-word documents."""
    lowest = probabilities[probabilities > 0].min(initial=1.0)
    return (-np.log(np.maximum(probabilities, lowest))).astype(np.float32)


def sif_weights(probabilities: NDArray[np.float64]) -> NDArray[np.float32]:
    """Smooth inverse frequency, a / (a + p), (R,); Arora, Liang & Ma (2017, ICLR), algorithm 1."""
    return (SIF_A / (SIF_A + probabilities)).astype(np.float32)


def common_component(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The first right singular vector of text vectors, (D,): algorithm 1, line 4."""
    return np.linalg.svd(vectors, full_matrices=False)[2][0].astype(np.float32)


def weighted_mean(vectors: Any, weights: NDArray[np.float32], known: NDArray[np.bool_]) -> Any:
    """Mean of the vectors of known words, (D,); zeros if there is none.

    :param vectors: (N, D).
    :param weights: (N,).
    :param known: (N,) bool.
    """
    chosen = np.where(known, weights, 0).astype(np.float32)
    total = chosen.sum()
    return (chosen[:, None] * vectors).sum(axis=0) / (total if total > 0 else np.float32(1))


def maximum(vectors: Any, weights: NDArray[np.float32], known: NDArray[np.bool_]) -> Any:
    """The greatest value of each dimension over known words, (D,); zeros if there is none."""
    return vectors[known].max(axis=0) if known.any() else np.zeros(vectors.shape[1], np.float32)


Weights = Callable[[NDArray[np.float64]], NDArray[np.float32]]
POOLINGS: dict[str, tuple[Weights | None, Callable[..., Any]]] = {
    "mean": (None, weighted_mean),
    "idf": (idf_weights, weighted_mean),
    "sif": (sif_weights, weighted_mean),
    "max": (None, maximum),
}
