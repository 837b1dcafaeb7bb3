"""The exact softmax that hierarchical softmax and negative sampling stand in for; small and plain.

Every step takes all words of the vocabulary, so this is for texts of some hundred words: to check
approximations against, and to be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal["skip-gram", "cbow"]
#: Rows whose sum predicts, and the rows that each of them, or their sum, predicts.
Example = tuple[list[int], list[int]]


@dataclass
class SoftmaxModel:
    """Word vectors by exact softmax (Mikolov et al., 2013, ICLR; 2013, NIPS, eq. 2).

    Pr(w | context) is the softmax over all words of u_w · h, where h is the vector of the centre
    word (skip-gram) or the sum of the vectors of its window (CBOW).

    :param words: The vocabulary, V words.
    :param vectors: (V, D) float64.
    :param outputs: The vectors u, (V, D) float64.
    :param losses: Minus the log likelihood of each epoch, in nats.
    """

    words: list[str]
    vectors: NDArray[np.float64]
    outputs: NDArray[np.float64]
    kind: Kind
    window: int
    losses: list[float] = field(default_factory=list)

    def log_chances(self, inputs: Sequence[int]) -> NDArray[np.float64]:
        """Log probability of every word, (V,), given rows whose vectors are summed."""
        scores = self.outputs @ self.vectors[list(inputs)].sum(axis=0)
        return scores - np.logaddexp.reduce(scores)

    def log_likelihood(self, sentences: Iterable[Sequence[str]]) -> float:
        """Sum of the log probabilities of all predictions in a text, in nats."""
        return sum(
            float(self.log_chances(inputs)[targets].sum())
            for inputs, targets in self.examples(sentences)
        )

    def examples(self, sentences: Iterable[Sequence[str]]) -> Iterator[Example]:
        """What predicts what in a text, word by word; unknown words are left out."""
        row_of = {word: row for row, word in enumerate(self.words)}
        for sentence in sentences:
            rows = [row_of[word] for word in sentence if word in row_of]
            for place, row in enumerate(rows):
                first = max(0, place - self.window)
                context = rows[first:place] + rows[place + 1 : place + 1 + self.window]
                if context:
                    yield ([row], context) if self.kind == "skip-gram" else (context, [row])

    def step(self, inputs: Sequence[int], targets: Sequence[int], learn_rate: float) -> float:
        """Climb the gradient of the log likelihood of some targets; returns minus that, before."""
        hidden = self.vectors[list(inputs)].sum(axis=0)
        log_chances = self.log_chances(inputs)
        loss = -float(log_chances[list(targets)].sum())
        # d log softmax = one-hot - chances, once for each target
        on_scores = -len(targets) * np.exp(log_chances)
        np.add.at(on_scores, list(targets), 1)
        on_hidden = on_scores @ self.outputs
        self.outputs += learn_rate * np.outer(on_scores, hidden)
        np.add.at(self.vectors, list(inputs), learn_rate * on_hidden)
        return loss


def train_softmax(
    sentences: Sequence[Sequence[str]],
    *,
    kind: Kind = "skip-gram",
    vector_size: int = 10,
    window: int = 5,
    epochs: int = 50,
    learn_rate: float = 0.05,
    seed: int = 1,
) -> SoftmaxModel:
    """Train by exact softmax, one word after the other, at a constant learning rate.

    :param kind: "skip-gram": each word predicts its window; "cbow": the sum of a window its word.
    :raises ValueError: An unknown kind, or a text without two words beside each other.
    """
    if kind not in ("skip-gram", "cbow"):
        raise ValueError(f"kind is {kind!r}; there are 'skip-gram' and 'cbow'.")
    words = sorted({word for sentence in sentences for word in sentence})
    random = np.random.default_rng(seed)
    vectors = random.uniform(-0.5, 0.5, (len(words), vector_size)) / vector_size
    model = SoftmaxModel(words, vectors, np.zeros((len(words), vector_size)), kind, window)
    examples = list(model.examples(sentences))
    if not examples:
        raise ValueError("There is nothing to learn from: no two words stand in one sentence.")
    for _ in range(epochs):
        model.losses.append(sum(model.step(*example, learn_rate) for example in examples))
    return model
