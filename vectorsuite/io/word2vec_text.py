"""word2vec's text format, GloVe's (the same without a header) and fastText's ``.vec``.

Layout::

    84237 300                      rows and width; GloVe has no such line
    the 0.1 -0.02 … 0.3            word, then D numbers; separated by spaces or tabs
    new york 0.1 …                 the numbers are counted from the right: words may have spaces

Lines end in ``\\n`` or ``\\r\\n``; spaces at line ends (fastText) and blank lines do not count.
Numbers are decimal and rounded exactly to float32; they are written in the shortest form that reads
back to the same float. A word that ends in a space and a number written like the values beside it
("a 0.5" before 0.1) is refused: a line with a number too many looks the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import vectorsuite.kernels._core as _core
from vectorsuite.errors import CutOffError
from vectorsuite.io.builder import TableBuilder
from vectorsuite.io.output import escape_mark, open_output
from vectorsuite.io.source import Source
from vectorsuite.io.word_vectors import ReadOptions, WordVectors
from vectorsuite.kernels.cores import worker_count
from vectorsuite.protocols import Progress

BLOCK_BYTES = 1 << 25
ROWS_AT_ONCE_BYTES = 1 << 24

_INTEGER = re.compile(rb"[+-]?\d{1,30}")
_NUMBER = re.compile(rb"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?(nan|inf|infinity)", re.I)


def read(source: Source, options: ReadOptions, *, header: bool | None = None) -> WordVectors:
    """Read word2vec, GloVe or ``.vec`` text.

    :param header: Whether the first line gives rows and width; None: it does if it is two integers.
    :raises ValueError: With the line, for anything that is not a word and D numbers.
    """
    first = source.peek_line()
    if not first.strip():
        raise ValueError(f"{source.name} begins with an empty line; vectors were expected.")
    fields = first.split()
    if header is None:
        header = len(fields) == 2 and all(map(is_integer, fields))
    if not header:
        width = _width_of_first_line(source.name, first)
        return read_lines(source, options, width, file_format="GloVe text")
    source.read_line()
    n_rows, width = checked_header(source, fields)
    return read_lines(
        source, options, width, n_rows=n_rows, first_line=2, file_format="word2vec text"
    )


def read_lines(
    source: Source,
    options: ReadOptions,
    width: int,
    *,
    n_rows: int | None = None,
    first_line: int = 1,
    file_format: str,
) -> WordVectors:
    """Read lines of a word and D numbers to the end of the file; see :func:`parse_lines`."""
    table = parse_lines(source, options, width, n_rows=n_rows, first_line=first_line)
    return table.finish(file_format)


def parse_lines(
    source: Source,
    options: ReadOptions,
    width: int,
    *,
    n_rows: int | None = None,
    first_line: int = 1,
    with_words: bool = True,
) -> TableBuilder:
    """Parse lines of a word (if ``with_words``) and D numbers to the end of the file.

    :param width: D.
    :param n_rows: Rows the header promises; another number of them is an error.
    :param first_line: Number of the first line, for messages.
    :raises ValueError: Names the line that is something else, or says how many rows there are.
    """
    limit = n_rows if options.limit is None else options.limit
    expected = min(n_rows or 0, limit or 0)
    table = TableBuilder(source.name, width, options, expected, source.bytes_left)
    threads = worker_count(options.workers)
    line = first_line
    unread: NDArray[np.uint8] = np.zeros(0, np.uint8)
    while options.limit is None or table.n_rows < options.limit:
        text = unread if len(unread) else np.frombuffer(source.read_lines(BLOCK_BYTES), np.uint8)
        if not len(text):
            break
        if options.limit is not None:  # lines beyond the limit are not looked at
            text, unread = _split_after_lines(text, options.limit - table.n_rows)
        block = _core.TextBlock(text, threads)
        try:
            n, words, offsets, bad_rows, bad_lines = block.parse(
                table.room(block.max_rows(width)), line, with_words, options.finite_only
            )
        except ValueError as error:
            raise ValueError(f"{source.name}, {error}{_hint(str(error))}") from None
        table.add(n, words, offsets, bad_rows, f"line {bad_lines[0]}" if len(bad_lines) else "")
        line += block.n_lines
    if n_rows is not None:
        _check_count(source, table.n_rows, n_rows, options.limit)
    if options.limit is not None:
        table.drop_after(options.limit)
    return table


def _split_after_lines(
    text: NDArray[np.uint8], n: int
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    ends = np.flatnonzero(text == ord("\n"))
    cut = int(ends[n - 1]) + 1 if len(ends) >= n else len(text)
    return text[:cut], text[cut:]


def _hint(message: str) -> str:
    if "not finite" in message:
        return ". Read with finite_only=False to take it as it is."
    return "."


def checked_header(
    source: Source, fields: list[bytes], bytes_per_value: int = 2
) -> tuple[int, int]:
    """Return rows and width of a header that fits the file.

    :param fields: Of the header, as bytes.
    :param bytes_per_value: Least that a number takes: a digit and a space in text.
    :raises ValueError: It is no header, or promises more than the file can hold.
    """
    if len(fields) != 2 or not all(map(is_integer, fields)):
        raise ValueError(
            f"{source.name}, line 1: {b' '.join(fields)[:60]!r} is not a header; "
            "the number of rows and the width were expected."
        )
    n_rows, width = int(fields[0]), int(fields[1])
    return check_shape(source, n_rows, width, bytes_per_row=bytes_per_value * width)


def check_shape(source: Source, n_rows: int, width: int, bytes_per_row: int) -> tuple[int, int]:
    """Return the shape that a header claims if the file is large enough for it.

    :param bytes_per_row: Least that a row takes.
    :raises ValueError: If it is negative.
    :raises CutOffError: If it needs more bytes than there are.
    """
    if n_rows < 0 or width < 1:
        raise ValueError(
            f"{source.name}, line 1: the header says {n_rows} rows of width {width}; "
            "numbers of rows are not negative, and widths are 1 or more."
        )
    if n_rows * bytes_per_row > source.bytes_left:
        raise CutOffError(
            f"{source.name}, line 1: the header says {n_rows:,} rows of width {width:,}, which "
            f"need {n_rows * bytes_per_row:,} bytes or more, but at most {source.bytes_left:,} "
            "follow; the file is cut off or not of this format."
        )
    return n_rows, width


def _check_count(source: Source, found: int, promised: int, limit: int | None) -> None:
    expected = promised if limit is None else min(promised, limit)
    if found < expected:
        raise CutOffError(
            f"{source.name} ends after {found:,} rows where its header says {promised:,}; it is "
            f"cut off. To read what is there, write {found} in its first line."
        )
    if found > promised:
        raise ValueError(
            f"{source.name} has {found:,} rows or more where its header says {promised:,}. "
            "Correct its first line."
        )


def is_integer(field: bytes) -> bool:
    """Whether a field of a header is an integer, of a length that makes sense."""
    return _INTEGER.fullmatch(field) is not None


def is_number(field: bytes) -> bool:
    """Whether a field of a line is a number, nan and infinity included."""
    return _NUMBER.fullmatch(field) is not None


def _width_of_first_line(name: str, line: bytes) -> int:
    """Count the numbers at the end of a line; its first field is the word, whatever it is."""
    width = 0
    for field in reversed(re.split(rb"[ \t]+", line.rstrip())[1:]):
        if not is_number(field):
            break
        width += 1
    if not width:
        raise ValueError(
            f"{name}, line 1: {line[:60]!r} is neither a header (rows and width) nor a word and "
            "its numbers; this is not a text file of vectors."
        )
    return width


def write(
    path: str | Path,
    vectors: WordVectors,
    *,
    header: bool = True,
    separator: str = " ",
    progress: Progress | None = None,
    workers: int = 0,
) -> None:
    """Write word2vec text; ``header=False``: GloVe's.

    :param separator: Between the fields of a line: a space or a tab.
    :param progress: Told the rows written, as stage "save".
    :param workers: Threads that format; 0: one per core.
    :raises ValueError: If a word cannot be read back from a line: it has a line end, or ends in a
        space and a number.
    """
    _check_words(vectors)
    if not header and len(vectors):
        _check_first_line(vectors.head(1), separator)
    with open_output(path) as file:
        if header:
            file.write(f"{len(vectors)} {vectors.width}\n".encode())
        else:
            file.write(escape_mark(vectors.words.data))
        for pieces in format_rows(vectors, separator, progress, workers):
            for piece in pieces:
                file.write(piece)


def _check_first_line(vectors: WordVectors, separator: str) -> None:
    """Refuse a first row that would be taken for a header, or for one with more numbers."""
    ((line,),) = format_rows(vectors, separator, workers=1)
    fields = line.tobytes().split()
    looks_like_header = len(fields) in (2, 8) and all(map(is_integer, fields[:6]))
    if looks_like_header or _width_of_first_line("", line.tobytes()) != vectors.width:
        raise ValueError(
            f"The first row, of the word {vectors.words[0]!r}, cannot be told from a header or "
            "from a longer row; write the vectors with a header."
        )


def format_rows(
    vectors: WordVectors,
    separator: str = " ",
    progress: Progress | None = None,
    workers: int = 0,
    with_words: bool = True,
) -> Iterator[list[Any]]:
    """Yield lists of byte arrays, the lines of a bounded number of rows at a time.

    :param separator: Between the fields of a line.
    :param with_words: Whether lines begin with the word.
    """
    threads = worker_count(workers)
    words, total = vectors.words, len(vectors)
    step = max(1, ROWS_AT_ONCE_BYTES // (16 * max(1, vectors.width)))
    data, offsets = np.ascontiguousarray(words.data), words.offsets
    for start in range(0, total, step):
        rows = np.ascontiguousarray(vectors.data[start : start + step], dtype=np.float32)
        bounds = offsets[start : start + len(rows) + 1]
        yield _core.format_text_vectors(
            data, np.ascontiguousarray(bounds), rows, with_words, separator, threads
        )
        if progress is not None:
            progress("save", start + len(rows), total)


def _check_words(vectors: WordVectors) -> None:
    """Refuse words that a line cannot hold.

    :raises ValueError: Names the word.
    """
    words = vectors.words
    if (words.data == ord("\n")).any():
        word = next(word for word in words if "\n" in word)
        raise ValueError(f"The word {word!r} has a line end; text formats cannot hold it.")
    odd = np.flatnonzero((words.data == 32) | (words.data == 9))
    for row in np.unique(np.searchsorted(words.offsets, odd, side="right") - 1).tolist():
        last = re.split(r"[ \t]", words[row])[-1].encode("utf8")
        first_value = np.float32(vectors.data[row, 0])
        integers = is_integer(last) and first_value != np.trunc(first_value)
        if is_number(last) and not integers:
            raise ValueError(
                f"The word {words[row]!r} ends in a space and a number, which text formats cannot "
                "tell from a value. Write .npz or .safetensors instead."
            )
