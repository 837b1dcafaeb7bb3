"""From a file of vectors to a table that is ready to be saved: cut, without equal rows, pruned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.io.open import load_any
from vectorsuite.io.word_vectors import WordVectors
from vectorsuite.protocols import Progress
from vectorsuite.strings import string_keys
from vectorsuite.vectors.attributes import check_attribute
from vectorsuite.vectors.interchange import from_table, to_table
from vectorsuite.vectors.ngram_fit import fit_ngrams
from vectorsuite.vectors.pipeline import open_pipeline
from vectorsuite.vectors.prune import PruneReport, deduplicate, prune
from vectorsuite.vectors.table import Vectors

# What spaCy takes for the log-probability of a word that has none.
UNKNOWN_PROBABILITY = -20.0


@dataclass(frozen=True)
class ImportReport:
    """What became of a file of vectors.

    :param format: Name of the file's format.
    :param words: Words that the table knows.
    :param repeated_words: Rows of the file left out because their word came before.
    :param equal_rows: Rows that became one with an earlier, equal row.
    :param pruning: What pruning did, if it was asked for.
    :param ngrams: What is known of the fit of n-grams, if it was asked for; see ``fit_ngrams``.
    """

    format: str
    words: int
    repeated_words: int
    equal_rows: int
    pruning: PruneReport | None
    ngrams: dict[str, Any] | None = None


def import_vectors(
    source: str | Path | Vectors,
    *,
    truncate: int = 0,
    prune_to: int = -1,
    mode: str | None = None,
    attr: int | str = "ORTH",
    probabilities: Mapping[str, float] | None = None,
    ngrams: bool = False,
    progress: Progress | None = None,
    **options: Any,
) -> tuple[Vectors, ImportReport]:
    """Read a file or directory of vectors into a table whose equal rows are one.

    :param source: The file or directory; or a table, which is not changed.
    :param truncate: Read only so many rows; 0: all.
    :param prune_to: Keep so many rows, and give the words of the others the nearest of them;
        below 1: all. A floret table is never pruned.
    :param mode: "default" for vectors of words, "floret" for buckets; None: what the file holds.
    :param attr: Token attribute that the words stand for.
    :param probabilities: Log-probabilities of words, which decide what pruning keeps; without
        them the file's counts do, or its order.
    :param ngrams: Fit n-grams to the table, before it is pruned, for words that it lacks.
    :param progress: Told the bytes read, as stage "read", and the columns fitted, as "fit".
    :param options: Other fields of :class:`vectorsuite.io.ReadOptions`.
    :raises FileNotFoundError: There is no such file, or no table in the directory.
    :raises ValueError: The file is damaged, or of the other mode; there is no such mode or
        attribute; or a floret table is to be cut, or to get n-grams.
    """
    if mode not in ("default", "floret", None):
        raise ValueError(f"Unknown mode {mode!r} of a table; there are default and floret.")
    check_attribute(attr)
    if mode == "floret" and truncate >= 1:
        raise ValueError("A floret table cannot be truncated: every word uses rows of all of it.")
    vectors = _read(source, truncate, progress, options)
    mode = _mode_of(source, vectors, mode)
    if mode == "floret" and ngrams:
        raise ValueError("A floret table gives every word a vector; it needs no n-grams.")
    table = to_table(vectors, attr=attr)
    equal_rows, pruning = 0, None
    if mode == "default":
        equal_rows = deduplicate(table)
        if ngrams:
            table.oov = fit_ngrams(table, progress=progress)
        if prune_to >= 1:
            priority = None if probabilities is None else row_priorities(table, probabilities)
            pruning = prune(table, prune_to, priority=priority)
    report = ImportReport(
        vectors.format, max(0, table.n_keys), vectors.n_duplicates, equal_rows, pruning,
        table.oov.facts if ngrams else None,
    )  # fmt: skip
    return table, report


def _read(
    source: str | Path | Vectors,
    truncate: int,
    progress: Progress | None,
    options: Mapping[str, Any],
) -> WordVectors:
    limit = truncate if truncate >= 1 else None
    if not isinstance(source, Vectors):
        if not Path(source).is_dir():
            return load_any(source, limit=limit, progress=progress, **options)
        source = open_pipeline(source, mmap=False)
    vectors = from_table(source)
    return vectors if limit is None else vectors.head(limit)


def _mode_of(source: str | Path | Vectors, vectors: WordVectors, mode: str | None) -> str:
    """What the vectors are; raise ValueError if `mode` says otherwise."""
    if mode == "floret" and vectors.floret is None:
        raise ValueError(
            f"{source} holds vectors of words, not floret's; a floret file begins with: bucket dim "
            "minn maxn hash_count hash_seed BOW EOW."
        )
    if mode == "default" and vectors.floret is not None:
        raise ValueError(f"{source} holds floret vectors; read it in floret mode (--mode floret).")
    return "default" if vectors.floret is None else "floret"


def row_priorities(table: Vectors, probabilities: Mapping[str, float]) -> NDArray[np.float64]:
    """Return the highest log-probability of each row's words, (R,); −20 where none is given."""
    priority = np.full(len(table), UNKNOWN_PROBABILITY)
    rows = table.key2row.find(string_keys(list(probabilities)))
    values = np.fromiter(probabilities.values(), np.float64, len(rows))
    np.maximum.at(priority, rows[rows >= 0], values[rows >= 0])
    return priority
