"""Correlations and p-values, against SciPy."""

import math

import numpy as np
import pytest

from vectorsuite.query.correlation import mean_ranks, pearson, spearman


def test_ranks_of_equal_values_are_their_mean():
    assert mean_ranks([10, 30, 20, 20]).tolist() == [1, 4, 2.5, 2.5]


def test_perfect_and_undefined_correlations():
    assert pearson([1, 2, 3], [2, 4, 6]) == (1.0, 0.0)
    assert pearson([1, 2, 3], [3, 2, 1]) == (-1.0, 0.0)
    assert pearson([1, 2], [5, 9]) == (1.0, 1.0)
    assert math.isnan(pearson([1, 2, 3], [1, 1, 1]).statistic)
    assert math.isnan(pearson([1], [1]).pvalue)


@pytest.mark.parametrize("n", [3, 4, 10, 353, 5000])
@pytest.mark.parametrize("strength", [0.0, 0.05, 0.7, 2.0])
def test_statistic_and_p_value_equal_scipy(n, strength):
    stats = pytest.importorskip("scipy.stats")
    rng = np.random.default_rng(n)
    x = rng.standard_normal(n).round(1)  # some values are equal
    y = strength * x + rng.standard_normal(n)
    for ours, theirs in ((pearson, stats.pearsonr), (spearman, stats.spearmanr)):
        expected = theirs(x, y)
        if 1 - abs(expected[0]) < 1e-9:  # ranks of 3 values may agree: SciPy is off by rounding
            assert abs(ours(x, y).statistic) == 1 and ours(x, y).pvalue == 0
        else:
            assert ours(x, y) == pytest.approx((expected[0], expected[1]), rel=1e-7, abs=1e-300)
