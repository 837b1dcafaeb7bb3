"""Text files as sentences: one a line, words split at ASCII white space.

A byte order mark at the beginning of a file is no part of its text.
"""

# no `from __future__ import annotations`: configs' readers need types of arguments, not their names

import codecs
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal, Protocol, cast

from vectorsuite.errors import MissingExtraError

Errors = Literal["strict", "replace"]
PathLike = str | os.PathLike[str]

# A format is told by its first bytes, whatever the file is called.
_MAGIC = {
    b"\x1f\x8b": "gz",
    b"BZh": "bz2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zst",
}
_TAR_MAGIC = slice(257, 262)
_BZ2_BLOCKS = (b"1AY&SY", b"\x17rE8P\x90")  # what follows "BZh" and a digit; else it is a text


@dataclass(frozen=True)
class TextFile:
    """One file of a corpus, as it was when the corpus was opened.

    :param path: Where it is.
    :param size: Bytes on disk; 0 where that means nothing (a pipe).
    :param compression: "gz", "bz2", "xz" or "zst"; None for plain text.
    :param is_regular: False for pipes and devices, which can only be read from start to end.
    """

    path: Path
    size: int
    compression: str | None
    is_regular: bool

    def open(self) -> "TextStream":
        """Open the text for reading in pieces, unpacked."""
        return TextStream(self)


class Readable(Protocol):
    """What all unpackers offer."""

    def read(self, size: int, /) -> bytes: ...
    def close(self) -> None: ...


class TextStream:
    """The unpacked bytes of a text file; a damaged one is a ``ValueError`` with its name."""

    def __init__(self, file: TextFile) -> None:
        self.file = file
        self._raw = file.path.open("rb")
        compression = file.compression
        if not file.is_regular:  # nobody could look into it without losing its beginning
            compression = _compression(self._raw.peek(16))
        self._bytes = _unpack(self._raw, compression)

    def packed_bytes(self) -> int:
        """Bytes of the file on disk read so far."""
        return self._raw.tell() if self.file.is_regular else 0

    def read(self, n: int) -> bytes:
        """Read up to ``n`` bytes of text; none at the end.

        :raises ValueError: If the compressed file is cut short or damaged.
        """
        try:
            return self._bytes.read(n)
        except EOFError as error:
            raise ValueError(f"{self.file.path} is cut short: {error}") from error
        except Exception as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise
            raise ValueError(f"{self.file.path} cannot be unpacked: {error}") from error

    def close(self) -> None:
        self._bytes.close()
        self._raw.close()


class LineSentences:
    """A corpus of text files: every line is a sentence, its words are split at ASCII white space.

    Iterating yields one list of words per line that has any, from the first file to the last, as
    often as wanted. ``count_and_encode`` reads the files without making Python strings.

    :param path: A file, a folder (all files in it and below, linked ones too, none hidden), or a
        list of these. Plain text, or packed by gzip, bzip2, xz or zstd (this needs the extra
        ``zstd``).
    :param errors: "strict": bytes that are not UTF-8 are an error; "replace": they become U+FFFD.
    :raises FileNotFoundError: If a path does not exist, or a folder holds no file.
    """

    def __init__(self, path: PathLike | Sequence[PathLike], *, errors: Errors = "strict") -> None:
        self.errors = check_errors(errors)
        paths = [path] if isinstance(path, str | os.PathLike) else list(path)
        if not paths:
            raise ValueError("The list of corpus files is empty; name at least one file or folder.")
        if "" in paths:  # Path takes it for the current folder
            raise ValueError("The name of a corpus is empty; give a text file, a folder or a list.")
        self.files: list[TextFile] = [file for item in paths for file in _text_files(Path(item))]

    def __iter__(self) -> Iterator[list[str]]:
        for file in self.files:
            yield from _sentences(file, self.errors)

    def __repr__(self) -> str:
        names = ", ".join(str(file.path) for file in self.files[:3])
        more = f" and {len(self.files) - 3} more" if len(self.files) > 3 else ""
        return f"LineSentences({names}{more})"

    @property
    def file_bytes(self) -> int:
        """Bytes of all files on disk."""
        return sum(file.size for file in self.files)


def check_errors(errors: str) -> Errors:
    """Return the argument if it names a way to treat bytes that are not UTF-8.

    :raises ValueError: If not.
    """
    if errors in ("strict", "replace"):
        return cast(Errors, errors)
    raise ValueError(f"errors is {errors!r}; there are 'strict' and 'replace'.")


def invalid_utf8_message(path: Path, offset: int, compressed: bool) -> str:
    """Say where a file is not UTF-8, and what can be done."""
    where = "byte {} of the unpacked text of {}" if compressed else "byte {} of {}"
    return (
        f"{where.format(offset, path)} is not UTF-8. Convert the file (iconv -t UTF-8), "
        "or replace such bytes with errors = 'replace'."
    )


