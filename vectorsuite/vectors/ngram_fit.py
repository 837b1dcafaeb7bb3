"""Fitting rows of n-grams to a table, so that words it lacks get vectors.

Zhao, Mudgal and Liang (2018, EMNLP) fit the rows by stochastic gradient descent. Their objective
is a least-squares problem with one sparse matrix for all dimensions, which is solved here, with a
ridge penalty, by conjugate gradients.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels import _core
from vectorsuite.kernels.cores import worker_count
from vectorsuite.kernels.device import on_host
from vectorsuite.packed import PackedStrings
from vectorsuite.protocols import Progress
from vectorsuite.vectors.bucket_rows import BucketRows, offsets_of_kept
from vectorsuite.vectors.ngram_vectors import NGramVectors
from vectorsuite.vectors.ngrams import NGrams
from vectorsuite.vectors.table import Vectors

#: Penalties that are tried on words left out; the best for tables of 10,000 to a million words.
RIDGES = (0.005, 0.02, 0.08)
DEFAULT_RIDGE = 0.02
#: At most so many words are left out to choose the penalty and to measure the cosine.
MAX_HELD_OUT = 2000
MIN_HELD_OUT = 20
#: Steps of conjugate gradients, which end when the gradient is so small a share of what it was.
#: More steps change no cosine by more than .001: the penalty makes the problem an easy one.
MAX_STEPS = 50
TOLERANCE = 0.1
#: Lengths of vectors for which rows are kept in half precision.
HALF_SCALES = (0.01, 1000.0)
#: Columns that one thread fits at a time, the kernel's.
_LINE = 16


def fit_ngrams(
    table: Vectors,
    *,
    minn: int = 2,
    maxn: int = 6,
    bucket: int = 2_000_000,
    min_words: int = 2,
    ridge: float | None = None,
    held_out: float = 0.05,
    seed: int = 0,
    threads: int = 0,
    progress: Progress | None = None,
) -> NGramVectors:
    """Fit rows of hashed n-grams whose means come near the vectors of a table.

    Minimises Σ_w |mean of the rows of w's n-grams − v_w / |v_w||² + ridge Σ_r √uses_r |row_r|²,
    where uses_r counts the n-grams of row r in all words: one in many words tells little of each.

    Use it as the table's policy, which is saved with it: ``table.oov = fit_ngrams(table)``.

    :param minn: Least length of n-grams in characters of "<word>" ...
    :param maxn: ... and greatest.
    :param bucket: Buckets that n-grams are hashed to, by fastText's hash; only those in use take
        memory, 2 × D bytes each.
    :param min_words: Leave out buckets that fewer n-grams of known words fall into.
    :param ridge: The penalty; None: the best of `RIDGES` on words left out.
    :param held_out: Share of the words to leave out first, at most 2,000 words; 0: none, and no
        cosine is known.
    :param seed: Decides which.
    :param threads: 0: all cores.
    :param progress: Told the columns fitted, as stage "fit".
    :returns: With ``facts``: "words", "rows", "ridge", "held_out" (words), and of these "cosine",
        the mean cosine of their vectors and their fitted ones.
    :raises ValueError: The table is in floret mode, or has no words with vectors; a setting is out
        of its range.
    """
    if table.mode == "floret":
        raise ValueError("A floret table gives every word a vector; there is nothing to fit.")
    if not 0 <= held_out < 1:
        raise ValueError(f"held_out is {held_out}; it is a share of the words, from 0 to below 1.")
    if ridge is not None and not 0 < ridge < np.inf:
        raise ValueError(f"ridge is {ridge}; it must be a positive number, or None.")
    if maxn < 1 or min_words < 1:
        raise ValueError(f"maxn ({maxn}) and min_words ({min_words}) must be at least 1.")
    ngrams = NGrams(minn, maxn, bucket)
    words, target = _known_words(table)
    bags, buckets = _make_bags(ngrams, words, min_words)
    job = _Fit(bags, target, len(buckets), worker_count(threads))
    left_out = _choose(len(words), held_out, seed)
    if ridge is None:
        ridge = job.best_ridge(left_out) if len(left_out) else DEFAULT_RIDGE
    rows, cosine = job.run(ridge, left_out, progress)
    facts = {
        "words": len(words), "rows": len(buckets), "ridge": ridge, "held_out": len(left_out),
        "cosine": cosine,
    }  # fmt: skip
    of_buckets = BucketRows(bucket, table.shape[1], buckets, rows, counts_unused=False)
    return NGramVectors(ngrams, of_buckets, facts)


@dataclass
class _Target:
    """Unit vectors of words, made a few columns at a time.

    :param data: The table, (R, D).
    :param rows: Row of each word, (n,).
    :param inverse_norms: Of these, (n,) float32.
    :param scale: The length that vectors of the table usually have.
    """

    data: NDArray[Any]
    rows: NDArray[np.int32]
    inverse_norms: NDArray[np.float32]
    scale: float

    def columns(self, span: slice) -> NDArray[np.float32]:
        """Some columns, (n, C)."""
        vectors = self.data[self.rows, span].astype(np.float32)
        return np.ascontiguousarray(vectors * self.inverse_norms[:, None])


@dataclass
class _Bags:
    """N-grams of words as row numbers: all end to end, and where each word's start."""

    rows: NDArray[np.int32]
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def without(self, words: NDArray[np.bool_], rows: NDArray[np.bool_] | None = None) -> _Bags:
        """The bags with nothing in those of some words, and without some rows."""
        lengths = np.diff(self.offsets)
        gone = np.repeat(words, lengths)
        if rows is not None:
            gone |= rows[self.rows]
        return _Bags(self.rows[~gone], offsets_of_kept(~gone, self.offsets))

    @property
    def scales(self) -> NDArray[np.float32]:
        """1 / length of each bag; 0 for empty ones."""
        lengths = np.diff(self.offsets)
        return np.where(lengths > 0, 1 / np.maximum(lengths, 1), 0).astype(np.float32)


