"""word2vec's binary format (``.bin``).

Layout::

    b"84237 300\\n"                 rows and width as text
    word  b" "  D float32, little-endian  [b"\\n"]     once per row

word2vec.c ends each row with a newline, gensim does not; both are read. A word's length is not
stored, so a word with a space is recognised by what follows: values of ordinary size, then another
word or the end. It is not written.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import vectorsuite.kernels._core as _core
from vectorsuite.io.builder import TableBuilder, check_finite
from vectorsuite.io.output import open_output
from vectorsuite.io.source import Source
from vectorsuite.io.word2vec_text import checked_header
from vectorsuite.io.word_vectors import ReadOptions, WordVectors
from vectorsuite.protocols import Progress

BLOCK_BYTES = 1 << 24
ROWS_AT_ONCE_BYTES = 1 << 24


def read(source: Source, options: ReadOptions) -> WordVectors:
    """Read word2vec's binary format, with or without newlines after the rows.

    :raises ValueError: With the byte, if the file is cut off, longer than its header says, or a row
        is not a word and D finite floats.
    """
    promised, width = checked_header(source, source.read_line().split(), bytes_per_value=4)
    n_rows = promised if options.limit is None else min(promised, options.limit)
    table = TableBuilder(source.name, width, options, n_rows, source.bytes_left)
    newline = -1
    while table.n_rows < n_rows:
        start = source.position
        size = max(BLOCK_BYTES, 8 * width)
        block = source.view(size)
        rows = table.room(min(n_rows - table.n_rows, len(block) // (4 * width)))
        n, used, words, offsets, bad_rows, newline = _core.parse_binary_vectors(
            np.frombuffer(block, np.uint8), rows, len(block) < size, newline
        )
        if not n:
            raise ValueError(
                f"{source.name}: row {table.n_rows + 1:,} at byte {start:,} is not a word, a space "
                f"and {width} floats; the file is cut off (its header says {promised:,} rows), or "
                "not word2vec's binary format."
            )
        if options.finite_only:
            check_finite(source.name, rows[:n], table.n_rows)
        table.add(n, words, offsets, bad_rows, _where(table.n_rows, bad_rows))
        source.read(used)
    if n_rows == promised:
        _check_end(source, promised)
    return table.finish("word2vec binary")


def _where(first_row: int, bad_rows: NDArray[np.int64]) -> str:
    return f"row {first_row + int(bad_rows[0]) + 1:,}" if len(bad_rows) else ""


def _check_end(source: Source, promised: int) -> None:
    if source.peek(2) not in (b"", b"\n"):
        raise ValueError(
            f"{source.name}: bytes follow the {promised:,} rows of the header, from byte "
            f"{source.position:,} on; header and content do not belong together."
        )


def write(
    path: str | Path,
    vectors: WordVectors,
    *,
    newline: bool = False,
    progress: Progress | None = None,
) -> None:
    """Write word2vec's binary format.

    :param newline: End each row with a newline, as word2vec.c does and gensim does not.
    :raises ValueError: If a word holds a space or a control character.
    """
    words = vectors.words
    if (words.data <= ord(" ")).any():
        row = int(np.searchsorted(words.offsets, np.flatnonzero(words.data <= 32)[0], "right")) - 1
        raise ValueError(
            f"The word {words[row]!r} has white space in it, which word2vec's binary format cannot "
            "hold. Write text, .npz or .safetensors instead."
        )
    step = max(1, ROWS_AT_ONCE_BYTES // (4 * max(1, vectors.width)))
    data = np.ascontiguousarray(words.data)
    with open_output(path) as file:
        file.write(f"{len(vectors)} {vectors.width}\n".encode())
        for start in range(0, len(vectors), step):
            rows = np.ascontiguousarray(vectors.data[start : start + step], dtype=np.float32)
            bounds = np.ascontiguousarray(words.offsets[start : start + len(rows) + 1])
            file.write(_core.format_binary_vectors(data, bounds, rows, newline))
            if progress is not None:
                progress("save", start + len(rows), len(vectors))
