"""Array files map back equal, are safetensors, and are refused when they are torn."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from vectorsuite.io.array_file import map_arrays, write_arrays

ARRAYS = st.dictionaries(
    st.text(min_size=1, max_size=5).filter(lambda name: name != "__metadata__"),
    st.sampled_from(["u1", "<i4", "<u4", "<i8", "<u8", "<f2", "<f4", "<f8"]).flatmap(
        lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0))
    ),
    max_size=4,
)


@given(ARRAYS, st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3))
def test_round_trip(tmp_path_factory, arrays, metadata):
    path = tmp_path_factory.getbasetemp() / "arrays"
    write_arrays(path, arrays, metadata)
    mapped, read = map_arrays(path)
    assert read == metadata
    assert mapped.keys() == arrays.keys()
    for name, array in arrays.items():
        assert mapped[name].dtype == array.dtype
        assert mapped[name].tobytes() == array.tobytes()
        assert mapped[name].shape == array.shape
        assert not mapped[name].flags.writeable
        assert mapped[name].ctypes.data % array.itemsize == 0 or not array.size


def test_is_safetensors(tmp_path):
    safetensors = pytest.importorskip("safetensors.numpy")
    arrays = {"b": np.arange(5, dtype="u1"), "a": np.eye(3, dtype="f")}
    write_arrays(tmp_path / "ours", arrays, {"made": "here"})
    theirs = safetensors.load_file(tmp_path / "ours")
    assert {name: array.tolist() for name, array in theirs.items()} == {
        name: array.tolist() for name, array in arrays.items()
    }
    safetensors.save_file(arrays, tmp_path / "theirs")
    assert map_arrays(tmp_path / "theirs")[0]["a"].tolist() == arrays["a"].tolist()


def test_dtype_without_a_name(tmp_path):
    with pytest.raises(ValueError, match="'words' has dtype"):
        write_arrays(tmp_path / "x", {"words": np.array(["a"])}, {})


def test_cut_off_anywhere(tmp_path):
    path = tmp_path / "arrays"
    write_arrays(path, {"a": np.arange(4, dtype="<i8")}, {"k": "v"})
    blob = path.read_bytes()
    for size in range(len(blob)):
        path.write_bytes(blob[:size])
        with pytest.raises(ValueError, match="arrays: "):
            map_arrays(path)
    path.write_bytes(blob + b"x")
    with pytest.raises(ValueError, match="announces"):
        map_arrays(path)


@pytest.mark.parametrize(
    "entry",
    [
        {"dtype": "U64", "shape": [10**12], "data_offsets": [0, 8 * 10**12]},
        {"dtype": "U64", "shape": [-1], "data_offsets": [0, -8]},
        {"dtype": "U64", "shape": [2], "data_offsets": [8, 24]},
        {"dtype": "U64", "shape": [2], "data_offsets": [-8, 8]},
        {"dtype": "U64", "shape": [1.0], "data_offsets": [0, 8]},
        {"dtype": "O", "shape": [2], "data_offsets": [0, 16]},
        {"dtype": "U64", "shape": [2]},
        {"dtype": "U64", "shape": 2, "data_offsets": [0, 16]},
        "text",
    ],
)
def test_headers_that_lie(tmp_path, entry):
    header = json.dumps({"a": entry}).encode()
    path = tmp_path / "arrays"
    path.write_bytes(len(header).to_bytes(8, "little") + header + bytes(16))
    with pytest.raises(ValueError, match="arrays: "):
        map_arrays(path)


@given(st.binary(max_size=80))
def test_random_bytes(tmp_path_factory, blob):
    path = tmp_path_factory.getbasetemp() / "random_arrays"
    path.write_bytes(blob)
    try:
        arrays, _ = map_arrays(path)
    except ValueError:
        return
    assert arrays == {}
