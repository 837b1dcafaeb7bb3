"""Words over a ``Vectors`` table: one place for keys and vectors, two ways to look at it."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels.device import array_module, is_host, move, on_host, ops_of
from vectorsuite.query.keys import Key, texts_of
from vectorsuite.query.word_table import WordTable
from vectorsuite.query.words import TableIndex, TableWords
from vectorsuite.strings import StringStore, string_keys
from vectorsuite.vectors.oov import vector_by_policy
from vectorsuite.vectors.search import searched_words
from vectorsuite.vectors.table import Vectors

Self = TypeVar("Self", bound="Backed")

# What a table keeps per row; other attributes stay with the words.
ROW_ATTR_TYPES = {np.dtype(name) for name in ("u1", "i4", "u4", "i8", "u8", "f2", "f4", "f8")}


class Backed(WordTable):
    """Keys and vectors that live in a table from when :attr:`table` is first asked for.

    From then on `vectors`, `index_to_key` and `key_to_index` are views of the table, and edits on
    either side show on the other.
    """

    _table_generation = -1  # of the table, when its array was last taken over
    _vectors: Any  # None while the table is on a device and nobody has asked for a copy
    _room: Any
    _floret: Vectors | None = None  # a table that has a vector for any word

    @classmethod
    def from_table(cls: type[Self], table: Vectors, words: Any = None) -> Self:
        """Words over a table, which is shared, not copied.

        A floret table has a vector for any word. The words given are those that searches find,
        with copies of their vectors.

        :param words: Of a floret table only; by default all strings of its store.
        :raises ValueError: Words are given for a table that has words.
        :raises TypeError: They are one string, not a list.
        """
        made = cls(table.shape[1])
        if table.mode == "floret":
            known = searched_words(table, words)
            if known:
                made.add_vectors(known, on_host(table.get_batch(known)))
            made._floret = table
            return made
        if words is not None:
            raise ValueError(
                "A list of words is for floret tables; this one has "
                f"{len(table):,} keys of its own."
            )
        made._adopt(table)
        made.expandos = dict(table.row_attrs)
        return made

    @property
    def table(self) -> Vectors:
        """The ``Vectors`` under these words.

        Keys that are not strings go by their texts, see `keys`; such a table is a copy.

        :raises ValueError: Two keys have the same text.
        """
        table = self._as_table()
        if table is not self._backing and all(
            key is None or isinstance(key, str) for key in self.index_to_key
        ):
            self._adopt(table)
        return table

    def to_ops(self, ops: Any) -> None:
        """Move the table to the device of thinc's ops; queries run there from then on.

        What they return is on the host, as ever. `vectors` is then a copy on the host.

        :raises ValueError: The keys are not strings, so that no table can hold them.
        """
        table = self.table
        if self._backing is None:
            raise ValueError("Only words can be moved to a device; these keys are not strings.")
        table.to_ops(ops)

    @property
    def _backing(self) -> Vectors | None:
        """The table in which the keys live; None if they do not, or others were put in place."""
        words = self.index_to_key
        return words.table if isinstance(words, TableWords) else None

    def __contains__(self, key: Key) -> bool:
        return self.has_index_for(key) or self._inferred(key) is not None

    def _host_row(self, row: int) -> NDArray[Any]:
        words = self.index_to_key
        if type(words) is not TableWords:
            return super()._host_row(row)
        vector = words.table._read(row)
        if type(vector) is not np.ndarray:
            vector = on_host(vector)
            vector.setflags(write=False)
        return vector

    def _vector_without_row(self, key: Key) -> NDArray[Any]:
        """The vector, (D,), of an int that stands for a row, or of a word that has none.

        :raises KeyError: There is none.
        """
        vector = None if self.has_index_for(key) else self._inferred(key)
        return super()._vector_without_row(key) if vector is None else np.array(vector)

    def _check_words(self) -> None:
        """Refuse to go through the words of a floret table that came without any."""
        if self._floret is not None and not len(self):
            raise ValueError(
                "This floret table has vectors for all words, but came with no list of words that "
                "a search could find: name them, with vectorsuite.load(path, words=[…]) or "
                "--words FILE."
            )

    def _inferred(self, key: Key) -> NDArray[Any] | None:
        """The vector, (D,), of a word without a row; None if it has none."""
        if not isinstance(key, str):
            return None
        if self._floret is not None:
            return on_host(self._floret.get_batch([key]))[0] if key else None
        table = self._backing
        if table is None or table.oov is None:
            return None
        return on_host(vector_by_policy(table.oov, key, table))

    def _table_to_save(self) -> Vectors:
        """The table that holds all there is: of a floret one its buckets, with the words' strings.

        The words themselves stay as they are: a list stays a list.

        :raises ValueError: Vectors of words over a floret table were edited.
        """
        if self._floret is None:
            return self._as_table()
        words = list(texts_of(self.index_to_key))
        if not np.array_equal(on_host(self._floret.get_batch(words)), self.vectors):
            raise ValueError(
                "Vectors of words were edited, and the floret table under them cannot hold that: "
                "it has rows of n-grams. KeyedVectors.from_table(words.table) are the words alone."
            )
        table = self._floret.view()
        table.strings = StringStore(words)
        return table

    def _as_table(self) -> Vectors:
        """The table in which the keys live, or a new one over the same array."""
        table = self._backing
        if table is None:
            named = [row for row, key in enumerate(self.index_to_key) if key is not None]
            words = texts_of(self.index_to_key[row] for row in named)
            table = Vectors(strings=StringStore(words), data=self.vectors)
            table.key2row.set_many(string_keys(words), np.array(named, dtype=np.int32))
        table.row_attrs = {
            name: values for name, values in self.expandos.items() if values.dtype in ROW_ATTR_TYPES
        }
        return table

    def _adopt(self, table: Vectors) -> None:
        self.index_to_key = TableWords(table)
        self.key_to_index = TableIndex(table)
        self.next_index = len(table)
        self._take_over(table)

    # -- what changes when there is a table

    @property
    def vectors(self) -> NDArray[Any]:
        """The vectors, (R, D) float, row by row as in `index_to_key`.

        Where the table is on a device this is a copy, made when it is asked for.
        """
        self._follow()
        if self._vectors is None:
            copied = self.stored.get()
            copied.flags.writeable = False  # edits here would be lost
            self._vectors = self._room = copied
        return self._vectors

    @vectors.setter
    def vectors(self, vectors: NDArray[Any]) -> None:
        self._vectors = self._room = vectors
        table = self._backing
        if table is not None:
            if len(vectors) == len(table):
                table.data = vectors if is_host(table.data) else move(vectors, ops_of(table.data))
            else:  # other rows than the table's: the words go on without it
                self._own_keys()
        self.changed()

    @property
    def stored(self) -> Any:
        """The vectors where queries read them, (R, D): those of the table."""
        table = self._backing
        if table is None or is_host(table.data):
            return self.vectors
        self._follow()
        return table.data

    def changed(self) -> None:
        """Note that vectors were edited: norms are computed anew when next needed."""
        super().changed()
        table = self._backing
        if table is not None:
            table.touch()
            self._table_generation = table.generation
            if not is_host(table.data):
                self._vectors = self._room = None

    @property
    def expandos(self) -> dict[str, NDArray[Any]]:
        """Attributes by name, each with one value per row."""
        self._follow()
        return self._expandos

    @expandos.setter
    def expandos(self, attributes: dict[str, NDArray[Any]]) -> None:
        self._expandos = attributes

    def __getstate__(self) -> dict[str, Any]:
        state = super().__getstate__()
        if self._backing is not None:  # the table holds them
            state["_vectors"] = state["_room"] = None
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        table = self._backing
        if table is not None:
            self.key_to_index = TableIndex(table)
            self._take_over(table)

    def _follow(self) -> None:
        """Take over what was changed in the table, if anything was.

        Where rows were taken out, the table's own attributes follow them; others are dropped.
        """
        table = self._backing
        if table is None or table.generation == self._table_generation:
            return
        with self._editing:  # what another thread is about to finish is not taken over half done
            if table.generation != self._table_generation:
                self._take_over(table)
                self._attributes_follow(table)

    def _attributes_follow(self, table: Vectors) -> None:
        for name, values in list(self._expandos.items()):
            if len(values) == len(table):
                continue
            if name in table.row_attrs:
                self._expandos[name] = table.row_attrs[name]
            else:
                del self._expandos[name]

    def _take_over(self, table: Vectors) -> None:
        self._vectors = self._room = table.data if is_host(table.data) else None
        self.vector_size = table.shape[1]
        self._table_generation = table.generation
        super().changed()

    def _add_rows(self, keys: list[Key]) -> None:
        table = self._backing
        if table is None or not all(isinstance(key, str) for key in keys):
            super()._add_rows(keys)
            return
        rows = len(table)
        table.resize((rows + len(keys), self.vector_size))
        numbers = table.strings.add_many(keys)
        table.key2row.set_many(numbers, np.arange(rows, rows + len(keys), dtype=np.int32))
        self._take_over(table)
        self.allocate_vecattrs()

    def _name_row(self, row: int, key: Key) -> None:
        table = self._backing
        if table is None or not isinstance(key, str):
            super()._name_row(row, key)
            return
        table.add(key, row=row)
        self._take_over(table)

    def _write_rows(self, rows: Any, vectors: Any) -> None:
        table = self._backing
        if table is None or is_host(table.data):
            super()._write_rows(rows, vectors)
            return
        xp = array_module(table.data)
        places = xp.asarray(np.atleast_1d(rows))
        table.data[places] = xp.asarray(np.asarray(vectors), dtype=table.data.dtype)

    def _rows_without_key(self) -> Any:
        if isinstance(self.index_to_key, TableWords):
            return self.index_to_key.rows_without_word()
        return super()._rows_without_key()