class _Fit:
    """The fit of `n_rows` rows to the target, a few columns at a time."""

    def __init__(self, bags: _Bags, target: _Target, n_rows: int, threads: int) -> None:
        self.bags = bags
        self.target = target
        self.n_rows = n_rows
        self.threads = threads
        self.columns = _LINE * max(4, threads)

    def best_ridge(self, left_out: NDArray[np.int64]) -> float:
        """The penalty that serves words left out best, by the first columns."""
        target = self.target.columns(slice(0, self.columns))
        rows = np.zeros((self.n_rows, target.shape[1]), dtype=np.float32)
        cosines = {}
        for ridge in sorted(RIDGES, reverse=True):  # each begins where a smoother fit ended
            score = _Cosines(len(left_out))
            self._fit_held_out(rows, target, ridge, left_out, score)
            cosines[ridge] = score.mean()
        return max(cosines, key=lambda ridge: cosines[ridge])

    def run(
        self, ridge: float, left_out: NDArray[np.int64], progress: Progress | None
    ) -> tuple[NDArray[Any], float | None]:
        """The rows, (U, D), and the mean cosine of words left out of a first fit."""
        width, scale = self.target.data.shape[1], self.target.scale
        # half precision is plenty for means of rows, where its range is
        is_common = HALF_SCALES[0] <= scale <= HALF_SCALES[1]
        fitted = np.empty((self.n_rows, width), dtype=np.float16 if is_common else np.float32)
        score = _Cosines(len(left_out))
        for start in range(0, width, self.columns):
            span = slice(start, min(start + self.columns, width))
            target = self.target.columns(span)
            rows = np.zeros((self.n_rows, target.shape[1]), dtype=np.float32)
            if len(left_out):
                self._fit_held_out(rows, target, ridge, left_out, score)
            self._fit(rows, target, ridge, self.bags)
            fitted[:, span] = rows * np.float32(scale)
            if progress is not None:
                progress("fit", span.stop, width)
        return fitted, score.mean() if len(left_out) else None

    def _fit_held_out(
        self,
        rows: NDArray[np.float32],
        target: NDArray[np.float32],
        ridge: float,
        left_out: NDArray[np.int64],
        score: _Cosines,
    ) -> None:
        is_out = np.zeros(len(self.bags), dtype=bool)
        is_out[left_out] = True
        rest = self.bags.without(is_out)
        self._fit(rows, target, ridge, rest)
        # of words that are really unknown, n-grams that no known word has are left out, too
        unknown = np.bincount(rest.rows, minlength=self.n_rows) == 0
        asked = self.bags.without(~is_out, unknown)
        means = np.empty_like(target)
        _core.row_means(rows, asked.rows, asked.offsets, means)
        score.add(means[left_out], target[left_out])

    def _fit(
        self, rows: NDArray[np.float32], target: NDArray[np.float32], ridge: float, bags: _Bags
    ) -> None:
        """Change rows (U, C) to the least of the objective."""
        uses = np.bincount(bags.rows, minlength=self.n_rows)
        penalties = (ridge * np.sqrt(np.maximum(uses, 1))).astype(np.float32)
        _core.fit_bags(
            bags.rows, bags.offsets, bags.scales, target, penalties, rows, MAX_STEPS, TOLERANCE,
            self.threads,
        )  # fmt: skip


