"""The table of vectors: keys → rows → one 2-D float array, on any device."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels.device import array_module, is_host, move, on_host, zeros
from vectorsuite.packed import PackedStrings
from vectorsuite.strings import StringStore, as_key
from vectorsuite.vectors import serialize
from vectorsuite.vectors.attributes import attribute_id
from vectorsuite.vectors.floret import FloretSettings
from vectorsuite.vectors.key_index import KeyIndex
from vectorsuite.vectors.lookup import Lookup
from vectorsuite.vectors.pickling import Origin, reduce_table
from vectorsuite.vectors.rows import Rows
from vectorsuite.vectors.search import Searchable

MODES = ("default", "floret")


def _setting(name: str, doc: str) -> property:
    """A property that is a field of the floret settings."""
    return property(lambda table: getattr(table._floret, name), doc=doc)


class Vectors(Lookup, Searchable):
    """Word vectors with the names and behaviour of spaCy's ``Vectors``.

    In the default mode `key2row` maps keys (hashes of strings) to rows of `data`; several keys may
    share a row. In floret mode any string has a vector, worked out from its n-grams.

    The dtype of `data` is kept if it is float16, float32 or float64; other numbers become float32.
    `get_batch` always gives float32. Change vectors through methods, or call `touch` after writing
    to `data`, so that what was worked out from it (norms, neighbours) is worked out anew.

    :param strings: Store for the strings of the keys; a new one by default.
    :param shape: (rows, width) of a table of zeros whose rows are all free.
    :param data: (R, D) table; used as it is, and none of its rows is free.
    :param keys: Keys, strings (also packed) or hashes, of the rows of `data` in order.
    :param name: Name of the table.
    :param mode: "default" or "floret".
    :param minn, maxn, hash_count, hash_seed, bow, eow, lone_boundaries: See `FloretSettings`.
    :param attr: Token attribute that the keys stand for, by spaCy's name or number.
    :raises ValueError: Unknown mode, bad shape, more keys than rows, or bad floret settings.
    """

    def __init__(
        self,
        *,
        strings: Any = None,
        shape: tuple[int, int] | None = None,
        data: Any = None,
        keys: Iterable[str | int] | None = None,
        name: str | None = None,
        mode: str = "default",
        minn: int = 0,
        maxn: int = 0,
        hash_count: int = 1,
        hash_seed: int = 0,
        bow: str = "<",
        eow: str = ">",
        attr: int | str = "ORTH",
        lone_boundaries: bool = True,
    ) -> None:
        mode = str(getattr(mode, "value", mode))
        if mode not in MODES:
            raise ValueError(f"Unknown mode {mode!r} of a table; there are {', '.join(MODES)}.")
        self.strings = StringStore() if strings is None else strings
        self.name = name
        self._mode = mode
        self._attr = attribute_id(attr)
        self._floret = FloretSettings(minn, maxn, hash_count, hash_seed, bow, eow, lone_boundaries)
        self._key2row = KeyIndex()
        self._generation = 0
        self._origin: Origin | None = None
        #: Arrays with one value per row, such as "count"; saved with the table.
        self.row_attrs: dict[str, NDArray[Any]] = {}
        #: What the table was made with, plain JSON; saved with the table.
        self.settings: dict[str, Any] = {}
        #: Policy for missing keys, see `vectorsuite.vectors.oov`; used by `get_batch`. Saved if it
        #: is of n-grams' vectors (`vectorsuite.vectors.ngram_vectors`).
        self.oov: Any = None
        if mode == "floret":
            self._check_floret(data, keys)
        if data is None:
            self._rows = Rows(zeros(shape or (0, 0)), free=True)
        else:
            self._rows = Rows(data, free=False)
        if keys is not None:
            self._set_keys(keys)

    def _check_floret(self, data: Any, keys: Any) -> None:
        """Refuse what no floret table can be made of."""
        self._floret.check()
        if data is None:
            raise ValueError("A floret table needs data; it cannot be made by shape.")
        if keys is not None:
            raise ValueError("A floret table has no keys: n-grams of any string are its keys.")

    def _set_keys(self, keys: Any) -> None:
        """Give the rows keys, in order; strings among them are added to the store."""
        keys = keys if isinstance(keys, (np.ndarray, PackedStrings)) else list(keys)
        if len(keys) > len(self):
            raise ValueError(f"{len(keys)} keys were given for a table of {len(self)} rows.")
        array = self._keys_array(keys)
        self._add_strings(keys)
        self._key2row.set_many(array, np.arange(len(array), dtype=np.int32))
        self._rows.take(slice(0, len(array)))

    def _add_strings(self, keys: Any) -> None:
        if isinstance(keys, np.ndarray):
            return
        if not isinstance(keys, PackedStrings):
            keys = [key for key in keys if isinstance(key, str)]
        if hasattr(self.strings, "add_many"):
            self.strings.add_many(keys)
        else:  # spaCy's store
            for string in keys:
                self.strings.add(string, allow_transient=False)

    # What it is

    @property
    def mode(self) -> str:
        """default or floret."""
        return self._mode

    @property
    def attr(self) -> int:
        """Number of the token attribute that the keys stand for."""
        return self._attr

    minn = _setting("minn", "Least length of an n-gram in floret mode, in characters.")
    maxn = _setting("maxn", "Greatest length of an n-gram in floret mode.")
    hash_count = _setting("hash_count", "Rows per n-gram in floret mode, 1 to 4.")
    hash_seed = _setting("hash_seed", "Seed of the hash of n-grams.")
    bow = _setting("bow", "Text that floret puts before each word.")
    eow = _setting("eow", "Text that floret puts after each word.")

    @property
    def data(self) -> Any:
        """The table, (R, D) float. Read-only while it is mapped from a file."""
        return self._rows.data

    @data.setter
    def data(self, data: Any) -> None:
        self._rows.replace(data)
        self.touch()

    @property
    def key2row(self) -> KeyIndex:
        """Key → row, a mapping; empty in floret mode."""
        return self._key2row

    @key2row.setter
    def key2row(self, key2row: Mapping[int, int]) -> None:
        self._generation += self._key2row.generation + 1
        self._key2row = key2row if isinstance(key2row, KeyIndex) else KeyIndex(key2row)

    @property
    def generation(self) -> int:
        """A number that rises with every change of the table; caches compare it."""
        return self._generation + self._key2row.generation

    def touch(self) -> None:
        """Say that `data` was written to directly."""
        self._generation += 1

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, width) of the table."""
        return tuple(self.data.shape)

    @property
    def size(self) -> int:
        """rows × width."""
        return int(self.data.size)

    @property
    def vectors_length(self) -> int:
        """Width of the table."""
        return self.shape[1]

    @property
    def is_full(self) -> bool:
        """Whether no row is free for a new key."""
        return self._mode == "floret" or self._rows.first_free(self._key2row) < 0

    @property
    def n_keys(self) -> int:
        """Number of keys, −1 in floret mode."""
        return -1 if self._mode == "floret" else len(self._key2row)

    def __len__(self) -> int:
        """Number of rows, whether keys have them or not."""
        return len(self.data)

    def __repr__(self) -> str:
        keys = "" if self._mode == "floret" else f"{self.n_keys} keys, "
        return f"Vectors({self.shape[0]} × {self.shape[1]}, {keys}{self.mode})"

    # Change

    def __setitem__(self, key: str | int, vector: Any) -> None:
        """Change the vector of a key that is there; all keys of its row change with it.

        :raises KeyError: No such key.
        """
        if self._refuse_floret("Vectors.__setitem__"):
            return
        row = self._key2row.find_one(as_key(key))
        if row < 0:
            raise KeyError(f"No vector for {key!r} in this table. Add one with Vectors.add.")
        self._write(row, vector)

    def add(self, key: str | int, *, vector: Any = None, row: int | None = None) -> int:
        """Give a key a row: `row`, or the one it has, or the lowest free one.

        A string is added to the store too.

        :param vector: Values to write to the row, (D,); without it the row stays as it is.
        :returns: The row; −1 in floret mode, which only warns.
        :raises ValueError: No row is free, `row` is not in the table, or the width is wrong.
        """
        if self._refuse_floret("Vectors.add"):
            return -1
        number = as_key(key)
        if row is None:
            row = self._key2row.find_one(number)
            if row < 0:
                row = self._rows.first_free(self._key2row)
            if row < 0:
                raise ValueError(
                    f"No row is free for {key!r} in this table of {len(self)} × {self.shape[1]}. "
                    "Make room with Vectors.resize."
                )
        else:
            self._rows.free_mask(self._key2row)  # a row that loses its key now does not become free
        row = int(row)
        if not 0 <= row < len(self):
            raise ValueError(f"Row {row} for {key!r} is not in this table of {len(self)} rows.")
        if vector is not None:
            self._write(row, vector)
        if isinstance(key, str):
            self.strings.add(key, allow_transient=False)  # a memory zone would forget it
        self._key2row[number] = row
        self._rows.take(row)
        return row

    def _write(self, row: int, vector: Any) -> None:
        vector = np.asarray(vector) if is_host(vector) else vector
        if vector.shape not in ((), (self.shape[1],)):
            raise ValueError(
                f"The vector has shape {vector.shape}; this table holds vectors of width "
                f"{self.shape[1]}."
            )
        self._rows.make_writable()
        on_table = is_host(self._rows.data)
        self._rows.data[row] = on_host(vector) if on_table else self._on_device(vector)
        self._rows.take(row)
        self.touch()

    def resize(self, shape: tuple[int, int], inplace: bool = False) -> Any:
        """Change rows and width; what is new is zero, and every row without a key is free.

        :param shape: (rows, width) that the table gets.
        :param inplace: Only refuses another width, as in spaCy; memory is reused either way.
        :returns: Keys taken out because their rows are gone, as [(key, row)]; −1 in floret mode,
            which only warns.
        :raises ValueError: A negative number, or another width with ``inplace``.
        """
        if self._refuse_floret("Vectors.resize"):
            return -1
        rows, width = int(shape[0]), int(shape[1])
        if rows < 0 or width < 0:
            raise ValueError(f"A table cannot have shape ({rows}, {width}).")
        if inplace and width != self.shape[1]:
            raise ValueError(f"inplace keeps the width, {self.shape[1]}; {width} was asked for.")
        self._rows.resize(rows, width)
        keys, key_rows = self._key2row.entries()
        gone = np.flatnonzero(key_rows >= rows)
        removed = list(zip(keys[gone].tolist(), key_rows[gone].tolist(), strict=True))
        for key, _ in removed:
            del self._key2row[key]
        self.row_attrs = {name: _resized(a, rows) for name, a in self.row_attrs.items()}
        self._rows.sync()
        self.touch()
        return removed

    def clear(self) -> None:
        """Take all keys out; every row is free then. The values stay until they are overwritten.

        :raises ValueError: Floret mode.
        """
        if self._mode == "floret":
            raise ValueError("A floret table has no keys that could be cleared.")
        self._key2row.clear()
        self._rows.sync()

    def to_ops(self, ops: Any) -> None:
        """Move the table to the device of thinc's ops; does nothing where it is there."""
        moved = move(self.data, ops)
        if moved is not self.data:
            self.data = moved

    def _refuse_floret(self, method: str) -> bool:
        if self._mode == "floret":
            warnings.warn(f"{method} does nothing: a floret table cannot be changed.", stacklevel=3)
        return self._mode == "floret"

    # Compare, copy and save

    def view(self) -> Vectors:
        """A table over the same array, keys and strings, with a name and settings of its own."""
        other = copy.copy(self)
        other.row_attrs, other.settings = dict(self.row_attrs), dict(self.settings)
        return other

    def __copy__(self) -> Vectors:
        other = object.__new__(type(self))  # a subclass may have another, such as that of spaCy
        other.__dict__.update(self.__dict__)
        return other

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Vectors):
            return NotImplemented
        return (
            self.shape == other.shape
            and (self._mode, self._attr, self._floret) == (other._mode, other._attr, other._floret)
            and _same_bits(self.data, other.data)
            and self._key2row == other._key2row
        )

    __hash__ = None  # type: ignore[assignment]

    def _get_cfg(self) -> dict[str, Any]:
        """What is saved as ``vectors.cfg``; spaCy has it under this name."""
        return serialize.to_config(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return reduce_table(self)

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """Serialise to bytes that spaCy reads too. See `serialize.to_bytes`."""
        return serialize.to_bytes(self, exclude)

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> Vectors:
        """Load what `to_bytes` gave, in place of what is here."""
        serialize.from_bytes(self, data, exclude)
        return self

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the table into a directory, in spaCy's layout. See `serialize.to_disk`."""
        serialize.to_disk(self, path, exclude)

    def from_disk(
        self, path: str | Path, *, exclude: Iterable[str] = (), mmap: bool = True
    ) -> Vectors:
        """Load a directory, in place of what is here. See `serialize.from_disk`.

        :param mmap: Map the table instead of reading it: nothing is read until it is used,
            processes share the memory, and the first change copies it.
        """
        serialize.from_disk(self, path, exclude, mmap)
        self._origin = Origin.of(self, Path(path)) if mmap else None
        return self


def _same_bits(a: Any, b: Any) -> bool:
    """Whether two arrays of one shape are equal; on the host NaN equals NaN, as in spaCy."""
    if is_host(a) and is_host(b):
        return a.dtype == b.dtype and bool(np.array_equal(_bits(a), _bits(b)))
    if is_host(a):
        a, b = b, a
    return bool((a == array_module(a).asarray(b)).all())


def _bits(array: NDArray[Any]) -> NDArray[Any]:
    return array.view(f"u{array.dtype.itemsize}")


def _resized(array: NDArray[Any], rows: int) -> NDArray[Any]:
    resized = np.zeros(rows, dtype=array.dtype)
    resized[: len(array)] = array[:rows]
    return resized
