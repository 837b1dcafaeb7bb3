"""One look at a corpus of tagged documents: its words, and the tags of each document."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

import numpy as np

from vectorsuite.errors import EmptyCorpusError
from vectorsuite.models.corpus_scan import Scan, TokenScan, WordScan
from vectorsuite.models.vocabulary import TrimRule
from vectorsuite.training.corpus import EncodedCorpus
from vectorsuite.training.scan import OnePass, ScannedCorpus
from vectorsuite.training.tagged_words import TaggedWords, TagLists

logger = logging.getLogger(__name__)


class DocumentScan:
    """A scan of a corpus of documents; like :class:`Scan`, a context manager.

    :param documents: ``TaggedDocument``s, or objects with ``words`` and ``tags``.
    :raises TypeError: Something is no document.
    """

    def __init__(
        self,
        documents: Iterable[Any],
        *,
        workers: int = 0,
        max_vocab_size: int | None = None,
        trim_rule: TrimRule | None = None,
    ) -> None:
        documents, first = _peek(documents)
        self._tagged = TaggedWords(documents)
        once = isinstance(documents, OnePass)
        compiled = not max_vocab_size and all(isinstance(word, str) for word in first)
        if isinstance(first, str):
            logger.warning(
                "Each 'words' should be a list of words (usually unicode strings). "
                "First 'words' here is instead plain %s.", type(first),
            )  # fmt: skip
            compiled = False
        self._scan: Scan
        if compiled:
            try:
                self._scan = WordScan(ScannedCorpus(self._tagged, workers=workers, keep_empty=True))
            except EmptyCorpusError:
                self._scan = TokenScan([])
        else:
            source = OnePass(self._tagged) if once else self._tagged
            self._scan = TokenScan(source, max_vocab_size, trim_rule, keep_empty=True)
        self.raw_words = self._scan.raw_words
        self.n_sentences = len(self._tagged)

    @property
    def raw_vocab(self) -> Mapping[Any, int]:
        """Counts of all words, in order of first appearance."""
        return self._scan.raw_vocab

    def encode(self, keys: Iterable[Any], index: Mapping[Any, int]) -> EncodedCorpus:
        """The text as rows of these words, with an entry for every document, empty ones too."""
        corpus = self._scan.encode(keys, index)
        empty = np.flatnonzero(np.diff(corpus.offsets) == 0)
        if len(empty):
            logger.warning(
                "%i documents have no word of the vocabulary, such as document %i; a tag that no "
                "other document has keeps its random vector.", len(empty), empty[0],
            )  # fmt: skip
        return corpus

    @property
    def tags(self) -> TagLists:
        """The tags of all documents."""
        return self._tagged.tags()

    def __enter__(self) -> DocumentScan:
        return self

    def __exit__(self, *error: object) -> None:
        self._scan.__exit__()


def check_documents(documents: Any) -> None:
    """Refuse what cannot be a corpus.

    :raises TypeError: It cannot be iterated over, or is a string.
    """
    if not isinstance(documents, Iterable) or isinstance(documents, (str, bytes)):
        raise TypeError(
            f"The corpus is {documents!r:.60}, of type {type(documents).__name__}; give "
            "TaggedDocuments, a reader such as TaggedLineDocument(path), or corpus_file=path."
        )


def _peek(documents: Any) -> tuple[Any, Any]:
    """Documents to read from the start, and the first words there are, or none."""
    iterator = iter(documents)
    seen: list[Any] = []
    first: Any = []
    for document in iterator:
        seen.append(document)
        first = getattr(document, "words", [])
        if len(first):
            break
    if iterator is documents:
        return OnePass(chain(seen, iterator)), first
    return documents, first
