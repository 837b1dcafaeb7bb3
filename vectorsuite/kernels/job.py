"""What one training run is made of, as arrays; the same for every backend."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

LINE_FLOATS = 16  # floats in a cache line of 64 bytes
BRANCHES_PAST_PATHS = 16

#: Called a few times a second with (token of the epoch, learning rate, loss per pair so far).
EpochProgress = Callable[[int, float, float], None]


@dataclass
class TrainingJob:
    """Word vectors from an encoded corpus (Mikolov et al., 2013, ICLR and NIPS).

    :param ids: Words of the corpus, (T,) int32, each in [0, V).
    :param offsets: Where each sentence starts, and T, (S + 1,) int64.
    :param in_rows: Word vectors, (V, stride) float32, changed in place; see :func:`padded_rows`.
    :param width: Floats of a row that are used.
    :param keep: Chance of a token to stay, of 2^32, (V,) uint32; all ones: always.
    :param window: Most words on either side.
    :param seed: Of all random streams.
    :param learn_rate: At the first token.
    :param min_learn_rate: At the last token of the last epoch; linear in between.
    :param epochs: Epochs in all, for the learning rate.
    :param workers: Threads.
    :param blocks: On a GPU: stretches of text that are trained on at the same time; 0: as many as
        VECTORSUITE_GPU_BLOCKS says, else as suit the GPU and the vocabulary.
    :param deterministic: Give the same bits for any number of workers: eight chunks at a time start
        from the same tables, and their changes are added in the order of the corpus.
    :param cbow: Predict the centre word from its window as a whole, else from each word of it.
    :param cbow_mean: From the mean of the window, else the sum.
    :param shrink: Windows are drawn from 1..window for each centre word, else always ``window``.
    :param shared: Neighbouring centre words that make one step and share noise words, 1 to 4.
    :param locks: Factors on the updates of each row of ``in_rows``, float32; None: all 1.
    :param part_offsets: Where each word's parts start, (V + 1,) int64; None: the vector of word w
        is row w of ``in_rows``.
    :param parts: Rows of ``in_rows`` that a word is the mean of, int32: its own row and those of
        its n-grams (Bojanowski et al., 2017, TACL). ``in_rows`` may then have any number of rows.
    :param tags: Document vectors, (tags, stride) float32, changed in place; None: none. Each is an
        input beside the words of every window (Le and Mikolov, 2014, ICML).
    :param tag_offsets: Where each sentence's tags start, (S + 1,) int64.
    :param tag_rows: Rows of ``tags``, int32.
    :param tag_locks: Factors on the updates of each row of ``tags``, float32; None: all 1. Only for
        words of one row, and not where a model is frozen.
    :param words_predict: Whether the words of windows are inputs; otherwise tags alone.
    :param concat: Predict the centre word from the vectors of the tags and of the ``window`` words
        on either side end to end, in this order. ``out_rows`` and ``tree_rows`` are as wide as all
        of them together, and every sentence has the same number of tags.
    :param null_row: The row of ``in_rows`` that stands where a sentence has no word; for `concat`.
    :param frozen: Change ``tags`` alone: find vectors for new documents.
    :param own_draws: Number random draws from the start of each sentence, so that equal sentences
        get equal ones.
    :param negative: Noise words for each pair; 0: no negative sampling.
    :param out_rows: Context vectors for negative sampling, (V, stride) float32, changed in place.
    :param noise: Alias table for it, (V, 2) uint32: threshold of 2^32, alias.
    :param tree_rows: Vectors of inner nodes for hierarchical softmax, (V, stride) float32.
    :param path_offsets: Where each word's path starts, (V + 1,) int64; None: no such softmax.
    :param path_branches: From the root on, see :func:`pack_branches`, (P + 16,) int32.
    :param checked: The loops have accepted these paths before: they are not looked through again.
    """

    ids: NDArray[np.int32]
    offsets: NDArray[np.int64]
    in_rows: Any
    width: int
    keep: NDArray[np.uint32]
    window: int
    seed: int
    learn_rate: float
    min_learn_rate: float
    epochs: int
    workers: int = 1
    blocks: int = 0
    deterministic: bool = False
    cbow: bool = False
    cbow_mean: bool = True
    shrink: bool = True
    shared: int = 1
    locks: NDArray[np.float32] | None = None
    part_offsets: NDArray[np.int64] | None = None
    parts: NDArray[np.int32] | None = None
    tags: Any = None
    tag_offsets: NDArray[np.int64] | None = None
    tag_rows: NDArray[np.int32] | None = None
    tag_locks: NDArray[np.float32] | None = None
    words_predict: bool = True
    concat: bool = False
    null_row: int = -1
    frozen: bool = False
    own_draws: bool = False
    negative: int = 0
    out_rows: Any = None
    noise: NDArray[np.uint32] | None = None
    tree_rows: Any = None
    path_offsets: NDArray[np.int64] | None = None
    path_branches: NDArray[np.int32] | None = None
    checked: bool = False

    def learn_rate_at(self, epoch: int, token: int) -> float:
        """Learning rate of the chunk that starts at a token of an epoch (from 0)."""
        done = (epoch * len(self.ids) + token) / (self.epochs * len(self.ids))
        rate = self.learn_rate - (self.learn_rate - self.min_learn_rate) * done
        return max(rate, self.min_learn_rate)


@dataclass
class ChunkTotals:
    """Sums over a part of the corpus.

    :param loss: Of all pairs, each with its noise words or its path; nats, float64.
    :param pairs: (centre, context) pairs; with CBOW, centre words that have a context.
    :param kept: Centre words that sub-sampling left.
    :param products: Scores that the compiled loops computed; each takes 3 D multiply-adds,
        updates too.
    """

    loss: float = 0.0
    pairs: int = 0
    kept: int = 0
    products: int = 0

    def add(self, other: ChunkTotals) -> None:
        """Add another part's sums."""
        self.loss += other.loss
        self.pairs += other.pairs
        self.kept += other.kept
        self.products += other.products


def padded_rows(n: int, width: int) -> NDArray[np.float32]:
    """A table of zeros whose rows are whole cache lines, (n, width rounded up to 16) float32."""
    stride = -(-width // LINE_FLOATS) * LINE_FLOATS
    memory = np.zeros(n * stride + LINE_FLOATS, dtype=np.float32)
    start = -(memory.ctypes.data // 4) % LINE_FLOATS
    return memory[start : start + n * stride].reshape(n, stride)


def pack_branches(nodes: NDArray[np.int32], signs: NDArray[np.float32]) -> NDArray[np.int32]:
    """The branches of paths as one number each: twice the node, and 1 where the sign is 1.

    :param nodes: (P,) int32
    :param signs: (P,) float32
    :returns: (P + 16,) int32: loops read whole blocks of branches, past the end of the last path.
    """
    branches = np.zeros(len(nodes) + BRANCHES_PAST_PATHS, np.int32)
    np.bitwise_or(nodes << 1, signs > 0, out=branches[: len(nodes)])
    return branches


def unpack_branches(branches: Any) -> tuple[Any, Any]:
    """Nodes (P,) int32 and signs (P,) float32, on the device of the branches."""
    return branches >> 1, ((branches & 1) * 2 - 1).astype("float32")
