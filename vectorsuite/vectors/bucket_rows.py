"""Vectors of the buckets that n-grams hash to, of which only those in use take memory."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels import _core


def offsets_of_kept(kept: NDArray[np.bool_], offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where lists that lie end to end start once only some of their items are left, (n + 1,) int64.

    :param kept: Which items of all lists are left, (M,).
    :param offsets: Where each list started, (n + 1,).
    """
    return np.concatenate([[0], np.cumsum(kept)])[offsets]


class BucketRows:
    """One vector for each of a number of buckets; those that are not in use have zeros, or none.

    Of fastText's two million buckets, a vocabulary of a hundred thousand words uses about a fifth.

    :param n_buckets: How many there are.
    :param width: Of the vectors, D.
    :param buckets: Those in use, (U,) int64, all different; None: all, in order.
    :param rows: (U, D or more) float32 or float16, C order, used as it is; numbers after the first
        D of each row mean nothing. None: zeros.
    :param counts_unused: Whether means count buckets that are not in use, as zeros; otherwise they
        leave them out, as fastText's pruned models do.
    :raises ValueError: There is not one row of at least that width for each bucket in use.
    """

    def __init__(
        self,
        n_buckets: int,
        width: int,
        buckets: NDArray[np.int64] | None,
        rows: NDArray[np.float32] | None = None,
        counts_unused: bool = True,
    ) -> None:
        n = n_buckets if buckets is None else len(buckets)
        self.n_buckets = n_buckets
        self.width = width
        self.rows = np.zeros((n, width), dtype=np.float32) if rows is None else rows
        if self.rows.ndim != 2 or len(self.rows) != n or self.rows.shape[1] < width:
            raise ValueError(
                f"{n} buckets need vectors of shape ({n}, {width}), not {self.rows.shape}."
            )
        self.counts_unused = counts_unused
        self._buckets = buckets
        self._row_of: NDArray[np.int32] | None = None

    @classmethod
    def unused(cls, n_buckets: int, width: int) -> BucketRows:
        """No bucket is in use."""
        return cls(n_buckets, width, np.empty(0, dtype=np.int64))

    @property
    def is_whole(self) -> bool:
        """Whether there is a row for every bucket, in order."""
        return self._buckets is None

    @property
    def buckets(self) -> NDArray[np.int64]:
        """Buckets in use, in the order of :attr:`vectors`, (U,) int64."""
        return np.arange(self.n_buckets) if self._buckets is None else self._buckets

    @property
    def vectors(self) -> NDArray[np.float32]:
        """Vectors of the buckets in use, a view, (U, D) float32."""
        return self.rows[:, : self.width]

    def whole(self) -> BucketRows:
        """The same vectors with a row for every bucket; itself if it has them."""
        if self.is_whole:
            return self
        made = BucketRows(self.n_buckets, self.width, None, counts_unused=self.counts_unused)
        made.rows[self.buckets] = self.vectors
        return made

    def find(self, buckets: NDArray[Any]) -> NDArray[np.int32]:
        """Rows of buckets, -1 for those that are not in use, (M,) int32."""
        if self._buckets is None:
            return buckets.astype(np.int32, copy=False)
        if self._row_of is None:
            self._row_of = np.full(self.n_buckets, -1, dtype=np.int32)
            self._row_of[self._buckets] = np.arange(len(self._buckets), dtype=np.int32)
        return self._row_of[buckets]

    def get(self, buckets: NDArray[Any]) -> NDArray[np.float32]:
        """Copies of the vectors of buckets, (M, D) float32."""
        rows = self.find(buckets)
        if not len(self.rows):
            return np.zeros((len(rows), self.width), dtype=np.float32)
        found = self.vectors[rows]
        found[rows < 0] = 0
        return found

    def set(self, buckets: NDArray[Any], vectors: Any) -> None:
        """Write vectors, (M, D), of buckets that are in use.

        :raises KeyError: A bucket is not.
        """
        rows = self.find(buckets)
        if (rows < 0).any():
            raise KeyError("A bucket is not in use; whole() has a row for each.")
        self.rows[rows, : self.width] = vectors

    def own_parts(
        self, means: NDArray[Any], buckets: NDArray[Any], offsets: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """What ``own`` must be for :meth:`means` to give these, (n, D) float32."""
        rest = self.means(buckets, offsets)
        n = self.count(buckets, offsets).astype(np.float32)[:, None]
        return means * (n + 1) - rest * n

    def count(self, buckets: NDArray[Any], offsets: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many buckets of each list :meth:`means` counts, (n,) int64."""
        if not self.counts_unused:
            offsets = offsets_of_kept(self.find(buckets) >= 0, offsets)
        return np.diff(offsets)

    def means(
        self, buckets: NDArray[Any], offsets: NDArray[np.int64], own: Any = None
    ) -> NDArray[np.float32]:
        """Mean vector of each list of buckets, (n, D) float32; zeros for an empty one.

        :param buckets: The lists end to end, (M,).
        :param offsets: Where each starts, (n + 1,) int64.
        :param own: One more vector for each list, (n, D).
        """
        rows = self.find(buckets)
        if not self.counts_unused:
            used = rows >= 0
            offsets = offsets_of_kept(used, offsets)
            rows = rows[used]
        out = np.empty((len(offsets) - 1, self.width), dtype=np.float32)
        table = self.rows
        if table.dtype == np.float16:  # only the rows asked for become float32
            wanted, places = np.unique(rows, return_inverse=True)
            table, rows = table[wanted], places.reshape(-1).astype(np.int32)
            table[wanted < 0] = 0
        _core.row_means(np.ascontiguousarray(table, dtype=np.float32), rows, offsets, out)
        if own is not None:
            n = np.diff(offsets).astype(np.float32)[:, None]
            out *= n
            out += own
            out /= n + 1
        return out
