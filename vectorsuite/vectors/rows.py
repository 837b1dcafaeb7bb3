"""The rows of a table: one 2-D array that grows in amortised time, and which rows are free."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels.device import array_module
from vectorsuite.vectors.key_index import KeyIndex

# One float dtype in memory and on disk; anything else that is a number becomes float32.
FLOAT_DTYPES = tuple(np.dtype(name) for name in ("float16", "float32", "float64"))


def as_table(data: Any) -> Any:
    """A 2-D C-contiguous float array on its own device, the same one if it is that already.

    float16, float32 and float64 are kept; integers and booleans become float32.

    :raises ValueError: It is not two-dimensional.
    :raises TypeError: It holds no real numbers.
    """
    if not hasattr(data, "__array_interface__") and not hasattr(data, "__cuda_array_interface__"):
        data = np.asarray(data)
    if data.ndim != 2:
        raise ValueError(f"A table is two-dimensional, (rows, width); this is {data.shape}.")
    if data.dtype.newbyteorder("=") in FLOAT_DTYPES:
        dtype = data.dtype.newbyteorder("=")
    elif data.dtype.kind in "iub":
        dtype = np.dtype("float32")
    else:
        raise TypeError(f"A table holds real numbers; this one has dtype {data.dtype}.")
    if data.dtype != dtype:
        data = data.astype(dtype)
    if not data.flags.c_contiguous:
        data = data.copy(order="C")
    return np.asarray(data) if isinstance(data, np.ndarray) else data


class Rows:
    """A 2-D array with room to grow, and which of its rows have not been given out yet.

    :param data: (R, D) float; used as it is, so that changes go through to the caller's array.
    :param free: Whether all rows are free (a table made by shape) or none (one made from data).
    """

    def __init__(self, data: Any, *, free: bool) -> None:
        self._hold(as_table(data))
        # None: those without a key, but for the ranges in _kept; worked out when it is asked for
        self._free: NDArray[np.bool_] | None = np.full(len(self.data), free)
        self._kept: list[list[int]] = []
        self._first = 0  # no row below is free

    def _hold(self, storage: Any, rows: int | None = None) -> None:
        """Make `storage` the array, of which the first `rows` rows are the table."""
        self._storage = storage
        self.data = storage if rows is None else storage[:rows]
        self.read_only = self.data  # what is handed out; CuPy has no such flag
        if isinstance(self.data, np.ndarray):
            self.read_only = self.data.view()
            self.read_only.flags.writeable = False

    def replace(self, data: Any) -> None:
        """Take another array in place of this one; rows it has more are not free."""
        n = len(self.data)
        self._hold(as_table(data))
        if self._free is not None and len(self.data) != n:
            free = np.zeros(len(self.data), dtype=bool)
            n = min(n, len(free))
            free[:n] = self._free[:n]
            self._free = free

    def sync(self, kept: list[list[int]] | None = None) -> None:
        """Let every row without a key be free, but for ranges [first, last + 1) in `kept`."""
        self._free, self._kept, self._first = None, kept or [], 0

    def free_mask(self, index: KeyIndex) -> NDArray[np.bool_]:
        """Which rows are free, (R,) bool.

        :param index: Key → row.
        """
        if self._free is None:
            self._free = _unmapped(index, len(self.data))
            for start, stop in self._kept:
                self._free[start:stop] = False
        return self._free

    def first_free(self, index: KeyIndex) -> int:
        """The lowest free row, −1 if there is none."""
        free = self.free_mask(index)[self._first :]
        step = int(free.argmax()) if len(free) else 0
        if not len(free) or not free[step]:
            self._first = len(self.data)
            return -1
        self._first += step
        return self._first

    def take(self, row: int | slice) -> None:
        """Make a row, or a range of them, not free."""
        if self._free is not None:
            self._free[row] = False

    def kept(self, index: KeyIndex) -> list[list[int]]:
        """Ranges [first, last + 1) of rows that no key has and that are not free either."""
        kept = _unmapped(index, len(self.data)) & ~self.free_mask(index)
        edges = np.flatnonzero(np.diff(np.concatenate(([False], kept, [False]))))
        return edges.reshape(-1, 2).tolist()

    def make_writable(self) -> None:
        """Copy an array that may not be written to, such as one mapped from a file."""
        if isinstance(self.data, np.ndarray) and not self.data.flags.writeable:
            self._hold(self.data.copy())

    def resize(self, rows: int, width: int) -> None:
        """Change the shape; new rows and columns are zero.

        Growing by a few rows at a time takes amortised time, since room is made in advance.
        """
        n, old_width = self.data.shape
        if width == old_width and rows <= len(self._storage) and self._writable():
            self._storage[n:rows] = 0
        else:
            room = max(rows, n + n // 2) if rows > n > 0 else rows
            storage = array_module(self.data).zeros((room, width), self.data.dtype)
            n, old_width = min(n, rows), min(old_width, width)
            storage[:n, :old_width] = self.data[:n, :old_width]
            self._storage = storage
        self._hold(self._storage, rows)

    def _writable(self) -> bool:
        return not isinstance(self._storage, np.ndarray) or self._storage.flags.writeable


def _unmapped(index: KeyIndex, n_rows: int) -> NDArray[np.bool_]:
    """Rows that no key has, (R,) bool."""
    unmapped = np.ones(n_rows, dtype=bool)
    unmapped[index.entries()[1]] = False
    return unmapped