def _text_files(path: Path) -> Iterator[TextFile]:
    if not path.exists():
        raise FileNotFoundError(f"There is no corpus {path}; give a text file, a folder or a list.")
    if not path.is_dir():
        yield _text_file(path)
        return
    found = False
    for file in _files_below(path):
        if file.is_symlink() and not file.exists():
            raise FileNotFoundError(f"{file} is a link to what is not there; mend or remove it.")
        if file.is_file():
            found = True
            yield _text_file(file)
    if not found:
        raise FileNotFoundError(f"The folder {path} has no text file in it.")


def _files_below(path: Path) -> Iterator[Path]:
    """Names in a folder and those below that are not hidden; linked folders too, but each once."""
    seen = {path.resolve()}
    for folder, folders, names in os.walk(path, onerror=_raise, followlinks=True):
        yield from (Path(folder, name) for name in sorted(names) if not name.startswith("."))
        below = {name: Path(folder, name).resolve() for name in sorted(folders)}
        folders.clear()
        for name, place in below.items():
            if not name.startswith(".") and place not in seen:
                seen.add(place)
                folders.append(name)


def _raise(error: OSError) -> None:
    """Let a folder that cannot be listed be an error: without it, half a corpus looks whole."""
    raise error


def _text_file(path: Path) -> TextFile:
    if not path.is_file():
        return TextFile(path, 0, None, is_regular=False)
    with path.open("rb") as raw:
        size = os.fstat(raw.fileno()).st_size
        compression = _compression(raw.read(16))
    file = TextFile(path, size, compression, is_regular=True)
    _check_no_archive(file)
    return file


def _check_no_archive(file: TextFile) -> None:
    """Refuse tar and zip, whose own bytes would be taken for words."""
    stream = file.open()
    try:
        start = stream.read(_TAR_MAGIC.stop)
    except ValueError:  # damaged: whoever reads it says so
        return
    finally:
        stream.close()
    if start[_TAR_MAGIC] == b"ustar" or start.startswith(b"PK\x03\x04"):
        raise ValueError(f"{file.path} is an archive of files; unpack it, and give its folder.")


def _compression(start: bytes) -> str | None:
    for magic, name in _MAGIC.items():
        if start.startswith(magic) and (name != "bz2" or start[4:10] in _BZ2_BLOCKS):
            return name
    return None


def _unpack(raw: IO[bytes], compression: str | None) -> Readable:
    if compression == "gz":
        import gzip

        return gzip.open(raw)
    if compression == "bz2":
        import bz2

        return bz2.open(raw)
    if compression == "xz":
        import lzma

        return lzma.open(raw)
    if compression == "zst":
        try:
            import zstandard
        except ImportError as error:
            raise MissingExtraError("Reading .zst files", "zstandard", "zstd") from error
        return _ZstdFile(raw, zstandard.ZstdDecompressor(max_window_size=1 << 31))
    return raw


class _ZstdFile:
    """Frames of zstd, one after the other. The package's own reader takes a cut frame for whole."""

    def __init__(self, raw: IO[bytes], unpacker: Any) -> None:
        self._raw = raw
        self._unpacker = unpacker
        self._frame: Any = None
        self._rest = b""

    def read(self, size: int, /) -> bytes:
        """Read about ``size`` bytes; none at the end."""
        pieces, n = [], 0
        while n < size:
            packed = self._rest or self._raw.read(1 << 14)
            in_frame = self._frame is not None and not self._frame.eof
            if not packed:
                if in_frame:
                    raise EOFError("its last frame does not end")
                break
            if not in_frame:
                self._frame = self._unpacker.decompressobj()
            pieces.append(self._frame.decompress(packed))
            self._rest = self._frame.unused_data
            n += len(pieces[-1])
        return b"".join(pieces)

    def close(self) -> None:
        self._raw.close()


def _sentences(file: TextFile, errors: Errors) -> Iterator[list[str]]:
    """Yield the lines of one file, in the same words as the compiled reader."""
    stream = file.open()
    offset, rest = 0, b""
    try:
        while True:
            piece = stream.read(1 << 20)
            *lines, rest = (rest + piece).split(b"\n") if piece else [rest]
            if not piece:
                lines, rest = [rest], b""
            for line in lines:
                try:
                    text = line if offset else line.removeprefix(codecs.BOM_UTF8)
                    words = [str(word, "utf8", errors) for word in text.split()]
                except UnicodeDecodeError:
                    at = _first_invalid(line)
                    message = invalid_utf8_message(file.path, offset + at, bool(file.compression))
                    raise ValueError(message) from None
                offset += len(line) + 1
                if words:
                    yield words
            if not piece:
                return
    finally:
        stream.close()


def _first_invalid(line: bytes) -> int:
    try:
        line.decode("utf8")
    except UnicodeDecodeError as error:
        return error.start
    return 0
