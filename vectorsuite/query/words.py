"""The words of a ``Vectors`` table by row, and rows by word, read from the table when asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from vectorsuite.strings import string_key
from vectorsuite.vectors.device_keys import first_keys
from vectorsuite.vectors.table import Vectors

HINT = (
    "the words of a table are read from it: add some with add_vectors, or put a list and a dict in "
    "place, index_to_key = list(index_to_key) and key_to_index = dict(key_to_index)"
)


class TableWords(Sequence[Any]):
    """The word of each row: of several, the one added first; None where a row has none.

    Follows every change of the table, and decodes no word before it is asked for.
    """

    def __init__(self, table: Vectors) -> None:
        self.table = table
        self._read: tuple[int, Any, Any] = (-1, None, None)  # generation, and what it had

    def _first_keys(self) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
        """First key of every row, (R,), and which rows have one, (R,)."""
        generation, first, has_key = self._read
        if generation != self.table.generation:
            generation = self.table.generation
            rows = len(self.table)
            first, has_key = (each[:rows] for each in first_keys(self.table.key2row, rows))
            self._read = generation, first, has_key  # at once: other threads may ask
        return first, has_key

    def rows_without_word(self) -> NDArray[np.int64]:
        """Rows that no key has, (N,)."""
        return np.flatnonzero(~self._first_keys()[1])

    def __len__(self) -> int:
        return len(self.table)

    @overload
    def __getitem__(self, row: int) -> Any: ...
    @overload
    def __getitem__(self, row: slice) -> list[Any]: ...
    def __getitem__(self, row: int | slice) -> Any:
        keys, has_key = self._first_keys()
        strings = self.table.strings
        if isinstance(row, slice):
            pairs = zip(keys[row].tolist(), has_key[row].tolist(), strict=True)
            return [strings[key] if known else None for key, known in pairs]
        return strings[int(keys[row])] if has_key[row] else None

    def __iter__(self) -> Iterator[Any]:
        return iter(self[:])

    def __add__(self, other: list[Any] | TableWords) -> list[Any]:
        """A list of the words and others after them, as ``list + list``."""
        return self[:] + list(other) if isinstance(other, (list, TableWords)) else NotImplemented

    def __radd__(self, other: list[Any]) -> list[Any]:
        return other + self[:] if isinstance(other, list) else NotImplemented

    def copy(self) -> list[Any]:
        """A list of the words, which may be changed."""
        return self[:]

    def __getattr__(self, name: str) -> Any:
        hint = f": {HINT}." if hasattr(list, name) else "."
        raise AttributeError(f"{type(self).__name__} has no {name!r}{hint}")

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (list, TableWords)):
            return len(self) == len(other) and self[:] == list(other)
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<words of {self.table!r}>"


class TableIndex(Mapping[Any, int]):
    """The row of each word of a table, several words of one row included."""

    def __init__(self, table: Vectors) -> None:
        self.table = table

    def get(self, word: Any, default: Any = None) -> Any:
        """Row of a word, or the default."""
        row = self.table.key2row.find_one(string_key(word)) if isinstance(word, str) else -1
        return default if row < 0 else row

    def __getitem__(self, word: Any) -> int:
        row = self.get(word, -1)
        if row < 0:
            raise KeyError(word)
        return int(row)

    def __contains__(self, word: object) -> bool:
        return self.get(word, -1) >= 0

    def __len__(self) -> int:
        return len(self.table.key2row)

    def __iter__(self) -> Iterator[Any]:
        return (self.table.strings[key] for key in self.table.key2row)

    def __setitem__(self, word: Any, row: int) -> None:
        raise TypeError(f"{type(self).__name__} cannot be written to: {HINT}.")

    def __getattr__(self, name: str) -> Any:
        hint = f": {HINT}." if hasattr(dict, name) else "."
        raise AttributeError(f"{type(self).__name__} has no {name!r}{hint}")

    def copy(self) -> dict[Any, int]:
        """A dict of the words and their rows, which may be changed."""
        return dict(self)

    def __or__(self, other: Mapping[Any, Any]) -> dict[Any, Any]:
        return {**self, **other} if isinstance(other, Mapping) else NotImplemented

    def __ror__(self, other: Mapping[Any, Any]) -> dict[Any, Any]:
        return {**other, **self} if isinstance(other, Mapping) else NotImplemented

    def __repr__(self) -> str:
        return f"<rows of the words of {self.table!r}>"
