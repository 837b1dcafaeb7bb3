"""Similarity of given words: cosines, means, ranks, the odd one out."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels.device import on_host
from vectorsuite.query.attributes import Attributes
from vectorsuite.query.cosines import cosine, cosines_to_rows, scale_rows, unit
from vectorsuite.query.keys import Key, is_key

logger = logging.getLogger(__name__)


class Similarity(Attributes):
    """Measures between words that the caller names."""

    def similarity(self, w1: Key, w2: Key) -> float:
        """Cosine of two keys, in [-1, 1]; 0 if either vector is zero."""
        return cosine(self.get_vector(w1), self.get_vector(w2))

    def distance(self, w1: Key, w2: Key) -> float:
        """1 - cosine of two keys."""
        return 1 - self.similarity(w1, w2)

    def distances(
        self, word_or_vector: Key | NDArray[Any], other_words: Iterable[Key] = ()
    ) -> NDArray[Any]:
        """1 - cosine of one word or vector to other words, or to all.

        :returns: New array, (N,) of the other words, or (R,).
        :raises KeyError: If a word is unknown.
        """
        others = list(other_words) if other_words is not None else []
        vector = self._as_vector(word_or_vector)
        if not others:
            return 1 - self._cosines_to_all(vector)
        return 1 - self.cosine_similarities(vector, self[others])

    @staticmethod
    def cosine_similarities(
        vector_1: NDArray[Any], vectors_all: NDArray[Any]
    ) -> NDArray[np.floating]:
        """Cosine of one vector, (D,), and each of several, (N, D), as (N,); 0 for zero vectors."""
        lengths = np.linalg.norm(vectors_all, axis=1)
        cosines = vectors_all @ unit(vector_1) / np.where(lengths > 0, lengths, 1)
        return np.clip(cosines, -1, 1)

    def n_similarity(self, ws1: Sequence[Key], ws2: Sequence[Key]) -> float:
        """Cosine of the means of two sets of keys; unknown keys do not count.

        :raises ZeroDivisionError: If a set is empty.
        """
        if not (len(ws1) and len(ws2)):
            raise ZeroDivisionError("At least one of the two sets of words is empty.")
        return cosine(
            self.get_mean_vector(ws1, pre_normalize=False),
            self.get_mean_vector(ws2, pre_normalize=False),
        )

    def get_mean_vector(
        self,
        keys: Sequence[Key | NDArray[Any]],
        weights: Sequence[float] | NDArray[Any] | None = None,
        pre_normalize: bool = True,
        post_normalize: bool = False,
        ignore_missing: bool = True,
    ) -> NDArray[Any]:
        """Weighted mean of the vectors of keys, (D,).

        :param keys: Keys, or vectors (D,), which are taken as they are.
        :param weights: One per key, default 1. The sum is divided by the sum of their sizes.
        :param pre_normalize: Scale the vectors of keys to length 1 first.
        :param post_normalize: Scale the mean to length 1.
        :param ignore_missing: Leave unknown keys out instead of raising.
        :raises ValueError: If there are no keys, or not one weight per key, or a vector of another
            width.
        :raises KeyError: If a key is unknown and not to be ignored.
        """
        if len(keys) == 0:
            raise ValueError("Cannot compute the mean of no words: name at least one.")
        values = np.ones(len(keys)) if weights is None else np.asarray(weights, dtype=np.float64)
        if values.shape != (len(keys),):
            raise ValueError(f"{len(keys)} keys need as many weights, not {values.shape}.")
        rows = [-1 if isinstance(key, np.ndarray) else self.get_index(key, -1) for key in keys]
        if min(rows) >= 0 and len(rows) > 1:  # of one key to the same bits as get_vector
            vectors = self.get_rows(rows).astype(np.float64)
            if pre_normalize:
                scale_rows(vectors)
            total, total_weight = values @ vectors, np.abs(values).sum()
        else:
            total, total_weight = self._sum(keys, values, pre_normalize, ignore_missing)
        mean = total / total_weight if total_weight > 0 else total
        if post_normalize:
            mean = unit(mean)
        return mean.astype(self.stored.dtype)

    def _sum(
        self, keys: Sequence[Any], values: NDArray[Any], pre_normalize: bool, ignore_missing: bool
    ) -> tuple[NDArray[np.float64], float]:
        """Weighted sum of vectors, and of keys, known or not; and the sum of the weights' sizes."""
        total, total_weight = np.zeros(self.vector_size), 0.0
        for key, weight in zip(keys, values, strict=True):
            if isinstance(key, np.ndarray):
                vector = self._of_our_width(key)
            elif ignore_missing and key not in self:
                continue
            else:
                vector = self.get_vector(key, norm=pre_normalize)
            total += weight * vector
            total_weight += abs(weight)
        return total, total_weight

    def _of_our_width(self, vector: NDArray[Any]) -> NDArray[Any]:
        if vector.shape != (self.vector_size,):
            raise ValueError(
                f"A vector has shape {vector.shape}; this table needs ({self.vector_size},)."
            )
        return vector

    def most_similar_to_given(self, key1: Key, keys_list: Sequence[Key]) -> Key:
        """The key of a list that is most similar to another key."""
        return keys_list[int(np.argmax([self.similarity(key1, key) for key in keys_list]))]

    def closer_than(self, key1: Key, key2: Key) -> list[Key]:
        """All keys that are closer to key1 than key2 is, in the order of rows."""
        row1, row2 = self.get_index(key1, -1), self.get_index(key2)
        cosines = self._cosines_to_all(self.get_vector(key1))
        return [
            self.index_to_key[row]
            for row in np.flatnonzero(cosines > cosines[row2]).tolist()
            if row != row1 and self.index_to_key[row] is not None
        ]

    def rank(self, key1: Key, key2: Key) -> int:
        """Rank of key2 among all keys by closeness to key1, from 1."""
        return len(self.closer_than(key1, key2)) + 1

    def rank_by_centrality(
        self, words: Sequence[Key], use_norm: bool = True
    ) -> list[tuple[float, Key]]:
        """(cosine, key) of words with their common mean, the most central first.

        :param use_norm: Scale the vectors to length 1 before taking the mean.
        :raises ValueError: If none of the words is known.
        """
        known = [word for word in words if word in self]
        if len(known) != len(words):
            unknown = sorted({str(word) for word in words if word not in self})
            logger.warning("Ignoring words that are not present: %s", ", ".join(unknown))
        if not known:
            raise ValueError(f"Cannot rank words: none of {list(words)} is present.")
        vectors = self[known].astype(np.float64)
        if use_norm:
            scale_rows(vectors)
        scores = vectors @ unit(vectors.mean(axis=0))
        return sorted(
            zip(scores.tolist(), known, strict=True),
            key=lambda pair: pair[0],
            reverse=True,
        )

    def doesnt_match(self, words: Sequence[Key]) -> Key:
        """The word that goes least with the others: farthest from the mean of unit vectors."""
        return self.rank_by_centrality(words)[-1][1]

    def _as_vector(self, word_or_vector: Key | NDArray[Any]) -> NDArray[Any]:
        if is_key(word_or_vector, self.key_to_index):
            return self.get_vector(word_or_vector)
        return np.asarray(word_or_vector)

    def _cosines_to_all(self, vector: NDArray[Any]) -> NDArray[np.floating]:
        """Cosine of a vector and every row, (R,); 0 for zero rows."""
        cosines: NDArray[np.floating] = on_host(cosines_to_rows(vector, self.row_index))
        return cosines
