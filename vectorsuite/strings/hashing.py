"""Keys of strings: spaCy's 64-bit hashes, with the reserved symbols first."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels import _core
from vectorsuite.packed import PackedStrings
from vectorsuite.strings.symbols import SYMBOL_IDS, SYMBOL_NAMES

_MAX_KEY = (1 << 64) - 1
_ENOUGH_TO_PACK = 32  # strings; fewer are hashed sooner one by one


def hash_string(string: str) -> int:
    """MurmurHash64A with seed 1 of the UTF-8 bytes: what spaCy's ``hash_string`` gives.

    Reserved symbols are hashed like any other string here; `string_key` knows them.
    """
    return _core.hash_string(string)


def string_key(string: str | bytes) -> int:
    """The key of a string: its number if it is a reserved symbol, else its hash; 0 if empty.

    Bytes are hashed whatever they spell, as in spaCy.
    """
    if isinstance(string, bytes):
        return _core.hash_utf8(string)
    symbol = SYMBOL_IDS.get(string)
    return _core.hash_string(string) if symbol is None else symbol


def as_key(key: Any) -> int:
    """The key that a string or an integer stands for.

    :raises TypeError: It is neither.
    :raises KeyError: It is an integer that no unsigned 64-bit key can be.
    """
    if isinstance(key, (str, bytes)):
        return string_key(key)
    try:
        number = key.__index__()
    except AttributeError:
        raise TypeError(
            f"A key is a string or its 64-bit hash, not {key!r} of type {type(key).__name__}."
        ) from None
    if not 0 <= number <= _MAX_KEY:
        raise KeyError(f"Key {number} is not an unsigned 64-bit number.")
    return number


@cache
def _symbol_index() -> Any:
    """Hash of a reserved symbol's name → its number, as a compiled key index."""
    names = PackedStrings.pack(SYMBOL_NAMES[1:])
    index = _core.KeyIndex()
    index.set_many(
        _core.hash_strings(names.data, names.offsets),
        np.arange(1, len(SYMBOL_NAMES), dtype=np.int32),
    )
    return index


def string_keys(strings: PackedStrings | Iterable[str]) -> NDArray[np.uint64]:
    """Keys of many strings at once.

    :returns: (n,) uint64.
    """
    if isinstance(strings, list) and len(strings) < _ENOUGH_TO_PACK:
        return np.array([string_key(string) for string in strings], dtype=np.uint64)
    packed = strings if isinstance(strings, PackedStrings) else PackedStrings.pack(strings)
    keys: NDArray[np.uint64] = _core.hash_strings(packed.data, packed.offsets)
    symbols = _symbol_index().find(keys)
    reserved = np.flatnonzero(symbols >= 0)
    keys[reserved] = symbols[reserved]
    return keys
