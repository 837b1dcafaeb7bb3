"""Smaller tables: rows that are equal become one, rare rows give way to the nearest that stays."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels.device import on_host, take_rows
from vectorsuite.kernels.equal_rows import first_equal_rows
from vectorsuite.kernels.nearest import RowIndex, nearest_rows
from vectorsuite.vectors.device_keys import first_keys
from vectorsuite.vectors.key_index import KeyIndex

if TYPE_CHECKING:
    from vectorsuite.vectors.table import Vectors

ROWS_AT_A_TIME = 1 << 15  # of those that go: memory beside the table stays bounded

Removed = dict[str, tuple[str | None, float]]


@dataclass(frozen=True)
class PruneReport:
    """What pruning did.

    :param removed: For each word that lost its row, the word whose row it has now and the cosine of
        both vectors, 1.0 for equal rows. A word whose vector was zero, or for which no other is
        left, has no vector any more: (None, 0.0).
    :param rows: Rows that are left.
    :param mean_cosine: Mean of these cosines over words, 1.0 if there are none.
    :param min_cosine: The lowest of them.
    :param covered: Share of the corpus whose words have their own vectors still; None without
        counts.
    """

    removed: Removed = field(repr=False)
    rows: int
    mean_cosine: float
    min_cosine: float
    covered: float | None


def deduplicate(table: Vectors) -> int:
    """Let keys of equal rows share the first of these rows; rows without a key are dropped.

    The other rows keep their order. Key, attr, name and what is kept per row stay. Works in place.

    :returns: How many rows were dropped.
    :raises ValueError: If the table is a floret one.
    """
    _check_mode(table, "de-duplicate")
    before = len(table)
    keys, key_rows = table.key2row.entries()
    first = _first_in_order(first_equal_rows(table.data), np.unique(key_rows))
    kept = np.unique(first[key_rows])
    if len(kept) < before:
        moved = first[key_rows] != key_rows
        _replace(table, kept, keys, np.searchsorted(kept, first[key_rows]), moved)
    return before - len(table)


def prune(
    table: Vectors,
    n: int,
    *,
    priority: Any = None,
    counts: Any = None,
    threads: int = 0,
) -> PruneReport:
    """Keep n rows; the keys of the others get the nearest row that stays. Works in place.

    Equal rows count as one, that of the highest priority. The rows that stay are those of the
    highest priority, of equal ones the lower row, and are put into that order.

    :param n: Rows to keep, at least 1. A table that has no more is left as it is.
    :param priority: One number per row, (R,), such as counts or log-probabilities; by default
        the counts that the table keeps, and without them the order of rows.
    :param counts: How often the word of each row occurred, (R,), for the report; by default those
        that the table keeps.
    :param threads: 0 uses all cores.
    :raises ValueError: If the table is a floret one, n < 1, or there is not one priority per row.
    """
    _check_mode(table, "prune")
    if n < 1:
        raise ValueError(f"Cannot prune a table to {n} rows; keep at least 1.")
    counts = table.row_attrs.get("count") if counts is None else np.asarray(counts)
    priority = counts if priority is None else np.asarray(priority)
    for name, values in (("priority", priority), ("counts", counts)):
        if values is not None and values.shape != (len(table),):
            raise ValueError(f"{len(table)} rows need as many of {name}, not {values.shape}.")
    if n >= len(table):
        return PruneReport({}, len(table), 1.0, 1.0, None if counts is None else 1.0)
    keys, key_rows = table.key2row.entries()
    has_key = np.zeros(len(table), dtype=bool)
    has_key[key_rows] = True
    order = np.arange(len(table))
    if priority is not None:
        order = np.argsort(-priority.astype(np.float64), kind="stable")
    order = order[has_key[order]]
    chosen = _first_in_order(first_equal_rows(table.data), order)
    kept, target, cosine = _targets(table, order, chosen, n, threads)
    removed = _removed(table, keys, key_rows, target, cosine)
    covered = None
    if counts is not None:
        covered = _covered(np.unique(key_rows), (chosen >= 0) & (target == chosen), counts)
    place = np.full(len(table) + 1, -1, dtype=np.int64)
    place[kept] = np.arange(len(kept))
    new_rows = place[target[key_rows]]
    stays = new_rows >= 0
    moved = target[key_rows] != key_rows
    _replace(table, kept, keys[stays], new_rows[stays], moved[stays])
    scores = [score for _, score in removed.values()]
    mean = float(np.mean(scores)) if scores else 1.0
    return PruneReport(removed, len(kept), mean, min(scores, default=1.0), covered)


def _first_in_order(group: NDArray[np.int64], order: NDArray[np.int64]) -> NDArray[np.int64]:
    """For every row, the row that comes first in `order` of those in its group; −1: none does."""
    first = np.full(len(group), -1, dtype=np.int64)
    first[group[order[::-1]]] = order[::-1]
    return first[group]


def _targets(
    table: Vectors, order: NDArray[np.int64], chosen: NDArray[np.int64], n: int, threads: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """Rows to keep, best first; and for every row which of them stands for it, and the cosine.

    :param chosen: For every row, the one of its equals that stands for all of them.
    :returns: kept (K,), target (R,) with −1 for none, cosine (R,).
    """
    distinct = order[chosen[order] == order]
    kept, rest = distinct[:n], distinct[n:]
    target = np.full(len(table), -1, dtype=np.int64)
    cosine = np.zeros(len(table), dtype=np.float32)
    target[kept] = kept
    cosine[kept] = 1.0
    index = RowIndex(take_rows(table.data, kept if len(rest) else kept[:0]))
    for start in range(0, len(rest), ROWS_AT_A_TIME):
        some = rest[start : start + ROWS_AT_A_TIME]
        vectors = take_rows(table.data, some)
        nearest, scores = nearest_rows(index.table, vectors, 1, index=index, threads=threads)
        rows = on_host(nearest)[:, 0]
        found = (rows >= 0) & on_host((vectors != 0).any(axis=1))
        target[some[found]] = kept[rows[found]]
        cosine[some[found]] = on_host(scores)[:, 0][found]
    equals = np.flatnonzero(chosen >= 0)
    target[equals], cosine[equals] = target[chosen[equals]], cosine[chosen[equals]]
    return kept, target, cosine


def _removed(
    table: Vectors,
    keys: NDArray[np.uint64],
    key_rows: NDArray[np.int32],
    target: NDArray[np.int64],
    cosine: NDArray[np.float32],
) -> Removed:
    """The words that lose their row, with the word that gets them and the cosine."""
    strings = table.strings
    lost = np.flatnonzero(target[key_rows] != key_rows)
    rows = key_rows[lost]
    heirs = np.unique(target[rows])
    heirs = heirs[heirs >= 0]
    heir_keys = first_keys(table.key2row, len(table))[0][heirs].tolist()
    names = {row: strings[key] for row, key in zip(heirs.tolist(), heir_keys, strict=True)}
    columns = (keys[lost].tolist(), target[rows].tolist(), cosine[rows].tolist())
    return {
        strings[key]: (names[row], score) if row >= 0 else (None, 0.0)
        for key, row, score in zip(*columns, strict=True)
    }


def _covered(rows: NDArray[np.int32], has_own: NDArray[np.bool_], counts: NDArray[Any]) -> float:
    """Share of the occurrences of the words of `rows` that fall on rows with their own vector."""
    total = float(counts[rows].sum())
    return float(counts[rows[has_own[rows]]].sum()) / total if total else 1.0


def _replace(
    table: Vectors,
    kept: NDArray[np.int64],
    keys: NDArray[np.uint64],
    rows: NDArray[np.int64],
    moved: NDArray[np.bool_],
) -> None:
    """Give a table some of its rows, and keys with their places among these.

    :param moved: Which keys had another row, (K,). They come after the others, so that a row goes
        by the name of a word whose own it is.
    """
    order = np.argsort(moved, kind="stable")
    index = KeyIndex()
    index.set_many(keys[order], rows[order].astype(np.int32))
    attributes = {name: values[kept] for name, values in table.row_attrs.items()}
    table.data = take_rows(table.data, kept)
    table.key2row = index
    table.row_attrs = attributes
    table._rows.sync()


def _check_mode(table: Vectors, verb: str) -> None:
    if table.mode == "floret":
        raise ValueError(f"Cannot {verb} a floret table: its rows are shared by all words.")
