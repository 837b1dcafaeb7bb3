"""What every reader returns and every writer takes: words, one array, and what a format adds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import DTypeLike, NDArray

import vectorsuite.kernels._core as _core
from vectorsuite.kernels.cores import worker_count
from vectorsuite.packed import PackedStrings
from vectorsuite.protocols import Progress

Errors = Literal["strict", "replace", "skip", "raw"]


@dataclass(frozen=True)
class FloretSettings:
    """The header of a floret file: how a word's n-grams are hashed to rows.

    ``vectorsuite.vectors.floret`` has a class of the same name that does it.
    """

    minn: int
    maxn: int
    hash_count: int
    hash_seed: int = 2166136261
    bow: str = "<"
    eow: str = ">"


@dataclass
class WordVectors:
    """Words and their vectors, as they stand in a file.

    :param words: Word of each row, V strings; empty for a floret table, whose rows are buckets.
    :param data: Vectors, (V, D); float32 unless another dtype was asked for.
    :param counts: How often each word was seen, (V,) int64, where the file tells.
    :param floret: Set if rows are buckets of hashed n-grams.
    :param extras: What else the format keeps, under names its module documents.
    :param format: Name of the format the vectors came from.
    :param n_duplicates: Rows dropped because an earlier row has the same word.
    :param n_skipped: Rows dropped because their word is not UTF-8 (``errors="skip"``).
    """

    words: PackedStrings
    data: NDArray[Any]
    counts: NDArray[np.int64] | None = None
    floret: FloretSettings | None = None
    extras: dict[str, Any] = field(default_factory=dict)
    format: str = ""
    n_duplicates: int = 0
    n_skipped: int = 0

    def __post_init__(self) -> None:
        if self.data.ndim != 2:
            raise ValueError(f"data has shape {self.data.shape}; one row per word was expected.")
        if self.floret is None and len(self.words) != len(self.data):
            raise ValueError(f"There are {len(self.words)} words and {len(self.data)} vectors.")

    @classmethod
    def from_words(cls, words: Sequence[str], data: NDArray[Any], **fields: Any) -> WordVectors:
        """Pack words that are Python strings."""
        return cls(PackedStrings.pack(words), np.asarray(data), **fields)

    @property
    def width(self) -> int:
        """Length of each vector."""
        return int(self.data.shape[1])

    def head(self, n: int) -> WordVectors:
        """Return the first n rows; nothing is copied.

        :raises ValueError: If rows are buckets: every word uses rows of the whole table.
        """
        if self.floret is not None:
            raise ValueError(f"Floret vectors cannot be cut to {n} rows: words use all of them.")
        words = PackedStrings(self.words.data, self.words.offsets[: n + 1])
        counts = None if self.counts is None else self.counts[:n]
        # a model of fastText is of all the rows
        extras = {name: kept for name, kept in self.extras.items() if name != "fasttext"}
        return WordVectors(words, self.data[:n], counts=counts, extras=extras, format=self.format)

    def __len__(self) -> int:
        return len(self.data)


@dataclass(frozen=True)
class ReadOptions:
    """How a file is read; the same for every format.

    :param limit: Rows to read at most, from the start of the file.
    :param errors: What to do with a word that is not UTF-8: "strict" raises and names the line,
        "replace" puts U+FFFD in, "skip" drops the row, "raw" keeps its bytes for the caller to
        decode: such words cannot be read as strings.
    :param dtype: Type of the result. Text is parsed as float32 and converted, whatever the type.
    :param progress: Called as ``progress("read", bytes, total)``.
    :param workers: Threads that parse; 0: one per core.
    :param finite_only: Refuse nan and infinity, and name the line.
    :raises ValueError: One of them is out of its range.
    """

    limit: int | None = None
    errors: Errors = "strict"
    dtype: DTypeLike = np.float32
    progress: Progress | None = None
    workers: int = 0
    finite_only: bool = True

    def __post_init__(self) -> None:
        worker_count(self.workers)
        if self.limit is not None and self.limit < 0:
            raise ValueError(f"limit is {self.limit}; expected None or a number of rows.")
        if self.errors not in ("strict", "replace", "skip", "raw"):
            raise ValueError(f"errors is {self.errors!r}; expected strict, replace, skip or raw.")
        if np.dtype(self.dtype).kind != "f":
            raise ValueError(f"dtype is {self.dtype!r}; expected float16, float32 or float64.")


def drop_duplicates(vectors: WordVectors) -> WordVectors:
    """Keep the first row of every word; count the others in ``n_duplicates``."""
    words = vectors.words
    firsts = _core.first_occurrences(words.data, words.offsets)
    if len(firsts) == len(words):
        return vectors
    vectors.n_duplicates += len(words) - len(firsts)
    vectors.words = words.take(firsts)
    vectors.data = vectors.data[firsts]
    if vectors.counts is not None:
        vectors.counts = vectors.counts[firsts]
    return vectors
