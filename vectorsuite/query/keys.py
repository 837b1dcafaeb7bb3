"""Keys of any type: which things are keys, and the texts that stand for them where text is needed.

A corpus may have any hashable objects for tokens: item numbers, (user, item) pairs. Tables and
files hold text alone, so a key that is not a string goes there as JSON, a tuple as a list. Of
integers and of tuples of strings, numbers and None that brings back the very same key.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.strings import string_keys

Key = Any  # a word, or any other hashable a corpus has for tokens; ints also mean rows
KEY_TYPES = (str, int, np.integer)
#: Sets the random vectors of 1 and "1" apart.
OTHER_TYPES = np.uint64(0x6F746865726B6579)


def is_key(thing: Any, index: Mapping[Key, int]) -> bool:
    """Whether a thing is one key, not several or a vector: a string, an int, or one of the table's.

    :param index: Row of each key of the table.
    """
    if isinstance(thing, KEY_TYPES):
        return True
    try:
        return thing in index
    except TypeError:  # cannot be hashed
        return False


def text_of(key: Key) -> str:
    """The text that stands for a key: itself, or JSON; `key_of` brings it back.

    :raises TypeError: The key is neither a string, nor a whole number, nor a tuple of strings,
        numbers and None.
    """
    if isinstance(key, str):
        return key
    if isinstance(key, (int, np.integer, tuple)):
        try:
            return json.dumps(key, ensure_ascii=False, allow_nan=False, default=_python_number)
        except (TypeError, ValueError):
            pass
    raise TypeError(
        f"The key {key!r} cannot be saved: it is neither a string, nor a whole number, nor a "
        f"tuple of strings and numbers. Use str(token) for tokens."
    )


def key_of(text: str) -> Key:
    """The key that is not a string of a text that `text_of` gave.

    :raises ValueError: It is no such text.
    """
    key = _tuples(json.loads(text))
    if not isinstance(key, (int, tuple)):
        raise ValueError(f"{text!r} stands for no key.")
    return key


def texts_of(keys: Iterable[Key]) -> list[str]:
    """Texts of keys that a table may have beside each other.

    :raises ValueError: Two keys have the same text, such as 1 and "1".
    """
    keys = list(keys)
    texts = [key if isinstance(key, str) else _any_text(key) for key in keys]
    if len(set(texts)) < len(texts):
        first: dict[str, Key] = {}
        for key, text in zip(keys, texts, strict=True):
            if text in first:
                raise ValueError(
                    f"The keys {first[text]!r} and {key!r} have the same text, {text!r}, by which "
                    "tables and files know them. Use tokens of one type."
                )
            first[text] = key
    return texts


def start_keys(keys: Iterable[Key]) -> NDArray[np.uint64]:
    """A hash of each key, (n,) uint64, that stays the same between launches and differs by type."""
    keys = list(keys)
    hashes = string_keys([key if isinstance(key, str) else _any_text(key) for key in keys])
    others = np.array([not isinstance(key, str) for key in keys], dtype=bool)
    hashes[others] ^= OTHER_TYPES
    return hashes


def _any_text(key: Key) -> str:
    try:
        return text_of(key)
    except TypeError:
        return str(key)


def _python_number(value: Any) -> Any:
    if isinstance(value, (np.integer, np.floating)):
        return value.item()
    raise TypeError(f"{value!r} is no number.")


def _tuples(value: Any) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value
