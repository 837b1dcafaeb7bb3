"""Many strings that can be found by their key without being decoded, also in a mapped file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels import _core
from vectorsuite.packed import PackedStrings
from vectorsuite.strings.hashing import string_keys
from vectorsuite.strings.symbols import SYMBOL_NAMES


class StringTable:
    """Distinct strings, none of them reserved, over a packed buffer and a key index.

    :param strings: The strings, in their order.
    :param keys: Their keys, (n,) uint64.
    :param index: Key → number of the string.
    """

    __slots__ = ("_bytes", "_offsets", "index", "keys", "strings")

    def __init__(self, strings: PackedStrings, keys: NDArray[np.uint64], index: Any) -> None:
        self.strings = strings
        self.keys = keys
        self.index = index
        # these memoryviews give single items several times faster than the arrays
        self._bytes, self._offsets = strings.data.data, strings.offsets.data

    @classmethod
    def build(cls, strings: PackedStrings) -> StringTable | None:
        """Index packed strings; None if some are equal, reserved or empty: add those one by one."""
        keys = string_keys(strings)
        if len(keys) and keys.min() < len(SYMBOL_NAMES):
            return None
        index = _core.KeyIndex()
        index.set_many(keys, np.arange(len(keys), dtype=np.int32))
        return cls(strings, keys, index) if len(index) == len(keys) else None

    @classmethod
    def from_arrays(cls, arrays: dict[str, NDArray[Any]]) -> StringTable:
        """Over the arrays that `to_arrays` gave, for instance mapped ones.

        :raises ValueError: The arrays do not fit each other.
        """
        data, offsets, keys = arrays["data"], arrays["offsets"], arrays["keys"]
        if len(offsets) != len(keys) + 1 or offsets[0] != 0 or offsets[-1] != len(data):
            raise ValueError("offsets do not fit the strings.")
        index = _core.KeyIndex(arrays["slots"], keys, arrays["numbers"])
        return cls(PackedStrings(data, offsets), keys, index)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Arrays for a file: data, offsets, keys, and the index as slots and numbers."""
        return {
            "data": self.strings.data,
            "offsets": self.strings.offsets,
            "keys": self.keys,
            "numbers": np.arange(len(self.keys), dtype=np.int32),
            "slots": self.index.slots(),
        }

    def get(self, key: int) -> str | None:
        """The string of a key, None if it is not here."""
        try:
            number = self.index.get(key)
        except TypeError:  # no unsigned 64-bit number
            return None
        if number < 0:
            return None
        return str(self._bytes[self._offsets[number] : self._offsets[number + 1]], "utf8")

    def __contains__(self, key: int) -> bool:
        return bool(self.index.get(key) >= 0)

    def __len__(self) -> int:
        return len(self.keys)

    def __iter__(self) -> Iterator[str]:
        return iter(self.strings)
