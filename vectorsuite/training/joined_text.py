"""Text files with their phrases joined, as text: no word becomes an object of Python."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from vectorsuite.kernels import _core
from vectorsuite.training.readers import LineSentences, TextFile, invalid_utf8_message

READ_BYTES = 1 << 22
#: Bytes of a line that are kept until its end has come; longer ones are written as they come.
LONGEST_WAIT = 1 << 20
#: Bytes of text that are worth a thread.
PART_BYTES = 1 << 18


def joined_text(source: LineSentences, matchers: list[Any], *, workers: int = 0) -> Iterator[bytes]:
    """Yield a corpus with its phrases joined, in pieces: one sentence a line.

    Words are set apart by one space; lines without words are left out.

    :param matchers: ``_core.PhraseMatcher`` of each pass, the first pass first.
    :param workers: Threads; 0: all cores.
    :raises ValueError: A file is not UTF-8, or damaged.
    """
    for file in source.files:
        pieces: Iterable[bytes] = _pieces(file)
        for matcher in matchers:
            pieces = _joined(file, pieces, matcher, source.errors == "replace", workers)
        yield from pieces


def _pieces(file: TextFile) -> Iterator[bytes]:
    stream = file.open()
    try:
        while piece := stream.read(READ_BYTES):
            yield piece
    finally:
        stream.close()


def _joined(
    file: TextFile, pieces: Iterable[bytes], matcher: Any, replace: bool, workers: int
) -> Iterator[bytes]:
    """One pass over the text of one file."""
    joiner = _core.TextJoiner(matcher, LONGEST_WAIT, PART_BYTES, workers)
    for piece, ends in chain(((piece, False) for piece in pieces), [(b"", True)]):
        joined, bad = joiner.add(piece, ends, replace)
        if bad >= 0:
            raise ValueError(invalid_utf8_message(file.path, bad, bool(file.compression)))
        yield from joined
