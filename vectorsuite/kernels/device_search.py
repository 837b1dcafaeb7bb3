"""Nearest rows of a table that lies on a device: what ``nearest`` does, in calls of its module.

Blocks of queries times tiles of rows: one matrix product each, of which the best few are kept by
:func:`top_k_for`. Memory is bounded for any R and Q, the table is never copied, and nothing comes
back to the host.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels.array_top_k import ArrayTopK
from vectorsuite.kernels.device import array_module

QUERIES_PER_BLOCK = 2048
SCORES_PER_TILE = 1 << 25  # 128 MB: products large enough for full speed
CELLS_PER_TILE = 1 << 24  # of a table, where its rows are read alone
SPARE = 8  # candidates beyond n whose float32 scores may have hidden them

#: For each query, rows that must not be found: all of them end to end, and where each begins.
Excluded = tuple[NDArray[np.int32], NDArray[np.int64]]


def inverse_norms(table: Any) -> Any:
    """1 / length of every row; NaN for rows that may never win: zero, and not finite.

    :param table: (R, D) any float.
    :returns: New array, (R,) float32.
    """
    xp = array_module(table)
    result = xp.empty(table.shape[0], dtype="float32")
    tile = max(1, CELLS_PER_TILE // max(1, table.shape[1]))
    with np.errstate(all="ignore"):
        for start in range(0, table.shape[0], tile):
            wide = table[start : start + tile].astype("float64")
            norms = xp.sqrt((wide * wide).sum(axis=1)).astype("float32")
            inverse = 1 / norms
            usable = xp.isfinite(norms) & xp.isfinite(inverse)
            result[start : start + tile] = xp.where(usable, inverse, np.float32(np.nan))
    return result


def unit_rows(vectors: Any) -> Any:
    """Rows scaled to length 1, zero rows left as they are; also of arrays on the host.

    :param vectors: (N, D) any number type.
    :returns: New array, (N, D) float32, C order.
    """
    xp = array_module(vectors)
    wide = vectors.astype("float64")
    norms = xp.sqrt((wide * wide).sum(axis=1))[:, None]
    return xp.ascontiguousarray((wide / xp.where(norms == 0, 1.0, norms)).astype("float32"))


def row_tiles(table: Any, scale: Any, rows: Any, queries: int) -> Iterator[tuple[int, Any, Any]]:
    """Cut a table, or some rows of it, into tiles.

    :param rows: (S,) on the device, or None.
    :returns: Position of the tile's first row, (r, D) float32, (r,) scale of its rows.
    """
    total = table.shape[0] if rows is None else len(rows)
    size = max(1024, SCORES_PER_TILE // max(1, queries) // 32 * 32)  # whole 16 bytes
    for start in range(0, total, size):
        some = slice(start, start + size) if rows is None else rows[start : start + size]
        yield start, table[some].astype("float32", copy=False), scale[some]


def top_k_for(xp: Any, queries: int, keep: int) -> Any:
    """What keeps the best columns of scores that come tile by tile: ``ArrayTopK`` or as good."""
    if xp.__name__ == "cupy":
        from vectorsuite.kernels.cuda.top_k import MOST_KEPT, CudaTopK

        if keep <= MOST_KEPT:
            return CudaTopK(xp, queries, keep)
    return ArrayTopK(xp, queries, keep)


def nearest_rows(
    table: Any,
    queries: Any,
    n: int,
    scale: Any,
    rows: NDArray[np.integer] | None,
    excluded: Excluded | None,
) -> tuple[Any, Any]:
    """The n rows with the highest cosine to each query; see ``nearest.nearest_rows``.

    :param scale: inverse_norms(table).
    :param rows: On the host, ascending; None for all.
    :param excluded: As positions in `rows` where these are given.
    :returns: rows (Q, n) int32, cosines (Q, n) float32.
    """
    xp = array_module(table)
    on_device = None if rows is None else xp.asarray(rows)
    parts = [
        _search_block(
            table,
            unit_rows(queries[start : start + QUERIES_PER_BLOCK]),
            n,
            scale,
            on_device,
            _excluded_of(excluded, start, start + QUERIES_PER_BLOCK),
        )
        for start in range(0, len(queries), QUERIES_PER_BLOCK)
    ]
    if not parts:
        return xp.empty((0, n), dtype="int32"), xp.empty((0, n), dtype="float32")
    if len(parts) == 1:
        return parts[0]
    found, cosines = zip(*parts, strict=True)
    return xp.concatenate(found), xp.concatenate(cosines)


def _excluded_of(excluded: Excluded | None, start: int, stop: int) -> Excluded | None:
    """The part for queries [start, stop)."""
    if excluded is None:
        return None
    packed, offsets = excluded
    some = offsets[start : stop + 1]
    return packed[some[0] : some[-1]], some - some[0]


def _search_block(
    table: Any, unit: Any, n: int, scale: Any, rows: Any, excluded: Excluded | None
) -> tuple[Any, Any]:
    xp = array_module(table)
    top = top_k_for(xp, len(unit), n + SPARE)
    for start, tile, tile_scale in row_tiles(table, scale, rows, len(unit)):
        with np.errstate(all="ignore"):
            top.feed(unit @ tile.T, tile_scale, start, excluded)
    candidates = top.finish()
    if rows is not None and len(rows):
        candidates = xp.where(candidates >= 0, rows[xp.maximum(candidates, 0)], -1)
    best, cosines = _rescore(table, unit, candidates.astype("int32"))
    return best[:, :n], cosines[:, :n]


def _rescore(table: Any, unit: Any, rows: Any) -> tuple[Any, Any]:
    """Sort candidates by their cosine in double precision, best first, then by row.

    :param rows: Candidates, (Q, k) int32; -1 for none, which go last with cosine -inf.
    """
    xp = array_module(table)
    step = max(1, CELLS_PER_TILE // max(1, rows.shape[1] * table.shape[1]))
    parts = [
        _cosines(table, unit[start : start + step], rows[start : start + step])
        for start in range(0, len(rows), step)
    ]
    cosines = parts[0] if len(parts) == 1 else xp.concatenate(parts)
    by_row = xp.argsort(rows, axis=1, kind="stable")
    by_score = xp.argsort(-xp.take_along_axis(cosines, by_row, axis=1), axis=1, kind="stable")
    order = xp.take_along_axis(by_row, by_score, axis=1)
    return xp.take_along_axis(rows, order, axis=1), xp.take_along_axis(cosines, order, axis=1)


def _cosines(table: Any, unit: Any, rows: Any) -> Any:
    """Cosine of each query and its rows, (q, k) float32; -inf for row -1."""
    xp = array_module(table)
    if not len(table):
        return xp.full(rows.shape, -np.inf, dtype="float32")
    wide = table[xp.maximum(rows, 0)].astype("float64")
    queries = unit.astype("float64")  # whose lengths are 1 but for rounding
    # sums, not products of matrices: equal rows then get equal bits
    lengths = (wide * wide).sum(axis=2) * (queries * queries).sum(axis=1)[:, None]
    norms = xp.sqrt(lengths)
    dots = (wide * queries[:, None, :]).sum(axis=2)
    cosines = xp.clip(dots / xp.where(norms > 0, norms, 1.0), -1.0, 1.0).astype("float32")
    return xp.where(rows < 0, np.float32(-np.inf), cosines)
