"""Words on the command line."""

from __future__ import annotations

import os
from typing import TypeVar

Words = TypeVar("Words", str, list[str])


def utf8_words(given: Words) -> Words:
    """Take words for UTF-8, as all files here are, whatever the locale took them for.

    :raises ValueError: They are not UTF-8.
    """
    return [_utf8(word) for word in given] if isinstance(given, list) else _utf8(given)


def _utf8(word: str) -> str:
    given = os.fsencode(word)
    try:
        return given.decode("utf8")
    except UnicodeDecodeError:
        raise ValueError(f"The word {given!r} is not UTF-8 text.") from None
