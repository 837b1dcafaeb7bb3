"""A loaded table: words in, words out, and texts in, docs out."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from vectorsuite.io.checked_file import checked_kind
from vectorsuite.query import KeyedVectors
from vectorsuite.query.load import open_table
from vectorsuite.tokens import Doc, Tokenizer, Vocab
from vectorsuite.vectors import Vectors


class Pipeline(KeyedVectors):
    """``KeyedVectors`` that also makes docs, as a spaCy pipeline does.

    >>> nlp = vectorsuite.load("la_vectors_wiki_lg")
    >>> nlp("Caecilius est in horto").similarity(nlp("servus est in atrio"))

    ``vocab`` is spaCy's here, and not the dict that older gensim had under that name.
    """

    _source: Vectors | None = None

    @classmethod
    def over(cls, table: Vectors, words: Iterable[str] | None = None) -> Pipeline:
        """A pipeline over a table, which is shared.

        :param words: Of a floret table: those that searches find.
        """
        made = cls.from_table(table, words)
        made._source = table
        return made

    @cached_property
    def vocab(self) -> Vocab:  # type: ignore[override]
        """Words and the table, for docs."""
        return Vocab(vectors=self.table if self._source is None else self._source)

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """Splits texts; any function of a text that returns a Doc may take its place."""
        return Tokenizer(self.vocab)

    def __call__(self, text: str | Doc) -> Doc:
        """Make a doc of a text; a doc comes back as it is.

        :raises TypeError: It is neither.
        """
        if isinstance(text, str):
            return self.tokenizer(text)
        if not hasattr(text, "to_array"):  # spaCy's docs pass, too
            raise TypeError(f"A text is a str or a Doc, not {text!r:.60}; for several use pipe.")
        return text

    def pipe(self, texts: Iterable[str | Doc], **options: Any) -> Iterator[Doc]:
        """Make docs of many texts, one after the other.

        :param options: Those of spaCy's ``Language.pipe``; they change nothing here.
        """
        return (self(text) for text in texts)

    def to_disk(self, path: str | os.PathLike[str]) -> None:
        """Write a directory that :func:`load` and ``spacy.load`` open: spaCy's name for `save`."""
        self.save(path)

    def make_doc(self, text: str) -> Doc:
        """Make a doc of a text."""
        return self.tokenizer(text)


def load(
    path: str | os.PathLike[str],
    mmap: bool = True,
    *,
    words: Iterable[str] | None = None,
    **options: Any,
) -> Pipeline:
    """Open a directory that we or spaCy wrote, a saved model, or a file of any supported format.

    Of a saved Doc2Vec the words; its documents are ``Doc2Vec.load(path).dv``.

    :param mmap: Map a directory's table into memory instead of reading it: opening takes no time,
        processes share it, and the first edit copies it.
    :param words: Of a floret table, which has a vector for any word: those that searches find; by
        default the words that came with it, of which a .floret file has none.
    :param options: For files: how to read them, as for :func:`vectorsuite.query.load`.
    :raises FileNotFoundError: If there is nothing at `path`, or a directory without a table.
    :raises ValueError: If a file is damaged or of no known format.
    """
    table = table_of_model(path, mmap=mmap)
    return Pipeline.over(open_table(path, mmap, **options) if table is None else table, words)


def table_of_model(path: str | os.PathLike[str], *, mmap: bool = True) -> Vectors | None:
    """The words of a saved model as a table; None if the path is not that of a model.

    :raises ValueError: The file is damaged.
    """
    path = Path(path)
    kind = checked_kind(path) if path.is_file() else None
    if kind is None:
        return None
    from vectorsuite import models  # late: training takes longer to import than a table to open

    for model in (models.Word2Vec, models.FastText, models.Doc2Vec):
        if kind == model.file_kind:
            return model.load(path, mmap=mmap).wv.table
    return None
