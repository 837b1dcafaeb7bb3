"""Huffman paths are optimal prefix codes."""

import heapq

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorsuite.kernels import compiled


def optimal_cost(counts):
    """Sum of counts of the inner nodes: sum of count * code length of any optimal code."""
    heap, cost = list(counts), 0
    heapq.heapify(heap)
    while len(heap) > 1:
        joined = heapq.heappop(heap) + heapq.heappop(heap)
        cost += joined
        heapq.heappush(heap, joined)
    return cost


@given(st.lists(st.integers(1, 10_000), min_size=2, max_size=60))
def test_codes_are_optimal_and_no_prefixes_of_each_other(counts):
    offsets, nodes, signs = compiled.huffman_paths(np.array(counts, dtype=np.int64))
    lengths = np.diff(offsets)
    assert (lengths * counts).sum() == optimal_cost(counts)
    codes = set()
    for word in range(len(counts)):
        path = slice(offsets[word], offsets[word + 1])
        assert nodes[path][0] == len(counts) - 2  # the root was made last
        assert set(signs[path]) <= {1.0, -1.0}
        codes.add(tuple(signs[path]))
        assert len(set(nodes[path])) == lengths[word]
    assert len(codes) == len(counts)
    assert 2.0 ** -lengths.astype(float) @ np.ones(len(counts)) == pytest.approx(1)  # Kraft
    assert set(nodes) == set(range(len(counts) - 1))


def test_a_tree_needs_two_words():
    with pytest.raises(ValueError, match="at least two words"):
        compiled.huffman_paths(np.array([3]))
