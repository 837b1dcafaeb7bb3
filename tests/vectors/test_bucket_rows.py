"""Buckets of n-grams: memory for those in use alone, and the same answers as a whole table."""

import numpy as np
import pytest

from vectorsuite.vectors.bucket_rows import BucketRows

ROWS = np.array([[1, 2, 9], [3, 4, 9], [5, 6, 9]], dtype=np.float32)  # the last column is padding


@pytest.fixture(params=["in use", "whole"])
def rows(request):
    made = BucketRows(10, 2, np.array([7, 2, 4]), ROWS.copy())
    return made if request.param == "in use" else made.whole()


def test_vectors_of_buckets_in_use_and_zeros_of_others(rows):
    np.testing.assert_array_equal(rows.get(np.array([2, 0, 7])), [[3, 4], [0, 0], [1, 2]])
    assert rows.is_whole == (len(rows.vectors) == 10)


def test_means_count_buckets_that_are_not_in_use(rows):
    means = rows.means(np.array([7, 2, 0, 4], np.int32), np.array([0, 2, 4, 4]))
    np.testing.assert_array_equal(means, [[2, 3], [2.5, 3], [0, 0]])


def test_vectors_can_be_set(rows):
    rows.set(np.array([4, 7]), [[8, 8], [0, 1]])
    np.testing.assert_array_equal(rows.get(np.array([7, 2, 4])), [[0, 1], [3, 4], [8, 8]])


def test_a_bucket_without_a_row_cannot_be_set():
    rows = BucketRows(10, 2, np.array([7, 2, 4]), ROWS.copy())
    with pytest.raises(KeyError, match="not in use"):
        rows.set(np.array([7, 3]), np.zeros((2, 2)))
    rows.whole().set(np.array([3]), [[1, 1]])


def test_no_bucket_in_use_has_zeros_for_all():
    rows = BucketRows.unused(10, 2)
    np.testing.assert_array_equal(rows.get(np.array([3])), [[0, 0]])
    np.testing.assert_array_equal(rows.means(np.array([3]), np.array([0, 1])), [[0, 0]])
    assert rows.whole().vectors.shape == (10, 2)


def test_rows_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"\(2, 3\)"):
        BucketRows(10, 3, np.array([1, 2]), np.zeros((3, 3), np.float32))


@pytest.mark.parametrize("counts_unused", [True, False])
def test_half_precision_gives_the_same_means(counts_unused):
    buckets, rows = np.array([4, 1]), np.float32([[1, 2], [3, 6]])
    lists, offsets = np.array([1, 4, 0, 0, 4]), np.array([0, 3, 4, 5, 5])
    full, half = (
        BucketRows(6, 2, buckets, rows.astype(kind), counts_unused) for kind in ("f4", "f2")
    )
    np.testing.assert_array_equal(half.means(lists, offsets), full.means(lists, offsets))
    assert half.means(lists, offsets).dtype == np.float32
    expected = [4 / 3, 8 / 3] if counts_unused else [2, 4]
    np.testing.assert_allclose(half.means(lists, offsets)[0], expected, rtol=1e-6)
