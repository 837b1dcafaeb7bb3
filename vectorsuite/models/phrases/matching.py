"""Known phrases, found in sentences by compiled code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels import _core
from vectorsuite.models.phrases.scoring import Scorer, least_count, score_pairs
from vectorsuite.packed import PackedStrings

if TYPE_CHECKING:
    from vectorsuite.models.phrases.counts import PhraseVocabulary


class PhraseTable:
    """Phrases with their scores.

    :param words: The words of each phrase: its ends and any connector words between them.
    :param scores: One per phrase.
    """

    def __init__(
        self,
        words: list[tuple[str, ...]],
        scores: list[float],
        delimiter: str,
        connector_words: frozenset[str],
    ) -> None:
        self.words = words
        self.scores = scores
        self._joining = delimiter, connector_words
        self.matcher = _core.PhraseMatcher(delimiter)
        self.matcher.set_connectors(sorted(connector_words))
        packed = PackedStrings.pack(chain.from_iterable(words))
        starts = np.zeros(len(words) + 1, dtype=np.int64)
        np.cumsum([len(phrase) for phrase in words], out=starts[1:])
        self.matcher.add_phrases(packed.data, packed.offsets, starts)
        self.strings: tuple[str, ...] = self.matcher.strings()
        #: Returns a sentence with its phrases joined; no method, as every sentence calls it.
        self.join: Callable[[Iterable[str]], list[str]] = partial(self.matcher.join, self.strings)

    def __reduce__(self) -> tuple[Any, ...]:
        """What copies and pickles hold: the compiled matcher is made anew."""
        return PhraseTable, (self.words, self.scores, *self._joining)

    def join_all(self, sentences: Iterable[Iterable[str]]) -> Iterator[list[str]]:
        """Return sentences with their phrases joined, one by one."""
        joined: Iterator[list[str]] = _core.JoinedSentences(self.matcher, self.strings, sentences)
        return joined

    def found_in(self, sentences: Iterable[Iterable[str]]) -> dict[str, float]:
        """Phrases of sentences with their scores, in the order of their first appearance."""
        found = self.matcher.found_in(sentences)
        return {self.strings[number]: self.scores[number] for number in found}

    def as_dict(self) -> dict[str, float]:
        """Every phrase with its score; the highest, if words joined in two ways give one string."""
        best: dict[str, float] = {}
        for string, score in zip(self.strings, self.scores, strict=True):
            best[string] = max(score, best.get(string, score))
        return best


def find_phrases(
    vocabulary: PhraseVocabulary,
    scorer: Scorer,
    *,
    threshold: float,
    min_count: float,
    corpus_word_count: int,
    connector_words: frozenset[str],
) -> PhraseTable:
    """Score all candidates of a vocabulary and keep those above the threshold.

    A candidate is scored by the counts of the two words at its ends as they were joined: after a
    pass that made ``new_york``, ``new_york_city`` by those of ``new_york`` and ``city``.
    """
    counts = vocabulary.counts
    first, last, run, n = counts.candidates(least_count(scorer, threshold, min_count))
    word_counts: NDArray[np.int64] = counts.string_counts()
    a, b = word_counts[first], word_counts[last]
    possible = np.flatnonzero((a > 0) & (b > 0))  # pruning may have taken the words
    places, scores = score_pairs(
        scorer,
        threshold,
        a[possible],
        b[possible],
        n[possible],
        len_vocab=len(vocabulary),
        min_count=min_count,
        corpus_word_count=corpus_word_count,
    )
    kept = possible[places]
    words = _words_of(counts, first[kept], last[kept], run[kept])
    return PhraseTable(words, scores.tolist(), vocabulary.delimiter, connector_words)


def _words_of(counts: Any, *columns: NDArray[np.int32]) -> list[tuple[str, ...]]:
    """The words of candidates, as strings; columns: first, last and run, (k,)."""
    words = PackedStrings(*counts.words())
    runs = [tuple(words[i] for i in ids) for ids in counts.runs()]
    ends = columns[0].astype(np.int64), columns[1].astype(np.int64)
    firsts, lasts = (list(words.take(end)) for end in ends)
    return [(a, *runs[r], b) for a, r, b in zip(firsts, columns[2].tolist(), lasts, strict=True)]
