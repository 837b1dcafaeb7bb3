"""One look at a corpus of tagged documents: its words, and the tags of each document."""

from __future__ import annotations

import logging
from array import array
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.errors import EmptyCorpusError
from vectorsuite.models.corpus_scan import Scan, TokenScan, WordScan
from vectorsuite.models.vocabulary import TrimRule
from vectorsuite.training.corpus import EncodedCorpus
from vectorsuite.training.scan import OnePass, ScannedCorpus

logger = logging.getLogger(__name__)

MAX_TAGS = 2**31 - 1  # rows of tags are int32


@dataclass
class TagLists:
    """The tags of documents as lists end to end.

    :param names: Tags that are no whole numbers, by first appearance.
    :param codes: Tags, (n,) int64: a whole number as it is; any other as -1 - k, for names[k].
    :param offsets: Where each document's start, (documents + 1,) int64.
    :param lengths: Words of each document, (documents,) int64.
    """

    names: list[Hashable]
    codes: NDArray[np.int64]
    offsets: NDArray[np.int64]
    lengths: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.lengths)

    def name(self, code: int) -> Hashable:
        """The tag that has a code."""
        return self.names[-1 - code] if code < 0 else code


class TaggedWords:
    """The words of documents; notes their tags while it is read, as of :class:`TagLists`."""

    def __init__(self, documents: Iterable[Any]) -> None:
        self.documents = documents
        self._clear()

    def _clear(self) -> None:
        self.names: dict[Hashable, int] = {}
        self.codes = array("q")
        self.ends = array("q", [0])
        self.lengths = array("q")

    def __iter__(self) -> Iterator[Any]:
        self._clear()
        for number, document in enumerate(self.documents):
            try:
                words, tags = document.words, document.tags
            except AttributeError:
                raise TypeError(
                    f"Document {number} is {document!r:.60}; a document is a "
                    "TaggedDocument(words, tags)."
                ) from None
            self._note(number, tags)
            self.lengths.append(len(words))
            yield words

    def _note(self, number: int, tags: Any) -> None:
        if isinstance(tags, (str, bytes)) or not isinstance(tags, Iterable):
            raise TypeError(
                f"The tags of document {number} are {tags!r:.60}; tags are a list: [{tags!r:.60}]."
            )
        for tag in tags:
            if not isinstance(tag, (int, np.integer)):
                self.codes.append(-1 - self.names.setdefault(tag, len(self.names)))
            elif 0 <= tag <= MAX_TAGS:
                self.codes.append(int(tag))
            else:
                raise ValueError(
                    f"Document {number} has the tag {tag}; whole numbers are rows of the table of "
                    f"vectors, from 0 to {MAX_TAGS}: give a string, or number your documents."
                )
        self.ends.append(len(self.codes))


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
        self.n_sentences = len(self._tagged.lengths)

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
        noted = self._tagged
        arrays = [np.array(values, np.int64) for values in (noted.codes, noted.ends, noted.lengths)]
        return TagLists(list(noted.names), *arrays)

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
