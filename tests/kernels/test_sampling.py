"""Random streams, alias tables and start vectors of the core equal their NumPy specification."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorsuite.kernels import compiled, draws
from vectorsuite.kernels.job import padded_rows


def chances(table):
    """Exact chance of each index under an alias table."""
    n = len(table)
    own = table[:, 0] / 2**32
    total = np.zeros(n)
    for i, (threshold, alias) in enumerate(zip(own, table[:, 1].astype(int), strict=True)):
        total[i] += threshold / n
        total[alias] += (1 - threshold) / n
    return total


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=50).filter(lambda w: sum(w) > 1e-3))
def test_alias_table_has_the_chances_of_its_weights(weights):
    weights = np.array(weights)
    np.testing.assert_allclose(
        chances(compiled.alias_table(weights)), weights / weights.sum(), atol=1e-8
    )


def test_splitmix_known_values():
    # the first outputs of SplitMix64 with state 0, as published with the algorithm
    assert draws.draw(0, 0) == 0xE220A8397B1DCDAF
    assert draws.draw(0, 1) == 0x6E789E6AA1B965F4


def test_start_rows_are_uniform_seeded_per_word_and_equal_the_reference():
    keys = np.array([7, 2**64 - 1, 123456789], dtype=np.uint64)
    rows, expected = padded_rows(3, 20), padded_rows(3, 20)
    compiled.start_rows(keys, 5, 20, rows)
    draws.start_rows(keys, 5, 20, expected)
    np.testing.assert_array_equal(rows, expected)
    alone = padded_rows(1, 20)
    compiled.start_rows(keys[2:], 5, 20, alone)
    np.testing.assert_array_equal(alone[0], rows[2])  # whatever the other words are
    other = padded_rows(3, 20)
    compiled.start_rows(keys, 6, 20, other)
    assert not np.any(other[:, :20] == rows[:, :20])
    many = padded_rows(4000, 10)
    compiled.start_rows(np.arange(4000, dtype=np.uint64), 1, 10, many)
    values = many[:, :10] * 10
    assert -1 <= values.min() < -0.998
    assert 0.998 < values.max() < 1
    assert values.mean() == pytest.approx(0, abs=0.02)
    assert values.var() == pytest.approx(1 / 3, rel=0.02)


@given(st.integers(1, 5), st.integers(1, 40))
def test_pack_rows_drops_the_padding(n, width):
    rows = padded_rows(n, width)
    rows[:, :width] = np.arange(n * width).reshape(n, width)
    packed = compiled.pack_rows(rows, width)
    np.testing.assert_array_equal(packed, np.arange(n * width).reshape(n, width))
    assert packed.flags.c_contiguous
