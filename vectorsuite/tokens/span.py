"""A slice of a text."""

from __future__ import annotations

from collections.abc import Iterator
from functools import total_ordering
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from vectorsuite.tokens.measured import Measured
from vectorsuite.tokens.token import Token

if TYPE_CHECKING:
    from vectorsuite.tokens.doc import Doc
    from vectorsuite.tokens.vocab import Vocab


@total_ordering
class Span(Measured):
    """A view of the tokens [start, end) of a doc; made by ``doc[start:end]``.

    Spans are in the order of their starts, then of their ends.

    :param label: Name of what the span is, or its key.
    :param vector: Vector to use in place of the average, (D,).
    :raises IndexError: The doc has no such tokens.
    """

    __slots__ = ("_vector", "doc", "end", "label_", "start")

    def __init__(
        self, doc: Doc, start: int, end: int, label: str | int = "", vector: Any = None
    ) -> None:
        if not 0 <= start <= end <= len(doc):
            raise IndexError(f"Span [{start}:{end}] is not in a doc of {len(doc)} tokens.")
        self.doc = doc
        self.start = start
        self.end = end
        self.label_ = label if isinstance(label, str) else str(doc.vocab.strings[label])
        self._vector = vector

    @property
    def vocab(self) -> Vocab:
        """The doc's vocab."""
        return self.doc.vocab

    @property
    def label(self) -> int:
        """Key of the label."""
        return int(self.vocab.strings.add(self.label_)) if self.label_ else 0

    @property
    def text(self) -> str:
        """The text without the space after the last token."""
        return self.text_with_ws[: self.end_char - self.start_char]

    @property
    def text_with_ws(self) -> str:
        """The text with the space after the last token."""
        return "".join(token.text_with_ws for token in self)

    @property
    def start_char(self) -> int:
        """Where the span starts in the doc's text, in characters."""
        return int(self.doc.starts[self.start]) if len(self) else len(self.doc.text_with_ws)

    @property
    def end_char(self) -> int:
        """Where the span ends, without the space after it."""
        return self[-1].idx + len(self[-1]) if len(self) else self.start_char

    @property
    def sent(self) -> Span:
        """The sentence of the span, by the hook "sent".

        :raises ValueError: There is no such hook.
        """
        sentence: Span = self._by_hook("sent")
        return sentence

    @property
    def root(self) -> Token:
        """The syntactic head of the span, by the hook "root".

        :raises ValueError: There is no such hook.
        """
        root: Token = self._by_hook("root")
        return root

    def to_array(self, attributes: str | int | list[str | int]) -> Any:
        """Attributes of the tokens: (N,) uint64 for one, (N, A) for a list of A."""
        array = self.doc.to_array(attributes)[self.start : self.end]
        if isinstance(attributes, (str, int, np.integer)):
            return array
        return array.reshape(len(self), len(attributes))

    def as_doc(self) -> Doc:
        """A doc of its own with the same tokens and hooks."""
        doc = type(self.doc)(
            self.vocab,
            words=[token.text for token in self],
            spaces=self.doc.spaces[self.start : self.end].tolist(),
        )
        doc.user_hooks.update(self.doc.user_hooks)
        doc.user_span_hooks.update(self.doc.user_span_hooks)
        doc.user_token_hooks.update(self.doc.user_token_hooks)
        return doc

    def __len__(self) -> int:
        """Number of tokens."""
        return self.end - self.start

    def __iter__(self) -> Iterator[Token]:
        return (Token(self.doc, i) for i in range(self.start, self.end))

    @overload
    def __getitem__(self, index: int) -> Token: ...
    @overload
    def __getitem__(self, index: slice) -> Span: ...
    def __getitem__(self, index: int | slice) -> Token | Span:
        places = range(self.start, self.end)
        if isinstance(index, slice):
            if index.step not in (None, 1):
                raise ValueError(f"A span has no gaps; it cannot be sliced by {index.step}.")
            part = places[index]
            return Span(self.doc, part.start, max(part.start, part.stop))
        try:
            return Token(self.doc, places[index])
        except IndexError:
            raise IndexError(f"Token {index} of a span of {len(self)}.") from None

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text

    def _identity(self) -> tuple[Any, ...]:
        return id(self.doc), self.start, self.end, self.label_

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Span) and other._identity() == self._identity()

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Span):
            return NotImplemented
        mine, its = ((span.start_char, span.end_char, span.label_) for span in (self, other))
        return mine < its

    def __hash__(self) -> int:
        return hash(self._identity())
