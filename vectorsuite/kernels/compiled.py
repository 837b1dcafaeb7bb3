"""The fused loops for NumPy arrays: C++, one set per CPU level, threads without the GIL."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels import _core
from vectorsuite.kernels.job import ChunkTotals, EpochProgress, TrainingJob


def train(
    job: TrainingJob, epoch: int, begin: int, end: int, progress: EpochProgress | None = None
) -> ChunkTotals:
    """Train on tokens [begin, end) of an epoch (from 0); several workers are Hogwild.

    :param begin: A multiple of ``_core.CHUNK_TOKENS``: where another run may have stopped.
    :raises KeyboardInterrupt: Within about a tenth of a second of Ctrl-C.
    """
    return ChunkTotals(*_core.train(vars(job), epoch, begin, end, progress))


def infer(job: TrainingJob, learn_rates: list[float]) -> None:
    """Train the tags of a frozen job, one learning rate for each epoch.

    One thread works on a document from the first epoch to the last: with ``own_draws`` a tag that
    no other document has depends on its document alone, not on the number of workers.

    :raises KeyboardInterrupt: Within about a tenth of a second of Ctrl-C.
    """
    _core.infer(vars(job), learn_rates)


def word_rows(
    rows_of: dict[Any, int], documents: list[list[Any]]
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Rows of the words of all documents end to end, unknown ones left out.

    :param rows_of: Row of each known word.
    :returns: rows (T,) int32, and where each document starts, (N + 1,) int64.
    :raises TypeError: A word cannot be a key.
    """
    return _core.word_rows(rows_of, documents)


def start_rows(keys: NDArray[np.uint64], seed: int, width: int, rows: NDArray[np.float32]) -> None:
    """Fill rows (V, stride) with uniform values in [-1, 1) / width, from each word's key."""
    _core.start_rows(keys, seed, width, rows)


def alias_table(weights: NDArray[np.float64]) -> NDArray[np.uint32]:
    """Table that draws i with a chance in proportion to weights[i] (Vose, 1991), (V, 2) uint32."""
    return _core.alias_table(weights).reshape(-1, 2)


#: How nodes of equal counts are joined: as gensim does, or as word2vec.c and fastText do, who join
#: words of one count in the order in which a text first has them; less is learned so.
TreeOrder = Literal["heap", "queues"]


def huffman_paths(
    counts: NDArray[np.int64], order: TreeOrder = "heap"
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]]:
    """Each word's way through a Huffman tree of the counts, from the root.

    :param counts: (V,) int64, V >= 2.
    :param order: Which nodes of equal counts come first.
    :returns: offsets (V + 1,) int64, inner nodes (P,) int32 in [0, V - 1), and signs (P,) float32:
        1 for left (code 0), -1 for right (code 1). Word w has offsets[w]:offsets[w + 1].
    """
    return _core.huffman_paths(counts, order == "queues")


Paths = tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]]


def score_sentences(
    in_rows: NDArray[np.float32],
    tree_rows: NDArray[np.float32],
    paths: Paths,
    ids: NDArray[np.int32],
    offsets: NDArray[np.int64],
    *,
    window: int,
    cbow: bool,
    cbow_mean: bool,
    workers: int = 0,
) -> NDArray[np.float64]:
    """Log probability of sentences under hierarchical softmax (Mikolov et al., 2013, NIPS, eq. 3).

    Of skip-gram the sum over all pairs of a word and a context within the window of log
    P(word | context), of CBOW over all words that have a context.

    :param in_rows, tree_rows: (V, stride) float32, as ``padded_rows`` makes them.
    :param paths: As of :func:`huffman_paths`.
    :param ids: Rows of the words, (T,) int32.
    :param offsets: Sentence s is ids[offsets[s]:offsets[s + 1]], (S + 1,) int64.
    :param workers: Threads; 0: all cores.
    :returns: Nats, (S,) float64.
    """
    return _core.score_sentences(
        in_rows, tree_rows, *paths, ids, offsets, window, cbow, cbow_mean, workers
    )


def pack_rows(rows: NDArray[np.float32], width: int) -> NDArray[np.float32]:
    """Drop the padding of a table, within its own memory; ``rows`` is no longer valid.

    :returns: (V, width) float32, contiguous.
    """
    _core.pack_rows(rows, width)
    return rows.reshape(-1)[: len(rows) * width].reshape(len(rows), width)
