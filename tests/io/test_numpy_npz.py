"""NumPy's ``.npz``."""

import numpy as np
import pytest

from vectorsuite.io.open import load_any


def test_python_objects_in_arrays_are_refused(tmp_path):
    words = np.array(["a", "b"], dtype=object)
    np.savez(tmp_path / "v.npz", vectors=np.ones((2, 2)), words=words)
    with pytest.raises(ValueError, match="Python objects"):
        load_any(tmp_path / "v.npz")


def test_plain_arrays_of_strings(tmp_path):
    np.savez(tmp_path / "v.npz", words=np.array(["a", "été"]), embeddings=np.ones((2, 3)))
    read = load_any(tmp_path / "v.npz")
    assert list(read.words) == ["a", "été"]
    assert read.data.dtype == np.float32
