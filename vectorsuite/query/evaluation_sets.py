"""Readers of test sets: analogy questions, and pairs of words that people have judged.

Analogies, as word2vec's ``questions-words.txt``: a line ``: NAME`` begins a section, every other
line is a question of four words, the first to the second as the third to the fourth.
Pairs, as ``wordsim353.tsv``: word, word, score, with a delimiter between; ``#`` begins a comment.
"""

from __future__ import annotations

import logging
import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

logger = logging.getLogger(__name__)

Question = tuple[str, str, str, str]
Pair = tuple[str, str, float]


class Section(NamedTuple):
    """A named group of analogy questions."""

    name: str
    questions: list[Question]

    @property
    def is_syntactic(self) -> bool:
        """Whether the questions are of grammar: word2vec begins the names of such sections so."""
        return self.name.startswith("gram")


def _numbered_lines(path: str | os.PathLike[str], encoding: str) -> Iterator[tuple[int, str]]:
    """Lines with their numbers, from 1, without a byte order mark."""
    marked = encoding.lower().replace("-", "") == "utf8"
    try:
        with Path(path).open(encoding="utf-8-sig" if marked else encoding) as lines:
            yield from enumerate(lines, start=1)
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not {encoding} text: {error.reason}.") from None


def read_analogies(path: str | os.PathLike[str]) -> list[Section]:
    """Read a file of analogy questions. Lines that do not hold four words are skipped and logged.

    :raises ValueError: If a question comes before the first section, or there is no question, or
        the file is no text.
    """
    sections: list[Section] = []
    for number, line in _numbered_lines(path, "utf8"):
        if line.startswith(":"):
            sections.append(Section(line.lstrip(": ").strip(), []))
            continue
        words = line.split()
        if not words:
            continue
        if not sections:
            raise ValueError(f"{path}, line {number}: a question before the first ': SECTION'.")
        if len(words) != 4:
            logger.info("%s, line %d skipped: not four words.", path, number)
            continue
        sections[-1].questions.append((words[0], words[1], words[2], words[3]))
    if not any(section.questions for section in sections):
        raise ValueError(f"{path} holds no question: four words a line, after a line ': SECTION'.")
    return sections


def read_pairs(
    path: str | os.PathLike[str], delimiter: str = "\t", encoding: str = "utf8"
) -> list[Pair]:
    """Read a file of judged pairs. Lines that do not hold two words and a number are skipped.

    :raises ValueError: If there is no such line, or the file is no text.
    """
    pairs: list[Pair] = []
    for number, line in _numbered_lines(path, encoding):
        if line.startswith("#") or not line.strip():
            continue
        try:
            first, second, score = line.rstrip("\r\n").split(delimiter)
            if not math.isfinite(float(score)):
                raise ValueError("The score is not finite.")
            pairs.append((first, second, float(score)))
        except ValueError:
            logger.info("%s, line %d skipped: not two words and a number.", path, number)
    if not pairs:
        raise ValueError(
            f"{path} holds no pair: two words and a number a line, with {delimiter!r} between."
        )
    return pairs
