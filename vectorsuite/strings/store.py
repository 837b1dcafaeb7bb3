"""StringStore: string ↔ key, with spaCy's names and keys; opens a large saved store at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, overload

import numpy as np
import srsly
from numpy.typing import NDArray

from vectorsuite.io.atomic import written_beside
from vectorsuite.io.json_file import read_json
from vectorsuite.packed import PackedStrings
from vectorsuite.strings.hashing import as_key, string_key, string_keys
from vectorsuite.strings.sidecar import map_sidecar, write_sidecar
from vectorsuite.strings.string_table import StringTable
from vectorsuite.strings.symbols import SYMBOL_NAMES


class StringStore:
    """Strings by their 64-bit key, and keys of strings.

    The 457 reserved symbols are always there, with small numbers as keys, and are not counted.

    :param strings: Strings to add, in order. Packed ones are not decoded until asked for.
    """

    def __init__(self, strings: Iterable[str] | PackedStrings | None = None) -> None:
        self._table: StringTable | None = None
        self._added: dict[int, str] = {}
        self._transient: dict[int, str] | None = None  # strings of a memory zone
        if strings is not None:
            self.add_many(strings)

    @overload
    def __getitem__(self, string_or_key: str | bytes) -> int: ...
    @overload
    def __getitem__(self, string_or_key: int) -> str: ...
    def __getitem__(self, string_or_key: str | bytes | int) -> int | str:
        """The key of a string (whether it is here or not), or the string of a key.

        :raises KeyError: No string here has that key.
        """
        if isinstance(string_or_key, (str, bytes)):
            return string_key(string_or_key)
        key = string_or_key if type(string_or_key) is int else as_key(string_or_key)
        string = self._find(key)
        if string is None:
            raise KeyError(
                f"No string has the key {key}. Add the string to this store first; a key cannot "
                "be turned back into a string it was never given."
            )
        return string

    def _find(self, key: int) -> str | None:
        if 0 <= key < len(SYMBOL_NAMES):
            return SYMBOL_NAMES[key]
        string = self._added.get(key)
        if string is None and self._table is not None:
            string = self._table.get(key)
        if string is None and self._transient is not None:
            string = self._transient.get(key)
        return string

    def as_int(self, key: str | int) -> int:
        """The key of a string; a key is given back as it is."""
        return string_key(key) if isinstance(key, str) else key

    def as_string(self, key: str | int) -> str:
        """The string of a key; a string is given back as it is."""
        return key if isinstance(key, str) else self[key]

    def add(self, string: str | bytes, allow_transient: bool | None = None) -> int:
        """Add a string and return its key.

        :param allow_transient: Whether it may go with the memory zone; by default it does so if
            there is one.
        :raises TypeError: It is no string.
        """
        if not isinstance(string, (str, bytes)):
            raise TypeError(f"A string is needed, not {string!r} of type {type(string).__name__}.")
        text = string.decode("utf8") if isinstance(string, bytes) else string
        key = string_key(text)
        if key < len(SYMBOL_NAMES) or key in self._added:
            return key
        if self._table is not None and key in self._table:
            return key
        if self._transient is not None and allow_transient is not False:
            self._transient[key] = text
        else:
            self._added[key] = text
            if self._transient is not None:
                self._transient.pop(key, None)
        return key

    def add_many(self, strings: Iterable[str] | PackedStrings) -> NDArray[np.uint64]:
        """Add strings; much faster than one by one. They stay when a memory zone ends.

        :returns: Their keys, (n,) uint64.
        """
        packed = strings if isinstance(strings, PackedStrings) else PackedStrings.pack(strings)
        if not len(self) and len(packed):
            self._table = StringTable.build(packed)
            if self._table is not None:
                return self._table.keys.copy()
        keys = string_keys(packed)
        new = keys >= len(SYMBOL_NAMES)
        if self._table is not None:
            new &= self._table.index.find(keys) < 0
        numbers = np.flatnonzero(new)
        for number, key in zip(numbers.tolist(), keys[numbers].tolist(), strict=True):
            if key not in self._added:
                self._added[key] = packed[number]
                if self._transient is not None:
                    self._transient.pop(key, None)
        return keys

    def __contains__(self, string_or_key: str | bytes | int) -> bool:
        try:
            return self._find(as_key(string_or_key)) is not None
        except KeyError:
            return False

    def __len__(self) -> int:
        n = len(self._added) + (0 if self._table is None else len(self._table))
        return n + len(self._transient or ())

    def __iter__(self) -> Iterator[str]:
        """The strings in order of insertion; after loading, in sorted order. No symbols."""
        if self._table is not None:
            yield from self._table
        yield from list(self._added.values())
        yield from list((self._transient or {}).values())

    def values(self) -> list[int]:
        """The keys of the strings, in the order of iteration."""
        keys = [] if self._table is None else self._table.keys.tolist()
        return keys + list(self._added) + list(self._transient or ())

    def __repr__(self) -> str:
        return f"StringStore({len(self)} strings)"

    @contextmanager
    def memory_zone(self, mem: Any = None) -> Iterator[Any]:
        """Forget the strings added within this block when it ends.

        :param mem: Handed on as it is, for spaCy's callers.
        :raises RuntimeError: A zone is open already.
        """
        if self._transient is not None:
            raise RuntimeError("A memory zone is open already; they do not nest.")
        self._transient = {}
        try:
            yield mem
        finally:
            self._transient = None

    def __reduce__(self) -> tuple[Any, ...]:
        return StringStore, (list(self),)

    def to_disk(self, path: str | Path) -> None:
        """Write the strings as a sorted JSON list, and beside it a file to map them from.

        :param path: The JSON file; spaCy calls it ``strings.json``.
        """
        path = Path(path)
        strings = sorted(self)
        with written_beside(path) as beside:
            srsly.write_json(beside, strings)
        table = StringTable.build(PackedStrings.pack(strings))
        if table is not None:
            write_sidecar(_index_path(path), path, table.to_arrays())

    def from_disk(self, path: str | Path) -> StringStore:
        """Load the strings of a file in place of the table; strings added before stay, after them.

        With the file that `to_disk` wrote beside it nothing is parsed: strings are decoded when
        they are asked for.
        """
        path = Path(path)
        table = _map_table(path)
        previous = list(self)
        self._reset(table)
        if table is None:
            self.add_many(_checked(read_json(path), path))
        for string in previous:
            self.add(string, allow_transient=False)
        return self

    def to_bytes(self, **kwargs: Any) -> str:
        """The strings as a sorted JSON list (a str, as in spaCy).

        :param kwargs: Not used; spaCy's callers pass ``exclude``.
        """
        return srsly.json_dumps(sorted(self))

    def from_bytes(self, bytes_data: str | bytes, **kwargs: Any) -> StringStore:
        """Load what `to_bytes` gave; strings that are here already stay, after them."""
        strings = _checked(srsly.json_loads(bytes_data), "these bytes")
        previous = list(self)
        self._reset(None)
        self.add_many(strings)
        for string in previous:
            self.add(string, allow_transient=False)
        return self

    def _reset(self, table: StringTable | None) -> None:
        self._table = table
        self._added = {}
        if self._transient is not None:
            self._transient = {}


def _index_path(path: Path) -> Path:
    return path.with_suffix(".index")


def _map_table(path: Path) -> StringTable | None:
    arrays = map_sidecar(_index_path(path), path)
    try:
        return None if arrays is None else StringTable.from_arrays(arrays)
    except (KeyError, ValueError, TypeError, IndexError):
        return None  # damaged: the JSON beside it is whole


def _checked(strings: Any, source: object) -> list[str]:
    if not isinstance(strings, list) or not all(isinstance(s, str) for s in strings):
        raise ValueError(f"A store of strings is a JSON list of strings; {source} is not.")
    return strings
