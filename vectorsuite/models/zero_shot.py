"""Classify texts without training data: the label whose words are nearest wins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.tokens import Doc, Tokenizer, Vocab
from vectorsuite.tokens.text_vectors import TextVectors


class ZeroShot:
    """Compares texts with descriptions of labels.

    :param vectors: Table and pooling for texts and descriptions alike.
    :param labels: Names that describe themselves, or names with words that describe them:
        {"sport": "football team match player", "food": …}.
    :param temperature: Of the softmax that makes probabilities of cosines.
    :raises ValueError: No labels, one that is there twice, or one none of whose words has a vector.
    :raises TypeError: Labels are no strings.
    """

    def __init__(
        self,
        vectors: TextVectors,
        labels: Mapping[str, str | Sequence[str]] | Sequence[str],
        temperature: float = 0.1,
    ) -> None:
        if not labels:
            raise ValueError("A classifier needs labels.")
        _check_names(labels)
        if temperature <= 0:
            raise ValueError(f"The temperature must be positive, not {temperature}.")
        self.vectors = vectors
        self.temperature = temperature
        described = labels if isinstance(labels, Mapping) else {label: label for label in labels}
        self.labels = list(described)
        vocab = Vocab()
        docs = [_describe(vocab, words) for words in described.values()]
        for label, doc in zip(self.labels, docs, strict=True):
            if not vectors.has_vector(doc):
                raise ValueError(
                    f"No word of the label {label!r} ({doc.text.strip()!r}) has a vector in the "
                    "table. Describe it by other words."
                )
        self._directions = _unit_rows(vectors.vectors_of(docs))

    def cosines(self, texts: Sequence[Any]) -> NDArray[np.float32]:
        """Cosine of every text and every label, (n, L); 0 for texts without a vector."""
        return _unit_rows(self.vectors.vectors_of(texts)) @ self._directions.T

    def predict_proba(self, texts: Sequence[Any]) -> NDArray[np.float32]:
        """Probability of every label for every text, (n, L); rows sum to 1."""
        scores = self.cosines(texts) / self.temperature
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)

    def predict(self, texts: Sequence[Any]) -> list[str]:
        """The nearest label of every text."""
        return [self.labels[i] for i in self.cosines(texts).argmax(axis=1)]


def _check_names(labels: Any) -> None:
    if isinstance(labels, str):
        raise TypeError(f"Labels are a list of names, or names with words, not {labels!r}.")
    for label in labels:
        if not isinstance(label, str):
            raise TypeError(f"A label is a string, not {label!r} of type {type(label).__name__}.")
    if not isinstance(labels, Mapping) and len(set(labels)) < len(labels):
        twice = next(label for label in labels if list(labels).count(label) > 1)
        raise ValueError(f"The label {twice!r} is there twice.")


def _describe(vocab: Vocab, words: str | Sequence[str]) -> Doc:
    return Tokenizer(vocab)(words) if isinstance(words, str) else Doc(vocab, words=list(words))


def _unit_rows(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    lengths[lengths == 0] = 1
    unit: NDArray[np.float32] = vectors / lengths
    return unit
