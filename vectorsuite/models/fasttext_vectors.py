"""Vectors of words by their n-grams, for words known or not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.packed import PackedStrings
from vectorsuite.query import KeyedVectors
from vectorsuite.query.word_table import unit
from vectorsuite.vectors.bucket_rows import BucketRows
from vectorsuite.vectors.ngrams import NGrams


class FastTextKeyedVectors(KeyedVectors):
    """Word vectors with those of n-grams, so that every word has one (Bojanowski et al., 2017).

    ``vectors`` (V, D) are those of known words: the means of their own row in ``vectors_vocab``,
    (V, D), and the rows of their n-grams in ``vectors_ngrams``, (bucket, D).

    :param min_n: Least length of n-grams in characters ...
    :param max_n: ... and greatest; 0: none.
    :param bucket: Rows that n-grams share, by fastText's hash.
    """

    #: Vectors of n-grams; those of buckets that no known word uses are zero.
    bucket_rows: BucketRows

    def __init__(
        self,
        vector_size: int,
        min_n: int = 3,
        max_n: int = 6,
        bucket: int = 2_000_000,
        count: int = 0,
        dtype: Any = np.float32,
    ) -> None:
        self._composed = True
        super().__init__(vector_size, count, dtype)
        self.ngrams = NGrams(min_n, max_n, bucket if max_n else 0)
        self.vectors_vocab = np.zeros((count, vector_size), dtype=np.float32)
        self.bucket_rows = BucketRows.unused(self.bucket, vector_size)

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

    @property
    def vectors_ngrams(self) -> NDArray[np.float32]:
        """Vectors of all buckets, (bucket, D) float32.

        Memory for all of them is taken when it is first asked for.
        """
        self.bucket_rows = self.bucket_rows.whole()
        return self.bucket_rows.vectors

    @vectors_ngrams.setter
    def vectors_ngrams(self, vectors: Any) -> None:
        vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        self.bucket_rows = BucketRows(self.bucket, self.vector_size, None, vectors)

    @property
    def vectors(self) -> NDArray[Any]:
        """Vectors of known words, (V, D) float32, with their n-grams."""
        if not self._composed:
            self.adjust_vectors()
        return super().vectors

    @vectors.setter
    def vectors(self, vectors: NDArray[Any]) -> None:
        self._composed = True
        KeyedVectors.vectors.__set__(self, vectors)  # type: ignore[attr-defined]

    @property
    def stored(self) -> Any:
        """Those vectors where queries read them."""
        if not self._composed:
            self.adjust_vectors()
        return super().stored

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
        return self.bucket_rows.means(*self.ngrams.get_rows(self._packed(words)))

    def get_sentence_vector(self, sentence: Sequence[Any]) -> NDArray[Any]:
        """Mean of the unit vectors of words, (D,); words unknown come from their n-grams."""
        return self.get_mean_vector(sentence)

    def adjust_vectors(self) -> None:
        """Work out ``vectors`` anew from ``vectors_vocab`` and ``vectors_ngrams``."""
        if not self.bucket:
            self.vectors = np.array(self.vectors_vocab)
            return
        buckets, offsets = self.ngrams.get_rows(self._packed(self.index_to_key))
        n = np.diff(offsets).astype(np.float32)[:, None]
        vectors = self.bucket_rows.means(buckets, offsets)
        vectors *= n
        vectors += self.vectors_vocab
        vectors /= n + 1
        self.vectors = vectors

    def parts_changed(self) -> None:
        """Note that rows of words or n-grams changed: ``vectors`` follow when next asked for."""
        self._composed = False

    @staticmethod
    def _packed(words: Sequence[Any]) -> PackedStrings:
        return PackedStrings.pack(str(word) for word in words)
