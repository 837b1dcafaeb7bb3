"""NumPy's ``.npy``."""

import io

import numpy as np
import pytest

from vectorsuite.io.open import load_any


def test_headers_that_lie(tmp_path):
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        file, {"descr": "<f4", "fortran_order": False, "shape": (10**12, 300)}
    )
    (tmp_path / "v.npy").write_bytes(file.getvalue())
    with pytest.raises(ValueError, match="but at most 0 follow"):
        load_any(tmp_path / "v.npy")
