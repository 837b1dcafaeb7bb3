"""MurmurHash in C++ against its definition in Python and the published numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorsuite.kernels import _core

MASK = (1 << 64) - 1


def murmur64a(data, seed):
    m = 0xC6A4A7935BD1E995
    h = seed ^ (len(data) * m & MASK)
    n = len(data) // 8 * 8
    for i in range(0, n, 8):
        k = int.from_bytes(data[i : i + 8], "little") * m & MASK
        k = (k ^ (k >> 47)) * m & MASK
        h = (h ^ k) * m & MASK
    if data[n:]:
        h = (h ^ int.from_bytes(data[n:], "little")) * m & MASK
    h = (h ^ (h >> 47)) * m & MASK
    return h ^ (h >> 47)


@given(st.binary(max_size=70))
def test_murmur64a(data):
    assert _core.checksum(np.frombuffer(data, dtype=np.uint8)) == murmur64a(data, 0)
    assert _core.hash_utf8(data) == (murmur64a(data, 1) if data else 0)


def test_murmur3_of_known_text():
    # the value that SMHasher's MurmurHash3_x64_128 gives, seed 0: e34bbc7bbc071b6c 7a433ca9c49a9347
    parts = _core.ngram_hashes(b"The quick brown fox jumps over the lazy dog", 0)
    assert [f"{part:08x}" for part in parts] == ["bc071b6c", "e34bbc7b", "c49a9347", "7a433ca9"]


@pytest.mark.parametrize("offsets", [[], [-1, 3], [0, 2, 1], [0, 4]])
def test_offsets_that_do_not_fit_are_refused(offsets):
    data = np.zeros(3, dtype=np.uint8)
    with pytest.raises(ValueError, match="offsets"):
        _core.hash_strings(data, np.array(offsets, dtype=np.int64))
    settings = _core.FloretSettings(2, 3, 1, 0, "<", ">", True)
    with pytest.raises(ValueError, match="offsets"):
        _core.floret_rows(data, np.array(offsets, dtype=np.int64), 10, settings)
    with pytest.raises(ValueError, match="offsets"):
        _core.floret_vectors(
            np.zeros((2, 2), dtype="f"), data, np.array(offsets, dtype=np.int64), settings
        )


def test_a_lone_surrogate_is_no_utf8():
    with pytest.raises(UnicodeEncodeError):
        _core.hash_string("\ud800")
