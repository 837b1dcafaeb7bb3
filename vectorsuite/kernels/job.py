"""What one training run is made of, as arrays; the same for every backend."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

LINE_FLOATS = 16  # floats in a cache line of 64 bytes

#: Called a few times a second with (token of the epoch, learning rate, loss per pair so far).
EpochProgress = Callable[[int, float, float], None]


@dataclass
class SkipGramJob:
    """Skip-gram with negative sampling over an encoded corpus (Mikolov et al., 2013, NIPS).

    :param ids: Words of the corpus, (T,) int32, each in [0, V).
    :param offsets: Where each sentence starts, and T, (S + 1,) int64.
    :param in_rows: Word vectors, (V, stride) float32, changed in place; see :func:`padded_rows`.
    :param out_rows: Context vectors, (V, stride) float32, changed in place.
    :param width: Floats of a row that are used.
    :param keep: Chance of a token to stay, of 2^32, (V,) uint32; all ones: always.
    :param noise: Alias table, (V, 2) uint32: threshold of 2^32, alias.
    :param window: Most words on either side; drawn from 1..window for each centre word.
    :param negative: Noise words for each (centre, context) pair.
    :param shared: Neighbouring centre words that share one set of noise words, 1 to 4.
    :param seed: Of all random streams.
    :param learn_rate: At the first token.
    :param min_learn_rate: At the last token of the last epoch; linear in between.
    :param epochs: Epochs in all, for the learning rate.
    :param workers: Threads.
    """

    ids: NDArray[np.int32]
    offsets: NDArray[np.int64]
    in_rows: Any
    out_rows: Any
    width: int
    keep: NDArray[np.uint32]
    noise: NDArray[np.uint32]
    window: int
    negative: int
    shared: int
    seed: int
    learn_rate: float
    min_learn_rate: float
    epochs: int
    workers: int

    def learn_rate_at(self, epoch: int, token: int) -> float:
        """Learning rate of the chunk that starts at a token of an epoch (from 0)."""
        done = (epoch * len(self.ids) + token) / (self.epochs * len(self.ids))
        rate = self.learn_rate - (self.learn_rate - self.min_learn_rate) * done
        return max(rate, self.min_learn_rate)


@dataclass
class ChunkTotals:
    """Sums over a part of the corpus.

    :param loss: Of all pairs, each with its noise words; natural logarithm, float64.
    :param pairs: (centre, context) pairs.
    :param kept: Centre words that sub-sampling left.
    """

    loss: float = 0.0
    pairs: int = 0
    kept: int = 0


def padded_rows(n: int, width: int) -> NDArray[np.float32]:
    """A table of zeros whose rows are whole cache lines, (n, width rounded up to 16) float32."""
    stride = -(-width // LINE_FLOATS) * LINE_FLOATS
    memory = np.zeros(n * stride + LINE_FLOATS, dtype=np.float32)
    start = -(memory.ctypes.data // 4) % LINE_FLOATS
    return memory[start : start + n * stride].reshape(n, stride)
