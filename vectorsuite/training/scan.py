"""A first look at a corpus: its words and counts, before anybody chooses a vocabulary."""

from __future__ import annotations

from collections.abc import Iterable
from types import GeneratorType

import numpy as np

from vectorsuite.packed import PackedStrings
from vectorsuite.protocols import Progress
from vectorsuite.training.corpus import CountingRun, EncodedCorpus
from vectorsuite.training.readers import Errors, LineSentences
from vectorsuite.training.sources import OnePass


class ScannedCorpus:
    """All words of a corpus, counted in one reading; :meth:`encode` needs no other one.

    A context manager: the text lies in temporary files until it is left.

    :param source: As of ``count_and_encode``; here a generator, too, since it is read once.
    :param keep_empty: Keep the sentences of an iterable that have no word: what is encoded has one
        for each that was read.
    :raises TypeError: The source does not hold lists of words.
    :raises ValueError: It has no words, or is not UTF-8.

    Attributes: ``words``, by first appearance, (n,); ``counts`` of them, (n,) int64; ``raw_words``
    and ``n_sentences``, how many words and sentences were read.
    """

    def __init__(
        self,
        source: LineSentences | Iterable[Iterable[str]],
        *,
        errors: Errors | None = None,
        workers: int = 0,
        progress: Progress | None = None,
        keep_empty: bool = False,
    ) -> None:
        once = OnePass(source) if isinstance(source, GeneratorType) else source
        self._run = CountingRun(once, errors, workers, progress, keep_empty)
        with self._run.stack:  # closed if anything below fails
            counts, firsts = self._run.run()
            order = np.argsort(firsts, kind="stable")[: np.count_nonzero(counts)]
            self.words = PackedStrings(*self._run.counter.words(order))
            self.counts = counts[order]
            self.raw_words = int(self._run.counter.read_words)
            self.n_sentences = int(self._run.n_sentences())
            self._run.stack = self._run.stack.pop_all()

    def encode(self, words: PackedStrings) -> EncodedCorpus:
        """Write the text as ids of a vocabulary, once; other words are left out.

        :raises ValueError: The corpus has none of these words.
        """
        return self._run.encode_known(words)

    def __enter__(self) -> ScannedCorpus:
        return self

    def __exit__(self, *error: object) -> None:
        self._run.stack.close()
