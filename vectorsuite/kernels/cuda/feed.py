"""From the corpus on disk to parts that a GPU trains on, one after the other.

A part is some chunks with the tokens around them that windows may reach. Its words are int32, and
the highest bit marks the first token of each sentence, so that no offsets need to travel.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels.draws import GOLDEN
from vectorsuite.kernels.job import TrainingJob
from vectorsuite.kernels.reference import CHUNK_TOKENS

SENTENCE_MARK = np.uint32(1 << 31)
ALWAYS = 0xFFFFFFFF


@dataclass(frozen=True)
class Part:
    """Tokens [begin, end) of the corpus, to be read with [first, stop) around them."""

    begin: int
    end: int
    first: int
    stop: int

    @property
    def chunks(self) -> int:
        """Chunks that it has."""
        return -(-(self.end - self.begin) // CHUNK_TOKENS)


def draws(key: int, numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The draws of these numbers of a stream, as ``draws.draw`` gives them one by one."""
    with np.errstate(over="ignore"):
        z = np.uint64(key) + (numbers + np.uint64(1)) * np.uint64(GOLDEN)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def kept(job: TrainingJob, token_key: int, first: int, stop: int) -> NDArray[np.bool_]:
    """Which of the tokens [first, stop) sub-sampling leaves."""
    keep = job.keep[job.ids[first:stop]]
    bits = draws(token_key, np.arange(first, stop, dtype=np.uint64))
    return (keep == ALWAYS) | ((bits >> np.uint64(32)) < keep)


def first_in_reach(job: TrainingJob, token_key: int, begin: int) -> int:
    """Where the last ``window`` kept tokens before a token, in its sentence, begin."""
    sentence = int(np.searchsorted(job.offsets, begin, side="right")) - 1
    least, at, missing, step = int(job.offsets[sentence]), begin, job.window, 64
    while at > least and missing:
        low = max(least, at - step)
        places = np.flatnonzero(kept(job, token_key, low, at))
        if len(places) >= missing:
            return low + int(places[-missing])
        at, missing, step = low, missing - len(places), step * 2
    return at


def stop_in_reach(job: TrainingJob, token_key: int, end: int) -> int:
    """Where the first ``window`` kept tokens from a token on, in its sentence, end."""
    if end >= len(job.ids):
        return end
    sentence = int(np.searchsorted(job.offsets, end, side="right")) - 1
    if job.offsets[sentence] == end:  # the token starts a sentence of its own
        return end
    most, at, missing, step = int(job.offsets[sentence + 1]), end, job.window, 64
    while at < most and missing:
        high = min(most, at + step)
        places = np.flatnonzero(kept(job, token_key, at, high))
        if len(places) >= missing:
            return at + int(places[missing - 1]) + 1
        at, missing, step = high, missing - len(places), step * 2
    return at


def parts(
    job: TrainingJob, token_key: int, begin: int, end: int, chunks: int
) -> Iterator[Part]:  # fmt: skip
    """Tokens [begin, end) in parts of at most so many chunks, in order."""
    length = chunks * CHUNK_TOKENS
    for at in range(begin, end, length):
        stop = min(end, at + length)
        yield Part(
            at, stop, first_in_reach(job, token_key, at), stop_in_reach(job, token_key, stop)
        )


def read_part(job: TrainingJob, part: Part, out: NDArray[np.int32]) -> None:
    """Copy a part's words, with the first of each sentence marked.

    :param out: (stop - first,) int32.
    """
    out[:] = job.ids[part.first : part.stop]
    low, high = np.searchsorted(job.offsets, [part.first, part.stop])
    starts = np.asarray(job.offsets[low:high]) - part.first
    out.view(np.uint32)[starts] |= SENTENCE_MARK
