"""Vectors of words by their n-grams, for words known or not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.packed import PackedStrings
from vectorsuite.query import KeyedVectors
from vectorsuite.vectors.bucket_rows import BucketRows
from vectorsuite.vectors.ngram_vectors import NGramVectors
from vectorsuite.vectors.ngrams import NGrams
from vectorsuite.vectors.table import Vectors


class FastTextKeyedVectors(KeyedVectors):
    """Word vectors with those of n-grams, so that every word has one (Bojanowski et al., 2017).

    ``vectors`` (V, D) are those of known words: the means of their own row in ``vectors_vocab``,
    (V, D), and the rows of their n-grams in ``vectors_ngrams``, (bucket, D).

    :param min_n: Least length of n-grams in characters ...
    :param max_n: ... and greatest; 0: none.
    :param bucket: Rows that n-grams share, by fastText's hash.
    """

    compatible_hash = True  # gensim's: the hash is that of fastText

    #: Vectors of n-grams; those of buckets that no known word uses are zero.
    bucket_rows: BucketRows
    _vectors_vocab: NDArray[np.float32]

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
        #: Factors on what training adds to rows of buckets: one for all, or (bucket,).
        self.vectors_ngrams_lockf = np.ones(1, dtype=np.float32)

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
    def vectors_vocab(self) -> NDArray[np.float32]:
        """Rows of known words without their n-grams, (V, D) float32.

        A word that was given a vector has the row that makes that up with its n-grams.
        """
        known = self._vectors_vocab
        if self._composed and len(known) < len(self):
            added = self.vectors[len(known) :]
            keys = self.index_to_key[len(known) : len(known) + len(added)]
            own = self.bucket_rows.own_parts(added, *self.ngrams.get_rows(self._packed(keys)))
            self._vectors_vocab = np.concatenate([known, own], dtype=np.float32)
        return self._vectors_vocab

    @vectors_vocab.setter
    def vectors_vocab(self, vectors: NDArray[np.float32]) -> None:
        self._vectors_vocab = vectors

    @property
    def vectors_ngrams(self) -> NDArray[np.float32]:
        """Vectors of all buckets, (bucket, D) float32.

        Memory for all of them is taken when it is first asked for.
        """
        whole = self.bucket_rows.whole()
        if whole.counts_unused:
            self.bucket_rows = whole
        return whole.vectors

    @vectors_ngrams.setter
    def vectors_ngrams(self, vectors: Any) -> None:
        vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        self.bucket_rows = BucketRows(self.bucket, self.vector_size, None, vectors)

    @property
    def vectors_vocab_lockf(self) -> NDArray[np.float32]:
        """Factors on what training adds to rows of words, (V,); gensim's name of vectors_lockf."""
        return self.vectors_lockf

    @vectors_vocab_lockf.setter
    def vectors_vocab_lockf(self, factors: Any) -> None:
        self.vectors_lockf = factors

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

    def _host_row(self, row: int) -> NDArray[Any]:
        if not self._composed:
            self.adjust_vectors()
        return super()._host_row(row)

    def _write_rows(self, rows: Any, vectors: Any) -> None:
        """Write vectors of words; those that have rows of their own keep what makes them up."""
        super()._write_rows(rows, vectors)
        rows = np.atleast_1d(rows)
        rows = rows[rows < len(self._vectors_vocab)]  # those of added words follow when asked for
        if not len(rows):
            return
        if not self._vectors_vocab.flags.writeable:
            self._vectors_vocab = np.array(self._vectors_vocab)
        buckets, offsets = self.ngrams.get_rows(self._packed([self.index_to_key[r] for r in rows]))
        self._vectors_vocab[rows] = self.bucket_rows.own_parts(self.vectors[rows], buckets, offsets)

    def _vector_without_row(self, key: Any) -> NDArray[Any]:
        """The vector, (D,), of an unknown word by its n-grams.

        :raises KeyError: There are no n-grams.
        """
        if not self.bucket or self.has_index_for(key):
            return super()._vector_without_row(key)
        return self.get_ngram_vectors([key])[0]

    def get_ngram_vectors(self, words: Sequence[Any]) -> NDArray[np.float32]:
        """Mean of the rows of each word's n-grams alone, (n, D); zeros where it has none."""
        return self.bucket_rows.means(*self.ngrams.get_rows(self._packed(words)))

    @classmethod
    def from_table(cls, table: Vectors, words: Any = None) -> FastTextKeyedVectors:
        """Words over a table that was made from such vectors, which is shared, not copied.

        :raises ValueError: The table has no vectors of n-grams.
        """
        policy = table.oov
        if not isinstance(policy, NGramVectors):
            raise ValueError("The table has no vectors of n-grams; open it with KeyedVectors.")
        ngrams = policy.ngrams
        made = cls(table.shape[1], ngrams.minn, ngrams.maxn, ngrams.bucket)
        made._adopt(table)
        made.expandos = dict(table.row_attrs)
        made.bucket_rows = policy.rows
        buckets, offsets = ngrams.get_rows(made._packed(made.index_to_key))
        made.vectors_vocab = policy.rows.own_parts(made.vectors, buckets, offsets)
        return made

    def _as_table(self) -> Vectors:
        """The ``Vectors`` of these words, which gives other words vectors by their n-grams."""
        if not self._composed:
            self.adjust_vectors()
        table = super()._as_table()
        if self.bucket:
            table.oov = NGramVectors(self.ngrams, self.bucket_rows)
        return table

    def get_sentence_vector(self, sentence: Sequence[Any]) -> NDArray[Any]:
        """Mean of the unit vectors of words, (D,); words unknown come from their n-grams."""
        return self.get_mean_vector(sentence)

    def adjust_vectors(self) -> None:
        """Work out ``vectors`` anew from ``vectors_vocab`` and ``vectors_ngrams``."""
        if not self.bucket:
            self.vectors = np.array(self.vectors_vocab)
            return
        buckets, offsets = self.ngrams.get_rows(self._packed(self.index_to_key))
        self.vectors = self.bucket_rows.means(buckets, offsets, self.vectors_vocab)

    def parts_changed(self) -> None:
        """Note that rows of words or n-grams changed: ``vectors`` follow when next asked for."""
        self._composed = False
        self.changed()

    def _empty_like(self, count: int) -> Any:
        return KeyedVectors(self.vector_size, dtype=self.vectors.dtype)  # of whole words

    @staticmethod
    def _packed(words: Sequence[Any]) -> PackedStrings:
        return PackedStrings.pack(str(word) for word in words)
