"""A small table on disk for the commands that query one."""

import numpy as np
import pytest

from vectorsuite.vectors import Vectors, write_pipeline

WORDS = ["man", "woman", "king", "queen", "apple", "größe"]
ROWS = [[1, 0, 0, 0], [1, 0, 1, 0], [1, 1, 0, 0], [1, 1, 1, 0], [0, 0, 0, 1], [0, 0, 0.5, 1]]


@pytest.fixture
def table(tmp_path):
    """A directory with six words; king - man + woman is queen exactly."""
    vectors = Vectors(data=np.array(ROWS, dtype=np.float32), keys=WORDS)
    write_pipeline(
        tmp_path / "table",
        vectors,
        lang="en",
        name="six",
        settings={"losses": [2.0, 1.5], "config": {"model": {"window": 3}}},
    )
    return str(tmp_path / "table")
