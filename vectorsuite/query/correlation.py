"""Pearson's and Spearman's correlation with their p-values."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


class Correlation(NamedTuple):
    """A correlation in [-1, 1] and its two-sided p-value, under normality and independence."""

    statistic: float
    pvalue: float

    @property
    def correlation(self) -> float:
        """The same as `statistic`; SciPy's older name, which gensim's users read."""
        return self.statistic


def pearson(x: Any, y: Any) -> Correlation:
    """Linear correlation of two samples, (N,) each; NaN where one is constant or N < 2."""
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if len(x) < 2:
        return Correlation(math.nan, math.nan)
    x, y = x - x.mean(), y - y.mean()
    lengths = float(np.linalg.norm(x) * np.linalg.norm(y))
    if lengths == 0:
        return Correlation(math.nan, math.nan)
    r = float(x @ y / lengths)
    if 1 - abs(r) < 1e-15:  # perfect but for rounding
        r = math.copysign(1.0, r)
    return Correlation(r, _p_value(r, len(x)))


def spearman(x: Any, y: Any) -> Correlation:
    """Rank correlation of two samples, (N,) each; equal values share their mean rank."""
    return pearson(mean_ranks(x), mean_ranks(y))


def mean_ranks(values: Any) -> NDArray[np.float64]:
    """Rank of every value, from 1, (N,); equal values get the mean of theirs."""
    _, group, counts = np.unique(np.asarray(values), return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[group]


def _p_value(r: float, n: int) -> float:
    """Chance of a correlation at least as strong as r among n uncorrelated normal pairs.

    t = r sqrt((n - 2) / (1 - r²)) has Student's distribution with n - 2 degrees of freedom.
    """
    if n < 3:
        return 1.0
    if abs(r) == 1:
        return 0.0
    return _incomplete_beta((n - 2) / 2, 0.5, (1 - r) * (1 + r))


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """Regularised incomplete beta function I_x(a, b), 0 < x < 1; DLMF 8.17."""
    if x > (a + 1) / (a + b + 2):  # the fraction converges fast on this side only
        return 1 - _incomplete_beta(b, a, 1 - x)
    log_factor = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    factor = math.exp(log_factor + a * math.log(x) + b * math.log1p(-x)) / a
    return factor / _beta_fraction(a, b, x)


def _beta_fraction(a: float, b: float, x: float) -> float:
    """The continued fraction 1 + d1/(1 + d2/(1 + ...)) of DLMF 8.17.22, by Lentz's method."""
    tiny = 1e-300
    value, c, d = 1.0, 1.0, 0.0
    for i in range(1, 10_000):
        m = i // 2
        if i % 2:
            step = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            step = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / ((1 + step * d) or tiny)
        c = (1 + step / c) or tiny
        value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return value
