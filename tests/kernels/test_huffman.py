"""Huffman paths are optimal prefix codes."""

import heapq

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorsuite.kernels import compiled

ORDERS = ("heap", "queues")


def paths_by_heapq(counts):
    """Inner nodes from the root to each word, and whether each is left to the right."""
    n = len(counts)
    heap = [Joined(count, number) for number, count in enumerate(counts)]
    heapq.heapify(heap)
    above = {}
    for made in range(n - 1):
        left, right = heapq.heappop(heap), heapq.heappop(heap)
        above[left.number], above[right.number] = (made, False), (made, True)
        heapq.heappush(heap, Joined(left.count + right.count, made + n))
    for word in range(n):
        path, at = [], word
        while at in above:
            path.insert(0, above[at])
            at = above[at][0] + n
        yield path


class Joined:
    """A node that is compared by its count alone, as gensim's."""

    def __init__(self, count, number):
        self.count, self.number = count, number

    def __lt__(self, other):
        return self.count < other.count


@given(st.lists(st.integers(1, 6), min_size=2, max_size=200))
def test_equal_counts_are_joined_as_by_pythons_heap(counts):
    offsets, nodes, signs = compiled.huffman_paths(np.array(counts, dtype=np.int64))
    for word, path in enumerate(paths_by_heapq(counts)):
        ours = slice(offsets[word], offsets[word + 1])
        assert list(zip(nodes[ours], signs[ours] < 0, strict=True)) == path


def test_equal_counts_are_joined_as_fasttext_does():
    offsets, nodes, signs = compiled.huffman_paths(np.array([2, 1, 1, 1, 1]), "queues")
    # the last two words, the two before, these pairs (before the word of their count), then all
    assert nodes[offsets[3] : offsets[4]].tolist() == [3, 2, 0]
    assert nodes[offsets[1] : offsets[2]].tolist() == [3, 2, 1]
    assert nodes[offsets[0] : offsets[1]].tolist() == [3]
    assert signs[offsets[4] : offsets[5]].tolist()[-1] == 1  # the later word is left


def optimal_cost(counts):
    """Sum of counts of the inner nodes: sum of count * code length of any optimal code."""
    heap, cost = list(counts), 0
    heapq.heapify(heap)
    while len(heap) > 1:
        joined = heapq.heappop(heap) + heapq.heappop(heap)
        cost += joined
        heapq.heappush(heap, joined)
    return cost


@given(st.lists(st.integers(1, 10_000), min_size=2, max_size=60), st.sampled_from(ORDERS))
def test_codes_are_optimal_and_no_prefixes_of_each_other(counts, order):
    offsets, nodes, signs = compiled.huffman_paths(np.array(counts, dtype=np.int64), order)
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
