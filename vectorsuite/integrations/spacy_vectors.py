"""Our table inside real spaCy pipelines, memory-mapped.

.. code-block:: ini

    [nlp.vectors]
    @vectors = "vectorsuite.Vectors.v1"

spaCy finds the name through the entry point group ``spacy_vectors``; nothing need be imported.

Of a vocab's methods, spaCy keeps ``prune_vectors``, ``deduplicate_vectors`` and ``reset_vectors``
for its own class. In their place: ``vectorsuite.vectors.prune(nlp.vocab.vectors, n)``,
``deduplicate(nlp.vocab.vectors)``, and another table for ``nlp.vocab.vectors``.
"""

# no `from __future__ import annotations`: configs' readers need types of arguments, not their names

import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from vectorsuite.errors import MissingExtraError
from vectorsuite.vectors import Vectors, open_pipeline
from vectorsuite.vectors.oov import vector_by_policy


@cache
def _spacy_table_class() -> type[Vectors]:
    """Our table as a subclass of spaCy's abstract one, which spaCy asks of tables it holds."""
    try:
        from spacy.vectors import BaseVectors
    except ImportError as error:
        raise MissingExtraError("A table inside spaCy pipelines", "spacy", "spacy") from error

    class SpacyVectors(Vectors, BaseVectors):
        """A `Vectors` table for spaCy's ``Vocab.vectors``.

        Words that its policy ``oov`` has vectors for, as by n-grams, are words of the table here:
        spaCy asks for no others' vectors.
        """

        def __contains__(self, key: object) -> bool:
            return super().__contains__(key) or self._ask_policy(key) is not None

        def __getitem__(self, key: str | int) -> Any:
            try:
                return super().__getitem__(key)
            except KeyError:
                vector = self._ask_policy(key)
                if vector is None:
                    raise
                return vector

        def add(self, key: str | int, *, vector: Any = None, row: int | None = None) -> int:
            # spaCy's Vocab.set_vector makes no room for words that are in the table by its policy
            if row is None and self.oov is not None and self.is_full and self._find_one(key) < 0:
                self.resize((max(100, int(len(self) * 1.3)), self.shape[1]))
            return super().add(key, vector=vector, row=row)

        def _ask_policy(self, key: Any) -> Any:
            strings = self._known_strings
            if self.oov is None or (not isinstance(key, str) and key not in strings):
                return None
            word = key if isinstance(key, str) else strings[key]
            return vector_by_policy(self.oov, word, self)

    SpacyVectors.__qualname__ = "SpacyVectors"  # pickle finds it through __getattr__ below
    return SpacyVectors


def __getattr__(name: str) -> Any:
    if name == "SpacyVectors":
        return _spacy_table_class()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def create_vectors(path: Path | None = None) -> Callable[[Any], Vectors]:
    """Registered in spaCy's ``vectors`` registry as "vectorsuite.Vectors.v1".

    :param path: Directory of a table that a new pipeline starts with: one of ours, or a pipeline
        that spaCy wrote. A pipeline that was saved has its own table and does without it.
    :returns: A function from spaCy's Vocab to its table, which is mapped from its files.
    """

    def create(vocab: Any) -> Vectors:
        table = _spacy_table_class()(strings=vocab.strings)
        if path is None:
            return table
        if not Path(path).exists():
            warnings.warn(
                f"[nlp.vectors] path {str(path)!r} does not exist. The table is empty unless the "
                "pipeline was saved with its own.",
                stacklevel=2,
            )
            return table
        return open_pipeline(path, into=table)

    return create
