"""A word of a vocab, without a context."""

from __future__ import annotations

from functools import total_ordering
from typing import TYPE_CHECKING, Any

from vectorsuite.strings import as_key
from vectorsuite.tokens.measured import Measured
from vectorsuite.tokens.word import WordAttributes

if TYPE_CHECKING:
    from vectorsuite.tokens.vocab import Vocab


@total_ordering
class Lexeme(WordAttributes, Measured):
    """An entry of a vocab; made by ``vocab[word]``.

    :param vocab: The vocab.
    :param orth: The word, or its key, which the vocab's strings must know.
    :raises KeyError: No string has the key.
    """

    __slots__ = ("number", "orth", "vocab")

    def __init__(self, vocab: Vocab, orth: int | str) -> None:
        self.vocab = vocab
        self.orth = vocab.strings.add(orth) if isinstance(orth, str) else as_key(orth)
        vocab.strings[self.orth]  # says so if nobody knows the key
        self.number = vocab.lexemes.number(self.orth)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Lexeme) and (other.orth, other.vocab) == (self.orth, self.vocab)

    def __lt__(self, other: object) -> bool:
        return self.orth < other.orth if isinstance(other, Lexeme) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.orth)

    def __repr__(self) -> str:
        return f"Lexeme({self.text!r})"

    @property
    def prob(self) -> float:
        """Logarithm of the word's probability; the vocab's ``oov_prob`` if not set."""
        return self.vocab.probs.get(self.orth, self.vocab.oov_prob)

    @prob.setter
    def prob(self, value: float) -> None:
        self.vocab.probs[self.orth] = float(value)

    @property
    def rank(self) -> int:
        """Row of the word's vector, 2**64 - 1 if it has none."""
        row = self.vocab.row_of(self.orth)
        return (1 << 64) - 1 if row < 0 else row

    def _set_vector(self, vector: Any) -> None:
        self.vocab.set_vector(self.orth, vector)
