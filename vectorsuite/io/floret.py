"""floret's text format (``.floret``): vectors of hashed n-grams, without words.

Layout::

    50000 300 3 6 2 2166136261 < >     buckets, width, minn, maxn, hash_count, hash_seed, BOW, EOW
    0 0.1 -0.02 … 0.3                  bucket, from 0 upwards, and its D numbers
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from vectorsuite.io.output import open_output
from vectorsuite.io.source import Source
from vectorsuite.io.word2vec_text import check_shape, format_rows, is_integer, read_lines
from vectorsuite.io.word_vectors import FloretSettings, ReadOptions, WordVectors
from vectorsuite.packed import PackedStrings
from vectorsuite.protocols import Progress

N_FIELDS = 8


def is_header(line: bytes) -> bool:
    """Whether a line is the header of floret vectors."""
    fields = line.split()
    return len(fields) == N_FIELDS and all(map(is_integer, fields[:6]))


def read(source: Source, options: ReadOptions) -> WordVectors:
    """Read the table of buckets; ``words`` is empty and ``floret`` says how words are hashed.

    :raises ValueError: If the header is not floret's, or buckets are missing or out of order.
    """
    line = source.read_line()
    if not is_header(line):
        raise ValueError(
            f"{source.name}, line 1: {line[:60]!r} is not a floret header; expected: bucket dim "
            "minn maxn hash_count hash_seed BOW EOW."
        )
    if options.limit is not None:
        raise ValueError(
            f"{source.name} holds floret vectors, which cannot be cut to {options.limit} rows: "
            "every word uses rows of the whole table."
        )
    fields = line.decode("utf8", "replace").split()
    n_rows, width = check_shape(source, int(fields[0]), int(fields[1]), 2 * int(fields[1]))
    minn, maxn, hash_count, seed = map(int, fields[2:6])
    settings = FloretSettings(minn, maxn, hash_count, seed, bow=fields[6], eow=fields[7])
    if not 1 <= settings.hash_count <= 4 or settings.maxn < settings.minn:
        raise ValueError(
            f"{source.name}, line 1: minn {settings.minn}, maxn {settings.maxn}, hash_count "
            f"{settings.hash_count}; expected minn <= maxn and 1 to 4 hashes."
        )
    table = read_lines(
        source, options, width, n_rows=n_rows, first_line=2, file_format="floret text"
    )
    _check_buckets(source.name, table.words, n_rows)
    return WordVectors(PackedStrings.pack([]), table.data, floret=settings, format="floret text")


def _bucket_names(n: int) -> PackedStrings:
    return PackedStrings.pack(map(str, range(n)))


def _check_buckets(name: str, found: PackedStrings, n_rows: int) -> None:
    expected = _bucket_names(n_rows)
    if np.array_equal(found.offsets, expected.offsets) and np.array_equal(
        found.data, expected.data
    ):
        return
    row = next((i for i, word in enumerate(found) if word != str(i)), len(found))
    raise ValueError(
        f"{name}, line {row + 2}: bucket {row} was expected; floret's rows are numbered from 0, "
        "each once."
    )


def write(path: str | Path, vectors: WordVectors, *, progress: Progress | None = None) -> None:
    """Write floret vectors.

    :raises ValueError: If the vectors are of words, not of buckets.
    """
    settings = vectors.floret
    if settings is None:
        raise ValueError(
            f"Cannot write {path}: these are vectors of words, and floret files hold buckets of "
            "n-grams, which only training gives."
        )
    fields = [
        *vectors.data.shape, settings.minn, settings.maxn, settings.hash_count,
        settings.hash_seed, settings.bow, settings.eow,
    ]  # fmt: skip
    numbered = WordVectors(_bucket_names(len(vectors)), vectors.data)
    with open_output(path) as file:
        file.write((" ".join(map(str, fields)) + "\n").encode("utf8"))
        for pieces in format_rows(numbered, progress=progress):
            for piece in pieces:
                file.write(piece)
