"""Nearest rows: exact against float64, ties by row, filters, every CPU level, array operations."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorsuite.kernels import _core, device_search, nearest
from vectorsuite.kernels.nearest import inverse_norms, nearest_rows, unit_rows


@pytest.fixture
def small_tiles(monkeypatch):
    monkeypatch.setattr(nearest, "SCORES_PER_TILE", 1)  # 1,024 rows a tile
    monkeypatch.setattr(nearest, "QUERIES_PER_BLOCK", 7)


def table_of(rows, width, seed=0):
    return np.random.default_rng(seed).standard_normal((rows, width)).astype(np.float32)


def float64_reference(table, queries, n, allowed=None, left_out=None):
    """Rows by cosine in float64, sorted by score and then by row."""
    wide = table.astype(np.float64)
    norms = np.linalg.norm(wide, axis=1)
    units = queries.astype(np.float64)
    units /= np.maximum(np.linalg.norm(units, axis=1, keepdims=True), 1e-300)
    cosines = units @ (wide / np.where(norms > 0, norms, 1)[:, None]).T
    usable = norms > 0
    if allowed is not None:
        usable &= allowed
    cosines[:, ~usable] = -np.inf
    for query, rows in enumerate(left_out or []):
        cosines[query, list(rows)] = -np.inf
    rows = np.argsort(-cosines, axis=1, kind="stable")[:, :n]
    scores = np.take_along_axis(cosines, rows, axis=1)
    return np.where(scores == -np.inf, -1, rows), scores


def test_rows_and_cosines_equal_the_float64_reference(cpu_level, small_tiles):
    table, queries = table_of(3000, 33), table_of(20, 33, seed=1)
    rows, cosines = nearest_rows(table, queries, 10)
    expected_rows, expected = float64_reference(table, queries, 10)
    np.testing.assert_array_equal(rows, expected_rows)
    np.testing.assert_allclose(cosines, expected, rtol=0, atol=1e-7)


def test_of_equal_rows_the_lower_wins(cpu_level, small_tiles):
    table = table_of(2500, 19)
    table[[5, 77, 1030, 2499]] = table[5]
    rows, cosines = nearest_rows(table, table[[5]], 4)
    assert rows.tolist() == [[5, 77, 1030, 2499]]
    assert cosines.tolist() == [[1.0, 1.0, 1.0, 1.0]]


def test_of_many_equal_rows_the_lowest_win(cpu_level):
    # matrix products score equal rows unequally, by where in a tile they stand
    table = table_of(7, 300)[np.random.default_rng(2).integers(0, 7, size=1001)]
    queries = table_of(40, 300, seed=1)
    rows, cosines = nearest_rows(table, queries, 5)
    best = float64_reference(table, queries, 1)[0]
    equal = [np.flatnonzero((table == table[row]).all(axis=1)) for row in best[:, 0]]
    assert rows.tolist() == [same[:5].tolist() for same in equal]
    assert (cosines == cosines[:, :1]).all()


def test_zero_and_broken_rows_never_win(cpu_level):
    table = -np.ones((6, 3), dtype=np.float32)
    table[1] = 0
    table[2] = np.nan
    table[3] = np.inf
    rows, cosines = nearest_rows(table, np.ones((1, 3)), 6)
    assert rows.tolist() == [[0, 4, 5, -1, -1, -1]]
    assert cosines[0, :3].tolist() == [-1.0, -1.0, -1.0]
    assert np.isneginf(cosines[0, 3:]).all()


def test_lengths_beyond_the_square_root_of_float32_still_count():
    table = np.array([[1e30, 0], [0, 1e-30], [1, 1]], dtype=np.float32)
    rows, cosines = nearest_rows(table, np.array([[1.0, 0.5]]), 3)
    assert rows.tolist() == [[2, 0, 1]]
    np.testing.assert_allclose(cosines, [[0.9486833, 0.8944272, 0.4472136]], atol=1e-6)


def test_zero_query_finds_the_first_rows_with_cosine_0():
    rows, cosines = nearest_rows(table_of(9, 4), np.zeros((1, 4)), 2)
    assert rows.tolist() == [[0, 1]]
    assert cosines.tolist() == [[0.0, 0.0]]


def test_left_out_and_allowed_rows(cpu_level, small_tiles):
    table, queries = table_of(2500, 8), table_of(9, 8, seed=2)
    left_out = [np.arange(q * 50) for q in range(9)]
    allowed = np.arange(2500) % 3 == 0
    rows, cosines = nearest_rows(table, queries, 5, rows=np.flatnonzero(allowed), left_out=left_out)
    expected_rows, expected = float64_reference(table, queries, 5, allowed, left_out)
    np.testing.assert_array_equal(rows, expected_rows)
    np.testing.assert_allclose(cosines, expected, rtol=0, atol=1e-7)


def test_nothing_allowed_finds_nothing():
    rows, _ = nearest_rows(table_of(5, 2), np.ones((2, 2)), 3, rows=np.zeros(0, dtype=np.int64))
    assert (rows == -1).all()
    rows, _ = nearest_rows(np.zeros((0, 2), dtype=np.float32), np.ones((2, 2)), 3)
    assert (rows == -1).all()


def test_nothing_given_is_changed_and_integers_work():
    table = table_of(30, 4)
    queries = np.array([[1, 2, 3, 4], [5, 0, 0, -1]])
    before = table.copy(), queries.copy()
    table.flags.writeable = False
    queries.flags.writeable = False
    rows, _ = nearest_rows(table, queries, 3)
    np.testing.assert_array_equal(rows, float64_reference(table, queries, 3)[0])
    np.testing.assert_array_equal(table, before[0])
    np.testing.assert_array_equal(queries, before[1])


@pytest.mark.parametrize("dtype", ["float16", "float64"])
def test_other_float_types_and_mapped_tables(dtype, tmp_path):
    table = table_of(1500, 12).astype(dtype)
    np.save(tmp_path / "table.npy", table)
    mapped = np.load(tmp_path / "table.npy", mmap_mode="r")
    rows, cosines = nearest_rows(mapped, table[:5], 6)
    expected_rows, expected = float64_reference(table, table[:5], 6)
    np.testing.assert_array_equal(rows, expected_rows)
    np.testing.assert_allclose(cosines, expected, rtol=0, atol=2e-7)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_search_of_devices_gives_the_same(data):
    small = st.integers(0, 3)  # few values: many ties, many zero rows
    rows, width, queries = (data.draw(st.integers(1, high)) for high in (40, 3, 4))
    draw = [[data.draw(small) for _ in range(width)] for _ in range(rows + queries)]
    numbers = np.array(draw, dtype=np.float32)
    table, unit = numbers[:rows], unit_rows(numbers[rows:])
    keep = data.draw(st.integers(1, rows))
    left_out = [[data.draw(st.integers(0, rows - 1))] for _ in range(queries)]
    some = np.flatnonzero(data.draw(st.lists(st.booleans(), min_size=rows, max_size=rows)))
    scale = inverse_norms(table)
    fused = nearest._search_fused(table, unit, keep, scale, some, left_out, 2)
    excluded = nearest.pack_left_out(left_out, some)
    expected = float64_reference(table, unit, keep, np.isin(np.arange(rows), some), left_out)[1]
    for sorted_rows, cosines in (
        nearest._rescore(table, unit, fused, 1),
        device_search.nearest_rows(table, unit, keep, scale, some, excluded),
    ):
        np.testing.assert_allclose(cosines, expected, rtol=0, atol=1e-6)
        order = list(zip(-cosines[0], sorted_rows[0], strict=True))
        assert [pair for pair in order if pair[1] >= 0] == sorted(
            pair for pair in order if pair[1] >= 0
        )


def test_more_wanted_than_there_are_and_many_wanted():
    table = table_of(3000, 5)
    rows, cosines = nearest_rows(table, table[:2], 3000)
    assert [sorted(found) for found in rows.tolist()] == [list(range(3000))] * 2
    expected = float64_reference(table, table[:2], 3000)[1]
    np.testing.assert_allclose(cosines, expected, rtol=0, atol=1e-7)
    assert (nearest_rows(table[:3], table[:2], 5)[0][:, 3:] == -1).all()


def test_candidate_lists_stay_bounded():
    keep = 1_000_000
    assert nearest._queries_per_block(keep) * (2 * keep + 32) * 8 <= nearest.CANDIDATE_BYTES
    assert nearest._queries_per_block(18) == nearest.QUERIES_PER_BLOCK


@pytest.mark.parametrize(
    ("queries", "n", "message"),
    [
        (np.ones(4), 1, r"Queries have shape \(4,\); this table needs \(Q, 4\)"),
        (np.ones((1, 3)), 1, r"Queries have shape \(1, 3\)"),
        (np.ones((1, 4)), 0, "n must be at least 1"),
    ],
)
def test_wrong_arguments_are_named(queries, n, message):
    with pytest.raises(ValueError, match=message):
        nearest_rows(table_of(5, 4), queries, n)


def test_analogy_scores_are_two_plus_one_minus(cpu_level):
    plus, minus = table_of(4, 300), table_of(4, 300, seed=1)
    abc = np.array([[0, 1, 2], [3, 3, 1]], dtype=np.int32)
    top = _core.TopK(2, 3)
    none = np.zeros(0, np.int32), np.zeros(3, np.int64)
    top.feed_analogies(abc, plus, minus, np.ones(300, np.float32), 0, *none, 1)
    columns, scores = top.finish()
    expected = plus[[1, 3]] + plus[[2, 1]] - minus[[0, 3]]
    best = np.argsort(-expected, axis=1, kind="stable")[:, :3]
    np.testing.assert_array_equal(columns.reshape(2, 3), best)
    np.testing.assert_allclose(
        scores.reshape(2, 3), np.take_along_axis(expected, best, 1), rtol=0, atol=1e-6
    )


def test_a_word_without_scores_is_refused():
    scores = np.zeros((2, 5), np.float32)
    none = np.zeros(0, np.int32), np.zeros(2, np.int64)
    with pytest.raises(ValueError, match="no scores"):
        _core.TopK(1, 1).feed_analogies(
            np.array([[0, 1, 2]], np.int32), scores, scores, np.ones(5, np.float32), 0, *none, 1
        )


def test_of_equal_scores_the_lower_columns_stay(cpu_level):
    top = _core.TopK(1, 5)
    none = np.zeros(0, np.int32), np.zeros(2, np.int64)
    for start in range(0, 1000, 100):
        top.feed(np.ones((1, 100), np.float32), np.ones(100, np.float32), start, *none, 1)
    columns, scores = top.finish()
    assert columns.tolist() == [0, 1, 2, 3, 4] and (scores == 1).all()
    top = _core.TopK(1, 5)  # rising scores: the list is cut again and again
    rising = np.repeat(np.arange(100, dtype=np.float32), 2)[None]
    top.feed(rising, np.ones(200, np.float32), 0, *none, 1)
    assert top.finish()[0].tolist() == [198, 199, 196, 197, 194]
