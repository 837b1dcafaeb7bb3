"""Lists of words beside vectors."""

import numpy as np

from vectorsuite.io import WordVectors
from vectorsuite.io.open import load_any, save_any


def test_words_packed_as_the_vectors_are_belong_to_them(tmp_path):
    for name, word in (("x.npy", "plain"), ("x.npy.gz", "packed")):
        save_any(tmp_path / name, WordVectors.from_words([word], np.ones((1, 2), "f4")))
    assert list(load_any(tmp_path / "x.npy").words) == ["plain"]
    assert list(load_any(tmp_path / "x.npy.gz").words) == ["packed"]
