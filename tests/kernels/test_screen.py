"""Searching by 8-bit codes: the same results as by matrix products, whatever the rows are like."""

import numpy as np
import pytest

from vectorsuite.kernels import _core, nearest
from vectorsuite.kernels.nearest import RowIndex, nearest_rows

pytestmark = pytest.mark.skipif(
    not _core.can_screen(), reason="this CPU has no AVX-512 VNNI, or its level is not in use"
)


def random_rows(rows, width, seed=0):
    return np.random.default_rng(seed).standard_normal((rows, width)).astype(np.float32)


def exact(table, queries, n, allowed=None, left_out=None):
    """Rows and cosines in float64, of equal cosines the lower row."""
    wide, units = table.astype(np.float64), queries.astype(np.float64)
    norms = np.linalg.norm(wide, axis=1)
    units = units / np.maximum(np.linalg.norm(units, axis=1, keepdims=True), 1e-300)
    with np.errstate(all="ignore"):
        cosines = (units @ wide.T) / norms
    cosines[:, ~(norms > 0) | ~np.isfinite(norms)] = -np.inf
    if allowed is not None:
        cosines[:, ~allowed] = -np.inf
    for query, rows in enumerate(left_out or []):
        cosines[query, rows] = -np.inf
    order = np.argsort(-cosines, axis=1, kind="stable")[:, :n]
    return order, np.take_along_axis(cosines, order, axis=1)


def assert_exact(table, queries, n, **filters):
    index = RowIndex(table)
    allowed = filters.get("allowed")
    rows, cosines = nearest_rows(
        table,
        queries,
        n,
        index=index,
        rows=None if allowed is None else np.flatnonzero(allowed),
        left_out=filters.get("left_out"),
    )
    assert index._codes is not None, "the codes were not used"
    expected_rows, expected = exact(table, queries, n, **filters)
    np.testing.assert_allclose(cosines, expected, rtol=0, atol=1e-7)
    gaps = -np.diff(expected, axis=1)
    if (gaps > 1e-6).all():
        np.testing.assert_array_equal(rows, expected_rows)


@pytest.mark.parametrize("width", [16, 17, 63, 100, 301])
@pytest.mark.parametrize("rows", [1024, 1500])
def test_random_rows(rows, width):
    assert_exact(random_rows(rows, width), random_rows(70, width, seed=1), 7)


def test_rows_with_a_few_large_values():
    table = random_rows(2000, 40)
    table[:, 3] *= 50  # codes of all other dimensions become coarse
    table[::7, 5] *= 300
    assert_exact(table, random_rows(64, 40, seed=1), 10)


def test_clusters_of_nearly_equal_rows():
    table = random_rows(2000, 32)
    table[500:900] = table[500] + 1e-3 * random_rows(400, 32, seed=2)
    assert_exact(table, table[480:550], 5)


def test_filters():
    table, queries = random_rows(1300, 24), random_rows(65, 24, seed=1)
    best = exact(table, queries, 3)[0]
    assert_exact(table, queries, 5, left_out=list(best))
    assert_exact(table, queries, 5, allowed=np.arange(1300) % 4 != 1, left_out=list(best))


def test_of_equal_rows_the_lower_wins_and_zero_rows_never_do():
    table = random_rows(1200, 20)
    table[[3, 700, 1100]] = table[3]
    table[5], table[6], table[7] = 0, np.nan, np.inf
    rows, cosines = nearest_rows(table, np.repeat(table[[3]], 64, axis=0), 3)
    assert (rows == [3, 700, 1100]).all() and (cosines == 1).all()
    rows, _ = nearest_rows(table, -np.repeat(table[[3]], 64, axis=0), 128)
    assert not np.isin(rows, [5, 6, 7]).any()
    assert_exact(np.delete(table, [6, 7], axis=0), random_rows(64, 20, seed=3), 6)


def test_too_many_near_rows_are_searched_by_products():
    table = np.tile(random_rows(1, 16), (3000, 1))
    index = RowIndex(table)
    codes = index.codes(64, 2, 1)
    unit = nearest.unit_rows(table[:64])
    none = np.zeros(0, np.int32), np.zeros(65, np.int64)
    overflow = codes.nearest(table, unit, 2, np.zeros(0, np.uint8), *none, 1)[2]
    assert overflow.all()
    rows, cosines = nearest_rows(table, table[:64], 2, index=index)
    assert (rows == [0, 1]).all() and (cosines == 1).all()


def test_a_zero_query_finds_the_first_rows():
    queries = random_rows(64, 16, seed=1)
    queries[9] = 0
    rows, cosines = nearest_rows(random_rows(1100, 16), queries, 3)
    assert rows[9].tolist() == [0, 1, 2] and cosines[9].tolist() == [0, 0, 0]


def test_threads_change_nothing():
    table, queries = random_rows(3000, 30), random_rows(100, 30, seed=1)
    one, three = (nearest_rows(table, queries, 9, threads=threads) for threads in (1, 3))
    np.testing.assert_array_equal(one[0], three[0])
    np.testing.assert_array_equal(one[1], three[1])


@pytest.mark.parametrize("queries", [1, 2, 11])
def test_few_queries_share_out_the_rows(queries):
    table = random_rows(40_000, 16)
    index = RowIndex(table)
    index.codes(64, 1, 1)
    rows, cosines = nearest_rows(table, table[100 : 100 + queries], 8, index=index, threads=2)
    expected_rows, expected = exact(table, table[100 : 100 + queries], 8)
    np.testing.assert_array_equal(rows, expected_rows)
    np.testing.assert_allclose(cosines, expected, rtol=0, atol=1e-7)


def test_codes_are_made_after_some_single_queries():
    index = RowIndex(random_rows(1100, 16))
    made = [index.codes(1, 1, 1) is not None for _ in range(65)]
    assert made == [False] * 63 + [True] * 2


def test_other_cpu_levels_and_tables_do_without():
    table = random_rows(1100, 16)
    assert RowIndex(table.astype(np.float64)).codes(1000, 1, 1) is None
    assert RowIndex(table[:, :8]).codes(1000, 1, 1) is None
    assert RowIndex(table).codes(10, 1, 1) is None
    level = _core.cpu_level()
    _core.set_cpu_level(_core.cpu_levels()[-1])
    try:
        assert RowIndex(table).codes(1000, 1, 1) is None
        with pytest.raises(ValueError, match="no fast dot products"):
            _core.RowCodes(table, np.ones(1100, np.float32), 1)
    finally:
        _core.set_cpu_level(level)
