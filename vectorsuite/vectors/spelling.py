"""The word of a table with the nearest spelling."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

CLASSES = 32  # characters are counted in this many classes


class SpellingIndex:
    """Counts of characters of all words of a table.

    One edit changes the counts by two at most, so counts that differ by more than twice the
    allowed edits rule a word out; what is left, a handful of words, is compared letter by letter.

    :param table: A plain table whose strings are known.
    """

    def __init__(self, table: Any) -> None:
        self._table = table
        self._generation = getattr(table, "generation", None)
        keys = np.fromiter(table.key2row, dtype=np.uint64, count=len(table.key2row))
        words = [table.strings[key] for key in keys.tolist()]
        # by length, so that a query looks at one slice; rank keeps the table's order for ties
        order = np.argsort([len(word) for word in words], kind="stable")
        self._keys = keys[order]
        self._words = [words[i] for i in order]
        self._rank = order
        self._lengths = np.array([len(word) for word in self._words])
        self._counts = _count_characters(self._words)

    def is_of(self, table: Any) -> bool:
        """Whether this is the index of the table as it is now."""
        return self._table is table and self._generation == getattr(table, "generation", None)

    def nearest(self, word: str, max_distance: int) -> int | None:
        """Key of the word that needs the fewest edits, the first in the table among equals.

        :param max_distance: Most edits; never more than a third of the word's length.
        :returns: None if no word is near enough.
        """
        allowed = min(max_distance, len(word) // 3)
        if not allowed:
            return None
        first, last = np.searchsorted(self._lengths, [len(word) - allowed, len(word) + allowed + 1])
        counts = _count_characters([word])[0]
        differences = np.abs(self._counts[first:last] - counts).sum(axis=1)
        near = np.flatnonzero(differences <= 2 * allowed) + first
        ranked = [
            (edit_distance(word, self._words[i], allowed), self._rank[i], i) for i in near.tolist()
        ]
        ranked = [entry for entry in ranked if entry[0] <= allowed]
        return int(self._keys[min(ranked)[2]]) if ranked else None


def edit_distance(a: str, b: str, limit: int) -> int:
    """Insertions, deletions, replacements and swaps of neighbours that turn a into b.

    Optimal string alignment: no part is edited twice (Damerau 1964).

    :param limit: A larger distance is given as ``limit + 1``.
    """
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    before: list[int] = []
    above = list(range(len(b) + 1))
    for i, left in enumerate(a, start=1):
        row = [i]
        for j, right in enumerate(b, start=1):
            best = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (left != right))
            if i > 1 and j > 1 and left == b[j - 2] and a[i - 2] == right:
                best = min(best, before[j - 2] + 1)
            row.append(best)
        if min(row) > limit:
            return limit + 1
        before, above = above, row
    return min(above[-1], limit + 1)


def _count_characters(words: list[str]) -> NDArray[np.int8]:
    """How often each class of characters is in each word, (n, CLASSES) int8."""
    lengths = np.array([len(word) for word in words], dtype=np.int64)
    points = np.frombuffer("".join(words).encode("utf-32-le"), dtype="<u4")
    cells = np.repeat(np.arange(len(words)), lengths) * CLASSES + points % CLASSES
    counts = np.bincount(cells, minlength=len(words) * CLASSES)
    return np.minimum(counts, 63).astype(np.int8).reshape(len(words), CLASSES)
