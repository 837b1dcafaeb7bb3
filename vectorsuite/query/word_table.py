"""Words and their vectors as arrays: what every query works on."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels.device import array_module, on_host, take_rows
from vectorsuite.kernels.nearest import RowIndex, inverse_norms
from vectorsuite.query.cosines import unit
from vectorsuite.query.derived import Derived
from vectorsuite.query.keys import KEY_TYPES, Key, is_key


class WordTable:
    """One vector per key. Row i of `vectors` belongs to `index_to_key[i]`.

    Edits through the methods here keep norms and attributes in step. Whoever writes into `vectors`
    itself calls :meth:`changed` (or gensim's ``fill_norms(force=True)``) afterwards. Threads may
    ask while another adds: they see each word once it has its vector.

    :param vector_size: Width of the vectors.
    :param count: Rows to set aside, whose keys come later by :meth:`add_vector`.
    :param dtype: Any float type.
    :param mapfile_path: Accepted as gensim does; not used.
    """

    _int_keys: tuple[int, int, bool] | None = None  # of which dict, of what size: has it any

    def __init__(
        self,
        vector_size: int,
        count: int = 0,
        dtype: Any = np.float32,
        mapfile_path: Any = None,
    ) -> None:
        self._editing = threading.RLock()
        self.vector_size = vector_size
        self.index_to_key: Sequence[Key] = [None] * count
        self.key_to_index: Mapping[Key, int] = {}
        self.next_index = 0
        self.expandos: dict[str, NDArray[Any]] = {}
        self.mapfile_path = mapfile_path
        self.vectors = np.zeros((count, vector_size), dtype=dtype)

    # -- the array

    @property
    def vectors(self) -> NDArray[Any]:
        """The vectors, (R, D) float, row by row as in `index_to_key`."""
        return self._vectors

    @vectors.setter
    def vectors(self, vectors: NDArray[Any]) -> None:
        self._vectors = vectors
        self._room = vectors
        self.changed()

    def changed(self) -> None:
        """Note that vectors were edited: norms are computed anew when next needed."""
        self._derived = Derived()

    @property
    def stored(self) -> Any:
        """The vectors where queries read them, (R, D): `vectors`, or an array on a device."""
        return self.vectors

    @property
    def derived(self) -> Derived:
        """The vectors as :attr:`stored` now, and what was worked out from them."""
        self.stored  # noqa: B018  takes over what changed in a table under it
        derived = self._derived
        if derived.stored is None:
            derived.stored = self.stored
        return derived

    @property
    def norms(self) -> NDArray[Any]:
        """Length of every vector, (R,) float; computed when first needed after an edit.

        Setting it, to None as gensim's users do, has it computed anew.
        """
        return self.derived.norms

    @norms.setter
    def norms(self, _: None) -> None:
        self.changed()

    @property
    def inverse_norms(self) -> Any:
        """1 / length of every vector, (R,) float32; NaN for rows that no search may find.

        It lies where :attr:`stored` does.
        """
        return self.row_index.scale

    @property
    def row_index(self) -> RowIndex:
        """What searches keep about the rows: with the table the scales that belong to it."""
        derived = self.derived
        if derived.row_index is None:
            stored = derived.stored
            scale = inverse_norms(stored)
            unnamed = np.asarray(self._rows_without_key(), dtype=np.int64)
            unnamed = unnamed[unnamed < len(stored)]  # rows may have been added meanwhile
            if len(unnamed):
                scale[array_module(stored).asarray(unnamed)] = np.nan
            derived.row_index = RowIndex(stored, scale)
        return derived.row_index

    def _rows_without_key(self) -> Any:
        """Rows set aside whose keys have yet to come."""
        if len(self.key_to_index) == len(self):
            return []
        return [row for row, key in enumerate(self.index_to_key) if key is None]

    def fill_norms(self, force: bool = False) -> None:
        """Compute `norms` now; with force also if they are thought to be up to date."""
        if force:
            self.changed()
        self.norms  # noqa: B018

    def __getstate__(self) -> dict[str, Any]:
        """What copies and pickles hold: nothing that can be worked out again."""
        state = dict(self.__dict__, _derived=Derived(), _room=self._vectors)
        del state["_editing"]
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _editing=threading.RLock())

    # -- keys

    def __len__(self) -> int:
        return len(self.index_to_key)

    def __contains__(self, key: Key) -> bool:
        return self.has_index_for(key)

    def __iter__(self) -> Iterator[Key]:
        """The keys, row by row."""
        return (key for key in self.index_to_key if key is not None)

    def __str__(self) -> str:
        return f"{type(self).__name__}<vector_size={self.vector_size}, {len(self)} keys>"

    def __repr__(self) -> str:
        return str(self)

    def has_index_for(self, key: Key) -> bool:
        """Whether the key has a row of its own."""
        return self.get_index(key, -1) >= 0

    def get_index(self, key: Key, default: int | None = None) -> int:
        """Row of a key. Where no key is an int, an int is taken for a row.

        :param default: Returned for an unknown key, if given.
        :raises KeyError: If the key is unknown and there is no default.
        """
        index = self.key_to_index.get(key, -1)
        if index >= 0:
            return index
        if isinstance(key, (int, np.integer)) and 0 <= key < len(self) and self._ints_are_rows():
            return int(key)
        if default is not None:
            return default
        hint = self._spelt_otherwise(key)
        raise KeyError(f"Key '{key}' not present in this table of {len(self)} keys{hint}.")

    def _spelt_otherwise(self, key: Key) -> str:
        """What to add to a complaint about a word if the table has it in another case or form."""
        if not isinstance(key, str):
            return ""
        trimmed = unicodedata.normalize("NFC", key.strip())
        forms = [trimmed, trimmed.lower(), trimmed.capitalize(), trimmed.title(), trimmed.upper()]
        found = next((form for form in forms if form in self.key_to_index), None)
        return "" if found is None else f"; it has '{found}'"

    def _ints_are_rows(self) -> bool:
        """Whether no key is an int: an item number that is missing must not be another's row."""
        index = self.key_to_index
        if not isinstance(index, dict):
            return True
        known = self._int_keys
        if known is None or known[:2] != (id(index), len(index)):
            any_int = any(isinstance(key, (int, np.integer)) for key in list(index))
            known = self._int_keys = (id(index), len(index), any_int)
        return not known[2]

    # -- vectors of keys

    def __getitem__(self, key_or_keys: Key | Iterable[Key]) -> NDArray[Any]:
        """Vector of one key, (D,) and read-only, or of several, (N, D)."""
        if type(key_or_keys) is str or is_key(key_or_keys, self.key_to_index):
            return self.get_vector(key_or_keys)
        keys = list(key_or_keys)
        find = self.key_to_index.get
        rows = [find(key, -1) for key in keys]
        if rows and min(rows) >= 0:
            return self.get_rows(rows)
        return np.vstack([self.get_vector(key) for key in keys])

    def get_vector(self, key: Key, norm: bool = False) -> NDArray[Any]:
        """Vector of a key, (D,), read-only; edit with ``table[key] = vector``.

        A word without a row has one if the table under these words is a floret one, or has a
        policy for such words, its ``oov``.

        :param norm: Scale it to length 1. A zero vector stays zero.
        :raises KeyError: If the key is unknown.
        """
        row = self.key_to_index.get(key, -1)
        vectors = self._derived.read_only
        if row >= 0:  # flags take their time to set: rows come from an array that has them
            vector = self._host_row(row) if vectors is None else vectors[row]
        else:
            vector = self._vector_without_row(key)
            vector.setflags(write=False)
        if norm:
            vector = unit(vector)
            vector.setflags(write=False)
        return vector

    def _host_row(self, row: int) -> NDArray[Any]:
        """A row, (D,), on the host, that cannot be written to: a view, or a copy."""
        derived = self._derived
        if derived.read_only is None:
            vectors = self._vectors.view()
            vectors.setflags(write=False)
            derived.read_only = vectors
        return derived.read_only[row]

    def _vector_without_row(self, key: Key) -> NDArray[Any]:
        """The vector, (D,), of a key that is no row's: of an int that stands for a row."""
        return self._host_row(self.get_index(key))

    def get_rows(self, rows: Any) -> NDArray[Any]:
        """Vectors of rows, (N, D); a new array on the host."""
        found: NDArray[Any] = on_host(take_rows(self.stored, np.asarray(rows, dtype=np.int64)))
        return found

    def get_normed_vectors(self) -> NDArray[Any]:
        """All vectors scaled to length 1, zero vectors left as they are; new array, (R, D)."""
        return self.derived.normed()

    def unit_normalize_all(self) -> None:
        """Scale all vectors to length 1, in place. Training cannot sensibly go on after that."""
        self.vectors = self.get_normed_vectors().astype(self.vectors.dtype)

    # -- edits

    def add_vector(self, key: Key, vector: Any) -> int:
        """Add one key, into a row set aside if there is one.

        :param vector: (D,) numbers.
        :returns: The key's row.
        """
        with self._editing:
            row = self.next_index
            if row >= len(self) or self.index_to_key[row] is not None:
                row = len(self)
                self.add_vectors([key], [vector])
                self.allocate_vecattrs()
                return row
            self._name_row(row, key)
            self._write_rows(row, vector)
            self.next_index += 1
            self.changed()
        return row

    def add_vectors(
        self,
        keys: Key | Sequence[Key],
        weights: Any,
        extras: Mapping[str, Any] | None = None,
        replace: bool = False,
    ) -> None:
        """Add keys with their vectors; known keys keep theirs unless `replace`.

        :param keys: One key or N. The last of equal keys counts if `replace`, else the first.
        :param weights: (D,) or (N, D) numbers.
        :param extras: Attributes by name, one value per key each.
        :raises ValueError: If numbers of keys, vectors and extras differ, or the width is wrong.
        """
        if isinstance(keys, KEY_TYPES) or (isinstance(keys, tuple) and np.ndim(weights) == 1):
            keys, weights = [keys], np.asarray(weights).reshape(1, -1)
        weights = np.asarray(weights)
        extras = {name: np.asarray(values) for name, values in (extras or {}).items()}
        if weights.shape != (len(keys), self.vector_size) and len(keys):
            raise ValueError(
                f"{len(keys)} keys need vectors of shape ({len(keys)}, {self.vector_size}), "
                f"not {weights.shape}."
            )
        for name, values in extras.items():
            if len(values) != len(keys):
                raise ValueError(f"Extra {name!r} has {len(values)} values for {len(keys)} keys.")
        with self._editing:
            rows, is_new = self._rows_for(keys)
            self.allocate_vecattrs()
            self.allocate_vecattrs(list(extras), [values.dtype for values in extras.values()])
            written = np.ones(len(keys), dtype=bool) if replace else is_new
            if written.any():
                self._write_rows(rows[written], weights[written])
            for name, values in extras.items():
                self.expandos[name][rows[written]] = values[written]
            self.changed()

    def __setitem__(self, keys: Key | Sequence[Key], weights: Any) -> None:
        """Set the vectors of one key or several, adding those that are new."""
        one = not isinstance(keys, (list, np.ndarray))
        if one and not (isinstance(keys, tuple) and np.ndim(weights) == 2):
            keys, weights = [keys], np.asarray(weights).reshape(1, -1)
        self.add_vectors(list(keys), weights, replace=True)

    def resize_vectors(self, seed: int = 0) -> None:
        """Give `vectors` one row per key; new rows are uniform in ±1 / width, seeded."""
        old = self.vectors[: len(self)]
        random = np.random.default_rng(seed=seed)
        new = random.random((len(self), self.vector_size), dtype=np.float32) * 2 - 1
        vectors = (new / self.vector_size).astype(old.dtype)
        vectors[: len(old)] = old
        self.vectors = vectors
        self.allocate_vecattrs()

    def allocate_vecattrs(self, attrs: Any = None, types: Any = None) -> None:
        """Make room for attributes of words, which :class:`Attributes` keeps."""
        raise NotImplementedError

    def _name_row(self, row: int, key: Key) -> None:
        """Give a row that was set aside its key."""
        keys, index = self._own_keys()
        keys[row] = key
        index[key] = row

    def _rows_for(self, keys: Sequence[Key]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Row of every key, making rows for new ones, and which keys made one."""
        rows = np.empty(len(keys), dtype=np.int64)
        is_new = np.zeros(len(keys), dtype=bool)
        added: dict[Key, int] = {}
        find = self.key_to_index.get
        for i, key in enumerate(keys):
            row = find(key, -1)
            if row < 0:
                is_new[i] = key not in added
                row = added.setdefault(key, len(self) + len(added))
            rows[i] = row
        if added:
            self._add_rows(list(added))
        return rows, is_new

    def _add_rows(self, keys: list[Key]) -> None:
        """Append a row for each of these new keys; room doubles, so that adding is cheap."""
        vectors = self._own_vectors()
        words, index = self._own_keys()
        first, rows = len(words), len(words) + len(keys)
        words.extend(keys)
        if rows > len(self._room):
            room = np.zeros((max(rows, len(vectors) * 2), self.vector_size), vectors.dtype)
            room[: len(vectors)] = vectors
            self._room = room
        self._vectors = self._room[:rows]
        self.changed()
        # last, so that other threads find no word without a row
        index.update(zip(keys, range(first, rows), strict=True))

    def _write_rows(self, rows: Any, vectors: Any) -> None:
        self._own_vectors()[rows] = vectors

    def _own_vectors(self) -> NDArray[Any]:
        """`vectors`, copied first if they are read-only (memory-mapped)."""
        if not self.vectors.flags.writeable:
            self.vectors = np.array(self._vectors)
        return self._vectors

    def _own_keys(self) -> tuple[list[Key], dict[Key, int]]:
        """The keys as a list and a dict that may be changed."""
        if not isinstance(self.index_to_key, list):
            self.index_to_key = list(self.index_to_key)
        if not isinstance(self.key_to_index, dict):
            self.key_to_index = dict(self.key_to_index.items())
        return self.index_to_key, self.key_to_index
