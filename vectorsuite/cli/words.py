"""Words on the command line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeVar

import typer

Words = TypeVar("Words", str, list[str])

WORDS = typer.Option(
    None, "--words", help="File of the words to find, one a line, for a .floret file: it has none."
)


def utf8_words(given: Words) -> Words:
    """Take words for UTF-8, as all files here are, whatever the locale took them for.

    :raises ValueError: They are not UTF-8.
    """
    return [_utf8(word) for word in given] if isinstance(given, list) else _utf8(given)


def read_words(path: Path) -> list[str]:
    """The words of a file, one a line.

    :raises ValueError: It has none, or is not UTF-8.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}, byte {error.start}: this is not UTF-8 text.") from None
    words = [line.strip() for line in lines if line.strip()]
    if not words:
        raise ValueError(f"{path} has no words; one a line was expected.")
    return words


def _utf8(word: str) -> str:
    given = os.fsencode(word)
    try:
        return given.decode("utf8")
    except UnicodeDecodeError:
        raise ValueError(f"The word {given!r} is not UTF-8 text.") from None
