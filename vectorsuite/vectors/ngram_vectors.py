"""Vectors of words that a table lacks, from vectors of their n-grams."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.io.checked_file import read_checked, write_checked
from vectorsuite.packed import PackedStrings
from vectorsuite.vectors.bucket_rows import BucketRows
from vectorsuite.vectors.ngrams import NGrams
from vectorsuite.vectors.oov import Answer, Policy

KIND = "n-gram vectors"
VERSION = 1


class NGramVectors(Policy):
    """The mean of the vectors of a word's n-grams (Bojanowski et al., 2017, TACL).

    :param ngrams: Which buckets a word's n-grams hash to.
    :param rows: Their vectors.
    :param facts: What is known of them, plain JSON, such as what ``fit_ngrams`` measured.
    """

    def __init__(
        self, ngrams: NGrams, rows: BucketRows, facts: Mapping[str, Any] | None = None
    ) -> None:
        self.ngrams = ngrams
        self.rows = rows
        self.facts = dict(facts or {})

    def __call__(self, words: list[str], table: Any) -> Answer:
        if self.rows.width != table.shape[1]:
            raise ValueError(
                f"Vectors of n-grams have width {self.rows.width}; the table has {table.shape[1]}."
            )
        buckets, offsets = self.ngrams.get_rows(PackedStrings.pack(words))
        return self.rows.means(buckets, offsets), self.rows.count(buckets, offsets) > 0

    def get_vectors(self, words: Sequence[Any]) -> NDArray[np.float32]:
        """Mean vector of each word's n-grams, (n, D) float32; zeros where it has none."""
        packed = PackedStrings.pack(str(word) for word in words)
        return self.rows.means(*self.ngrams.get_rows(packed))

    def to_disk(self, path: Path) -> None:
        """Write a file that :meth:`from_disk` opens."""
        write_checked(path, KIND, VERSION, *self.to_state())

    @classmethod
    def from_disk(cls, path: Path, *, mmap: bool = True) -> NGramVectors:
        """Open what :meth:`to_disk` wrote.

        :param mmap: Map the vectors instead of reading them.
        :raises ValueError: It is something else, or damaged.
        """
        state, arrays = read_checked(path, KIND, VERSION, verify=not mmap)
        if not mmap:
            arrays["vectors"] = np.array(arrays["vectors"])
        try:
            return cls.from_state(state, arrays)
        except (IndexError, KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{path} is damaged: {error}.") from error

    def to_state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """All that there is to save, as JSON and as arrays."""
        used = np.flatnonzero(self.rows.vectors.any(axis=1))
        state: dict[str, Any] = {
            "minn": self.ngrams.minn, "maxn": self.ngrams.maxn, "bucket": self.ngrams.bucket,
            "counts_unused": self.rows.counts_unused, "facts": self.facts,
        }  # fmt: skip
        if not self.rows.counts_unused:
            used = np.arange(len(self.rows.vectors))
        arrays: dict[str, NDArray[Any]] = {
            "buckets": self.rows.buckets[used],
            "vectors": self.rows.vectors[used],
        }
        return state, arrays

    @classmethod
    def from_state(
        cls, state: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]
    ) -> NGramVectors:
        """The vectors that :meth:`to_state` took apart.

        :raises IndexError, KeyError, TypeError, ValueError: Something is missing or does not fit.
        """
        ngrams = NGrams(state["minn"], state["maxn"], state["bucket"])
        buckets, vectors = arrays["buckets"], arrays["vectors"]
        if len(buckets) and not 0 <= buckets.min() <= buckets.max() < ngrams.bucket:
            raise ValueError(f"a bucket is not below {ngrams.bucket}")
        rows = BucketRows(ngrams.bucket, vectors.shape[1], buckets, vectors, state["counts_unused"])
        return cls(ngrams, rows, state.get("facts"))
