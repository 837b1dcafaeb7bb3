"""Opening word vectors, whatever they are kept in."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from vectorsuite.io.open import load_any
from vectorsuite.query.keyed_vectors import KeyedVectors
from vectorsuite.vectors.interchange import to_table
from vectorsuite.vectors.pipeline import open_pipeline
from vectorsuite.vectors.table import Vectors


def load(
    path: str | os.PathLike[str],
    mmap: bool = True,
    *,
    words: Iterable[str] | None = None,
    **options: Any,
) -> KeyedVectors:
    """Open a directory that we or spaCy wrote, or a file of any supported format.

    :param mmap: Map a directory's table into memory instead of reading it: opening takes no time,
        processes share it, and the first edit copies it.
    :param words: Of a floret table, which has a vector for any word: those that searches find; by
        default the words that came with it, of which a .floret file has none.
    :param options: For files: fields of :class:`vectorsuite.io.word_vectors.ReadOptions`.
    :raises FileNotFoundError: If there is nothing at `path`, or a directory without a table.
    :raises ValueError: If a file is damaged or of no known format.
    """
    return KeyedVectors.from_table(open_table(path, mmap, **options), words)


def open_table(path: str | os.PathLike[str], mmap: bool = True, **options: Any) -> Vectors:
    """Open the table of a directory or a file, as :func:`load` does; of equal words the first.

    :raises FileNotFoundError: There is nothing at `path`, or a directory without a table.
    :raises ValueError: A file is damaged or of no known format.
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"There is no file or directory {path}.")
    if path.is_dir():
        return open_pipeline(path, mmap=mmap)
    return to_table(load_any(path, **options))
