"""The fused loops for NumPy arrays: C++, one set per CPU level, threads without the GIL."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels import _core
from vectorsuite.kernels.job import ChunkTotals, EpochProgress, SkipGramJob


def train_skip_gram(
    job: SkipGramJob, epoch: int, begin: int, end: int, progress: EpochProgress | None = None
) -> ChunkTotals:
    """Train on tokens [begin, end) of an epoch (from 0); several workers are Hogwild.

    :raises KeyboardInterrupt: Within about a tenth of a second of Ctrl-C.
    """
    loss, pairs, kept = _core.train_skip_gram(
        ids=job.ids, offsets=job.offsets, in_rows=job.in_rows, out_rows=job.out_rows,
        width=job.width, keep=job.keep, noise=job.noise, window=job.window,
        negative=job.negative, shared=job.shared, seed=job.seed, learn_rate=job.learn_rate,
        min_learn_rate=job.min_learn_rate, epochs=job.epochs, epoch=epoch, begin=begin, end=end,
        workers=job.workers, progress=progress,
    )  # fmt: skip
    return ChunkTotals(loss, pairs, kept)


def start_rows(keys: NDArray[np.uint64], seed: int, width: int, rows: NDArray[np.float32]) -> None:
    """Fill rows (V, stride) with uniform values in [-0.5, 0.5) / width, from each word's key."""
    _core.start_rows(keys, seed, width, rows)


def alias_table(weights: NDArray[np.float64]) -> NDArray[np.uint32]:
    """Table that draws i with a chance in proportion to weights[i] (Vose, 1991), (V, 2) uint32."""
    return _core.alias_table(weights).reshape(-1, 2)


def pack_rows(rows: NDArray[np.float32], width: int) -> NDArray[np.float32]:
    """Drop the padding of a table, within its own memory; ``rows`` is no longer valid.

    :returns: (V, width) float32, contiguous.
    """
    _core.pack_rows(rows, width)
    return rows.reshape(-1)[: len(rows) * width].reshape(len(rows), width)
