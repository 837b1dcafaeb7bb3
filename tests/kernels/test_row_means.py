"""Means of lists of rows, which compose words from n-grams."""

import numpy as np
import pytest

from vectorsuite.kernels import _core

TABLE = np.arange(12, dtype=np.float32).reshape(4, 3)


def means(rows, offsets, width=3, table=TABLE, threads=1):
    out = np.full((len(offsets) - 1, width), np.nan, np.float32)
    _core.row_means(table, np.array(rows, np.int32), np.array(offsets), out, threads)
    return out


def test_each_list_gives_its_mean_and_an_empty_one_zeros():
    out = means([0, 2, 3, 3], [0, 2, 2, 4])
    np.testing.assert_array_equal(out, [[3, 4, 5], [0, 0, 0], [9, 10, 11]])


def test_a_row_that_is_not_there_counts_as_zeros():
    np.testing.assert_array_equal(means([3, -1], [0, 2]), [[4.5, 5, 5.5]])


def test_padding_of_rows_is_left_out():
    np.testing.assert_array_equal(means([1, 2], [0, 2], width=2), [[4.5, 5.5]])


def test_threads_share_the_work():
    random = np.random.default_rng(0)
    table = random.normal(size=(50, 16)).astype(np.float32)
    lengths = random.integers(0, 9, size=3000)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    rows = random.integers(0, 50, size=offsets[-1])
    out = means(rows, offsets, 16, table, threads=3)
    np.testing.assert_array_equal(out, means(rows, offsets, 16, table))
    for i in (0, 999, 2999):
        expected = table[rows[offsets[i] : offsets[i + 1]]].sum(axis=0) / max(lengths[i], 1)
        np.testing.assert_allclose(out[i], expected, atol=1e-6)


@pytest.mark.parametrize(
    ("rows", "offsets", "width"),
    [([4], [0, 1], 3), ([-2], [0, 1], 3), ([0], [0, 2], 3), ([0, 1], [1, 0], 3), ([0], [0, 1], 4)],
)
def test_what_lies_outside_is_refused(rows, offsets, width):
    with pytest.raises(ValueError, match="row_means"):
        means(rows, offsets, width)
