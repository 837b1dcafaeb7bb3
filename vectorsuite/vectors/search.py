"""Nearest rows of a table: ``Vectors.most_similar``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels.device import is_host, on_host
from vectorsuite.kernels.nearest import RowIndex, nearest_rows
from vectorsuite.strings import string_keys
from vectorsuite.vectors.device_keys import first_keys

if TYPE_CHECKING:
    from vectorsuite.vectors.table import Vectors


class Searchable:
    """The search of a table. What it works out from the vectors is kept until they change."""

    _searched: tuple[int, RowIndex, NDArray[np.int64] | None] | None = None

    def most_similar(
        self: Any,
        queries: Any,
        *,
        batch_size: int = 1024,
        n: int = 1,
        sort: bool = True,
        exclude: Sequence[Iterable[str | int]] | None = None,
        among: Iterable[str | int] | None = None,
        where: Callable[[NDArray[np.int64]], Any] | None = None,
        first: int | None = None,
        aliases: bool = False,
        words: Sequence[str] | None = None,
    ) -> tuple[Any, Any, Any]:
        """The n rows with the highest cosine to each query, exactly; of equal ones the lower row.

        Rows without a key, zero rows and rows that are not finite are never found. Where filters
        leave fewer than n, the rest is key 0, row −1, score −inf.

        :param queries: Vectors, (Q, D) numbers; not changed.
        :param batch_size: Not needed: memory is bounded for any number of queries. As in spaCy.
        :param n: How many per query.
        :param sort: Not needed: results are always sorted, best first. As in spaCy.
        :param exclude: For each query, keys whose rows must not be found.
        :param among: Find only rows of these keys.
        :param where: Find only rows for which this returns true; it gets all rows, (R,).
        :param first: Find only rows below this one: the most frequent words, where rows are in
            order of frequency.
        :param aliases: Return all keys of each row that was found, instead of the first that was
            added.
        :param words: Floret tables only, which have no words of their own: search among these, by
            default all strings of the store. Rows are places among these, each counted once.
        :returns: keys (Q, n) uint64, rows (Q, n) int32, scores (Q, n) float32, on the table's
            device. With `aliases`, keys is a list (Q) of lists (n) of lists of keys.
        :raises ValueError: If fewer than n rows have keys, or shapes do not fit together; or a
            floret table has no words to search.
        """
        if self.mode == "floret":
            return _table_of_words(self, words).most_similar(
                queries, n=n, exclude=exclude, among=among, where=where, first=first,
                aliases=aliases,
            )  # fmt: skip
        index, named_rows = self._search_state()
        available = len(self) if named_rows is None else len(named_rows)
        if n > available:
            raise ValueError(
                f"Cannot find {n} rows per query: {available} rows of this table have keys."
            )
        rows = _allowed_rows(self, named_rows, among, where, first)
        left_out = None if exclude is None else [_rows_of(self, keys) for keys in exclude]
        best_rows, scores = nearest_rows(
            self.data,
            np.asarray(on_host(queries)) if is_host(self.data) else self._on_device(queries),
            n,
            index=index,
            rows=rows,
            left_out=left_out,
        )
        keys = _all_keys(self, on_host(best_rows)) if aliases else _first_keys(self, best_rows)
        return keys, best_rows, scores

    def _search_state(self: Any) -> tuple[RowIndex, NDArray[np.int64] | None]:
        """An index of the rows, and which of them have keys, None if all do; kept."""
        if self._searched is None or self._searched[0] != self.generation:
            has_key = np.zeros(len(self), dtype=bool)
            has_key[self.key2row.entries()[1]] = True
            named_rows = None if has_key.all() else np.flatnonzero(has_key)
            self._searched = (self.generation, RowIndex(self.data), named_rows)
        return self._searched[1:]


def searched_words(floret: Vectors, words: Iterable[str] | None) -> list[str]:
    """Words that searches of a floret table find, each once; by default all strings of its store.

    :raises TypeError: They are one string.
    """
    if isinstance(words, str):
        raise TypeError(f"words is the string {words!r:.60}; give a list of words.")
    return list(dict.fromkeys(floret.strings if words is None else words))


def _table_of_words(floret: Vectors, words: Sequence[str] | None) -> Vectors:
    """A table with a row for each of some words, by default of all strings of a floret table."""
    from vectorsuite.vectors.table import Vectors  # late: that module imports this one

    known = searched_words(floret, words)
    if not known:
        raise ValueError(
            "A floret table has vectors for all words, and no list of words to search: "
            "name them, words=[…]."
        )
    return Vectors(strings=floret.strings, data=floret.get_batch(known), keys=string_keys(known))


def _allowed_rows(
    table: Vectors,
    named_rows: NDArray[np.int64] | None,
    among: Iterable[str | int] | None,
    where: Callable[[NDArray[np.int64]], Any] | None,
    first: int | None,
) -> NDArray[np.int64] | None:
    """Rows that pass the filters, ascending; None for all of them."""
    if named_rows is None and among is None and where is None and first is None:
        return None
    rows = np.arange(len(table)) if named_rows is None else named_rows
    if first is not None:
        rows = rows[rows < first]
    if among is not None:
        rows = np.intersect1d(rows, _rows_of(table, among))
    if where is not None:
        rows = rows[np.asarray(where(np.arange(len(table))), dtype=bool)[rows]]
    return rows


def _rows_of(table: Vectors, keys: Iterable[str | int]) -> NDArray[np.int64]:
    """Rows of those of the keys that the table has."""
    rows = table.key2row.find(table._keys_array(keys))
    return rows[rows >= 0].astype(np.int64)


def _first_keys(table: Vectors, rows: Any) -> Any:
    """The first key of every row, in the shape of the rows and on their device; 0 for row −1."""
    if not is_host(rows):
        return table._device_keys().first(rows)
    return first_keys(table.key2row, len(table))[0][rows]


def _all_keys(table: Vectors, rows: NDArray[np.int32]) -> list[list[list[int]]]:
    """All keys of every row, in the order they were added; none for row −1."""
    keys, key_rows = table.key2row.entries()
    order = np.argsort(key_rows, kind="stable")
    sorted_rows = key_rows[order]
    start = np.searchsorted(sorted_rows, rows, side="left")
    stop = np.searchsorted(sorted_rows, rows, side="right")
    return [
        [keys[order[a:b]].tolist() for a, b in zip(*bounds, strict=True)]
        for bounds in zip(start.tolist(), stop.tolist(), strict=True)
    ]
