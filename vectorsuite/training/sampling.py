"""Which tokens stay and which words are noise: tables made from word counts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels import compiled

ALWAYS = 0xFFFFFFFF


def keep_thresholds(counts: NDArray[np.int64], sample: float) -> NDArray[np.uint32]:
    """Chance of a token to stay under sub-sampling, of 2^32.

    A word with share f of the corpus stays with min(1, (sqrt(f / t) + 1) t / f), as word2vec.c
    computes it; the paper's own formula, 1 - sqrt(t / f) (Mikolov et al., 2013, NIPS, eq. 5),
    differs slightly.

    :param counts: (V,) int64.
    :param sample: The threshold t; 0 keeps every token.
    :returns: (V,) uint32; all ones means always.
    """
    if sample <= 0:
        return np.full(len(counts), ALWAYS, dtype=np.uint32)
    share = counts / counts.sum()
    keep = (np.sqrt(share / sample) + 1) * sample / share
    return np.minimum(keep * 2.0**32, ALWAYS).astype(np.uint32)


def noise_table(counts: NDArray[np.int64], ns_exponent: float) -> NDArray[np.uint32]:
    """Alias table that draws words in proportion to counts ** ns_exponent, (V, 2) uint32.

    :param counts: (V,) int64, all positive.
    :param ns_exponent: 0.75 in word2vec; 0 draws all words alike, negative values prefer rare ones.
    """
    # relative to the count that gets the largest share, so that no exponent overflows
    largest = counts.max() if ns_exponent >= 0 else counts.min()
    return compiled.alias_table(np.power(counts / largest, ns_exponent))
