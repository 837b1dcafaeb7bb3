"""The least-squares fit of rows to bags of them, against dense algebra."""

import numpy as np
import pytest

from vectorsuite.kernels import _core


def random_bags(n=60, n_rows=25, seed=0):
    random = np.random.default_rng(seed)
    lengths = random.integers(0, 6, n)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    return random.integers(0, n_rows, offsets[-1]).astype(np.int32), offsets


def dense(rows, offsets, scales, n_rows):
    matrix = np.zeros((len(scales), n_rows))
    for bag, scale in enumerate(scales):
        for row in rows[offsets[bag] : offsets[bag + 1]]:
            matrix[bag, row] += scale
    return matrix


def fit(rows, offsets, scales, target, penalties, start=None, steps=200, tolerance=1e-7, threads=1):
    table = np.zeros((len(penalties), target.shape[1]), np.float32) if start is None else start
    _core.fit_bags(rows, offsets, scales, target, penalties, table, steps, tolerance, threads)
    return table


@pytest.mark.parametrize("width", [1, 16, 19, 50])
@pytest.mark.parametrize("threads", [1, 3])
def test_the_fit_is_the_ridge_solution(width, threads):
    random = np.random.default_rng(1)
    rows, offsets = random_bags()
    scales = random.random(60).astype(np.float32)
    target = random.standard_normal((60, width)).astype(np.float32)
    penalties = random.uniform(0.1, 2, 25).astype(np.float32)
    matrix = dense(rows, offsets, scales, 25)
    exact = np.linalg.solve(matrix.T @ matrix + np.diag(penalties), matrix.T @ target)
    fitted = fit(rows, offsets, scales, target, penalties, threads=threads)
    np.testing.assert_allclose(fitted, exact, atol=2e-5)


def test_a_start_is_gone_on_from():
    random = np.random.default_rng(2)
    rows, offsets = random_bags()
    scales, penalties = np.full(60, 0.5, np.float32), np.full(25, 0.3, np.float32)
    target = random.standard_normal((60, 20)).astype(np.float32)
    best = fit(rows, offsets, scales, target, penalties)
    other = fit(rows, offsets, scales, target, penalties, start=np.ones((25, 20), np.float32))
    np.testing.assert_allclose(other, best, atol=2e-5)
    # near enough from the beginning: not one step
    moved = best + np.float32(1e-5)
    same = fit(rows, offsets, scales, target, penalties, start=moved.copy(), tolerance=0.01)
    np.testing.assert_array_equal(same, moved)


def test_steps_and_tolerance_end_it():
    rows, offsets = random_bags()
    scales, penalties = np.ones(60, np.float32), np.full(25, 0.1, np.float32)
    target = np.random.default_rng(3).standard_normal((60, 4)).astype(np.float32)
    assert not fit(rows, offsets, scales, target, penalties, steps=0).any()
    exact = fit(rows, offsets, scales, target, penalties)
    errors = [
        np.abs(fit(rows, offsets, scales, target, penalties, tolerance=t) - exact).max()
        for t in (1.0, 0.3, 0.01)
    ]
    assert errors[0] > errors[1] > errors[2]


def test_rows_of_no_bag_and_zero_targets_stay_zero():
    rows, offsets = np.array([0], np.int32), np.array([0, 1, 1])
    target = np.array([[2.0, 0], [5, 5]], np.float32)
    fitted = fit(rows, offsets, np.ones(2, np.float32), target, np.array([1, 0], np.float32))
    np.testing.assert_allclose(fitted, [[1, 0], [0, 0]], atol=1e-6)


def test_arrays_that_do_not_fit_are_refused():
    table, out = np.zeros((2, 3), np.float32), np.zeros((1, 3), np.float32)
    rows, offsets = np.array([0, 1], np.int32), np.array([0, 2])
    ones, penalties = np.ones(1, np.float32), np.ones(2, np.float32)
    for wrong in ([0, 3], [1, 2], [0, 1], [0]):
        with pytest.raises(ValueError, match=r"offsets|Shapes"):
            _core.fit_bags(rows, np.array(wrong), ones, out, penalties, table, 1, 0.1, 1)
    with pytest.raises(ValueError, match="not in the table"):
        _core.fit_bags(np.array([0, 2], np.int32), offsets, ones, out, penalties, table, 1, 0.1, 1)
    with pytest.raises(ValueError, match="Shapes"):
        _core.fit_bags(rows, offsets, ones, out, ones, table, 1, 0.1, 1)
