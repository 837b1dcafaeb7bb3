"""Words and vectors that every format can hold."""

import numpy as np
import pytest

from vectorsuite.io import WordVectors


@pytest.fixture
def table():
    words = ["the", "été", "日本", "(", "a" * 300]
    return WordVectors.from_words(words, np.random.default_rng(0).normal(size=(5, 3)).astype("f4"))
