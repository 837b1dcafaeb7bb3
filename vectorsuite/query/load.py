"""Opening word vectors, whatever they are kept in."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from vectorsuite.io.open import load_any
from vectorsuite.io.word_vectors import WordVectors
from vectorsuite.query.keyed_vectors import KeyedVectors
from vectorsuite.vectors.interchange import to_table
from vectorsuite.vectors.pipeline import open_pipeline


def load(path: str | os.PathLike[str], mmap: bool = True, **options: Any) -> KeyedVectors:
    """Open a directory that we or spaCy wrote, or a file of any supported format.

    :param mmap: Map a directory's table into memory instead of reading it: opening takes no time,
        processes share it, and the first edit copies it.
    :param options: For files: fields of :class:`vectorsuite.io.word_vectors.ReadOptions`.
    :raises FileNotFoundError: If there is nothing at `path`, or a directory without a table.
    :raises ValueError: If a file is damaged or of no known format.
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"There is no file or directory {path}.")
    if path.is_dir():
        return KeyedVectors.from_table(open_pipeline(path, mmap=mmap))
    return from_word_vectors(load_any(path, **options))


def from_word_vectors(vectors: WordVectors) -> KeyedVectors:
    """Words over what a reader returned; of equal words the first row stays."""
    if vectors.floret is not None:
        raise ValueError(
            "A floret file has buckets instead of words, and cannot be asked for neighbours. Make "
            "a pipeline of it with: vectorsuite init-vectors --mode floret"
        )
    return KeyedVectors.from_table(to_table(vectors))
