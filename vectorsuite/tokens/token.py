"""A word at its place in a text."""

from __future__ import annotations

from functools import total_ordering
from typing import TYPE_CHECKING

from vectorsuite.tokens.measured import Measured
from vectorsuite.tokens.word import WordAttributes

if TYPE_CHECKING:
    from vectorsuite.tokens.doc import Doc
    from vectorsuite.tokens.lexeme import Lexeme
    from vectorsuite.tokens.vocab import Vocab


@total_ordering
class Token(WordAttributes, Measured):
    """A view of one token of a doc; made by ``doc[i]``.

    :param doc: The doc.
    :param i: Place in the doc, from 0.
    """

    __slots__ = ("doc", "i")

    def __init__(self, doc: Doc, i: int) -> None:
        self.doc = doc
        self.i = i

    @property
    def vocab(self) -> Vocab:
        """The doc's vocab."""
        return self.doc.vocab

    @property
    def number(self) -> int:  # type: ignore[override]
        """Place of the word in the vocab."""
        return int(self.doc.numbers[self.i])

    @property
    def orth(self) -> int:  # type: ignore[override]
        """Key of the word."""
        return int(self.vocab.lexemes.column("ORTH")[self.number])

    @property
    def lex(self) -> Lexeme:
        """The word without its context."""
        return self.vocab[self.orth]

    @property
    def idx(self) -> int:
        """Where the token starts in the text, in characters."""
        return int(self.doc.starts[self.i])

    @property
    def whitespace_(self) -> str:
        """The space after the token, or an empty string."""
        return " " if self.doc.spaces[self.i] else ""

    @property
    def text_with_ws(self) -> str:
        """The word and the space after it."""
        return self.text + self.whitespace_

    @property
    def prob(self) -> float:
        """Logarithm of the word's probability."""
        return self.lex.prob

    @property
    def rank(self) -> int:
        """Row of the word's vector."""
        return self.lex.rank

    def nbor(self, i: int = 1) -> Token:
        """The token i places further on.

        :raises IndexError: The doc ends before.
        """
        place = self.i + i
        if not 0 <= place < len(self.doc):
            raise IndexError(f"Token {self.i} of {len(self.doc)} has no neighbour at {i:+d}.")
        return self.doc[place]

    def __len__(self) -> int:
        """Number of characters."""
        return len(self.text)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Token) and other.doc is self.doc and other.i == self.i

    def __lt__(self, other: object) -> bool:
        return self.i < other.i if isinstance(other, Token) else NotImplemented

    def __hash__(self) -> int:
        return hash((id(self.doc), self.i))
