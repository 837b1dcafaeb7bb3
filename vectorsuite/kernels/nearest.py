"""Nearest rows of a table by cosine: matrix products tile by tile, the best few kept on the way.

The scores of a tile stay in cache while :class:`_core.TopK` looks through them, so a search takes
little more time than its matrix products, and memory that depends on neither R nor Q. A float32
product picks a few more candidates than were asked for; those are scored again in double precision,
which makes the order exact to float32 rounding, and equal for equal rows.

For many queries at once, CPUs with fast dot products of bytes first rule out nearly every row by
codes of 8 bits and bounds on what these leave out (screen.cpp); that is exact too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

import vectorsuite.kernels._core as _core
from vectorsuite.kernels import device_search
from vectorsuite.kernels.cores import n_cores
from vectorsuite.kernels.device_search import unit_rows

QUERIES_PER_BLOCK = 1024
SCORES_PER_TILE = 1 << 22  # 16 MB: within the last level of cache, large enough for a fast product
SPARE = 8  # candidates beyond n whose float32 scores may have hidden them
ROUNDING = 2e-6  # more than float32 arithmetic changes a cosine by
MOST_SPARE = 4096  # ... and where so many rows are equal, any of them will do
CANDIDATE_BYTES = 64 << 20  # bound on the candidate lists of one block of queries

FEWEST_SCREENED = 64  # queries, in all, for which making codes pays
MOST_SCREENED = 128  # neighbours per query beyond which too many rows pass the screen
MOST_DIMENSIONS = 1 << 16

LeftOut = Sequence[Sequence[int] | NDArray[np.integer]]


def inverse_norms(table: Any) -> Any:
    """1 / length of every row; NaN for rows that may never win: zero, and not finite.

    :param table: (R, D) any float, on any device.
    :returns: New array, (R,) float32, on the table's device.
    """
    if not isinstance(table, np.ndarray):
        return device_search.inverse_norms(table)
    result = np.empty(table.shape[0], dtype=np.float32)
    tile = max(1, SCORES_PER_TILE // max(1, table.shape[1]))
    for start in range(0, table.shape[0], tile):
        block = table[start : start + tile]
        with np.errstate(all="ignore"):
            wide = block.astype(np.float32, copy=False)
            square = np.einsum("ij,ij->i", wide, wide)
            # Squares of the very long and the very short leave the range of float32.
            odd = np.flatnonzero(~((square > 1e-30) & (square < 1e30)))
            norms = np.sqrt(square)
            if len(odd):
                norms[odd] = np.linalg.norm(block[odd].astype(np.float64), axis=1)
            inverse = 1.0 / norms
        result[start : start + tile] = np.where(
            np.isfinite(norms) & np.isfinite(inverse), inverse, np.nan
        )
    return result


class RowIndex:
    """What searches of one table work out once: lengths of rows, and codes of 8 bits of them.

    :param table: (R, D) any float, on any device. It must not change.
    :param scale: inverse_norms(table), where the caller has them.
    """

    def __init__(self, table: Any, scale: Any = None) -> None:
        self.table = table
        self.scale = inverse_norms(table) if scale is None else scale
        self._codes: Any = None
        self._asked = 0

    def codes(self, queries: int, n: int, threads: int) -> Any:
        """Codes of the table; None where they are of no use, or not worth making yet.

        They take a quarter of the memory of the table.

        :param queries: How many are to be searched for now.
        """
        table = self.table
        self._asked += queries
        usable = (
            isinstance(table, np.ndarray)
            and table.dtype == np.float32
            and table.flags.c_contiguous
            and len(table) >= 1024
            and 16 <= table.shape[1] <= MOST_DIMENSIONS
            and n <= MOST_SCREENED
            and self._asked >= FEWEST_SCREENED
            and _core.can_screen()
        )
        if usable and self._codes is None:
            self._codes = _core.RowCodes(table, self.scale, threads)
        return self._codes if usable else None


def nearest_rows(
    table: Any,
    queries: Any,
    n: int,
    *,
    index: RowIndex | None = None,
    rows: NDArray[np.integer] | None = None,
    left_out: LeftOut | None = None,
    threads: int = 0,
) -> tuple[Any, Any]:
    """The n rows with the highest cosine to each query, best first; of equal cosines the lower row.

    Zero rows, and rows with NaN or infinity, are never found. Where fewer than n rows can be found,
    the rest is row -1 with cosine -inf.

    :param table: (R, D) any float, on any device; memory-mapped is fine. Never changed.
    :param queries: (Q, D) any number type, on the same device. Never changed.
    :param n: How many per query, at least 1.
    :param index: RowIndex(table), where the caller keeps it.
    :param rows: Search only among these rows, (S,) ascending; None searches all.
    :param left_out: For every query the rows that must not be found; few each.
    :param threads: 0 uses all cores.
    :returns: rows (Q, n) int32 and cosines (Q, n) float32, on the table's device.
    :raises ValueError: If shapes do not fit together or n < 1.
    """
    if n < 1:
        raise ValueError(f"Cannot search for n = {n} nearest rows; n must be at least 1.")
    if queries.ndim != 2 or queries.shape[1] != table.shape[1]:
        raise ValueError(
            f"Queries have shape {queries.shape}; this table needs (Q, {table.shape[1]})."
        )
    if left_out is not None and len(left_out) != len(queries):
        raise ValueError(f"left_out has {len(left_out)} entries for {len(queries)} queries.")
    index = RowIndex(table) if index is None else index
    if not isinstance(table, np.ndarray):
        packed = None if left_out is None else pack_left_out(left_out, rows)
        return device_search.nearest_rows(table, queries, n, index.scale, rows, packed)
    threads = threads or n_cores()
    found_rows = np.full((len(queries), n), -1, dtype=np.int32)
    found_cosines = np.full((len(queries), n), -np.inf, dtype=np.float32)
    searched = len(table) if rows is None else len(rows)
    codes = index.codes(len(queries), n, threads) if 2 * searched > len(table) else None
    block = _queries_per_block(n + SPARE)
    for start in range(0, len(queries), block):
        unit = unit_rows(queries[start : start + block])
        excluded = left_out[start : start + block] if left_out is not None else [()] * len(unit)
        if codes is None:
            best = _search_tiles(index, unit, n, rows, excluded, threads)
        else:
            best = _search_codes(index, codes, unit, n, rows, excluded, threads)
        found_rows[start : start + block], found_cosines[start : start + block] = best
    return found_rows, found_cosines


def _search_tiles(
    index: RowIndex,
    unit: NDArray[np.float32],
    n: int,
    rows: NDArray[np.integer] | None,
    left_out: LeftOut,
    threads: int,
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Rows and cosines (Q, n) by matrix products.

    Where the worst candidate is as good as the n-th best row, as in a table with many equal rows,
    others may be too: those queries are searched again for more candidates.
    """
    most = min(n + MOST_SPARE, len(index.table) if rows is None else len(rows))
    best_rows = np.full((len(unit), n), -1, dtype=np.int32)
    best_cosines = np.full((len(unit), n), -np.inf, dtype=np.float32)
    keep, open_queries = n + SPARE, np.arange(len(unit))
    while len(open_queries):
        again = []
        for start in range(0, len(open_queries), _queries_per_block(keep)):
            some = open_queries[start : start + _queries_per_block(keep)]
            excluded = [left_out[query] for query in some.tolist()]
            candidates = _search_fused(
                index.table, unit[some], keep, index.scale, rows, excluded, threads
            )
            found, cosines = _rescore(index.table, unit[some], candidates, threads)
            best_rows[some], best_cosines[some] = found[:, :n], cosines[:, :n]
            worst = cosines[:, -1]
            hides = (worst > -np.inf) & (worst >= cosines[:, n - 1] - ROUNDING)
            again.append(some[hides & unit[some].any(axis=1)])  # a zero query's scores are exact
        if keep >= most:
            break
        keep, open_queries = min(4 * keep, most), np.concatenate(again)
    return best_rows, best_cosines


