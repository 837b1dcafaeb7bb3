"""Vectors for documents that a model was not trained on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels import compiled
from vectorsuite.kernels.job import TrainingJob
from vectorsuite.training.inference import infer_rows

#: What to do about documents without a word of the vocabulary.
Empty = Literal["error", "zero"]

BATCH_TOKENS = 1 << 22  # words of the documents that are worked on together


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
        rows = infer_rows(job, ids, offsets, learn_rates)
        parts.append(rows[:, : job.width])
        n_before += len(rows)
    vectors = np.concatenate(parts)
    if not np.isfinite(vectors).all():
        raise FloatingPointError(
            f"Values overflowed: the learning rate {max(learn_rates)} is too high for this model."
        )
    return vectors


def _encoded(
    index: dict[Any, int], documents: Iterable[Iterable[Any]]
) -> Iterator[tuple[NDArray[np.int32], NDArray[np.int64]]]:
    """Batches of documents as rows of words, unknown ones left out, and where each starts."""
    batch: list[list[Any]] = []
    n_words = 0
    for number, document in enumerate(documents):
        words = getattr(document, "words", document)
        if type(words) is not list:
            words = _as_list(words, number)
        batch.append(words)
        n_words += len(words)
        if n_words >= BATCH_TOKENS:
            yield compiled.word_rows(index, batch)
            batch, n_words = [], 0
    if batch:
        yield compiled.word_rows(index, batch)


def _as_list(words: Any, number: int) -> list[Any]:
    """The words of a document that is no list, as one.

    :raises TypeError: It is a string, or cannot be iterated over.
    """
    if isinstance(words, (str, bytes)) or not isinstance(words, Iterable):
        raise TypeError(
            f"Document {number} is {words!r:.60}, of type {type(words).__name__}; a document is a "
            "list of words: use .split()."
        )
    return list(words)
