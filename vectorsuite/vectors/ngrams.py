"""fastText's n-grams: which rows of a table of buckets each word has.

Bojanowski et al. (2017, TACL), "Enriching Word Vectors with Subword Information", section 3.2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels import _core
from vectorsuite.packed import PackedStrings

MAX_BUCKETS = 2**31 - 1


@dataclass(frozen=True)
class NGrams:
    """fastText's n-grams of "<word>", hashed by FNV-1a over signed bytes.

    :param minn: Least length in characters ...
    :param maxn: ... and greatest; 0: no n-grams.
    :param bucket: Rows that they share.
    :raises ValueError: ``minn`` is greater than ``maxn``, or there are n-grams but no buckets.
    """

    minn: int = 3
    maxn: int = 6
    bucket: int = 2_000_000

    def __post_init__(self) -> None:
        if self.minn < 0 or (self.maxn and self.minn > self.maxn):
            raise ValueError(
                f"n-grams have {self.minn} to {self.maxn} characters; the first number must not "
                "be negative nor greater than the second (0 for it: no n-grams)."
            )
        if not (0 if self.maxn == 0 else 1) <= self.bucket <= MAX_BUCKETS:
            raise ValueError(
                f"bucket is {self.bucket}; n-grams need 1 to {MAX_BUCKETS} buckets. For words "
                "without n-grams set their greatest length to 0."
            )

    def get_rows(self, words: PackedStrings) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Buckets of each word's n-grams.

        :returns: All end to end, (M,) int32, and where each word's start, (n + 1,) int64.
        """
        if not self.maxn or not self.bucket:
            return np.empty(0, np.int32), np.zeros(len(words) + 1, np.int64)
        data = np.ascontiguousarray(words.data)
        rows, starts = _core.fasttext_rows(data, words.offsets, self.bucket, self.minn, self.maxn)
        return rows, starts
