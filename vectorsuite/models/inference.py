"""Vectors for documents that a model was not trained on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from itertools import chain, repeat
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels import compiled
from vectorsuite.kernels.job import TrainingJob, padded_rows

#: What to do about documents without a word of the vocabulary.
Empty = Literal["error", "zero"]

BATCH_TOKENS = 1 << 22  # words of the documents that are worked on together
_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


def infer(
    job: TrainingJob,
    index: dict[Any, int],
    documents: Iterable[Iterable[Any]],
    learn_rates: list[float],
    empty: Empty,
) -> NDArray[np.float32]:
    """Train a vector for each document, with all tables of the model as they are.

    A vector depends on the known words of its document and on the job's seed alone.

    :param job: The model's tables and settings; its corpus and tags are put in here.
    :param index: Row of each word.
    :param learn_rates: Of each epoch.
    :param empty: Documents without a known word are an "error", or get a vector of zeros.
    :returns: (N, D) float32.
    :raises ValueError: Names the first empty document, or the arguments are out of range.
    :raises FloatingPointError: Values overflowed; the learning rate is too high.
    """
    if empty not in get_args(Empty):
        raise ValueError(f"empty is {empty!r}; there are 'error' and 'zero'.")
    parts = [np.zeros((0, job.width), dtype=np.float32)]
    n_before = 0
    for ids, offsets in _encoded(index, documents):
        without = np.flatnonzero(np.diff(offsets) == 0)
        if len(without) and empty == "error":
            raise ValueError(
                f"Document {n_before + int(without[0])} has no word that the model knows, so there "
                "is nothing to infer a vector from. Leave it out, or give empty='zero'."
            )
        rows = _infer_batch(job, ids, offsets, learn_rates)
        rows[without] = 0
        parts.append(rows[:, : job.width])
        n_before += len(rows)
    vectors = np.concatenate(parts)
    if not np.isfinite(vectors).all():
        raise FloatingPointError(
            f"Values overflowed: the learning rate {max(learn_rates)} is too high for this model."
        )
    return vectors


def _infer_batch(
    job: TrainingJob,
    ids: NDArray[np.int32],
    offsets: NDArray[np.int64],
    learn_rates: list[float],
) -> NDArray[np.float32]:
    """Padded rows of the documents of a batch."""
    n = len(offsets) - 1
    tags = padded_rows(n, job.width)
    compiled.start_rows(_document_keys(ids, offsets), job.seed, job.width, tags)
    job = replace(
        job, ids=ids, offsets=offsets, tags=tags, tag_offsets=np.arange(n + 1),
        tag_rows=np.arange(n, dtype=np.int32), frozen=True, own_draws=True,
    )  # fmt: skip
    compiled.infer(job, learn_rates)
    return tags


def _encoded(
    index: dict[Any, int], documents: Iterable[Iterable[Any]]
) -> Iterator[tuple[NDArray[np.int32], NDArray[np.int64]]]:
    """Batches of documents as rows of words, unknown ones left out, and where each starts."""
    batch: list[Collection[Any]] = []
    n_words = 0
    for number, document in enumerate(documents):
        words = getattr(document, "words", document)
        if type(words) is not list:
            words = _as_collection(words, number)
        batch.append(words)
        n_words += len(words)
        if n_words >= BATCH_TOKENS:
            yield _rows_of(index, batch, n_words)
            batch, n_words = [], 0
    if batch:
        yield _rows_of(index, batch, n_words)


def _as_collection(words: Any, number: int) -> Collection[Any]:
    """The words of a document that is no list.

    :raises TypeError: It is a string, or cannot be iterated over.
    """
    if isinstance(words, (str, bytes)) or not isinstance(words, Iterable):
        raise TypeError(
            f"Document {number} is {words!r:.60}, of type {type(words).__name__}; a document is a "
            "list of words: use .split()."
        )
    return words if isinstance(words, Collection) else list(words)


def _rows_of(
    index: dict[Any, int], batch: list[Collection[Any]], n_words: int
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Rows of the known words of all documents end to end, and where each document starts."""
    found = map(index.get, chain.from_iterable(batch), repeat(-1))
    rows = np.fromiter(found, dtype=np.int32, count=n_words)
    known = rows >= 0
    known_before = np.concatenate([[0], np.cumsum(known)])
    ends = np.cumsum([0, *map(len, batch)])
    return rows[known], known_before[ends]


def _document_keys(ids: NDArray[np.int32], offsets: NDArray[np.int64]) -> NDArray[np.uint64]:
    """A hash of each document's words in their order, (N,), which decides how its vector starts."""
    positions = np.arange(len(ids)) - np.repeat(offsets[:-1], np.diff(offsets))
    z = (ids.astype(np.uint64) << np.uint64(32)) + positions.astype(np.uint64) * _MIX[0]
    z = (z ^ (z >> np.uint64(30))) * _MIX[1]
    z = (z ^ (z >> np.uint64(27))) * _MIX[2]
    sums = np.zeros(len(ids) + 1, dtype=np.uint64)
    np.cumsum(z ^ (z >> np.uint64(31)), out=sums[1:])
    return sums[offsets[1:]] - sums[offsets[:-1]]
