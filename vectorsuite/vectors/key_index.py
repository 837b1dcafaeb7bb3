"""Key → row, as a mapping and in batches; can lie in a mapped file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels import _core
from vectorsuite.strings import as_key


class KeyIndex(MutableMapping[int, int]):
    """A mapping from unsigned 64-bit keys to rows, in order of insertion, like a dict.

    Open addressing in compiled code: a batch of a million keys is found in some milliseconds.
    Over mapped arrays nothing is read until a key is looked up, and the first change copies them.

    :param items: A mapping or pairs, as for a dict.
    """

    __slots__ = ("_core", "generation")

    def __init__(self, items: Mapping[int, int] | Iterable[tuple[int, int]] = ()) -> None:
        self._core = _core.KeyIndex()
        self.generation = 0  # rises with every change
        if isinstance(items, KeyIndex):
            self.set_many(*items.entries())
        else:
            pairs = items.items() if isinstance(items, Mapping) else items
            for key, row in pairs:
                self[key] = row

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> KeyIndex:
        """Over the arrays that `to_arrays` gave, for instance mapped ones.

        :raises ValueError: They do not fit each other.
        """
        index = cls()
        index._core = _core.KeyIndex(arrays["slots"], arrays["keys"], arrays["rows"])
        return index

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Arrays for a file: slots (C, 2) uint64, keys (n,) uint64, rows (n,) int32."""
        slots = self._core.slots()
        keys, rows = self._core.entries()
        return {"slots": slots, "keys": keys, "rows": rows}

    @property
    def mapped(self) -> bool:
        """Whether look-ups still read the arrays it was made over."""
        return bool(self._core.borrowed)

    def find(self, keys: NDArray[np.uint64], threads: int = 0) -> NDArray[np.int32]:
        """Rows of many keys, −1 for a missing one.

        :param keys: (N,) uint64.
        :param threads: Number of threads, 0 for all cores.
        :returns: (N,) int32.
        """
        return self._core.find(np.ascontiguousarray(keys, dtype=np.uint64), threads)

    def entries(self) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
        """Copies of all keys (n,) uint64 and rows (n,) int32, oldest first."""
        return self._core.entries()

    def set_many(self, keys: NDArray[np.uint64], rows: NDArray[np.int32]) -> None:
        """Set keys (N,) uint64 to rows (N,) int32; of equal keys the last wins."""
        self.generation += 1
        self._core.set_many(
            np.ascontiguousarray(keys, dtype=np.uint64), np.ascontiguousarray(rows, dtype=np.int32)
        )

    def find_one(self, key: int) -> int:
        """Row of a key, −1 if it is missing or no key at all."""
        try:
            return self._core.get(key)
        except TypeError:
            pass
        try:  # NumPy's numbers and other integers
            return self._core.get(key.__index__())
        except (AttributeError, TypeError):
            return -1

    def __getitem__(self, key: int) -> int:
        row = self.find_one(key)
        if row < 0:
            raise KeyError(key)
        return row

    @overload
    def get(self, key: int) -> int | None: ...
    @overload
    def get(self, key: int, default: Any) -> Any: ...
    def get(self, key: int, default: Any = None) -> Any:
        """Row of a key, or the default."""
        row = self.find_one(key)
        return default if row < 0 else row

    def __contains__(self, key: object) -> bool:
        return self.find_one(key) >= 0  # type: ignore[arg-type]

    def __setitem__(self, key: int, row: int) -> None:
        self.generation += 1
        self._core.set(as_key(key), int(row))

    def __delitem__(self, key: int) -> None:
        if self.find_one(key) < 0:
            raise KeyError(key)
        self.generation += 1
        self._core.pop(as_key(key))

    def clear(self) -> None:
        """Take all keys out."""
        self.generation += 1
        self._core.clear()

    def __len__(self) -> int:
        return len(self._core)

    def __iter__(self) -> Iterator[int]:
        """The keys as they are now: changes made meanwhile are not seen."""
        return iter(self.entries()[0].tolist())

    def items(self) -> Any:
        """Pairs of key and row as they are now, in a view like a dict's."""
        keys, rows = self.entries()
        return dict(zip(keys.tolist(), rows.tolist(), strict=True)).items()

    def values(self) -> Any:
        """The rows, one per key, in the order of the keys."""
        return self.entries()[1].tolist()

    def copy(self) -> KeyIndex:
        """An index of its own with the same items."""
        return KeyIndex(self)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, KeyIndex):
            keys, rows = self.entries()
            return len(self) == len(other) and bool(np.array_equal(other.find(keys), rows))
        if isinstance(other, Mapping):
            return dict(self.items()) == other
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"KeyIndex({len(self)} keys)"

    def __reduce__(self) -> tuple[Any, ...]:
        return _from_entries, self.entries()


def _from_entries(keys: NDArray[np.uint64], rows: NDArray[np.int32]) -> KeyIndex:
    index = KeyIndex()
    index.set_many(keys, rows)
    return index
