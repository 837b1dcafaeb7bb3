"""Counting the words of a corpus and the pairs of words that stand next to each other."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.errors import EmptyCorpusError
from vectorsuite.kernels import _core
from vectorsuite.kernels.cores import worker_count
from vectorsuite.packed import PackedStrings
from vectorsuite.training.corpus import EncodedCorpus, count_and_encode
from vectorsuite.training.readers import LineSentences
from vectorsuite.training.sentence_readers import compiled_reader
from vectorsuite.training.sources import JoinedSource, OnePass

logger = logging.getLogger(__name__)

Sentences = EncodedCorpus | LineSentences | Iterable[Iterable[str]]

_STRETCH = 1 << 23  # words counted between two looks at signals


class PhraseVocabulary(Mapping[str, int]):
    """How often every word and every candidate phrase occurs, by its string; read-only.

    Words come before phrases, the most frequent word first.

    :param delimiter: Between the words of a phrase.
    :param counts: The compiled tables; None: empty.
    """

    def __init__(self, delimiter: str, counts: Any = None) -> None:
        self.delimiter = delimiter
        self.counts = counts if counts is not None else _core.PhraseCounts(delimiter, 1)

    def __len__(self) -> int:
        return len(self.counts)

    def __getitem__(self, string: str) -> int:
        count = self.get(string)
        if not count:
            raise KeyError(string)
        return count

    def __contains__(self, string: object) -> bool:
        return bool(self.get(string))

    def get(self, string: Any, default: Any = None) -> Any:
        """Count of a word or phrase, or `default` if it does not occur."""
        if not isinstance(string, str):
            return default
        return self.counts.count_of(string) or default

    def __iter__(self) -> Iterator[str]:
        return iter(self.as_dict())

    def items(self) -> Any:
        """Strings and counts; all strings are made at once."""
        return self.as_dict().items()

    def as_dict(self) -> dict[str, int]:
        """All of it as a dict, which may be far larger."""
        words, word_counts = self.words(), self.word_counts().tolist()
        found = {word: n for word, n in zip(words, word_counts, strict=True) if n}
        first, last, run, counts = (column.tolist() for column in self.counts.pairs())
        runs = [[words[i] for i in ids] for ids in self.counts.runs()]
        for a, b, r, n in zip(first, last, run, counts, strict=True):
            phrase = self.delimiter.join((words[a], *runs[r], words[b]))
            found[phrase] = found.get(phrase, 0) + n
        return found

    def words(self) -> list[str]:
        """Words by number, also those that are only parts of phrases."""
        return list(PackedStrings(*self.counts.words()))

    def word_counts(self) -> NDArray[np.int64]:
        """Counts of the words by number, (V,) int64."""
        counts: NDArray[np.int64] = self.counts.word_counts()
        return counts


def count_phrases(
    sentences: Sentences,
    *,
    delimiter: str,
    connector_words: frozenset[str],
    max_vocab_size: float,
    workers: int = 0,
    progress_per: int = 10000,
) -> tuple[Any, int]:
    """Count the words and pairs of a corpus.

    The pairs are counted by all workers if the vocabulary stays within its bound. If not, they are
    counted again by one, which drops rare entries on the way as gensim does: see
    ``PhraseCounts.count_bounded``. So the result does not depend on the number of workers.

    :returns: The compiled tables, and the number of words in the corpus.
    """
    corpus = _encoded(sentences, workers, progress_per)
    try:
        offsets, ids = corpus.offsets, corpus.ids
        starts = np.searchsorted(offsets, np.arange(0, len(ids), _STRETCH))
        bounds = [*np.unique(starts).tolist(), len(offsets) - 1]
        stretches = [offsets[a : b + 1] for a, b in pairwise(bounds)]
        counts = _new_tables(corpus, delimiter, connector_words, worker_count(workers))
        counts.add_word_counts(corpus.counts)
        most = int(max_vocab_size)
        if not all(counts.count(ids, part, most) for part in stretches):
            logger.info("more than %i words and phrases: counting again, dropping rare ones", most)
            counts = _new_tables(corpus, delimiter, connector_words, 1)
            for part in stretches:
                counts.count_bounded(ids, part, most)
        return counts, len(ids)
    finally:
        if corpus is not sentences:  # the caller's own stays open
            corpus.close()


def _new_tables(
    corpus: EncodedCorpus, delimiter: str, connector_words: frozenset[str], n_tables: int
) -> Any:
    counts = _core.PhraseCounts(delimiter, n_tables)
    counts.add_words(corpus.words.data, corpus.words.offsets)
    counts.set_connectors(sorted(connector_words))
    return counts


def _encoded(sentences: Sentences, workers: int, progress_per: int) -> EncodedCorpus:
    """The corpus as ids with all its words; an iterable without words is an empty one."""
    if isinstance(sentences, EncodedCorpus):
        return sentences
    source = compiled_reader(sentences)
    if not isinstance(source, LineSentences | JoinedSource):
        if isinstance(source, str | bytes):
            raise TypeError(
                f"The sentences are the string {source[:60]!r}; give LineSentences(path) for a "
                "file, or a list of lists of words."
            )
        source = OnePass(source)
    reported = 0

    def report(stage: str, done: int, total: int | None = None, /, **figures: float) -> None:
        nonlocal reported
        if stage == "count" and done >= reported + progress_per:
            reported = done
            logger.info("at %i of %s, %i words", done, total or "?", int(figures.get("words", 0)))

    try:
        return count_and_encode(source, min_count=1, workers=workers, progress=report)
    except EmptyCorpusError:
        if isinstance(sentences, LineSentences):
            raise
        return EncodedCorpus(
            PackedStrings.pack([]),
            np.empty(0, dtype=np.int64),
            np.empty(0, dtype=np.int32),
            np.zeros(1, dtype=np.int64),
            raw_words=0,
            raw_vocabulary=0,
        )
