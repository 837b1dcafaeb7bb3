"""What is packed, opened layer by layer: gzip, bzip2, xz, zstd, zip and tar.

Each layer is told by its first bytes, and none may grow without end.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import IO, Any

from vectorsuite.errors import MissingExtraError

# Tables of vectors shrink 2 to 10 times; a file that grows beyond this is a bomb, not a table.
MAX_RATIO = 200
RATIO_FREE_BYTES = 1 << 26
PIECE_BYTES = 1 << 20  # unpacked at once, so that a bomb is noticed before it is in memory

DAMAGE = (
    EOFError, OSError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, tarfile.TarError,
    NotImplementedError, RuntimeError,  # zipfile: of a compression it lacks, and of encryption
)  # fmt: skip


# Takes the packed stream, the name of what is in it, and the path for messages; returns the stream
# of the content and its name.
Opener = Callable[[IO[bytes], str, str], tuple[Any, str]]


def most_unpacked(disk_size: int) -> int:
    """Most bytes that a file of so many bytes may have when it is unpacked."""
    return max(MAX_RATIO * disk_size, RATIO_FREE_BYTES)


class Bounded:
    """A decompressed stream that refuses to grow without end, and can take bytes back.

    :param stream: Has ``read(n)`` and ``close()``.
    :param limit: Most bytes it may give, see `most_unpacked`.
    :param name: Of the file, for messages.
    """

    def __init__(self, stream: Any, limit: int, name: str) -> None:
        self._stream = stream
        self._left = limit
        self._name = name
        self._start = b""

    def read(self, n: int) -> bytes:
        """Return up to n bytes, none at the end.

        :raises ValueError: It has grown beyond the limit.
        """
        if self._start:
            piece, self._start = self._start[:n], self._start[n:]
            return piece
        piece = bytes(self._stream.read(min(n, PIECE_BYTES)))
        self._left -= len(piece)
        if self._left < 0:
            raise ValueError(
                f"{self._name} grows more than {MAX_RATIO} times when unpacked, as no table of "
                "vectors does; it is not read further. Unpack it yourself if it is what you want."
            )
        return piece

    def unread(self, start: bytes) -> None:
        """Put bytes back in front."""
        self._start = start + self._start

    def seekable(self) -> bool:
        """No: what was read is gone."""
        return False

    def close(self) -> None:
        """Close the stream below."""
        self._stream.close()


def is_damage(error: BaseException) -> bool:
    # zstandard is optional, so its error cannot be among those listed
    return isinstance(error, DAMAGE) or type(error).__name__ == "ZstdError"


def opener_of(start: bytes) -> Opener | None:
    """The function that unpacks what begins with these bytes; None for plain content."""
    for magic, opener in _OPENERS.items():
        if start.startswith(magic):
            return opener
    if start.startswith(b"BZh") and start[4:10] in (b"1AY&SY", b"\x17rE8P\x90"):
        return _open_bz2
    return open_tar if start[257:262] == b"ustar" else None


def _open_gzip(stream: IO[bytes], name: str, path: str) -> tuple[Any, str]:
    inner = name.removesuffix(".gz")
    return gzip.GzipFile(fileobj=stream), inner if inner != name else _tgz(name)


def _tgz(name: str) -> str:
    return name[: -len(".tgz")] + ".tar" if name.endswith(".tgz") else name


def _open_bz2(stream: IO[bytes], name: str, path: str) -> tuple[Any, str]:
    return bz2.BZ2File(stream), name.removesuffix(".bz2")


def _open_xz(stream: IO[bytes], name: str, path: str) -> tuple[Any, str]:
    return lzma.LZMAFile(stream), name.removesuffix(".xz")


def _open_zstd(stream: IO[bytes], name: str, path: str) -> tuple[Any, str]:
    try:
        import zstandard
    except ImportError:
        raise MissingExtraError(f"Reading {path}", "zstandard", "zstd") from None
    # the window is memory: 128 MiB is the most that the zstd tool writes without --ultra --long
    reader = zstandard.ZstdDecompressor(max_window_size=1 << 27).stream_reader(stream)
    return reader, name.removesuffix(".zst")


def open_zip(stream: IO[bytes], name: str, path: str) -> tuple[Any, str]:
    archive = zipfile.ZipFile(stream)
    for member in archive.infolist():
        if not member.is_dir() and not _is_clutter(member.filename):
            _check_member(member.filename, path)
            return archive.open(member), PurePosixPath(member.filename).name
    raise ValueError(f"{path} is an archive without a file in it.")


def open_tar(stream: IO[bytes], name: str, path: str) -> tuple[Any, str]:
    archive = tarfile.open(fileobj=stream, mode="r|")  # noqa: SIM115  the caller closes
    for member in archive:
        _check_member(member.name, path)
        if member.isfile() and not _is_clutter(member.name):
            content = archive.extractfile(member)
            return content, PurePosixPath(member.name).name
    raise ValueError(f"{path} is an archive without a file in it.")


_OPENERS: dict[bytes, Opener] = {
    b"\x1f\x8b": _open_gzip,
    b"\xfd7zXZ\x00": _open_xz,
    b"\x28\xb5\x2f\xfd": _open_zstd,
    b"PK\x03\x04": open_zip,
    b"PK\x05\x06": open_zip,
}


def _is_clutter(name: str) -> bool:
    """Whether a member is hidden, as what macOS packs before a file is: "._vectors.txt"."""
    path = PurePosixPath(name)
    return path.name.startswith(".") or "__MACOSX" in path.parts


def _check_member(name: str, path: str) -> None:
    parts = PurePosixPath(name.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts:
        raise ValueError(
            f"{path} has a member named {name!r}, which points outside the archive; "
            "it is not opened."
        )
