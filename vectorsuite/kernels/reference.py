"""The specification of training in plain NumPy: slow, readable, with the same random draws.

The compiled loops are tested against this module. It runs on the arrays of any thinc ops, since it
only gathers, multiplies and assigns rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from thinc.util import get_array_module

from vectorsuite.kernels import _core
from vectorsuite.kernels.job import ChunkTotals, EpochProgress, SkipGramJob

MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15
TOKEN, NOISE, START = 1, 2, 3  # purposes of random streams
MAX_REDRAWS = 16
CHUNK_TOKENS: int = _core.CHUNK_TOKENS


# ---- random draws ----


def mix(z: int) -> int:
    """Output function of SplitMix64 (Steele, Lea and Flood, 2014, OOPSLA), 64 bits."""
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & MASK
    return z ^ (z >> 31)


def draw(key: int, counter: int) -> int:
    """Draw number ``counter`` of the stream ``key``, 64 uniform bits."""
    return mix(key + (counter + 1) * GOLDEN & MASK)


def stream(seed: int, epoch: int, purpose: int) -> int:
    """Key of the stream of one purpose in one epoch."""
    return draw(draw(mix(seed + GOLDEN & MASK), epoch), purpose)


def below(bits: int, n: int) -> int:
    """Uniform integer in [0, n) from the upper half of a draw."""
    return ((bits >> 32) * n) >> 32


def draw_noise(noise: NDArray[np.uint32], bits: int) -> int:
    """A word from an alias table: the upper half picks the cell, the lower half cell or alias."""
    cell = below(bits, len(noise))
    threshold, alias = noise[cell]
    return cell if bits & 0xFFFFFFFF < int(threshold) else int(alias)


def start_rows(keys: NDArray[np.uint64], seed: int, width: int, rows: Any) -> None:
    """Fill rows (V, stride) with uniform values in [-0.5, 0.5) / width, from each word's key."""
    start = stream(seed, 0, START)
    for i, key in enumerate(keys.tolist()):
        word = draw(start, key)
        bits = np.array([draw(word, d) >> 40 for d in range(width)], dtype=np.float32)
        rows[i, :width] = (bits * np.float32(2**-24) - np.float32(0.5)) / np.float32(width)


# ---- windows ----


@dataclass
class Token:
    """A token that sub-sampling kept.

    :param place: Its index among the kept tokens of its sentence's stretch.
    :param position: Its index in the corpus.
    :param reach: Words its window takes on either side, 1..window.
    """

    word: int
    place: int
    position: int
    reach: int


def is_kept(job: SkipGramJob, position: int, bits: int) -> bool:
    """Sub-sampling: min(1, (sqrt(f / t) + 1) t / f) of the tokens of a word stay."""
    keep = int(job.keep[job.ids[position]])
    return keep == 0xFFFFFFFF or bits >> 32 < keep


def kept_tokens(job: SkipGramJob, epoch: int, begin: int, end: int) -> list[Token]:
    """The kept ones among tokens [begin, end) of one sentence, with the reach of each."""
    key = stream(job.seed, epoch, TOKEN)
    kept: list[Token] = []
    for position in range(begin, end):
        bits = draw(key, position)
        if is_kept(job, position, bits):
            reach = 1 + ((bits & 0xFFFFFFFF) * job.window >> 32)
            kept.append(Token(int(job.ids[position]), len(kept), position, reach))
    return kept


def centre_groups(centres: list[Token], shared: int) -> list[list[Token]]:
    """Up to ``shared`` neighbouring centre words that are all different."""
    groups: list[list[Token]] = []
    for token in centres:
        last = groups[-1] if groups else []
        if 0 < len(last) < shared and token.word not in [other.word for other in last]:
            last.append(token)
        else:
            groups.append([token])
    return groups


def noise_words(job: SkipGramJob, epoch: int, group: list[Token]) -> dict[int, int]:
    """Noise words of a group and how often each was drawn; never one of its centres."""
    key = stream(job.seed, epoch, NOISE)
    centres = {token.word for token in group}
    drawn: dict[int, int] = {}
    for k in range(job.negative):
        bits = draw(key, group[0].position * job.negative + k)
        word = draw_noise(job.noise, bits)
        attempt = 0
        while word in centres:
            bits = mix(bits + GOLDEN & MASK)
            redraw = attempt < MAX_REDRAWS
            word = draw_noise(job.noise, bits) if redraw else (word + 1) % len(job.noise)
            attempt += 1
        drawn[word] = drawn.get(word, 0) + 1
    return drawn


