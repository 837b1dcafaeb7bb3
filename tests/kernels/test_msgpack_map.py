"""The compiled reader and writer of key maps against srsly's msgpack."""

import numpy as np
import pytest
import srsly
from hypothesis import given
from hypothesis import strategies as st

from vectorsuite.kernels import _core

WIDTHS = [0, 7, 8, 16, 32, 63]
KEYS = st.one_of(
    st.integers(0, 2**64 - 1), *(st.integers(max(0, 2**b - 2), 2**b + 1) for b in WIDTHS)
)
ROWS = st.one_of(st.integers(0, 2**31 - 2), st.integers(0, 300), st.integers(65530, 65540))


def read(blob):
    return _core.read_key_map(np.frombuffer(blob, dtype=np.uint8))


@given(st.dictionaries(KEYS, ROWS, max_size=40))
def test_same_bytes_as_srsly(items):
    keys = np.array([*items], dtype=np.uint64)
    rows = np.array([*items.values()], dtype=np.int32)
    blob = _core.write_key_map(keys, rows)
    assert blob == srsly.msgpack_dumps(items)
    keys_read, rows_read = read(blob)
    assert keys_read.tolist() == keys.tolist()
    assert rows_read.tolist() == rows.tolist()


@pytest.mark.parametrize("n", [15, 16, 65535, 65536])
def test_sizes_at_which_the_header_changes(n):
    keys, rows = np.arange(n, dtype=np.uint64), np.arange(n, dtype=np.int32)
    blob = _core.write_key_map(keys, rows)
    assert blob == srsly.msgpack_dumps(dict(zip(keys.tolist(), rows.tolist(), strict=True)))
    assert read(blob)[1].tolist() == rows.tolist()


def test_integers_written_as_signed():
    assert read(b"\x82\xd0\x05\xd1\x01\x00\xd3" + bytes(7) + b"\x07\xd2\0\0\0\x02")[0].tolist() == [
        5,
        7,
    ]


@pytest.mark.parametrize(
    ("blob", "message"),
    [
        (b"", "cut off, at byte 0"),
        (b"\x81", "more items than follow"),
        (b"\xdf\xff\xff\xff\xff\x01\x02", "more items than follow"),
        (b"\x81\x01\xcd\x01", "cut off"),
        (b"\x81\x01\xff", "not negative was expected, at byte 2"),
        (b"\x81\x01\xd0\x80", "not negative"),
        (b"\x81\xa1a\x01", "integer"),
        (b"\x91\x01", "a map was expected"),
        (b"\x80\x00", "after the map, at byte 1"),
        (b"\x81\x01\xce\x7f\xff\xff\xff", "too large"),
    ],
)
def test_anything_else_is_refused(blob, message):
    with pytest.raises(ValueError, match=message):
        read(blob)


@given(st.binary(max_size=40))
def test_random_bytes_never_read_past_the_end(blob):
    try:
        keys, _ = read(blob)
    except ValueError:
        return
    assert srsly.msgpack_loads(blob).keys() == set(keys.tolist())
