"""What is known of a word from its spelling alone, under spaCy's names and ids of attributes."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from vectorsuite.strings import SYMBOL_NAMES

# Typography that NORM evens out: the norm, then the spellings it stands for.
_NORMS = {
    "'": "’ ‘ ´ `",
    '"': "” “ „ » « '' `` ´´ ‘‘ ’’",
    "'s": "'s 'S ’s ’S",
    "-": "— – -- --- ——",
    "...": "…",
    "$": "€ £ ¥ ฿ ₺ ₹ ৳ ₩ ₣ US$ C$ A$ Mex$ E£",
    "?": "？",
    "!": "！",
    ",": "，",
    ";": "；",
    ":": "：",
    ".": "。 ।",
}
NORM_OF = {spelling: norm for norm, spellings in _NORMS.items() for spelling in spellings.split()}


def lower(word: str) -> str:
    """The word in lower case."""
    return word.lower()


def norm(word: str) -> str:
    """The word in lower case, with one form of quotes, dashes and currency signs."""
    return NORM_OF.get(word) or word.lower()


def prefix(word: str) -> str:
    """The first character."""
    return word[:1]


def suffix(word: str) -> str:
    """The last three characters."""
    return word[-3:]


def shape(word: str) -> str:
    """Kinds of characters: X upper, x other letters, d digits, the rest as it is; runs end at 4."""
    if len(word) >= 100:
        return "LONG"
    kinds: list[str] = []
    for char in word:
        if char.isalpha():
            kind = "X" if char.isupper() else "x"
        else:
            kind = "d" if char.isdigit() else char
        if kinds[-4:] != [kind] * 4:
            kinds.append(kind)
    return "".join(kinds)


def is_punct(word: str) -> bool:
    """Whether every character is punctuation."""
    return all(unicodedata.category(char).startswith("P") for char in word)


STRING_ATTRIBUTES: dict[str, Callable[[str], str]] = {
    "LOWER": lower,
    "NORM": norm,
    "SHAPE": shape,
    "PREFIX": prefix,
    "SUFFIX": suffix,
}
NUMBER_ATTRIBUTES: dict[str, Callable[[str], int]] = {
    "LENGTH": len,
    "IS_ALPHA": str.isalpha,
    "IS_ASCII": str.isascii,
    "IS_DIGIT": str.isdigit,
    "IS_LOWER": str.islower,
    "IS_PUNCT": is_punct,
    "IS_SPACE": str.isspace,
    "IS_TITLE": str.istitle,
    "IS_UPPER": str.isupper,
}
NAMES = ["ORTH", *STRING_ATTRIBUTES, *NUMBER_ATTRIBUTES, "SPACY"]


def attribute_name(attribute: str | int) -> str:
    """Name of an attribute by its name in any case, or by its id in spaCy.

    :raises ValueError: There is no such attribute here; lists those there are.
    """
    if isinstance(attribute, str):
        name = {"TEXT": "ORTH"}.get(attribute.upper(), attribute.upper())
    else:
        number = int(attribute)
        name = SYMBOL_NAMES[number] if 0 <= number < len(SYMBOL_NAMES) else str(number)
    if name not in NAMES:
        raise ValueError(f"There is no attribute {name!r}. There are: {', '.join(NAMES)}.")
    return name
