"""The specification of what a step is about: kept tokens, their windows, their noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vectorsuite.kernels.draws import GOLDEN, MASK, NOISE, TOKEN, draw, draw_noise, mix, stream
from vectorsuite.kernels.job import TrainingJob

MAX_REDRAWS = 16


@dataclass
class Token:
    """A token that sub-sampling kept.

    :param place: Its index among the kept tokens of its sentence's stretch.
    :param position: Its index in the corpus.
    :param number: Of its draws.
    :param reach: Words its window takes on either side, 1..window.
    """

    word: int
    place: int
    position: int
    number: int
    reach: int


def draw_number(job: TrainingJob, position: int) -> int:
    """The number of a token's draws."""
    if not job.own_draws:
        return position
    sentence = int(np.searchsorted(job.offsets, position, side="right")) - 1
    return position - int(job.offsets[sentence])


def is_kept(job: TrainingJob, position: int, bits: int) -> bool:
    """Sub-sampling: min(1, (sqrt(f / t) + 1) t / f) of the tokens of a word stay."""
    keep = int(job.keep[job.ids[position]])
    return keep == 0xFFFFFFFF or bits >> 32 < keep


def kept_tokens(job: TrainingJob, epoch: int, begin: int, end: int) -> list[Token]:
    """The kept ones among tokens [begin, end) of one sentence, with the reach of each."""
    key = stream(job.seed, epoch, TOKEN)
    kept: list[Token] = []
    for position in range(begin, end):
        number = draw_number(job, position)
        bits = draw(key, number)
        if is_kept(job, position, bits):
            drawn = 1 + ((bits & 0xFFFFFFFF) * job.window >> 32)
            reach = drawn if job.shrink else job.window
            kept.append(Token(int(job.ids[position]), len(kept), position, number, reach))
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


def noise_words(job: TrainingJob, epoch: int, group: list[Token]) -> dict[int, int]:
    """Noise words of a group and how often each was drawn; never one of its centres."""
    key = stream(job.seed, epoch, NOISE)
    centres = {token.word for token in group}
    drawn: dict[int, int] = {}
    n_words = len(job.keep)
    for k in range(job.negative):
        bits = draw(key, group[0].number * job.negative + k)
        word = draw_noise(job.noise, bits)
        attempt = 0
        while word in centres:
            bits = mix(bits + GOLDEN & MASK)
            redraw = attempt < MAX_REDRAWS
            word = draw_noise(job.noise, bits) if redraw else (word + 1) % n_words
            attempt += 1
        drawn[word] = drawn.get(word, 0) + 1
    return drawn
