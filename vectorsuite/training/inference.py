"""Vectors for documents that a model was not trained on, as arrays."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels import compiled
from vectorsuite.kernels.job import TrainingJob, padded_rows
from vectorsuite.packed import PackedStrings
from vectorsuite.training.architecture import Architecture
from vectorsuite.training.corpus import EncodedCorpus
from vectorsuite.training.trainer import make_job
from vectorsuite.training.weights import MAX_SHARED, Documents, Weights

_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


def no_documents(*, words_predict: bool, null_row: int, shared: int) -> Documents:
    """How documents predict, without any: for others to be put in."""
    return Documents(
        np.zeros((0, 0), dtype=np.float32), np.zeros(0, dtype=np.int32),
        np.zeros(1, dtype=np.int64), words_predict, null_row, shared,
    )  # fmt: skip


def inference_job(
    words: PackedStrings,
    counts: NDArray[np.int64],
    weights: Weights,
    architecture: Architecture,
    seed: int,
) -> TrainingJob:
    """The tables and settings of a model for :func:`infer_rows`.

    :param words, counts: Its vocabulary, (V,).
    :param weights: With documents, which say how they predict.
    """
    nothing = np.zeros(0, dtype=np.int32), np.zeros(1, dtype=np.int64)
    corpus = EncodedCorpus(words, counts, *nothing, raw_words=0, raw_vocabulary=0)
    if not architecture.cbow and weights.documents is not None:  # frozen words predict no words
        weights = replace(weights, documents=replace(weights.documents, words_predict=False))
    job = make_job(corpus, counts, weights, architecture)
    shared = job.shared if job.negative else MAX_SHARED  # without noise there is none to share
    return replace(job, seed=seed, epochs=1, locks=None, shared=shared)


def infer_rows(
    job: TrainingJob, ids: NDArray[np.int32], offsets: NDArray[np.int64], learn_rates: list[float]
) -> NDArray[np.float32]:
    """Train a vector for each document, with all tables of the model as they are.

    :param job: As of :func:`inference_job`.
    :param ids: Rows of the words of all documents end to end, int32.
    :param offsets: Where each starts, (N + 1,) int64.
    :param learn_rates: Of each epoch.
    :returns: Padded rows, (N, stride) float32; zeros for documents without a word.
    """
    n = len(offsets) - 1
    tags = padded_rows(n, job.width)
    compiled.start_rows(_document_keys(ids, offsets), job.seed, job.width, tags)
    job = replace(
        job, ids=ids, offsets=offsets, tags=tags, tag_offsets=np.arange(n + 1),
        tag_rows=np.arange(n, dtype=np.int32), frozen=True, own_draws=True,
    )  # fmt: skip
    compiled.infer(job, learn_rates)
    tags[np.diff(offsets) == 0] = 0
    return tags


def _document_keys(ids: NDArray[np.int32], offsets: NDArray[np.int64]) -> NDArray[np.uint64]:
    """A hash of each document's words in their order, (N,), which decides how its vector starts."""
    positions = np.arange(len(ids)) - np.repeat(offsets[:-1], np.diff(offsets))
    z = (ids.astype(np.uint64) << np.uint64(32)) + positions.astype(np.uint64) * _MIX[0]
    z = (z ^ (z >> np.uint64(30))) * _MIX[1]
    z = (z ^ (z >> np.uint64(27))) * _MIX[2]
    sums = np.zeros(len(ids) + 1, dtype=np.uint64)
    np.cumsum(z ^ (z >> np.uint64(31)), out=sums[1:])
    return sums[offsets[1:]] - sums[offsets[:-1]]
