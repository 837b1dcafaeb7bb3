"""What word2vec is trained on, and one step of it, small enough to be looked at.

The data sets are those of "The Illustrated Word2vec" (Alammar, 2019); the step is skip-gram with
negative sampling (Mikolov et al., 2013, NIPS, eq. 4), as the trainer does it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class Prediction:
    """One row of a data set: words, and the word to be predicted from them."""

    inputs: tuple[str, ...]
    output: str


@dataclass(frozen=True)
class Neighbours:
    """One row of the data set for telling neighbours from others: target 1 or 0."""

    input: str
    output: str
    target: int


@dataclass(frozen=True)
class Explanation:
    """The data sets of a text.

    :param words: The text.
    :param sliding_window: A word from the words before it.
    :param cbow: A word from the words on either side.
    :param skip_gram: Each neighbour of a word from that word.
    :param negative_sampling: Skip-gram as a question of yes or no, each true pair followed by its
        noise words.
    """

    words: tuple[str, ...]
    sliding_window: list[Prediction]
    cbow: list[Prediction]
    skip_gram: list[Prediction]
    negative_sampling: list[Neighbours]


def explain_dataset(
    text: str | Sequence[str],
    window: int = 2,
    negative: int = 2,
    *,
    edges: bool = False,
    vocabulary: Sequence[str] | None = None,
    seed: int = 1,
) -> Explanation:
    """Make the data sets that word2vec would be trained on.

    :param text: Split at white space and lower-cased, or words as they are.
    :param window: Words on either side; as many come before the word in the sliding window.
    :param negative: Noise words for each true pair; 0 leaves the loophole of answering always yes.
    :param edges: Also the words at both ends, whose windows are not full. The trainer has them.
    :param vocabulary: What noise words are drawn from; default the text's, in proportion to their
        counts to the power of 0.75.
    :raises ValueError: A number is out of range, or the text is too short.
    """
    words = tuple(text.lower().split() if isinstance(text, str) else text)
    _check(words, window, negative, edges)
    centres = range(len(words)) if edges else range(window, len(words) - window)
    around = [(i, words[max(0, i - window) : i], words[i + 1 : i + 1 + window]) for i in centres]
    skip_gram = [
        Prediction((words[i],), context)
        for i, before, after in around
        for context in (*before, *after)
    ]
    return Explanation(
        words,
        [Prediction(words[i - window : i], words[i]) for i in range(window, len(words))],
        [Prediction((*before, *after), words[i]) for i, before, after in around],
        skip_gram,
        _with_noise(skip_gram, negative, Counter(vocabulary or words), seed),
    )


def _check(words: Sequence[str], window: int, negative: int, edges: bool) -> None:
    if window < 1:
        raise ValueError(f"window is {window}; it must be at least 1.")
    if negative < 0:
        raise ValueError(f"negative is {negative}; it must be 0 or more.")
    needed = 2 if edges else 2 * window + 1
    if len(words) < needed:
        raise ValueError(
            f"The text has {len(words)} words; a window of {window} needs {needed} or more. Give a "
            "longer text or a smaller window."
        )


def _with_noise(
    pairs: list[Prediction], negative: int, counts: Counter[str], seed: int
) -> list[Neighbours]:
    """Every pair with target 1, followed by its input with noise words and target 0."""
    random = np.random.default_rng(seed)
    words = sorted(counts)
    weights = np.array([counts[word] for word in words], dtype=np.float64) ** 0.75
    rows = []
    for pair in pairs:
        rows.append(Neighbours(pair.inputs[0], pair.output, 1))
        chances = weights * [word != pair.output for word in words]
        if negative and not chances.any():
            raise ValueError(f"There is no noise word: {pair.output!r} is the only word there is.")
        for k in random.choice(len(words), negative, p=chances / chances.sum()) if negative else ():
            rows.append(Neighbours(pair.inputs[0], words[k], 0))
    return rows


@dataclass(frozen=True)
class StepTrace:
    """One step of skip-gram with negative sampling, number by number. K outputs, width D.

    :param outputs: Rows of the context table: the neighbour, then the noise words, each once.
    :param times: How often each was drawn, (K,); 1 for the neighbour.
    :param embedding: The input's row before the step, (D,).
    :param contexts: The outputs' rows before the step, (K, D).
    :param targets: 1 for the neighbour, 0 for noise, (K,).
    :param scores: Dot products, (K,).
    :param sigmoids: What the model takes the chance of being neighbours for, (K,).
    :param errors: target - sigmoid, (K,).
    :param loss: -ln of the chance given to the truth, summed over outputs.
    :param new_embedding: After the step, (D,).
    :param new_contexts: After the step, (K, D).
    """

    input: int
    outputs: tuple[int, ...]
    times: NDArray[np.int64]
    learn_rate: float
    embedding: Floats
    contexts: Floats
    targets: NDArray[np.int64]
    scores: Floats
    sigmoids: Floats
    errors: Floats
    loss: float
    new_embedding: Floats
    new_contexts: Floats


def trace_step(
    embeddings: Floats,
    contexts: Floats,
    input: int,
    output: int,
    negatives: Sequence[int],
    learn_rate: float = 0.025,
) -> StepTrace:
    """Do one step on copies of the rows it concerns.

    :param embeddings: The table that is kept after training, (V, D).
    :param contexts: The table that is thrown away, (V, D).
    :param input: Row of `embeddings`; `output`: of `contexts`, the true neighbour.
    :param negatives: Rows of `contexts`, noise; one drawn twice counts twice.
    :raises ValueError: The neighbour is among the noise.
    """
    if output in negatives:
        raise ValueError(f"Row {output} is the true neighbour and cannot be noise as well.")
    drawn = Counter(negatives)
    outputs = (output, *drawn)
    times = np.array([1, *drawn.values()])
    targets = np.array([1] + [0] * len(drawn))
    x, y = embeddings[input].copy(), contexts[list(outputs)].copy()
    scores = y @ x
    sigmoids = 1 / (1 + np.exp(-scores))
    errors = targets - sigmoids
    gradient = times * errors  # of the log likelihood by each score
    right = np.where(targets == 1, scores, -scores)  # score of the truth
    return StepTrace(
        input, outputs, times, learn_rate, x, y, targets, scores, sigmoids, errors,
        loss=float(times @ np.logaddexp(0, -right)),
        new_embedding=x + learn_rate * gradient @ y,
        new_contexts=y + learn_rate * np.outer(gradient, x),
    )  # fmt: skip
