"""Attributes of all words of a vocab, one array per attribute, filled when one is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.tokens.attributes import NUMBER_ATTRIBUTES, STRING_ATTRIBUTES


class LexemeTable:
    """Words in order of their first use; a word's number is its place in every column.

    :param strings: Store of the words; derived strings, such as lower-case forms, are added.
    :param getters: Functions from a word to an attribute that replace the usual ones, by name.
    """

    def __init__(self, strings: Any, getters: dict[str, Callable[[str], Any]]) -> None:
        self.strings = strings
        self.getters = getters
        self._number: dict[int, int] = {}
        self._orths: list[int] = []
        self._columns: dict[str, NDArray[np.uint64]] = {}
        self._set: dict[str, dict[int, int]] = {}

    def __len__(self) -> int:
        return len(self._orths)

    def __iter__(self) -> Iterator[int]:
        """Keys of the words."""
        return iter(list(self._orths))

    def __contains__(self, orth: int) -> bool:
        return orth in self._number

    def number(self, orth: int) -> int:
        """Number of a word by its key; a new one gets the next."""
        number = self._number.get(orth)
        if number is None:
            number = self._number[orth] = len(self._orths)
            self._orths.append(orth)
        return number

    def numbers(self, orths: list[int]) -> NDArray[np.int32]:
        """Numbers of words by their keys, (N,) int32."""
        known = self._number
        try:
            return np.array([known[orth] for orth in orths], dtype=np.int32)
        except KeyError:
            return np.array([self.number(orth) for orth in orths], dtype=np.int32)

    def column(self, name: str) -> NDArray[np.uint64]:
        """An attribute of every word, (n,) uint64; keys of strings, or numbers."""
        column = self._columns.get(name)
        if column is None or len(column) < len(self._orths):
            column = self._columns[name] = self._extend(name, column)
        return column

    def set(self, name: str, number: int, value: int) -> None:
        """Replace an attribute of one word.

        :param name: Of the attribute: "NORM".
        :param number: Of the word.
        :param value: A key of a string, or a number.
        """
        self._set.setdefault(name, {})[number] = value
        if name in self._columns and number < len(self._columns[name]):
            self._columns[name][number] = value

    def forget_attributes(self) -> None:
        """Work attributes out anew; words keep their numbers, by which docs know them."""
        self._columns, self._set = {}, {}

    def cut(self, n: int) -> None:
        """Forget all words but the first n."""
        for orth in self._orths[n:]:
            del self._number[orth]
        del self._orths[n:]
        self._columns = {name: column[:n] for name, column in self._columns.items()}
        for values in self._set.values():
            for number in [number for number in values if number >= n]:
                del values[number]

    def _extend(self, name: str, column: NDArray[np.uint64] | None) -> NDArray[np.uint64]:
        start = 0 if column is None else len(column)
        orths = self._orths[start:]
        added = np.array(orths if name == "ORTH" else self._compute(name, orths), dtype=np.uint64)
        for number, value in self._set.get(name, {}).items():
            if number >= start:
                added[number - start] = value
        return added if column is None else np.concatenate([column, added])

    def _compute(self, name: str, orths: list[int]) -> list[int]:
        words = [self.strings[orth] for orth in orths]
        getter = self.getters.get(name)
        if name in NUMBER_ATTRIBUTES:
            return [int((getter or NUMBER_ATTRIBUTES[name])(word)) for word in words]
        derive = getter or STRING_ATTRIBUTES[name]
        return [self.strings.add(derive(word)) if word else 0 for word in words]
