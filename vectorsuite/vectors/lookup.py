"""Looking up in a table: vectors of keys, rows of keys, keys of rows."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels.device import array_module, is_host, on_host
from vectorsuite.packed import PackedStrings
from vectorsuite.strings import as_key, string_keys
from vectorsuite.vectors.device_keys import DeviceKeys, first_keys
from vectorsuite.vectors.floret import FloretSettings
from vectorsuite.vectors.gather import ask_policy
from vectorsuite.vectors.key_index import KeyIndex
from vectorsuite.vectors.rows import Rows

MAX_STORES = 8  # of vocabs that share a table; older ones are let go, not to keep them in memory


class Lookup:
    """What a table answers without being changed."""

    oov: Any
    _mode: str
    _floret: FloretSettings
    _key2row: KeyIndex
    _rows: Rows
    generation: Any  # rises with every change
    _on_device_keys: tuple[int, DeviceKeys] | None = None
    _stores: tuple[Any, ...] = ()

    def __getitem__(self, key: str | int) -> Any:
        """The vector of a key, (D,): a view of its row that cannot be written to.

        On a device, where arrays have no such flag, it is a copy.

        :raises KeyError: No such key. In floret mode: no string has that key.
        """
        if self._mode == "floret":
            return self.get_batch([key])[0]
        row = self._key2row.find_one(key if type(key) is int else as_key(key))
        if row < 0:
            raise KeyError(f"No vector for {key!r} in this table. Add one with Vectors.add.")
        vector = self._rows.read_only[row]  # on the host there is no need of a call
        return vector if type(vector) is np.ndarray else self._read(row)

    def _read(self, row: int) -> Any:
        """A row that cannot be changed through what is returned."""
        vector = self._rows.read_only[row]
        return vector if is_host(vector) else vector.copy()

    def __contains__(self, key: object) -> bool:
        """Whether a key, string or hash, has a vector; always in floret mode."""
        if self._mode == "floret":
            return True
        try:
            return self._find_one(key) >= 0
        except TypeError:
            return False

    def _find_one(self, key: Any) -> int:
        """Row of a string or hash, −1 if it is missing."""
        if type(key) is int:
            return self._key2row.find_one(key)
        try:
            return self._key2row.find_one(as_key(key))
        except KeyError:  # a number outside 64 bits
            return -1

    def __iter__(self) -> Iterator[int]:
        """The keys in the order they were added."""
        return iter(self._key2row)

    def keys(self) -> Any:
        """The keys in the order they were added."""
        return self._key2row.keys()

    def values(self) -> Iterator[Any]:
        """Vectors of the rows that are not free, by row."""
        used = np.ones(len(self._rows.data), dtype=bool)
        if self._mode != "floret":
            used = ~self._rows.free_mask(self._key2row)
        for row in np.flatnonzero(used).tolist():
            yield self._read(row)

    def items(self) -> Iterator[tuple[int, Any]]:
        """Pairs of key and vector, in the order the keys were added."""
        for key, row in self._key2row.items():
            yield key, self._read(row)

    def find(
        self,
        *,
        key: str | int | None = None,
        keys: Iterable[str | int] | None = None,
        row: int | None = None,
        rows: Iterable[int] | None = None,
    ) -> Any:
        """Rows of keys or keys of rows; give exactly one argument.

        Keys that lie on the table's device are found there; nothing is copied or waited for.

        :param key: Its row, −1 if it is missing.
        :param keys: Their rows, (N,) int32 on the table's device, −1 for each missing one.
        :param row: The first key that was given that row.
        :param rows: The same for each, (N,) uint64 on the table's device.
        :raises KeyError: A row without a key.
        :raises ValueError: Floret mode, or not one argument.
        """
        if self._mode == "floret":
            raise ValueError("A floret table has no key for a row; use Vectors[key].")
        if (key is None) + (keys is None) + (row is None) + (rows is None) != 3:
            raise ValueError("Vectors.find takes exactly one of key, keys, row and rows.")
        if key is not None:
            return self._find_one(key)
        if keys is not None:
            return self._find_many(keys)
        if row is None and self._is_beside(rows):
            return self._first_keys_on_device(rows)
        wanted = np.atleast_1d(np.asarray(row if rows is None else on_host(rows), dtype=np.int64))
        found = self._first_keys(wanted)
        return int(found[0]) if rows is None else self._on_device(found)

    def _find_many(self, keys: Any) -> Any:
        """Rows of keys, (N,) int32 on the table's device."""
        if self._is_beside(keys):
            return self._device_keys().find(keys.reshape(-1).astype("uint64", copy=False))
        return self._on_device(self._key2row.find(self._keys_array(keys)))

    def _is_beside(self, array: Any) -> bool:
        """Whether an array lies on the device that the table is on."""
        return not is_host(array) and not is_host(self._rows.data)

    def _device_keys(self) -> DeviceKeys:
        """Keys and rows on the table's device; kept until the table changes."""
        kept = self._on_device_keys
        if kept is None or kept[0] != self.generation:
            table = self._rows.data
            made = DeviceKeys(self._key2row, len(table), array_module(table))
            kept = self._on_device_keys = (self.generation, made)
        return kept[1]

    def _first_keys(self, rows: NDArray[np.int64]) -> NDArray[np.uint64]:
        n = len(self._rows.data)
        first, has_key = first_keys(self._key2row, n)
        lacking = rows[~has_key[np.where((rows >= 0) & (rows < n), rows, n)]]
        if len(lacking):
            raise KeyError(f"Row {lacking[0]} has no key in this table of {n} rows.")
        return first[rows]

    def _first_keys_on_device(self, rows: Any) -> Any:
        keys = self._device_keys()
        rows = rows.reshape(-1)
        if not bool(keys.have(rows).all()):
            self._first_keys(on_host(rows))  # says which
        return keys.first(rows)

    def get_batch(self, keys: Iterable[str | int]) -> Any:
        """Gather one vector per key; a missing key gets what `oov` says, or zeros.

        :param keys: Strings or hashes, (N,); an array of hashes is fastest.
        :returns: New array, (N, D) float32, on the table's device.
        :raises TypeError: A key is something else.
        :raises KeyError: A key is no unsigned 64-bit number. In floret mode: no string has it.
        """
        if self._mode == "floret":
            return self._floret_batch(keys)
        table = self._rows.data
        if self._is_beside(keys) and self.oov is None and len(table):
            rows = self._find_many(keys)
            xp = array_module(table)
            vectors = table[xp.maximum(rows, 0)].astype("float32", copy=False)
            return xp.where((rows >= 0)[:, None], vectors, np.float32(0))
        keys = keys if hasattr(keys, "__len__") else list(keys)
        rows = self._key2row.find(self._keys_array(keys))
        if is_host(table) and len(rows) and rows.min() >= 0:
            return table.take(rows, axis=0).astype(np.float32, copy=False)
        missing = rows < 0
        rows[missing] = 0
        if not len(table):
            return self._on_device(np.zeros((len(rows), table.shape[1]), dtype=np.float32))
        vectors = table[self._on_device(rows)].astype(np.float32, copy=False)
        if missing.any():
            vectors[self._on_device(np.flatnonzero(missing))] = 0
            if self.oov is not None:
                numbers = self._keys_array(keys)
                strings = self._strings_with(keys, numbers)
                ask_policy(self.oov, self, numbers, vectors, ~missing, strings)
        return vectors

    def _strings_with(self, keys: Any, numbers: NDArray[np.uint64]) -> Any:
        """The store, and the strings among keys, which it need not know."""
        if isinstance(keys, np.ndarray):
            return self._known_strings
        pairs = zip(numbers.tolist(), keys, strict=True)
        return ChainMap(
            {number: key for number, key in pairs if isinstance(key, str)}, self._known_strings
        )

    @property
    def strings(self) -> Any:
        """The store of the strings of the keys, which is that of its vocab."""
        return self._stores[0]

    @strings.setter
    def strings(self, strings: Any) -> None:
        others = [store for store in self._stores if store is not strings]
        self._stores = (strings, *others)[:MAX_STORES]

    @property
    def _known_strings(self) -> Any:
        """The store, behind it those the table had before: its other vocabs add words to them.

        Tables are given to several vocabs of spaCy. When spaCy unpickles a vocab, it even gives
        the table a store that the vocab itself does not use.
        """
        return self._stores[0] if len(self._stores) == 1 else ChainMap(*self._stores)

    def _floret_batch(self, keys: Any) -> Any:
        keys, strings = on_host(keys), self._known_strings
        if not isinstance(keys, np.ndarray) or keys.dtype.kind not in "ui":
            words = PackedStrings.pack(k if isinstance(k, str) else strings[k] for k in keys)
            return self._floret.get_vectors(words, self._rows.data)
        unique, places = np.unique(keys, return_inverse=True)
        words = PackedStrings.pack(strings[key] for key in unique.tolist())
        return self._floret.get_vectors(words, self._rows.data)[self._on_device(places)]

    def _get_ngrams(self, key: str) -> list[str]:
        """N-grams of a word in floret mode; spaCy has it under this name."""
        return self._floret.get_ngrams(key)

    def _get_ngram_hashes(self, s: str) -> list[int]:
        """Hashes of an n-gram in floret mode; spaCy has it under this name."""
        return self._floret.get_hashes(s)

    def _keys_array(self, keys: Any) -> NDArray[np.uint64]:
        """Keys as (N,) uint64 on the host; signed arrays hold the same bits."""
        keys = on_host(keys)
        if isinstance(keys, np.ndarray) and keys.dtype.kind in "ui":
            return np.ascontiguousarray(keys.reshape(-1)).astype(np.uint64, copy=False)
        if isinstance(keys, PackedStrings):
            return string_keys(keys)
        keys = list(keys)
        kinds = set(map(type, keys))
        if kinds == {str}:
            return string_keys(keys)
        if kinds == {int} and min(keys) >= 0 and max(keys) < 1 << 64:
            return np.array(keys, dtype=np.uint64)
        return np.array([as_key(key) for key in keys], dtype=np.uint64)

    def _on_device(self, array: NDArray[Any]) -> Any:
        table = self._rows.data
        return array if is_host(table) else array_module(table).asarray(array)
