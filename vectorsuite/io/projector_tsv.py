"""The TensorBoard embedding projector's pair of files: ``vectors.tsv`` and ``metadata.tsv``.

Layout of the vectors: D numbers a line, separated by tabs. Of the metadata: one word a line; with
more columns the first line names them, and the words are the column "word", "label" or the first.

The metadata of ``vectors.tsv`` is ``metadata.tsv``; of ``x_vectors.tsv``, ``x_tensor.tsv`` (gensim)
and any other ``x.tsv`` it is ``x_metadata.tsv``.
"""

from __future__ import annotations

import re
from pathlib import Path

from vectorsuite.io.builder import finish_arrays
from vectorsuite.io.output import open_output, split_packing
from vectorsuite.io.source import Source
from vectorsuite.io.word2vec_text import format_rows, parse_lines
from vectorsuite.io.word_list import read_lines, words_as_lines
from vectorsuite.io.word_vectors import ReadOptions, WordVectors
from vectorsuite.packed import PackedStrings
from vectorsuite.protocols import Progress


def metadata_path(path: str | Path) -> Path:
    """Return the path of the words that belong to a file of vectors."""
    inner, packing = split_packing(Path(path).name)
    stem = inner.removesuffix(".tsv")
    start = re.sub(r"(^|_)(vectors|tensor)$", "", stem)
    return Path(path).with_name(f"{start}_metadata.tsv".removeprefix("_") + packing)


def read(source: Source, options: ReadOptions) -> WordVectors:
    """Read the vectors and the words of the file beside them.

    :raises FileNotFoundError: If there is no file of words.
    :raises ValueError: If the file is empty, or a line is not D numbers.
    """
    beside = metadata_path(source.path)
    if not beside.is_file():
        raise FileNotFoundError(
            f"{source.name} holds no words, and there is no {beside} beside it."
        )
    line = source.peek_line()
    width = len(line.split(b"\t"))
    if not line:
        raise ValueError(f"{source.name} begins with an empty line; vectors were expected.")
    table = parse_lines(source, options, width, with_words=False).data
    words = _read_words(beside)
    if options.limit is not None:
        words = PackedStrings(words.data, words.offsets[: len(table) + 1])
    return finish_arrays(source.name, words, table, options, format="projector TSV")


def _read_words(path: Path) -> PackedStrings:
    lines = read_lines(path)
    if not len(lines) or "\t" not in lines[0]:
        return lines
    columns = [name.lower() for name in lines[0].split("\t")]
    column = next((columns.index(name) for name in ("word", "label") if name in columns), 0)
    cells = (line.split("\t") for line in lines[1:])
    return PackedStrings.pack(row[column] if column < len(row) else "" for row in cells)


def write(path: str | Path, vectors: WordVectors, *, progress: Progress | None = None) -> None:
    """Write both files.

    :raises ValueError: If a word has a tab or a line end in it.
    """
    if (vectors.words.data == ord("\t")).any():
        word = next(word for word in vectors.words if "\t" in word)
        raise ValueError(f"The word {word!r} has a tab in it; metadata files cannot hold it.")
    words = words_as_lines(vectors.words)
    with open_output(path) as file, open_output(metadata_path(path)) as beside:
        for pieces in format_rows(vectors, "\t", progress, with_words=False):
            for piece in pieces:
                file.write(piece)
        beside.write(words)
