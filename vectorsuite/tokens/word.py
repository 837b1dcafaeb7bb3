"""The attributes that Token and Lexeme share: as a key, and with an underscore as a string."""

from __future__ import annotations

from typing import Any


def _key(name: str) -> property:
    def get(self: Any) -> int:
        return int(self.vocab.lexemes.column(name)[self.number])

    return property(get, doc=f"Key of the word's {name}.")


def _string(name: str) -> property:
    def get(self: Any) -> str:
        return str(self.vocab.strings[int(self.vocab.lexemes.column(name)[self.number])])

    def set_(self: Any, value: str) -> None:
        self.vocab.lexemes.set(name, self.number, self.vocab.strings.add(value))

    return property(get, set_, doc=f"The word's {name}. Setting it changes the word everywhere.")


def _flag(name: str) -> property:
    def get(self: Any) -> bool:
        return bool(self.vocab.lexemes.column(name)[self.number])

    return property(get, doc=f"Whether the word is {name.removeprefix('IS_').lower()}.")


class WordAttributes:
    """Attributes of one word; needs ``vocab``, ``orth`` and ``number``, its place in the table."""

    __slots__ = ()
    vocab: Any
    orth: int
    number: int

    lower, lower_ = _key("LOWER"), _string("LOWER")
    norm, norm_ = _key("NORM"), _string("NORM")
    shape, shape_ = _key("SHAPE"), _string("SHAPE")
    prefix, prefix_ = _key("PREFIX"), _string("PREFIX")
    suffix, suffix_ = _key("SUFFIX"), _string("SUFFIX")
    is_alpha, is_ascii = _flag("IS_ALPHA"), _flag("IS_ASCII")
    is_digit, is_lower = _flag("IS_DIGIT"), _flag("IS_LOWER")
    is_punct, is_space = _flag("IS_PUNCT"), _flag("IS_SPACE")
    is_title, is_upper = _flag("IS_TITLE"), _flag("IS_UPPER")

    @property
    def orth_(self) -> str:
        """The word."""
        return str(self.vocab.strings[self.orth])

    @property
    def text(self) -> str:
        """The word."""
        return self.orth_

    @property
    def is_oov(self) -> bool:
        """Whether the table has no vector for the word, whatever a policy says."""
        return not self.vocab.in_table(self.orth)
