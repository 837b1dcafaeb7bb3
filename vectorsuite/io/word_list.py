"""Lists of words, one a line, beside files that hold vectors alone.

Of ``x.npy`` and ``x.safetensors`` the words are in ``x.words.txt``, UTF-8, in the order of the
rows; ``x.words`` and ``x.vocab`` (the word is the first field of a line, a count may follow) are
read in its place. Lists that are packed as the vectors are go before others.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from vectorsuite.io.output import COPY_BYTES, escape_mark, split_packing
from vectorsuite.io.source import Source
from vectorsuite.packed import PackedStrings

WORD_SUFFIXES = (".words.txt", ".words", ".vocab")


def words_path(path: str | Path, suffix: str) -> Path:
    """Return the path of the words that are written beside a file of vectors, packed as it is.

    :param suffix: What the name of the vectors ends in: ".npy".
    """
    inner, packing = split_packing(Path(path).name)
    return Path(path).with_name(inner.removesuffix(suffix) + WORD_SUFFIXES[0] + packing)


def read_words_beside(source: Source, suffix: str) -> PackedStrings:
    """Read the words of a file of vectors alone, from the text file beside it.

    :param suffix: What the name of the vectors ends in: ".npy".
    :raises FileNotFoundError: There is none; says where it should be.
    """
    stem = source.inner_name.removesuffix(suffix)
    _, packing = split_packing(source.path.name)
    for ending in WORD_SUFFIXES:
        for path in (source.path.with_name(stem + ending + p) for p in (packing, "")):
            if path.is_file():
                return _words_of(path, first_field=ending == ".vocab")
    raise FileNotFoundError(
        f"{source.name} holds no words, and there is no {stem}{WORD_SUFFIXES[0]} beside it; "
        "write them there, one a line, in the order of the rows."
    )


def _words_of(path: Path, first_field: bool) -> PackedStrings:
    lines = read_lines(path)
    if first_field:
        return PackedStrings.pack(line.split()[0] if line.split() else "" for line in lines)
    return lines


def read_lines(path: Path) -> PackedStrings:
    """Read the lines of a file, packed or not, without their ends."""
    pieces = []
    with Source(path) as text:
        while len(piece := text.read(COPY_BYTES)):
            pieces.append(bytes(piece))
    return split_lines(b"".join(pieces))


def split_lines(text: bytes) -> PackedStrings:
    """Return the lines of a text without their ends, "\\n" or "\\r\\n"."""
    data = np.frombuffer(text.replace(b"\r\n", b"\n"), np.uint8)
    if len(data) and data[-1] != ord("\n"):
        data = np.append(data, np.uint8(ord("\n")))
    ends = np.flatnonzero(data == ord("\n"))
    offsets = np.concatenate([[0], ends - np.arange(len(ends))]).astype(np.int64)
    return PackedStrings(np.delete(data, ends), offsets)


def words_as_lines(words: PackedStrings) -> bytes:
    """Return one word a line.

    :raises ValueError: If a word has a line end in it or at its end.
    """
    if np.isin(words.data, (10, 13)).any():
        word = next(word for word in words if "\n" in word or "\r" in word)
        raise ValueError(f"The word {word!r} has a line end; a list of lines cannot hold it.")
    text = b"".join(word.encode("utf8") + b"\n" for word in words)
    return escape_mark(text) + text