def _search_codes(
    index: RowIndex,
    codes: Any,
    unit: NDArray[np.float32],
    n: int,
    rows: NDArray[np.integer] | None,
    left_out: LeftOut,
    threads: int,
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Rows and cosines (Q, n) by codes; by matrix products for queries with too many near rows."""
    allowed = np.zeros(0, dtype=np.uint8)
    if rows is not None:
        allowed = np.zeros(len(index.table), dtype=np.uint8)
        allowed[rows] = 1
    packed, offsets = pack_left_out(left_out, None)
    best_rows, cosines, overflow = codes.nearest(
        index.table, unit, n, allowed, packed, offsets, threads
    )
    best_rows, cosines = best_rows.reshape(len(unit), n), cosines.reshape(len(unit), n)
    again = np.flatnonzero(overflow)
    if len(again):
        excluded = [left_out[query] for query in again.tolist()]
        best_rows[again], cosines[again] = _search_tiles(
            index, unit[again], n, rows, excluded, threads
        )
    return best_rows, cosines


def _queries_per_block(keep: int) -> int:
    """How many queries to search together, so that their candidate lists stay within bounds."""
    return max(1, min(QUERIES_PER_BLOCK, CANDIDATE_BYTES // (8 * (2 * keep + 32))))


def row_tiles(
    table: Any, scale: Any, rows: NDArray[np.integer] | None, queries: int
) -> Iterator[tuple[int, Any, Any]]:
    """Cut a table, or some rows of it, into tiles whose scores fit in cache.

    :returns: Position of the tile's first row, (r, D) float32, (r,) scale of its rows.
    """
    total = table.shape[0] if rows is None else len(rows)
    size = max(1024, SCORES_PER_TILE // max(1, queries))
    for start in range(0, total, size):
        some = slice(start, start + size) if rows is None else rows[start : start + size]
        yield start, table[some].astype("float32", copy=False), scale[some]


def pack_left_out(
    left_out: LeftOut, rows: NDArray[np.integer] | None
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Lists of rows as one array and its offsets; as positions in `rows` where that is given."""
    offsets = np.zeros(len(left_out) + 1, dtype=np.int64)
    np.cumsum([len(some) for some in left_out], out=offsets[1:])
    filled = [np.asarray(some, dtype=np.int64) for some in left_out if len(some)]
    flat = np.concatenate(filled) if filled else np.zeros(0, dtype=np.int64)
    if rows is not None and len(rows):
        position = np.minimum(np.searchsorted(rows, flat), len(rows) - 1)
        flat = np.where(rows[position] == flat, position, -1)
    return flat.astype(np.int32), offsets


def _search_fused(
    table: NDArray[Any],
    unit: NDArray[np.float32],
    keep: int,
    scale: NDArray[np.float32],
    rows: NDArray[np.integer] | None,
    left_out: LeftOut,
    threads: int,
) -> NDArray[np.int32]:
    """Candidate rows (Q, keep) int32 with the highest float32 cosines, -1 where there are none."""
    top = _core.TopK(len(unit), keep)
    packed, offsets = pack_left_out(left_out, rows)
    buffer: NDArray[np.float32] | None = None
    for start, tile, tile_scale in row_tiles(table, scale, rows, len(unit)):
        if buffer is None or buffer.shape[1] != len(tile):
            buffer = np.empty((len(unit), len(tile)), dtype=np.float32)
        with np.errstate(all="ignore"):
            np.matmul(unit, tile.T, out=buffer)
        top.feed(buffer, tile_scale, start, packed, offsets, threads if len(unit) > 1 else 1)
    columns = top.finish()[0].reshape(len(unit), keep)
    return columns if rows is None or not len(rows) else _rows_at(rows, columns)


def _rows_at(rows: NDArray[np.integer], positions: NDArray[np.int32]) -> NDArray[np.int32]:
    return np.where(positions >= 0, rows[positions], -1).astype(np.int32)


def _rescore(
    table: NDArray[Any], unit: NDArray[np.float32], rows: NDArray[np.int32], threads: int
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Sort candidates by their cosine in double precision, best first, then by row.

    :param rows: Candidates, (Q, k) int32; -1 for none, which go last with cosine -inf.
    """
    cosines = np.empty(rows.shape, dtype=np.float32)
    if table.dtype == np.float32 and table.flags.c_contiguous:
        _core.rescore(unit, table, rows, cosines, threads)
    else:
        used, local = np.unique(rows, return_inverse=True)
        gathered = np.ascontiguousarray(table[used], dtype=np.float32)
        local = np.where(rows >= 0, local.reshape(rows.shape), -1).astype(np.int32)
        _core.rescore(unit, gathered, local, cosines, threads)
    order = np.lexsort((rows, -cosines), axis=1)
    return np.take_along_axis(rows, order, axis=1), np.take_along_axis(cosines, order, axis=1)
