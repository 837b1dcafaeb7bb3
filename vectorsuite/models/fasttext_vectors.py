"""Vectors of words by their n-grams, for words known or not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels import _core
from vectorsuite.packed import PackedStrings
from vectorsuite.query import KeyedVectors
from vectorsuite.query.word_table import unit
from vectorsuite.training.subwords import NGrams


class FastTextKeyedVectors(KeyedVectors):
    """Word vectors with those of n-grams, so that every word has one (Bojanowski et al., 2017).

    ``vectors`` (V, D) are those of known words: the means of their own row in ``vectors_vocab``,
    (V, D), and the rows of their n-grams in ``vectors_ngrams``, (bucket, D).

    :param min_n: Least length of n-grams in characters ...
    :param max_n: ... and greatest; 0: none.
    :param bucket: Rows that n-grams share, by fastText's hash.
    """

    def __init__(
        self,
        vector_size: int,
        min_n: int = 3,
        max_n: int = 6,
        bucket: int = 2_000_000,
        count: int = 0,
        dtype: Any = np.float32,
    ) -> None:
        super().__init__(vector_size, count, dtype)
        self.ngrams = NGrams(min_n, max_n, bucket if max_n else 0)
        self.vectors_vocab = np.zeros((count, vector_size), dtype=np.float32)
        self.vectors_ngrams = np.zeros((self.bucket, vector_size), dtype=np.float32)

    @property
    def min_n(self) -> int:
        """Least length of n-grams, in characters."""
        return self.ngrams.minn

    @property
    def max_n(self) -> int:
        """Greatest length of n-grams, in characters."""
        return self.ngrams.maxn

    @property
    def bucket(self) -> int:
        """Rows that n-grams share; 0: there are no n-grams."""
        return self.ngrams.bucket

    @property
    def buckets_word(self) -> list[NDArray[np.int32]]:
        """Buckets of each known word's n-grams."""
        rows, offsets = self.ngrams.get_rows(self._packed(self.index_to_key))
        return np.split(rows, offsets[1:-1])

    def __contains__(self, key: Any) -> bool:
        return self.bucket > 0 or self.has_index_for(key)

    def get_vector(self, key: Any, norm: bool = False) -> NDArray[Any]:
        """Vector of a word, (D,), read-only; of an unknown one by its n-grams.

        :param norm: Scale it to length 1. A zero vector stays zero.
        :raises KeyError: The word is unknown and there are no n-grams.
        """
        if not self.bucket or self.has_index_for(key):
            return super().get_vector(key, norm)
        vector = self.get_ngram_vectors([key])[0]
        if norm:
            vector = unit(vector)
        vector.flags.writeable = False
        return vector

    def get_ngram_vectors(self, words: Sequence[Any]) -> NDArray[np.float32]:
        """Mean of the rows of each word's n-grams alone, (n, D); zeros where it has none."""
        packed = self._packed(words)
        out = np.zeros((len(words), self.vector_size), dtype=np.float32)
        if self.bucket:
            _core.fasttext_vectors(
                np.ascontiguousarray(packed.data), packed.offsets,
                np.full(len(words), -1, dtype=np.int64),
                np.ascontiguousarray(self.vectors_ngrams, dtype=np.float32), 0, self.bucket,
                self.min_n, self.max_n, np.zeros((0, 2), np.int32), False, out, 0,
            )  # fmt: skip
        return out

    def get_sentence_vector(self, sentence: Sequence[Any]) -> NDArray[Any]:
        """Mean of the unit vectors of words, (D,); words unknown come from their n-grams."""
        return self.get_mean_vector(sentence)

    def adjust_vectors(self) -> None:
        """Work out ``vectors`` anew from ``vectors_vocab`` and ``vectors_ngrams``."""
        if not self.bucket:
            self.vectors = np.array(self.vectors_vocab)
            return
        n = np.diff(self.ngrams.get_rows(self._packed(self.index_to_key))[1]).astype(np.float32)
        means = self.get_ngram_vectors(self.index_to_key)
        self.vectors = (self.vectors_vocab + means * n[:, None]) / (n + 1)[:, None]

    @staticmethod
    def _packed(words: Sequence[Any]) -> PackedStrings:
        return PackedStrings.pack(str(word) for word in words)
