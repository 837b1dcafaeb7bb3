"""Keys, rows and first keys of a table on its device, for look-ups that never leave it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.vectors.key_index import KeyIndex


def first_keys(index: KeyIndex, rows: int) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
    """The first key that each row was given, (R + 1,), and which rows have one, (R + 1,).

    The last place belongs to row −1: key 0, none.
    """
    keys, key_rows = index.entries()
    first = np.zeros(rows + 1, dtype=np.uint64)
    has_key = np.zeros(rows + 1, dtype=bool)
    first[key_rows[::-1]] = keys[::-1]  # the earliest is written last
    has_key[key_rows] = True
    return first, has_key


class DeviceKeys:
    """What a table's keys come to on a device; made once, as long as the table stays as it is.

    :param index: Key → row.
    :param rows: Number of rows of the table.
    :param xp: Module of the device's arrays.
    """

    def __init__(self, index: KeyIndex, rows: int, xp: Any) -> None:
        keys, key_rows = index.entries()
        order = np.argsort(keys)
        self._xp = xp
        self._keys = xp.asarray(keys[order])
        self._rows = xp.asarray(key_rows[order])
        first, has_key = first_keys(index, rows)
        self._first, self._has_key = xp.asarray(first), xp.asarray(has_key)

    def find(self, keys: Any) -> Any:
        """Rows of keys, (N,) int32, −1 for a missing one; binary search, without a wait.

        :param keys: (N,) uint64 on the device.
        """
        xp = self._xp
        if not len(self._keys):
            return xp.full(keys.shape, -1, dtype="int32")
        places = xp.searchsorted(self._keys, keys)
        places = xp.minimum(places, len(self._keys) - 1)
        return xp.where(self._keys[places] == keys, self._rows[places], np.int32(-1))

    def first(self, rows: Any) -> Any:
        """The first key of every row, uint64 in the shape of the rows; 0 for row −1."""
        return self._first[rows]

    def have(self, rows: Any) -> Any:
        """Which rows are there and have a key, in the shape of the rows, bool."""
        xp = self._xp
        n = len(self._has_key) - 1
        return self._has_key[xp.where((rows >= 0) & (rows < n), rows, n)]
