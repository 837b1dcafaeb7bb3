"""Files with checksums: round trips, and every kind of damage."""

import numpy as np
import pytest

from vectorsuite.io.checked_file import checked_kind, read_checked, write_checked

STATE = {"epoch": 3, "words": ["a", "ü"], "none": None}


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "model"
    arrays = {"rows": np.arange(6, dtype=np.float32).reshape(2, 3), "n": np.array([7, 8])}
    write_checked(path, "toy model", 1, STATE, arrays)
    return path


def test_gives_back_state_and_arrays(path):
    state, arrays = read_checked(path, "toy model", 1)
    assert state == STATE
    assert arrays["rows"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert arrays["n"].tolist() == [7, 8]
    assert [file.name for file in path.parent.iterdir()] == ["model"]


def test_empty_arrays_are_kept(tmp_path):
    write_checked(tmp_path / "m", "toy model", 1, {}, {"none": np.zeros((0, 4), np.float32)})
    assert read_checked(tmp_path / "m", "toy model", 1)[1]["none"].shape == (0, 4)


def test_any_flipped_byte_is_noticed(path):
    whole = path.read_bytes()
    for i in range(len(whole)):
        for bit in (1, 128):
            path.write_bytes(whole[:i] + bytes([whole[i] ^ bit]) + whole[i + 1 :])
            with pytest.raises(ValueError, match="model"):
                read_checked(path, "toy model", 1)


def test_any_cut_is_noticed(path):
    whole = path.read_bytes()
    for n in range(len(whole)):
        path.write_bytes(whole[:n])
        with pytest.raises(ValueError, match="model"):
            read_checked(path, "toy model", 1)


def test_without_verifying_only_the_arrays_are_trusted(path):
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    read_checked(path, "toy model", 1, verify=False)
    with pytest.raises(ValueError, match="the checksum of 'rows'"):
        read_checked(path, "toy model", 1)


def test_other_kinds_and_versions_are_refused(path, tmp_path):
    with pytest.raises(ValueError, match="is a toy model, not a real model"):
        read_checked(path, "real model", 1)
    with pytest.raises(ValueError, match="has version 1 of the format; this program reads"):
        read_checked(path, "toy model", 2)
    with pytest.raises(FileNotFoundError, match="no file"):
        read_checked(tmp_path / "missing", "toy model", 1)


def test_its_kind_is_told_without_reading_it(path, tmp_path):
    assert checked_kind(path) == "toy model"
    (tmp_path / "text").write_text("no such file")
    assert checked_kind(tmp_path / "text") is None


def test_a_failed_write_leaves_the_old_file(path):
    with pytest.raises(TypeError):
        write_checked(path, "toy model", 1, {"not JSON": object()}, {})
    with pytest.raises(ValueError, match="complex"):
        write_checked(path, "toy model", 1, {}, {"c": np.zeros(1, np.complex64)})
    assert read_checked(path, "toy model", 1)[0] == STATE
    assert [file.name for file in path.parent.iterdir()] == ["model"]
