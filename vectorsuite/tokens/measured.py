"""What docs, spans, tokens and lexemes have in common: a vector, likeness to others, hooks."""

from __future__ import annotations

from typing import Any

from vectorsuite.tokens.similarity import (
    has_vector,
    hook_of,
    hooks_name,
    norm_of,
    similarity,
    vector_of,
)


class Measured:
    """A text or word with a vector: of a text, the mean over the words that have one.

    Whatever it says may be replaced by a hook of its doc.
    """

    __slots__ = ()

    @property
    def has_vector(self) -> bool:
        """Whether it, or any of its words, has a vector: by hook, from the table or the policy."""
        return has_vector(self)

    @property
    def vector(self) -> Any:
        """Its vector, (D,) float32, read-only; zeros if it has none.

        With ``Vocab(oov="spacy")`` the words of a text that have none count as zeros.
        """
        return vector_of(self)

    @vector.setter
    def vector(self, vector: Any) -> None:
        self._set_vector(vector)

    def _set_vector(self, vector: Any) -> None:
        raise AttributeError(
            f"The vector of a {type(self).__name__} cannot be set; set that of the doc, or of the "
            "word: vocab.set_vector."
        )

    @property
    def vector_norm(self) -> float:
        """Euclidean length of the vector; that of a doc may be set."""
        return norm_of(self)

    @vector_norm.setter
    def vector_norm(self, norm: float) -> None:
        self._set_norm(norm)

    def _set_norm(self, norm: float) -> None:
        raise AttributeError(f"The vector_norm of a {type(self).__name__} cannot be set.")

    def similarity(self, other: Any) -> float:
        """Cosine with the vector of a Doc, Span, Token or Lexeme, ours or spaCy's."""
        return similarity(self, other)

    @property
    def sentiment(self) -> float:
        """By the hook "sentiment", 0 without one."""
        hook = hook_of(self, "sentiment")
        return 0.0 if hook is None else float(hook(self))

    def _by_hook(self, name: str) -> Any:
        """What only a hook can say.

        :raises ValueError: There is none.
        """
        hook = hook_of(self, name)
        if hook is None:
            raise ValueError(
                f"Nothing says what {name!r} is. Set doc.{hooks_name(self)}[{name!r}]."
            )
        return hook(self)
