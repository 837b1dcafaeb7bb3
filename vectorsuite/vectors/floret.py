"""floret: a word's vector is the mean of table rows that its character n-grams hash to.

Each word is padded, and the padded word and each of its n-grams give up to four rows, the parts of
their MurmurHash3_x64_128 modulo the number of rows. Boyd & Warmerdam (2022), "floret: lightweight,
robust word vectors", https://explosion.ai/blog/floret-vectors; n-grams: Bojanowski et al. (2017).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels import _core
from vectorsuite.kernels.device import is_host, ops_of
from vectorsuite.packed import PackedStrings


@dataclass(frozen=True)
class FloretSettings:
    """How words become rows.

    :param minn: Least length of an n-gram, in characters.
    :param maxn: Greatest length.
    :param hash_count: Rows per n-gram, 1 to 4.
    :param hash_seed: Seed of the hash, uint32.
    :param bow: Text put before each word.
    :param eow: Text put after it.
    :param lone_boundaries: Whether n-grams of one character include the first and the last one of
        the padded word, usually "<" and ">". True as in spaCy, False as in the program floret;
        they differ only for ``minn < 2``.
    """

    minn: int = 0
    maxn: int = 0
    hash_count: int = 1
    hash_seed: int = 0
    bow: str = "<"
    eow: str = ">"
    lone_boundaries: bool = True

    def check(self) -> None:
        """:raises ValueError: A setting is out of its range."""
        if not 0 <= self.minn <= self.maxn:
            raise ValueError(
                f"floret: n-grams of {self.minn} to {self.maxn} characters; 0 <= minn <= maxn is "
                "needed."
            )
        if not 1 <= self.hash_count <= 4:
            raise ValueError(f"floret: hash_count must be 1, 2, 3 or 4, not {self.hash_count}.")
        if not 0 <= self.hash_seed < 1 << 32:
            raise ValueError(f"floret: hash_seed {self.hash_seed} does not fit 32 bits.")

    def get_ngrams(self, word: str) -> list[str]:
        """The padded word, then its n-grams, shortest first; readable twin of the compiled loop."""
        padded = self.bow + word + self.eow
        ngrams = [padded]
        for n in range(self.minn, self.maxn + 1):
            for start in range(len(padded) - n + 1):
                lone = n == 1 and start in (0, len(padded) - 1)
                if self.lone_boundaries or not (lone or n == 0):
                    ngrams.append(padded[start : start + n])
        return ngrams

    def get_hashes(self, ngram: str) -> list[int]:
        """The `hash_count` hashes of an n-gram; modulo the number of rows they are rows."""
        hashes: list[int] = _core.ngram_hashes(ngram.encode("utf8"), self.hash_seed)
        return hashes[: self.hash_count]

    @cached_property
    def _compiled(self) -> Any:
        return _core.FloretSettings(**asdict(self))

    def get_rows(
        self, words: PackedStrings, n_rows: int
    ) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Rows of each word in a table of `n_rows`; none for an empty word.

        :returns: All rows end to end, (M,) int32, and where each word's begin, (n + 1,) int64.
        """
        rows, offsets = _core.floret_rows(words.data, words.offsets, n_rows, self._compiled)
        return rows, offsets

    def get_vectors(self, words: PackedStrings, table: Any) -> Any:
        """Vectors of words, (n, D) float32 on the table's device; zeros for an empty word.

        :param table: (R, D) float.
        """
        if is_host(table):
            table = np.ascontiguousarray(table, dtype=np.float32)
            return _core.floret_vectors(table, words.data, words.offsets, self._compiled)
        rows, offsets = self.get_rows(words, len(table))
        ops = ops_of(table)
        lengths = ops.asarray(np.diff(offsets).astype(np.int32))
        return ops.reduce_mean(table[ops.asarray(rows)].astype("float32"), lengths)

    def to_config(self) -> dict[str, Any]:
        """The settings under spaCy's names; ours only where it differs from spaCy's behaviour."""
        config = asdict(self)
        if self.lone_boundaries:
            del config["lone_boundaries"]
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> FloretSettings:
        """The settings that `to_config` or spaCy wrote; other keys are ignored."""
        return cls(**{name: config[name] for name in asdict(cls()) if name in config})
