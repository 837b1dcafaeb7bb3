"""A corpus of tagged documents as arrays: its words, and the tags of each document."""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.training.corpus import EncodedCorpus, count_and_encode

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

    def select(self, chosen: NDArray[np.bool_]) -> TagLists:
        """The tags of some of the documents; all names stay. chosen: (documents,)."""
        sizes = np.diff(self.offsets)
        offsets = np.concatenate([[0], np.cumsum(sizes[chosen])])
        return TagLists(
            self.names, self.codes[np.repeat(chosen, sizes)], offsets, self.lengths[chosen]
        )

    def joined(self, other: TagLists) -> TagLists:
        """The tags of these documents and of others of the same corpus."""
        return TagLists(
            self.names,
            np.concatenate([self.codes, other.codes]),
            np.concatenate([self.offsets, self.offsets[-1] + other.offsets[1:]]),
            np.concatenate([self.lengths, other.lengths]),
        )

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

    def __len__(self) -> int:
        """Documents read so far."""
        return len(self.lengths)

    def tags(self) -> TagLists:
        """The tags of the documents read."""
        arrays = [np.array(values, np.int64) for values in (self.codes, self.ends, self.lengths)]
        return TagLists(list(self.names), *arrays)

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


def count_and_encode_documents(documents: Iterable[Any], **options: Any) -> EncodedCorpus:
    """A corpus of documents as :func:`count_and_encode` makes one, with an entry for each.

    :param documents: ``TaggedDocument``s that can be iterated over again.
    :param options: Those of :func:`count_and_encode`.
    :returns: With ``tags``.
    """
    words = TaggedWords(documents)
    corpus = count_and_encode(words, keep_empty=True, **options)
    corpus.tags = words.tags()
    return corpus
