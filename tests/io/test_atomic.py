"""Files and directories are at their place whole or not at all."""

import errno
import os
import stat

import pytest

from vectorsuite.io.atomic import directory_written_beside, written_beside


class StopError(Exception):
    pass


def names(path):
    return sorted(p.name for p in path.iterdir())


def test_a_file_is_there_at_the_end(tmp_path):
    path = tmp_path / "file"
    with written_beside(path) as beside:
        assert beside.parent == tmp_path
        beside.write_text("new")
        assert not path.exists()
    assert path.read_text() == "new"
    assert names(tmp_path) == ["file"]


def test_an_error_leaves_the_old_file(tmp_path):
    path = tmp_path / "file"
    path.write_text("old")
    with pytest.raises(StopError), written_beside(path) as beside:
        beside.write_text("half")
        raise StopError
    assert path.read_text() == "old"
    assert names(tmp_path) == ["file"]


def test_a_directory_is_there_at_the_end(tmp_path):
    with directory_written_beside(tmp_path / "deep" / "out") as beside:
        (beside / "part").write_text("x")
        assert not (tmp_path / "deep" / "out").exists()
    assert names(tmp_path / "deep" / "out") == ["part"]
    assert names(tmp_path / "deep") == ["out"]


@pytest.mark.parametrize("old", ["directory", "file", "link"])
def test_what_is_there_needs_force(tmp_path, old):
    path = tmp_path / "out"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    if old == "directory":
        path.mkdir()
    elif old == "file":
        path.write_text("old")
    else:
        path.symlink_to(elsewhere)
    with pytest.raises(FileExistsError, match="out exists"), directory_written_beside(path):
        pass
    with directory_written_beside(path, force=True) as beside:
        (beside / "part").write_text("x")
    assert names(path) == ["part"]
    assert names(elsewhere) == []
    assert names(tmp_path) == ["elsewhere", "out"]


@pytest.mark.parametrize("error", [StopError, KeyboardInterrupt])
def test_an_error_leaves_the_old_directory(tmp_path, error):
    path = tmp_path / "out"
    path.mkdir()
    (path / "old").write_text("x")
    with pytest.raises(error), directory_written_beside(path, force=True) as beside:
        (beside / "half").write_text("x")
        raise error
    assert names(path) == ["old"]
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize("write", [written_beside, directory_written_beside])
@pytest.mark.parametrize("inner", [None, "vocab/vectors"])
def test_an_error_of_the_disk_names_what_was_asked_for(tmp_path, write, inner):
    with pytest.raises(OSError) as caught, write(tmp_path / "out") as beside:
        named = () if inner is None else (str(beside / inner),)
        raise OSError(errno.ENOSPC, "No space left on device", *named)
    assert caught.value.filename == str(tmp_path / "out")
    assert str(caught.value).endswith("/out'")


def test_an_error_about_another_file_keeps_its_name(tmp_path):
    with pytest.raises(FileNotFoundError) as caught, written_beside(tmp_path / "out"):
        (tmp_path / "missing").read_text()
    assert caught.value.filename == str(tmp_path / "missing")


def test_a_pipe_or_a_device_is_not_replaced(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with pytest.raises(FileExistsError, match="pipe is a device or a pipe"), written_beside(path):
        raise AssertionError("nothing is to be written")
    assert stat.S_ISFIFO(path.stat().st_mode)
    assert names(tmp_path) == ["pipe"]
