"""A vocab whose vectors are easy to average by hand."""

import pytest

from vectorsuite import Vectors, Vocab


@pytest.fixture
def vocab():
    """The words a, b, c with the unit vectors, and ab with their sum."""
    table = Vectors(shape=(4, 3))
    for word, vector in {"a": [1, 0, 0], "b": [0, 1, 0], "c": [0, 0, 1], "ab": [1, 1, 0]}.items():
        table.add(word, vector=vector)
    return Vocab(vectors=table)
