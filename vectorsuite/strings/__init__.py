"""Strings and their 64-bit keys: spaCy's hashes, spaCy's reserved symbols."""

from vectorsuite.strings.hashing import as_key, hash_string, string_key, string_keys
from vectorsuite.strings.store import StringStore
from vectorsuite.strings.string_table import StringTable
from vectorsuite.strings.symbols import SYMBOL_IDS, SYMBOL_NAMES

__all__ = [
    "SYMBOL_IDS",
    "SYMBOL_NAMES",
    "StringStore",
    "StringTable",
    "as_key",
    "hash_string",
    "string_key",
    "string_keys",
]
