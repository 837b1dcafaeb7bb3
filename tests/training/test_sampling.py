"""Tables that words are drawn from."""

import numpy as np

from vectorsuite.training.sampling import noise_table


def test_no_exponent_overflows():
    counts = np.array([10**7, 1])
    with np.errstate(over="raise"):
        preferred = [noise_table(counts, exponent) for exponent in (-1e3, 1e3)]
    # a row: the share of its own word, and the word that has the rest
    assert preferred[0][0].tolist() == [0, 1]
    assert preferred[1][1].tolist() == [0, 0]
