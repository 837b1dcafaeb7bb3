"""Words made of character n-grams: which rows each word has, and their tables.

Bojanowski et al. (2017, TACL), "Enriching Word Vectors with Subword Information": a word's vector
is the mean of its own row and the rows of its n-grams, which hash to a fixed number of buckets.
floret (Boyd and Warmerdam, 2022) hashes the whole word too, and all to up to four rows of a table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels.compiled import start_rows
from vectorsuite.kernels.job import padded_rows
from vectorsuite.packed import PackedStrings
from vectorsuite.strings.hashing import string_keys
from vectorsuite.training.architecture import Architecture
from vectorsuite.training.weights import Parts, Weights
from vectorsuite.vectors.floret import FloretSettings
from vectorsuite.vectors.ngrams import NGrams

#: Of the random vectors that buckets start from: not those of words, whose keys are hashes.
BUCKET_STREAM = 0x6275636B65740000


@dataclass
class SubwordTable:
    """The rows that training changes: of words, then of the buckets that words use.

    Buckets stand in order of use, so that the rows most often fetched lie together; a table of two
    million buckets of which a tenth is in use needs memory for that tenth only.

    :param buckets: Bucket of each row after those of the words, (U,) int64, all different.
    :param parts: Rows that make up each word.
    """

    buckets: NDArray[np.int64]
    parts: Parts


def subword_table(
    rows: NDArray[np.int32],
    offsets: NDArray[np.int64],
    counts: NDArray[np.int64],
    n_buckets: int,
    own_rows: bool = True,
) -> SubwordTable:
    """Number the rows of words and of the buckets that they use.

    :param rows: Buckets of all words end to end, (M,) int32.
    :param offsets: Where each word's start, (V + 1,) int64.
    :param counts: How often each word occurs, (V,) int64.
    :param own_rows: Whether each word has a row of its own besides.
    """
    lengths = np.diff(offsets)
    uses = np.bincount(rows, weights=np.repeat(counts, lengths), minlength=n_buckets)
    used = np.flatnonzero(uses)
    buckets = used[np.argsort(-uses[used], kind="stable")]
    n_own = len(lengths) if own_rows else 0
    row_of = np.empty(max(n_buckets, 1), dtype=np.int32)
    row_of[buckets] = np.arange(n_own, n_own + len(buckets), dtype=np.int32)
    if not own_rows:
        return SubwordTable(buckets, Parts(row_of[rows], offsets))
    starts = offsets + np.arange(len(offsets))
    parts = np.empty(len(rows) + n_own, dtype=np.int32)
    is_own = np.zeros(len(parts), dtype=bool)
    is_own[starts[:-1]] = True
    parts[is_own] = np.arange(n_own, dtype=np.int32)
    parts[~is_own] = row_of[rows]
    return SubwordTable(buckets, Parts(parts, starts))


def start_buckets(buckets: NDArray[np.int64], seed: int, width: int, rows: Any) -> None:
    """Fill rows (U, stride) with uniform values in [-1, 1) / D, from each bucket's number."""
    start_rows(buckets.astype(np.uint64) + np.uint64(BUCKET_STREAM), seed, width, rows)


def subword_weights(
    words: PackedStrings,
    counts: NDArray[np.int64],
    architecture: Architecture,
    subwords: NGrams | FloretSettings,
    seed: int,
    *,
    n_rows: int = 0,
) -> tuple[Weights, SubwordTable]:
    """Tables before training, of words that are made of n-grams.

    :param subwords: fastText's n-grams beside a row for each word, or floret's, without.
    :param n_rows: Rows of a floret table.
    """
    if isinstance(subwords, NGrams):
        rows, offsets = subwords.get_rows(words)
        table = subword_table(rows, offsets, counts, subwords.bucket)
        n_own = len(words)
    else:
        rows, offsets = subwords.get_rows(words, n_rows)
        table = subword_table(rows, offsets, counts, n_rows, own_rows=False)
        n_own = 0
    n, width = len(words), architecture.vector_size
    weights = Weights(
        width, padded_rows(n_own + len(table.buckets), width), parts=table.parts,
        tree_order="queues",  # as in fastText's files
    )  # fmt: skip
    if n_own:
        start_rows(string_keys(words), seed, width, weights.in_rows[:n_own])
    start_buckets(table.buckets, seed, width, weights.in_rows[n_own:])
    if architecture.negative:
        weights.out_rows = padded_rows(n, width)
    if architecture.hierarchical_softmax:
        weights.tree_rows = padded_rows(n, width)
    return weights, table
