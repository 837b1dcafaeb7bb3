"""Tables of words for the tests of queries."""

import numpy as np
import pytest

from vectorsuite.query import KeyedVectors

# Directions: 0 royal, 1 male, 2 female, 3 fruit, 4 small. Cosines can be worked out by hand.
PLANTED = {
    "king": [1, 1, 0, 0, 0],
    "queen": [1, 0, 1, 0, 0],
    "man": [0, 1, 0, 0, 0],
    "woman": [0, 0, 1, 0, 0],
    "apple": [0, 0, 0, 1, 0],
    "cherry": [0, 0, 0, 1, 1],
    "nothing": [0, 0, 0, 0, 0],
    "New York": [0, 0, 0, 0, 2],
}


@pytest.fixture
def planted():
    """Eight words, one with a space, one without a direction."""
    table = KeyedVectors(5)
    table.add_vectors(list(PLANTED), np.array(list(PLANTED.values()), dtype=np.float32))
    return table


@pytest.fixture
def random_pair():
    """The same 500 random vectors of width 20 here and in gensim."""
    gensim = pytest.importorskip("gensim.models.keyedvectors")
    words = [f"word{i}" for i in range(500)]
    vectors = np.random.default_rng(3).standard_normal((500, 20)).astype(np.float32)
    ours, theirs = KeyedVectors(20), gensim.KeyedVectors(20)
    ours.add_vectors(words, vectors)
    theirs.add_vectors(words, vectors.copy())
    return ours, theirs
