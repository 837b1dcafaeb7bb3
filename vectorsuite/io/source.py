"""Bytes of a file, whatever it is packed in, read once from start to end in bounded memory.

A plain file is memory-mapped and handed out without a copy. gzip, bzip2, xz, zstd, zip and tar are
told by their first bytes, not by the name, and may be nested (.tar.gz); of an archive the first
regular file that is not hidden is read. What must be read from its end waits in a nameless file.
"""

from __future__ import annotations

import codecs
import mmap
import shutil
import tempfile
import zipfile
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from vectorsuite.errors import CutOffError
from vectorsuite.io.unpacking import (
    Bounded,
    is_damage,
    most_unpacked,
    open_tar,
    open_zip,
    opener_of,
)
from vectorsuite.io.word_vectors import ReadOptions

MAX_LINE = 1 << 26
MAX_NESTING = 3


class Source:
    """One file's content, decompressed; a context manager.

    :param path: The file. What it holds is told by its first bytes.
    :param options: ``options.progress`` is told how many bytes of the file on disk are used.
    :raises FileNotFoundError: There is no such file.
    :raises IsADirectoryError: It is a folder.
    :raises ValueError: It is a device or damaged, or an archive that is empty, has an unsafe name,
        or is nested too deep.
    :raises MissingExtraError: It is packed by zstd, and zstandard is not installed.
    """

    def __init__(self, path: str | Path, options: ReadOptions | None = None) -> None:
        self.path = Path(path)
        if self.path.is_dir():
            raise IsADirectoryError(f"{self.path} is a folder; a file of vectors was expected.")
        if self.path.exists() and not self.path.is_file():
            raise ValueError(f"{self.path} is a device or a pipe; write its bytes to a file first.")
        self.options = options or ReadOptions()
        self.name = str(self.path)
        self.inner_name = self.path.name
        self.position = 0
        self.disk_size = self.path.stat().st_size
        self._file: IO[bytes] = self.path.open("rb")
        self._open: list[Any] = [self._file]
        self._stream: Any = self._file
        self._map: memoryview | None = None
        self._buffer = b""
        try:
            self._unpack()
            marked = self._peek_layer().startswith(codecs.BOM_UTF8)
        except BaseException as error:
            self.close()
            if is_damage(error):
                raise self._damaged(error) from error
            raise
        if self._stream is self._file and self.disk_size:
            mapped = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
            self._map = memoryview(mapped)
        if marked:  # a text of Windows; no other format begins like that
            self.read(len(codecs.BOM_UTF8))

    # Layers of packing -----------------------------------------------------------------------

    def _unpack(self) -> None:
        limit = most_unpacked(self.disk_size)
        for _ in range(MAX_NESTING):
            opener = opener_of(self._peek_layer())
            if opener is open_zip:
                self._spool()
            if opener is None or (opener is open_zip and self._is_npz()):
                return
            layer, self.inner_name = opener(self._stream, self.inner_name, self.name)
            if opener in (open_zip, open_tar):
                self.name = _with_member(self.path, self.inner_name)
            self._stream = Bounded(layer, limit, self.name)
            self._open.append(self._stream)
        if opener_of(self._peek_layer()) is not None:
            raise ValueError(f"{self.path} is packed more than {MAX_NESTING} times over.")

    def _is_npz(self) -> bool:
        """Whether a zip file holds NumPy arrays: then it is a format of its own."""
        with zipfile.ZipFile(self._stream) as archive:
            n_arrays = sum(name.endswith(".npy") for name in archive.namelist())
        self._stream.seek(0)
        return n_arrays > 1 or (n_arrays == 1 and self.inner_name.endswith(".npz"))

    def _spool(self) -> None:
        """Unpack into a nameless file what must be read from its end, as zip is."""
        if self._stream is self._file:
            return
        spooled = tempfile.TemporaryFile()  # noqa: SIM115  closed with the others
        self._open.append(spooled)
        shutil.copyfileobj(self._stream, spooled, 1 << 20)
        spooled.seek(0)
        self._stream = spooled

    def seekable(self) -> IO[bytes]:
        """Return the content as a file that can seek, for formats that are read from their end."""
        if isinstance(self._stream, Bounded):
            self._spool()
        self._stream.seek(0)
        return self._stream

    def _peek_layer(self) -> bytes:
        start = self._stream.read(512)
        if isinstance(self._stream, Bounded):
            self._stream.unread(start)
        else:
            self._stream.seek(0)
        return start

    # Reading -----------------------------------------------------------------------------------

    @property
    def is_plain(self) -> bool:
        """Whether the content is the file itself, not something packed in it."""
        return self._stream is self._file

    @property
    def bytes_left(self) -> int:
        """Most bytes there can still be: what a header claims must fit in."""
        if self.is_plain:
            return self.disk_size - self.position
        return most_unpacked(self.disk_size) - self.position

    def view(self, n: int) -> memoryview:
        """Look at the next n bytes, fewer at the end, without taking them."""
        if self._map is not None:
            return self._map[self.position : self.position + n]
        self._fill(n)
        return memoryview(self._buffer)[:n]

    def peek(self, n: int) -> bytes:
        """Return a copy of the next n bytes, fewer at the end, without taking them."""
        return bytes(self.view(n))

    def read(self, n: int) -> memoryview:
        """Return the next n bytes, fewer at the end."""
        piece = self.view(n)
        if self._map is None:
            self._buffer = self._buffer[n:]
        self.position += len(piece)
        self._report()
        return piece

    def read_exactly(self, n: int, what: str) -> memoryview:
        """Return the next n bytes.

        :param what: What they are, for the message.
        :raises CutOffError: The file ends before, or cannot have so many.
        """
        if n > self.bytes_left:
            raise CutOffError(
                f"{self.name}: {what} at byte {self.position} would take {n:,} bytes, "
                f"but at most {self.bytes_left:,} are left; the file is cut off or not of this "
                "format."
            )
        start = self.position
        piece = self.read(n)
        if len(piece) < n:
            raise CutOffError(
                f"{self.name} ends at byte {start + len(piece)}, inside {what}; it is cut off."
            )
        return piece

    def peek_line(self) -> bytes:
        """Return the next line without its end, and leave it there."""
        size = 1 << 12
        while True:
            start = self.peek(size)
            line, newline, _ = start.partition(b"\n")
            if newline or len(start) < size:
                return line.rstrip(b"\r")
            if size >= MAX_LINE:
                raise self._too_long()
            size *= 4

    def read_line(self) -> bytes:
        """Return the next line without its end."""
        line = self.peek_line()
        rest = self.peek(len(line) + 2)[len(line) :]
        end = 2 if rest.startswith(b"\r\n") else rest.startswith((b"\n", b"\r"))
        self.read(len(line) + end)
        return line

    def read_lines(self, n: int) -> memoryview:
        """Return whole lines of about n bytes, at least one line; none at the end."""
        while True:
            if self._map is not None:
                cut = self._map.obj.rfind(b"\n", self.position, self.position + n) + 1  # type: ignore[attr-defined]
                cut = cut - self.position if cut else 0
                at_end = self.position + n >= len(self._map)
            else:
                self._fill(n)
                cut = self._buffer.rfind(b"\n", 0, n) + 1
                at_end = len(self._buffer) < n
            if at_end:
                return self.read(n)
            if cut:
                return self.read(cut)
            if n >= MAX_LINE:
                raise self._too_long()
            n *= 2

    def _fill(self, n: int) -> None:
        pieces, size = [self._buffer], len(self._buffer)
        try:
            while size < n:
                piece = self._stream.read(n - size)
                if not piece:
                    break
                pieces.append(piece)
                size += len(piece)
        except Exception as error:
            if is_damage(error):
                raise self._damaged(error) from error
            raise
        if len(pieces) > 1:
            self._buffer = b"".join(pieces)

    def _report(self) -> None:
        if self.options.progress is None:
            return
        done = self.position if self.is_plain else self._file.tell()
        self.options.progress("read", min(done, self.disk_size), self.disk_size)

    def _too_long(self) -> ValueError:
        return ValueError(
            f"{self.name} has no line end in {MAX_LINE:,} bytes after byte {self.position}; "
            "it is not a text file of vectors."
        )

    def _damaged(self, error: BaseException) -> ValueError:
        return ValueError(f"{self.name} is damaged or cut off after byte {self.position}: {error}")

    # Closing -----------------------------------------------------------------------------------

    def close(self) -> None:
        """Close the file. Arrays over a memory-mapped file stay valid."""
        self._map = None
        for layer in reversed(self._open):
            layer.close()

    def __enter__(self) -> Source:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def _with_member(path: Path, member: str) -> str:
    plain = path.name.split(".", 1)[0] == member.split(".", 1)[0]
    return str(path) if plain else f"{path} ({member})"