class _Cosines:
    """Cosines of pairs of vectors that come a few columns at a time."""

    def __init__(self, n: int) -> None:
        self.products = np.zeros((3, n))

    def add(self, a: NDArray[np.float32], b: NDArray[np.float32]) -> None:
        """Add columns of both, (n, C)."""
        for total, (x, y) in zip(self.products, ((a, b), (a, a), (b, b)), strict=True):
            total += np.einsum("ij,ij->i", x, y)

    def mean(self) -> float:
        """The mean cosine; that of a zero vector is 0."""
        dots, squares_a, squares_b = self.products
        lengths = np.sqrt(squares_a * squares_b)
        return float(np.mean(dots / np.where(lengths > 0, lengths, 1)))


def _known_words(table: Vectors) -> tuple[PackedStrings, _Target]:
    """The words of a table whose vectors are neither zero nor infinite."""
    keys, rows = table.key2row.entries()
    data = on_host(table.data)
    norms = np.linalg.norm(data, axis=1).astype(np.float64)
    good = (norms[rows] > 0) & np.isfinite(norms[rows])
    keys, rows = keys[good], rows[good]
    if not len(keys):
        raise ValueError("The table has no words with vectors that n-grams could be fitted to.")
    words = PackedStrings.pack(table.strings[key] for key in keys.tolist())
    inverse = (1 / norms[rows]).astype(np.float32)
    return words, _Target(data, rows, inverse, float(np.median(norms[rows])))


def _make_bags(
    ngrams: NGrams, words: PackedStrings, min_words: int
) -> tuple[_Bags, NDArray[np.int64]]:
    """Bags of rows, and the bucket of each row, the most used first."""
    found, offsets = ngrams.get_rows(words)
    uses = np.bincount(found, minlength=1)
    used = np.flatnonzero(uses >= min_words)
    if not len(used):
        raise ValueError(
            f"No n-gram of {ngrams.minn} to {ngrams.maxn} characters occurs {min_words} times in "
            f"the {len(words)} words of the table. Fit them to a larger table, or set min_words=1."
        )
    # rows that are often fetched lie together
    buckets = used[np.argsort(-uses[used], kind="stable")]
    row_of = np.full(len(uses), -1, dtype=np.int32)
    row_of[buckets] = np.arange(len(buckets), dtype=np.int32)
    rows = row_of[found]
    kept = rows >= 0
    return _Bags(rows[kept], offsets_of_kept(kept, offsets)), buckets


def _choose(n: int, share: float, seed: int) -> NDArray[np.int64]:
    """Words to leave out, ascending; none if so few would tell nothing."""
    size = min(int(share * n), MAX_HELD_OUT)
    if size < MIN_HELD_OUT:
        return np.empty(0, dtype=np.int64)
    return np.sort(np.random.default_rng(seed).choice(n, size, replace=False))
