"""Writing a file or directory beside its final place and renaming it there when it is whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.tmp")


@contextmanager
def written_beside(path: Path) -> Iterator[Path]:
    """Give a path to write to; rename it to `path` at the end, or remove it after an error.

    :raises IsADirectoryError: A folder is at `path`.
    :raises FileExistsError: A device or a pipe is, which a rename would do away with.
    """
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder; name a file to write.")
    if path.exists() and not path.is_file():
        raise FileExistsError(f"{path} is a device or a pipe; name a file to write.")
    beside = _beside(path)
    try:
        yield beside
        os.replace(beside, path)  # noqa: PTH105  # also over a file that somebody has mapped
    except OSError as error:
        _name(error, path, beside)
        raise
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def directory_written_beside(path: Path, *, force: bool = False) -> Iterator[Path]:
    """The same for a directory.

    :param force: Replace what is at `path`; the old one goes only after the new one is whole.
    :raises FileExistsError: There is something at `path` and `force` is not set.
    """
    if path.exists() and not force:
        raise FileExistsError(
            f"{path} exists. Give another name, or --force (force=True) to replace it."
        )
    beside, old = _beside(path), path.with_name(f".{path.name}.{os.getpid()}.old")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        beside.mkdir()
        yield beside
        if path.exists() or path.is_symlink():
            path.rename(old)
        try:
            beside.rename(path)
        except OSError:
            if old.exists():
                old.rename(path)
            raise
    except OSError as error:
        _name(error, path, beside)
        raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        _remove(old)


def _name(error: OSError, path: Path, beside: Path) -> None:
    """Let an error name the final path: a full disk names none, and nobody knows the one beside."""
    if error.strerror and str(error.filename or beside).startswith(str(beside)):
        error.filename = str(path)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
