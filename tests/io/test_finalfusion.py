"""finalfusion's chunks."""

import struct

import numpy as np
import pytest

from vectorsuite.io.open import load_any, save_any


@pytest.mark.parametrize("word", ["a", "ab", "abc", "abcd"])
def test_the_layout(tmp_path, word):
    """Padding is 1 to 4 bytes, also where the floats would be aligned without it."""
    words = struct.pack("<QI", 1, len(word)) + word.encode()
    head = b"FiFu" + struct.pack("<IIII", 0, 2, 1, 2) + struct.pack("<IQ", 1, len(words)) + words
    padding = bytes(4 - len(head) % 4)
    array = struct.pack("<QII", 1, 2, 10) + padding + struct.pack("<ff", 0.5, 0.25)
    content = head + struct.pack("<IQ", 2, len(array)) + array
    (tmp_path / "a.fifu").write_bytes(content)
    read = load_any(tmp_path / "a.fifu")
    assert list(read.words) == [word]
    np.testing.assert_array_equal(read.data, [[0.5, 0.25]])
    save_any(tmp_path / "b.fifu", read)
    assert (tmp_path / "b.fifu").read_bytes() == content


def test_norms_and_metadata_survive(tmp_path, table):
    table.extras = {"norms": np.arange(5, dtype="f4"), "metadata": b'x = "y"\n'}
    save_any(tmp_path / "a.fifu", table)
    read = load_any(tmp_path / "a.fifu")
    np.testing.assert_array_equal(read.extras["norms"], table.extras["norms"])
    save_any(tmp_path / "b.fifu", read)
    assert (tmp_path / "a.fifu").read_bytes() == (tmp_path / "b.fifu").read_bytes()
