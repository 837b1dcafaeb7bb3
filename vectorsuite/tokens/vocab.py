"""Words, their attributes and their vectors: what all texts of one language share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import srsly
from numpy.typing import NDArray

from vectorsuite.strings import StringStore, as_key
from vectorsuite.tokens.attributes import attribute_name
from vectorsuite.tokens.lexeme import Lexeme
from vectorsuite.tokens.lexeme_table import LexemeTable
from vectorsuite.vectors import Vectors
from vectorsuite.vectors.gather import has_rows
from vectorsuite.vectors.oov import as_policy
from vectorsuite.vectors.prune import deduplicate, prune
from vectorsuite.vectors.serialize import parse_parts


class Vocab:
    """Strings, lexemes and one table of vectors, under spaCy's names.

    :param lex_attr_getters: Functions from a word to an attribute, by the attribute's name or id,
        that replace the usual ones.
    :param strings: Words to add.
    :param oov_prob: Logarithm of the probability of words that were given none.
    :param vectors_name: Name of the empty table that a new vocab has.
    :param vectors: A table to use in its place; ours or spaCy's.
    :param oov: What words without a vector get: a policy of ``vectorsuite.vectors.oov`` or its
        name. None leaves them out of averages; "spacy" counts them as zeros.
    """

    def __init__(
        self,
        lex_attr_getters: dict[str | int, Callable[[str], Any]] | None = None,
        strings: Iterable[str] = (),
        *,
        oov_prob: float = -20.0,
        vectors_name: str | None = None,
        vectors: Any = None,
        oov: Any = None,
    ) -> None:
        getters = {attribute_name(name): get for name, get in (lex_attr_getters or {}).items()}
        self.strings: Any = StringStore(list(strings))
        self.lexemes = LexemeTable(self.strings, getters)
        self.oov = as_policy(oov)
        self.oov_prob = oov_prob
        self.probs: dict[int, float] = {}
        #: Tables of what is known of words, by name, as in spaCy; any mappings.
        self.lookups: dict[str, Any] = {}
        self._numbers: dict[str, int] = {}
        self._vectors: Any = Vectors(strings=self.strings, name=vectors_name)
        if vectors is not None:
            self.vectors = vectors

    @property
    def vectors(self) -> Any:
        """The table. Setting it joins its strings and this vocab's in one store for both."""
        return self._vectors

    @vectors.setter
    def vectors(self, vectors: Any) -> None:
        if vectors.strings is not self.strings:
            # into the larger store, which may have a million strings, mapped from a file
            small, large = sorted((self.strings, vectors.strings), key=len)
            for string in small:
                large.add(string)
            self.strings = self.lexemes.strings = vectors.strings = large
        self._vectors = vectors

    @property
    def vectors_length(self) -> int:
        """Width of the table."""
        return int(self._vectors.shape[1])

    # Words

    def __getitem__(self, word: str | int) -> Lexeme:
        """The lexeme of a word or key, made if it is new.

        :raises KeyError: No string has the key.
        """
        return Lexeme(self, word)

    def __contains__(self, word: str | int) -> bool:
        """Whether the word, or the word of a key, has a lexeme."""
        return as_key(word) in self.lexemes

    def __iter__(self) -> Iterator[Lexeme]:
        """The lexemes in the order of their first use."""
        return (Lexeme(self, orth) for orth in self.lexemes)

    def __len__(self) -> int:
        """Number of lexemes."""
        return len(self.lexemes)

    def __repr__(self) -> str:
        return f"Vocab({len(self.strings)} strings, {self.vectors!r})"

    def add_words(self, words: list[str]) -> NDArray[np.int32]:
        """Make lexemes of words.

        :returns: Their numbers in ``lexemes``, (N,) int32.
        """
        numbers = self._numbers
        for word in words:
            if word not in numbers:
                numbers[word] = self.lexemes.number(self.strings.add(word))
        return np.array([numbers[word] for word in words], dtype=np.int32)

    @contextmanager
    def memory_zone(self, mem: Any = None) -> Iterator[Any]:
        """Forget the words that are first met within this block when it ends.

        Docs made in the block must not be used after it.

        :param mem: Handed on as it is, for spaCy's callers.
        """
        n = len(self.lexemes)
        try:
            with self.strings.memory_zone(mem) as handed:
                yield handed
        finally:
            self.lexemes.cut(n)
            self._numbers = {w: number for w, number in self._numbers.items() if number < n}

    # Vectors

    def key_of(self, word: str | int) -> int:
        """Key under which the table has a word: that of the word, or of the table's attribute."""
        lexeme = self[word]
        name = attribute_name(getattr(self._vectors, "attr", "ORTH"))
        return int(self.lexemes.column(name)[lexeme.number])

    def in_table(self, word: str | int) -> bool:
        """Whether the table itself has a vector for a word."""
        return self.key_of(word) in self._vectors

    def row_of(self, word: str | int) -> int:
        """Row of a word's vector, −1 if it has none or the table has no rows for words."""
        key2row = getattr(self._vectors, "key2row", {})
        return int(key2row.get(self.key_of(word), -1))

    def has_vector(self, orth: str | int) -> bool:
        """Whether the table, or the policy for missing words, has a vector for a word."""
        return self._known(orth) and self[orth].has_vector

    def get_vector(self, orth: str | int) -> Any:
        """The vector of a word, (D,) float32, read-only; zeros if there is none."""
        return self[orth].vector

    def _known(self, orth: str | int) -> bool:
        return isinstance(orth, str) or orth in self.strings

    def set_vector(self, orth: str | int, vector: Any) -> None:
        """Give a word a vector. The table grows if it must; the first vector sets its width.

        :param vector: (D,) numbers.
        :raises ValueError: The vector has another width than the table.
        """
        vector = np.asarray(vector, dtype=np.float32) if not hasattr(vector, "shape") else vector
        table = self._vectors
        width = table.shape[1] or (vector.shape[0] if vector.ndim == 1 else 0)
        if vector.shape != (width,) or not width:
            raise ValueError(
                f"The vector for {self[orth].text!r} has shape {vector.shape}; this table holds "
                f"vectors of width {table.shape[1]}."
            )
        key = self.key_of(orth)
        self.strings.add(self.strings[key], allow_transient=False)  # the table outlives the zone
        if key not in table and (table.is_full or not table.shape[1]):
            table.resize((max(100, int(len(table) * 1.3)), width))
        table.add(key, vector=vector)

    def reset_vectors(
        self, *, width: int | None = None, shape: tuple[int, int] | None = None
    ) -> None:
        """Put an empty table in place of the present one, with its name and attribute.

        :param width: Width of the new table; of the present one if None.
        :param shape: Rows and width.
        :raises ValueError: Both were given.
        """
        if width is not None and shape is not None:
            raise ValueError("Give a width or a shape, not both.")
        old = self._vectors
        shape = shape or (len(old), width if width is not None else old.shape[1])
        attr = getattr(old, "attr", "ORTH")
        self._vectors = Vectors(strings=self.strings, shape=shape, name=old.name, attr=attr)

    def prune_vectors(
        self, nr_row: int, batch_size: int = 1024
    ) -> dict[str, tuple[str | None, float]]:
        """Keep nr_row vectors; the words of the others get the nearest that stays.

        The words with the highest ``prob`` keep theirs; without any ``prob``, or among equals,
        those that come first in the table do. Works in place.

        :param batch_size: Not used; spaCy's argument.
        :returns: For each word that lost its vector, the word whose vector it has now and the
            cosine of both, 1.0 if they were equal.
        :raises ValueError: nr_row is not positive, or the table is a floret one.
        """
        return prune(self._own_table(), nr_row, priority=self._priority()).removed

    def deduplicate_vectors(self) -> None:
        """Let words of equal vectors share one row; works in place."""
        deduplicate(self._own_table())

    def _own_table(self) -> Any:
        """The table; one of spaCy becomes one of ours, as spaCy makes a new one too to prune it."""
        table = self._vectors
        if not isinstance(table, Vectors) and has_rows(table):
            ours = Vectors(strings=self.strings, data=table.data, name=table.name, attr=table.attr)
            ours.key2row = table.key2row
            self._vectors = ours
        return self._vectors

    def _priority(self) -> NDArray[np.float64] | None:
        """The highest ``prob`` of the words of each row, (R,); None if no word was given one."""
        rows = {orth: self.row_of(orth) for orth in self.probs}
        if all(row < 0 for row in rows.values()):
            return None
        priority = np.full(len(self._vectors), self.oov_prob)
        for orth, row in rows.items():
            if row >= 0:
                priority[row] = max(priority[row], self.probs[orth])
        return priority

    # Files

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write strings and table to a folder, as spaCy does."""
        path = Path(path)
        path.mkdir(parents=True, exist_ok=True)
        if "strings" not in exclude:
            self.strings.to_disk(path / "strings.json")
        if "vectors" not in exclude:
            self._vectors.to_disk(path, exclude=["strings"])

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> Vocab:
        """Read strings and table from a folder that this or spaCy has written."""
        path = Path(path)
        if "strings" not in exclude:
            self.strings.from_disk(path / "strings.json")
        if "vectors" not in exclude:
            self._vectors.from_disk(path, exclude=["strings"])
        self.lexemes.forget_attributes()
        return self

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """Strings and table as bytes, as spaCy writes them."""
        message = {}
        if "strings" not in exclude:
            message["strings"] = self.strings.to_bytes()
        if "vectors" not in exclude:
            message["vectors"] = self._vectors.to_bytes(exclude=["strings"])
        return bytes(srsly.msgpack_dumps(message))

    def from_bytes(self, bytes_data: bytes, *, exclude: Iterable[str] = ()) -> Vocab:
        """Load what `to_bytes`, or spaCy's, gave.

        :raises ValueError: These are other bytes.
        """
        message = parse_parts(bytes_data, "a vocab")
        if "strings" in message and "strings" not in exclude:
            self.strings.from_bytes(message["strings"])
        if "vectors" in message and "vectors" not in exclude:
            self._vectors.from_bytes(message["vectors"], exclude=["strings"])
        self.lexemes.forget_attributes()
        return self
