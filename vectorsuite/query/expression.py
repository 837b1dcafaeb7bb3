"""Expressions of words, such as ``king - man + woman``."""

from __future__ import annotations

import re

_OPERATOR = re.compile(r"(?:^|(?<=\s))([+-])(?=\s|$)")
_WEIGHT = re.compile(r"(\d+(?:\.\d*)?|\.\d+)\s*\*\s*(?=\S)")


def parse_expression(text: str) -> tuple[list[tuple[str, float]], list[tuple[str, float]]]:
    """Split an expression into weighted words that are added and that are subtracted.

    Signs stand alone, with white space around them, so that words may hold signs and spaces:
    ``twenty-one - New York``. A number and ``*`` before a word give a weight: ``0.5 * king``.

    :returns: (word, weight) of added words, weights positive, and of subtracted ones, weights
        negative: the arguments `positive` and `negative` of ``KeyedVectors.most_similar``.
    :raises ValueError: If there is no word, or none where one must be.
    """
    positive: list[tuple[str, float]] = []
    negative: list[tuple[str, float]] = []
    pieces = _OPERATOR.split(text.strip())
    signs, terms = ["+", *pieces[1::2]], pieces[0::2]
    if len(terms) > 1 and not terms[0].strip():
        signs, terms = signs[1:], terms[1:]  # it began with a sign
    for sign, term in zip(signs, terms, strict=True):
        word, weight = _term(term.strip(), text)
        if sign == "+":
            positive.append((word, weight))
        else:
            negative.append((word, -weight))
    return positive, negative


def _term(term: str, text: str) -> tuple[str, float]:
    """Word and weight of one term."""
    match = _WEIGHT.match(term)
    word = term[match.end() :] if match else term
    if not word:
        raise ValueError(
            f"A word is missing in the expression {text!r}; write it like 'king - man + woman'."
        )
    return word, float(match.group(1)) if match else 1.0
