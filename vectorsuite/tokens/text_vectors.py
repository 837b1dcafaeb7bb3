"""Vectors of texts from a table that need not be that of their vocab."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels.device import on_host
from vectorsuite.tokens.similarity import keys_of
from vectorsuite.vectors.attributes import ORTH
from vectorsuite.vectors.gather import gather, has_rows
from vectorsuite.vectors.oov import as_policy
from vectorsuite.vectors.pooling import POOLINGS, common_component, word_probabilities


class TextVectors:
    """A table, a policy for its missing words, and a way to pool words into texts.

    :param table: Ours or spaCy's.
    :param pooling: "mean"; "idf", weights −log p; "sif", smooth inverse frequency, from which
        `fit` also removes what all texts have in common; "max", of each dimension.
    :param oov: Policy for missing words, or its name; see ``vectorsuite.vectors.oov``.
    :raises ValueError: Unknown pooling, or one that needs frequencies with a floret table.
    """

    def __init__(self, table: Any, pooling: str = "mean", oov: Any = None) -> None:
        check_pooling(pooling)
        self._weigh, self._pool = POOLINGS[pooling]
        if self._weigh is not None and not has_rows(table):
            raise ValueError(
                f"Pooling {pooling!r} needs the frequencies of words, which a floret table does "
                "not have. Use 'mean' or 'max'."
            )
        self.table = table
        self.pooling = pooling
        self.oov = as_policy(oov)
        self.common: NDArray[np.float32] | None = None
        self._weights: NDArray[np.float32] = np.ones(0, dtype=np.float32)

    @property
    def width(self) -> int:
        """Width of the vectors."""
        return int(self.table.shape[1])

    def vector_of(self, thing: Any) -> NDArray[np.float32]:
        """The vector of a Doc, Span, Token or Lexeme, (D,) float32, read-only."""
        vectors, known, weights = self._look_up(keys_of(thing, self._attr), thing.vocab.strings)
        if not hasattr(thing, "to_array"):
            vector = vectors[0]  # a word is its vector, however texts are pooled
        else:
            if getattr(self.oov, "counted", False):
                known = np.ones(len(known), dtype=bool)
            vector = self._without_common(self._pool(vectors, weights, known))
        vector = np.asarray(vector, dtype=np.float32)
        vector.flags.writeable = False
        return vector

    def vectors_of(self, things: Sequence[Any]) -> NDArray[np.float32]:
        """Vectors of many things, (n, D) float32."""
        if not len(things):
            return np.zeros((0, self.width), dtype=np.float32)
        return np.stack([self.vector_of(thing) for thing in things])

    def has_vector(self, thing: Any) -> bool:
        """Whether a word, or any word of a text, has a vector, from the table or the policy."""
        keys = keys_of(thing, self._attr)
        return bool(self._look_up(keys, thing.vocab.strings)[1].any())

    def norm_of(self, thing: Any) -> float:
        """Euclidean length of the vector."""
        return float(np.linalg.norm(self.vector_of(thing)))

    def similarity(self, this: Any, other: Any) -> float:
        """Cosine of the vectors of two things; 0 if either is zero."""
        a, b = self.vector_of(this), self.vector_of(other)
        norms = float(np.linalg.norm(a) * np.linalg.norm(b))
        # in this order NaN stays NaN
        return min(max(float(a @ b) / norms, -1.0), 1.0) if norms else 0.0

    def fit(self, texts: Iterable[Any]) -> None:
        """Find the direction that texts have in common, for "sif"; `vector_of` then removes it.

        :param texts: Some hundred docs of the kind that vectors are wanted of.
        """
        self.common = None
        if self.pooling != "sif":
            return
        vectors = self.vectors_of(list(texts))
        if len(vectors):
            self.common = common_component(vectors)

    @property
    def _attr(self) -> int:
        return int(getattr(self.table, "attr", ORTH))

    def _look_up(
        self, keys: NDArray[np.uint64], strings: Any
    ) -> tuple[NDArray[np.float32], NDArray[np.bool_], NDArray[np.float32]]:
        """Vectors (N, D), which are known, and weights (N,) of keys."""
        found, known = gather(self.table, keys, oov=self.oov, strings=strings)
        weights = np.ones(len(keys), dtype=np.float32)
        row_weights = self._row_weights()
        if len(row_weights):
            rows = on_host(self.table.find(keys=keys))
            # what only a policy knows is as rare as the rarest word
            weights = np.where(rows >= 0, row_weights[rows], row_weights.max())
        return on_host(found), known, weights.astype(np.float32)

    def _row_weights(self) -> NDArray[np.float32]:
        """Weights of the words of the rows, (R,), as many as there are now; none for means."""
        if self._weigh is not None and len(self._weights) != len(self.table):
            self._weights = self._weigh(word_probabilities(self.table))
        return self._weights

    def _without_common(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        if self.common is None:
            return vector
        return vector - (vector @ self.common) * self.common


def check_pooling(pooling: str) -> None:
    """Raise ValueError unless there is a pooling of that name."""
    if pooling not in POOLINGS:
        raise ValueError(f"There is no pooling {pooling!r}. There are: {', '.join(POOLINGS)}.")
