"""How many blocks are at work on the same row, and what part of their changes it can take.

Blocks that hold a row at the same time have all started from the same values. Each moves the row to
where its own text wants it, and the sum of many such moves shoots past that, ever further. So a row
that is in use more than :data:`MOST_AT_ONCE` times at once takes as much of each change as if it
were in so many uses. Only the most frequent words' rows are, which learn more than enough.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels.cuda.feed import ALWAYS
from vectorsuite.kernels.job import TrainingJob

SAMPLE_TOKENS = 1 << 20  # that frequencies are counted in: those of frequent words are what matters
SAMPLE_PIECES = 64
#: Measured with blocks that take turns at every sync() on the CPU, the worst that can happen, over
#: 1 M words of an encyclopedia. Of the loss of one block, 132 blocks reach 0.3 % less, and without
#: sub-sampling the same; there 264 without this limit leave all bounds, as do 24 on random text a
#: quarter of which is one word, with a limit of 40.
MOST_AT_ONCE = 8.0


def kept_frequencies(job: TrainingJob) -> NDArray[np.float64]:
    """Share of each word in the tokens that sub-sampling leaves, from a sample, (V,) float64."""
    n, n_words = len(job.ids), len(job.keep)
    if n <= SAMPLE_TOKENS:
        counts = np.bincount(job.ids, minlength=n_words)
    else:
        length = SAMPLE_TOKENS // SAMPLE_PIECES
        starts = np.linspace(0, n - length, SAMPLE_PIECES).astype(np.int64)
        pieces = [job.ids[start : start + length] for start in starts.tolist()]
        counts = np.bincount(np.concatenate(pieces), minlength=n_words)
    chances = np.where(job.keep == ALWAYS, 1.0, job.keep / 2.0**32)
    kept = counts * chances
    return np.asarray(kept / max(kept.sum(), 1.0))


def noise_frequencies(noise: NDArray[np.uint32]) -> NDArray[np.float64]:
    """Chance of each word to be drawn from an alias table, (V,) float64.

    :param noise: (V, 2) uint32: threshold of 2^32, alias.
    """
    own = noise[:, 0] / 2.0**32
    drawn = own + np.bincount(noise[:, 1], weights=1 - own, minlength=len(noise))
    return np.asarray(drawn / len(noise))


def shares(job: TrainingJob, blocks: int) -> tuple[Any, Any]:
    """What part of a block's changes the input and output rows of each word take.

    :returns: Two arrays, (V,) float32; None: all of them take all.
    """
    if blocks == 1:
        return None, None
    centre = kept_frequencies(job)
    reached = 2 * job.window + job.shared  # places whose rows a block holds
    holders = (
        reached * centre,
        job.shared * centre + job.negative * noise_frequencies(np.asarray(job.noise)),
    )
    result = []
    for chance in holders:
        at_once = (blocks - 1) * chance
        part = MOST_AT_ONCE / np.maximum(at_once, MOST_AT_ONCE)
        result.append(None if part.min() == 1 else part.astype(np.float32))
    return result[0], result[1]
