"""What a stretch of text is trained on, drawn for all its tokens at once in array operations.

The same draws as ``reference``: which tokens stay, how far windows reach, which centre words make a
step together, and their noise words.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from vectorsuite.kernels.draws import GOLDEN, NOISE, TOKEN, stream
from vectorsuite.kernels.job import TrainingJob
from vectorsuite.kernels.reference import CHUNK_TOKENS
from vectorsuite.kernels.reference_windows import MAX_REDRAWS

ALWAYS = 0xFFFFFFFF
HALF = np.uint64(32)
LOW = np.uint64(0xFFFFFFFF)


@dataclass
class Plan:
    """Steps of a stretch: G groups of up to C centre words, P places around each, K noise words.

    :param words: Words at the places, (G, P) int32; 0 where there is none.
    :param observed: How often each place is seen by each centre, (G, P, C) float32.
    :param centres: Centre words, (G, C) int32; 0 where there is none.
    :param exists: Which centres there are, (G, C) bool.
    :param noise: Noise words, (G, K) int32; some may be equal.
    :param rates: Learning rate of each group, (G,) float32.
    :param kept: Centre words that sub-sampling left.
    """

    words: Any
    observed: Any
    centres: Any
    exists: Any
    noise: Any
    rates: Any
    kept: int

    def __len__(self) -> int:
        return len(self.words)

    def part(self, begin: int, end: int) -> Plan:
        """Groups [begin, end)."""
        names = ("words", "observed", "centres", "exists", "noise", "rates")
        return replace(self, **{name: getattr(self, name)[begin:end] for name in names})


def mix(z: Any) -> Any:
    """``reference.mix`` of every number, uint64."""
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def draws(key: int, numbers: Any) -> Any:
    """``draws.draw`` of every number, uint64."""
    return mix(np.uint64(key) + (numbers + np.uint64(1)) * np.uint64(GOLDEN))


class Planner:
    """Draws for one job; keeps what does not change from one stretch to the next.

    :param xp: Module of the arrays.
    """

    def __init__(self, job: TrainingJob, xp: Any) -> None:
        self.job = job
        self.xp = xp
        self.keep = xp.asarray(job.keep)
        self.noise = None if job.noise is None else xp.asarray(job.noise)

    def plan(self, epoch: int, begin: int, end: int) -> Plan:
        """The steps of tokens [begin, end) of an epoch."""
        job, xp = self.job, self.xp
        first = int(np.searchsorted(job.offsets, begin, side="right")) - 1
        last = int(np.searchsorted(job.offsets, end, side="left"))
        bounds = np.asarray(job.offsets[first : last + 1])
        start = int(bounds[0])
        ids = xp.asarray(np.asarray(job.ids[start : int(bounds[-1])]))
        positions = xp.arange(start, start + len(ids), dtype="int64")
        sentences = xp.searchsorted(xp.asarray(bounds), positions, side="right")
        numbers = positions
        if job.own_draws:
            numbers = positions - xp.asarray(bounds)[sentences - 1]
        bits = draws(stream(job.seed, epoch, TOKEN), numbers.astype("uint64"))
        chance = self.keep[ids]
        kept = xp.flatnonzero((chance == ALWAYS) | ((bits >> HALF) < chance))
        positions, sentences = positions[kept], sentences[kept]
        inside = (positions >= begin) & (positions < end)
        chunks = xp.where(inside, (positions - begin) // CHUNK_TOKENS, -1)
        ids, numbers = ids[kept], numbers[kept]
        starts, sizes = self._groups(ids, sentences, chunks)
        reach = xp.full(len(kept), job.window, dtype="int64")
        if job.shrink:
            reach = 1 + ((bits[kept] & LOW) * np.uint64(job.window) >> HALF).astype("int64")
        words, observed, centres, exists = self._windows(ids, sentences, reach, starts, sizes)
        noise = xp.zeros((len(starts), 0), dtype="int32")
        if job.negative:
            noise = self._noise(epoch, numbers[starts], centres, exists)
        rates = [job.learn_rate_at(epoch, at) for at in range(begin, end, CHUNK_TOKENS)]
        rates = xp.asarray(np.array(rates, dtype=np.float32))[chunks[starts]]
        return Plan(words, observed, centres, exists, noise, rates, int(inside.sum()))

    def _groups(self, ids: Any, sentences: Any, chunks: Any) -> tuple[Any, Any]:
        """First tokens of groups, and how many centre words each has: see ``centre_groups``."""
        xp, n = self.xp, len(ids)
        is_centre = chunks >= 0
        if self.job.shared == 1 or not n:
            starts = xp.flatnonzero(is_centre)
            return starts, xp.ones(len(starts), dtype="int64")
        sizes = xp.ones(n, dtype="int64")
        for size in range(1, self.job.shared):  # can the group that starts here take one more?
            here, there = slice(0, max(n - size, 0)), slice(size, n)
            more = (sizes[here] == size) & (chunks[here] >= 0)
            more &= (sentences[here] == sentences[there]) & (chunks[here] == chunks[there])
            for other in range(size):
                more &= ids[other : n - size + other] != ids[there]
            sizes[here] += more
        # groups follow each other from the first token of a chunk or sentence on: mark the places
        # that are reached by 1, 2, 4, ... groups from one that is marked
        marked = xp.ones(n + 1, dtype="bool")
        marked[1:n] = (sentences[1:] != sentences[:-1]) | (chunks[1:] != chunks[:-1])
        jump = xp.minimum(xp.arange(n + 1) + xp.concatenate([sizes, xp.ones(1, dtype="int64")]), n)
        for _ in range(min(n, CHUNK_TOKENS).bit_length()):
            marked[xp.where(marked, jump, n)] = True
            jump = jump[jump]
        starts = xp.flatnonzero(marked[:n] & is_centre)
        return starts, sizes[starts]

    def _windows(
        self, ids: Any, sentences: Any, reach: Any, starts: Any, sizes: Any
    ) -> tuple[Any, Any, Any, Any]:
        """Words at the places of each group, what its centres see of them, and the centres."""
        xp, job, n = self.xp, self.job, len(ids)
        places = starts[:, None] + xp.arange(-job.window, job.window + job.shared)
        there = xp.minimum(xp.maximum(places, 0), n - 1)
        inside = (places == there) & (sentences[there] == sentences[starts][:, None])
        numbers = starts[:, None] + xp.arange(job.shared)
        exists = xp.arange(job.shared) < sizes[:, None]
        centre = xp.minimum(numbers, n - 1)
        distance = xp.abs(places[:, :, None] - numbers[:, None, :])
        seen = (distance > 0) & (distance <= reach[centre][:, None, :])
        seen &= inside[:, :, None] & exists[:, None, :]
        words = xp.where(inside, ids[there], 0)
        return words, seen.astype("float32"), xp.where(exists, ids[centre], 0), exists

    def _noise(self, epoch: int, numbers: Any, centres: Any, exists: Any) -> Any:
        """Noise words of groups, (G, K) int32, never one of the group's centres."""
        xp, job = self.xp, self.job
        first = numbers.astype("uint64")[:, None] * np.uint64(job.negative)
        places = xp.arange(job.negative, dtype="uint64")
        bits = draws(stream(job.seed, epoch, NOISE), first + places)
        words = self._draw_noise(bits)
        attempt = 0
        while True:
            clash = ((words[:, :, None] == centres[:, None, :]) & exists[:, None, :]).any(axis=2)
            if not bool(clash.any()):
                return words
            if attempt < MAX_REDRAWS:
                bits = xp.where(clash, mix(bits + np.uint64(GOLDEN)), bits)
                words = xp.where(clash, self._draw_noise(bits), words)
            else:
                words = xp.where(clash, (words + 1) % len(job.keep), words)
            attempt += 1

    def _draw_noise(self, bits: Any) -> Any:
        """``draws.draw_noise`` of every draw, int32."""
        noise: Any = self.noise
        cells = ((bits >> HALF) * np.uint64(len(noise)) >> HALF).astype("int64")
        chosen = noise[cells]
        low = bits & LOW
        words = self.xp.where(low < chosen[..., 0], cells, chosen[..., 1].astype("int64"))
        return words.astype("int32")
