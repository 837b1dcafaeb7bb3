"""Readers of tagged documents, with gensim's names: they yield words with tags, again and again."""

# no `from __future__ import annotations`: configs' readers need types of arguments, not their names

import os
from collections import namedtuple
from collections.abc import Hashable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, get_args

from vectorsuite.training.readers import PathLike
from vectorsuite.training.sentence_readers import brown_words, read_lines, split_words

#: Where the tags of a line are: see :class:`TaggedLineDocument`.
TagSource = Literal["number", "column"]


class TaggedDocument(namedtuple("TaggedDocument", "words tags")):
    """A document: its words, and tags, each of which gets a vector.

    Usually the one tag is a number of the document's own; more of them may name its author, party
    or year, and any number of documents may share one.

    :param words: A list of words.
    :param tags: A list of strings, or of whole numbers from 0 on, for which no name is stored.
    """

    __slots__ = ()
    words: Sequence[Hashable]
    tags: Sequence[Hashable]

    def __str__(self) -> str:
        return f"{type(self).__name__}<{self.words}, {self.tags}>"


class TaggedLineDocument:
    """One document a line, words split at white space.

    :param source: A path, plain or packed (.gz, .bz2, .xz, .zst), or a file object that can be
        rewound.
    :param tags: "number": the only tag is the number of the line, from 0, where empty lines count;
        "column": the line begins with tags, split at white space, and a tab.
    """

    def __init__(self, source: Any, tags: TagSource = "number") -> None:
        if tags not in get_args(TagSource):
            raise ValueError(f"tags is {tags!r}; there are 'number' and 'column'.")
        if not hasattr(source, "read") and not isinstance(source, (str, os.PathLike)):
            raise TypeError(
                f"The corpus file is {source!r:.60}, of type {type(source).__name__}; give a path."
            )
        self.source = source
        self.tags = tags

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.source!r}, tags={self.tags!r})"

    def __iter__(self) -> Iterator[TaggedDocument]:
        for number, line in enumerate(read_lines(self.source)):
            if self.tags == "number":
                yield TaggedDocument(split_words(line), [number])
                continue
            tags, tab, text = line.partition(b"\t")
            if not tab:
                raise ValueError(
                    f"Line {number + 1} of {self.source} has no tab: it must begin with tags, then "
                    'a tab, then words; or give tags = "number".'
                )
            yield TaggedDocument(split_words(text), split_words(tags))


class TaggedLines(TaggedLineDocument):
    """A file of documents, one a line, as configs name it.

    :param path: A file, plain or packed.
    :param tags: Where the tags are; see :class:`TaggedLineDocument`.
    :raises FileNotFoundError: There is no such file.
    """

    def __init__(self, path: PathLike, tags: TagSource = "number") -> None:
        if not Path(path).is_file():
            raise FileNotFoundError(f"There is no corpus {path}; give a file of documents.")
        super().__init__(path, tags)


class TaggedBrownCorpus:
    """The Brown corpus as NLTK has it; each sentence is a document tagged with file and line.

    Words are those of :class:`~vectorsuite.training.sentence_readers.BrownCorpus`.

    :param dirname: The folder.
    """

    def __init__(self, dirname: PathLike) -> None:
        self.dirname = dirname

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.dirname!r})"

    def __iter__(self) -> Iterator[TaggedDocument]:
        for path in sorted(Path(self.dirname).iterdir()):
            if not path.is_file():
                continue
            for number, line in enumerate(read_lines(path)):
                words = brown_words(line)
                if words:
                    yield TaggedDocument(words, [f"{path}_SENT_{number}"])
