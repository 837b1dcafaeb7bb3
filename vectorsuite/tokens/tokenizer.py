"""Split running text into words, punctuation and white space, for any language with spaces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from vectorsuite.tokens.doc import Doc

if TYPE_CHECKING:
    from vectorsuite.tokens.vocab import Vocab

# Everything but white space and these is part of a word, so letters, digits and marks of all
# scripts are. ASCII, Latin-1, general and CJK punctuation, currency, symbols, emoji, full width.
_SYMBOL = (
    r"!-/:-@\[-`{-~\u00a1-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7\u055a-\u055f"
    r"\u0589\u05be\u05c0\u05c3\u060c\u061b\u061f\u066a-\u066d\u06d4\u0964\u0965\u2010-\u205e"
    r"\u20a0-\u20cf\u2190-\u2bff\u3001-\u3004\u3008-\u3020\u3030\u30fb\ufe30-\ufe4f"
    r"\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\U0001f000-\U0001faff"
)
_WORD = rf"[^\s{_SYMBOL}]"
_TOKEN = re.compile(
    rf"""
      (?:https?://|www\.)\S*[\w/]            # addresses
    | [\w.+-]+@[\w-]+(?:\.[\w-]+)+
    | (?:[^\W\d_]\.){{2,}}                   # U.S., e.g.
    | \d+(?:[.,:/]\d+)+                      # 1,000.50 12:30
    | ['’][sS](?!{_WORD})                    # the clitic of king's
    | {_WORD}+(?:(?!['’][sS](?!{_WORD}))['’._]{_WORD}+)*
    | \.{{2,}} | -{{2,}}
    | [{_SYMBOL}]
    | \s+
    """,
    re.VERBOSE,
)


class Tokenizer:
    """Make docs of texts; ``doc.text_with_ws`` gives the text back.

    A space after a token belongs to it; other white space is a token of its own, as in spaCy.

    :param vocab: Vocab of the docs.
    """

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """Split one text."""
        words, spaces = split(text)
        return Doc(self.vocab, words=words, spaces=spaces)

    def pipe(self, texts: Iterable[str]) -> Iterator[Doc]:
        """Split many texts, one after the other."""
        return (self(text) for text in texts)


def split(text: str) -> tuple[list[str], list[bool]]:
    """The tokens of a text, and whether a space follows each."""
    words: list[str] = []
    spaces: list[bool] = []
    for match in _TOKEN.finditer(text):
        token = match.group()
        if token.isspace():
            if words and token[0] == " ":
                spaces[-1], token = True, token[1:]
            if not token:
                continue
            if len(token) > 1 and token[-1] == " ":
                words.append(token[:-1])
                spaces.append(True)
                continue
        words.append(token)
        spaces.append(False)
    return words, spaces
