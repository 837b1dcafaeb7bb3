"""floret: a word's vector is the mean of table rows that its character n-grams hash to.

Boyd & Warmerdam (2022), "floret: lightweight, robust word vectors", after Bojanowski et al. (2017).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class FloretSettings:
    """How words become rows.

    :param minn: Least length of an n-gram, in characters.
    :param maxn: Greatest length.
    :param hash_count: Rows per n-gram, 1 to 4.
    :param hash_seed: Seed of the hash.
    :param bow: Text put before each word.
    :param eow: Text put after it.
    """

    minn: int = 0
    maxn: int = 0
    hash_count: int = 1
    hash_seed: int = 0
    bow: str = "<"
    eow: str = ">"

    def check(self) -> None:
        """:raises ValueError: A setting is out of its range."""
        if self.maxn < self.minn:
            raise ValueError(f"floret: maxn ({self.maxn}) is less than minn ({self.minn}).")
        if not 1 <= self.hash_count <= 4:
            raise ValueError(f"floret: hash_count must be 1, 2, 3 or 4, not {self.hash_count}.")

    def get_ngrams(self, word: str) -> list[str]:
        """The padded word, then its n-grams, shortest first."""
        padded = self.bow + word + self.eow
        return [padded] + [
            padded[start : start + n]
            for n in range(self.minn, self.maxn + 1)
            for start in range(len(padded) - n + 1)
        ]

    def to_config(self) -> dict[str, Any]:
        """The settings under spaCy's names."""
        return dict(vars(self))