# ---- the update ----


def softplus(x: Any, xp: Any) -> Any:
    """log(1 + exp(x)) without overflow."""
    return xp.maximum(x, 0) + xp.log1p(xp.exp(-xp.abs(x)))


def pair_step(
    job: SkipGramJob, inputs: list[int], outputs: list[int], m: Any, rate: float
) -> float:
    """One update of distinct input rows against distinct output rows; returns the loss.

    With score z = in . out, a coefficient m > 0 adds m * softplus(-z) to the loss (an observed
    pair), m < 0 adds -m * softplus(z) (noise), m = 0 nothing; both sides move along the negative
    gradient, all of it computed from the rows before the step (Mikolov et al., 2013, eq. 4).

    :param inputs: Rows of job.in_rows, n_in of them, all different.
    :param outputs: Rows of job.out_rows, n_out of them, all different.
    :param m: (n_in, n_out) float32.
    """
    xp = get_array_module(job.in_rows)
    m = xp.asarray(m)
    x, y = job.in_rows[inputs], job.out_rows[outputs]
    turned = xp.where(m > 0, -1, 1) * (x @ y.T)
    g = m / (1 + xp.exp(-turned)) * xp.float32(rate)
    job.in_rows[inputs] = x + g @ y
    job.out_rows[outputs] = y + g.T @ x
    return float((xp.abs(m) * softplus(turned, xp)).sum())


def group_step(
    job: SkipGramJob, sentence: list[Token], group: list[Token], noise: dict[int, int], rate: float
) -> tuple[float, int]:
    """All pairs of a group of centre words in one step; returns loss and number of pairs."""
    outputs = [token.word for token in group] + list(noise)
    observed: dict[int, NDArray[np.float32]] = {}  # input word -> how often with each centre
    for c, centre in enumerate(group):
        first = max(0, centre.place - centre.reach)
        for context in sentence[first : centre.place + centre.reach + 1]:
            if context.place != centre.place:
                counts = observed.setdefault(context.word, np.zeros(len(group), dtype=np.float32))
                counts[c] += 1
    if not observed:
        return 0.0, 0
    with_centre = np.stack(list(observed.values()))
    times = with_centre.sum(axis=1, keepdims=True)
    m = np.hstack([with_centre, -times * np.array([list(noise.values())], dtype=np.float32)])
    return pair_step(job, list(observed), outputs, m, rate), int(times.sum())


def train_chunk(job: SkipGramJob, epoch: int, begin: int, end: int) -> ChunkTotals:
    """Train on tokens [begin, end); windows reach beyond them, sentences are never cut."""
    totals = ChunkTotals()
    rate = job.learn_rate_at(epoch, begin)
    first = int(np.searchsorted(job.offsets, begin, side="right")) - 1
    for start, stop in pairwise(job.offsets[first:].tolist()):
        if start >= end:
            break
        sentence = kept_tokens(job, epoch, start, stop)
        centres = [token for token in sentence if begin <= token.position < end]
        totals.kept += len(centres)
        for group in centre_groups(centres, job.shared):
            noise = noise_words(job, epoch, group)
            loss, pairs = group_step(job, sentence, group, noise, rate)
            totals.loss += loss
            totals.pairs += pairs
    return totals


def train_skip_gram(
    job: SkipGramJob, epoch: int, begin: int, end: int, progress: EpochProgress | None = None
) -> ChunkTotals:
    """Train on tokens [begin, end) of an epoch (from 0), chunk by chunk, on one thread."""
    totals = ChunkTotals()
    for start in range(begin, end, CHUNK_TOKENS):
        chunk = train_chunk(job, epoch, start, min(end, start + CHUNK_TOKENS))
        totals.loss += chunk.loss
        totals.pairs += chunk.pairs
        totals.kept += chunk.kept
        if progress is not None:
            rate = job.learn_rate_at(epoch, start)
            progress(start, rate, totals.loss / max(1, totals.pairs))
        if not np.isfinite(totals.loss):
            break
    return totals
