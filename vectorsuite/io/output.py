"""Opening a file to write: packed as its name says, and named when it is whole."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from vectorsuite.errors import MissingExtraError
from vectorsuite.io.array_file import write_values
from vectorsuite.io.atomic import written_beside
from vectorsuite.protocols import Progress

COPY_BYTES = 1 << 24  # that are copied at a time
PACKED_SUFFIXES = (".tar.gz", ".tgz", ".gz", ".bz2", ".xz", ".zst", ".zip")


def split_packing(name: str) -> tuple[str, str]:
    """Split "x.vec.gz" into "x.vec" and ".gz"; the second is empty for a plain name."""
    for suffix in PACKED_SUFFIXES:
        if name.lower().endswith(suffix) and len(name) > len(suffix):
            return name[: -len(suffix)], suffix
    return name, ""


def escape_mark(text: Any) -> bytes:
    """What to write before a text: readers take a byte order mark off, so a word's own needs one.

    :param text: The text or its beginning, as bytes or (n,) uint8.
    """
    return codecs.BOM_UTF8 if bytes(text[:3]) == codecs.BOM_UTF8 else b""


@contextmanager
def open_output(path: str | Path) -> Iterator[IO[bytes]]:
    """Open a file to write; it gets its name only if the block ends without an error.

    Packed as the suffix says (.gz .bz2 .xz .zst .zip .tgz .tar.gz). The same content always gives
    the same bytes: no time stamps are stored.

    :raises FileNotFoundError: There is no such folder.
    :raises MissingExtraError: It ends in .zst, and zstandard is not installed.
    """
    path = Path(path)
    if not path.parent.is_dir():
        raise FileNotFoundError(f"Cannot write {path}: there is no folder {path.parent}.")
    with (
        written_beside(path) as beside,
        beside.open("wb") as file,
        _pack(file, path.name) as packed,
    ):
        yield packed


def write_rows(
    file: IO[bytes], rows: NDArray[Any], dtype: DTypeLike, progress: Progress | None = None
) -> None:
    """Write the values of an array, (n, …), C order, converted a bounded number of rows at a time.

    :param dtype: Of the values in the file, with its byte order: "<f4".
    :param progress: Told the rows written, as stage "save".
    """
    step = max(1, COPY_BYTES // max(1, rows[:1].nbytes))
    for start in range(0, len(rows), step):
        piece = np.ascontiguousarray(rows[start : start + step], dtype=dtype)
        write_values(file, piece)
        if progress is not None:
            progress("save", start + len(piece), len(rows))


@contextmanager
def _pack(file: IO[bytes], name: str) -> Iterator[IO[bytes]]:
    inner, packing = split_packing(name)
    if packing in (".tar.gz", ".tgz"):
        with _member_of_tar(file, inner) as packed:
            yield packed
    elif packing == ".zip":
        member = zipfile.ZipInfo(inner)  # of 1980, whenever it is written
        member.compress_type = zipfile.ZIP_DEFLATED
        with (
            zipfile.ZipFile(file, "w") as archive,
            archive.open(member, "w", force_zip64=True) as packed,
        ):
            yield packed
    elif packing:
        with _compressor(file, packing) as packed:
            yield packed
    else:
        yield file


def _compressor(file: IO[bytes], packing: str) -> Any:
    if packing == ".gz":
        return gzip.GzipFile(filename="", mode="wb", fileobj=file, compresslevel=6, mtime=0)
    if packing == ".bz2":
        return bz2.BZ2File(file, "wb")
    if packing == ".xz":
        return lzma.LZMAFile(file, "wb")
    try:
        import zstandard
    except ImportError:
        raise MissingExtraError("Writing .zst files", "zstandard", "zstd") from None
    return zstandard.ZstdCompressor().stream_writer(file, closefd=False)


@contextmanager
def _member_of_tar(file: IO[bytes], inner: str) -> Iterator[IO[bytes]]:
    # a member's size stands before it, so its bytes wait in a file of their own
    with tempfile.TemporaryFile() as content:
        yield content
        member = tarfile.TarInfo(inner)
        member.size = content.seek(0, io.SEEK_END)
        content.seek(0)
        with (
            gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed,
            tarfile.open(fileobj=packed, mode="w|") as archive,
        ):
            archive.addfile(member, content)
