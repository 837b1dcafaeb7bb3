"""The random draws of training in plain Python: each is a function of a key and a counter.

So any worker, and the compiled loops on any device, draw the same number for the same token.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15
TOKEN, NOISE, START, HELD_OUT = 1, 2, 3, 4  # purposes of random streams


def mix(z: Any) -> Any:
    """Output function of SplitMix64 (Steele, Lea and Flood, 2014, OOPSLA), 64 bits.

    :param z: An int, or an array of uint64.
    """
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & MASK
    return z ^ (z >> 31)


def draw(key: int, counter: Any) -> Any:
    """Draw number ``counter`` of the stream ``key``, 64 uniform bits.

    :param counter: An int, or an array of uint64 for as many draws.
    """
    return mix(key + (counter + 1) * GOLDEN & MASK)


def stream(seed: int, epoch: int, purpose: int) -> int:
    """Key of the stream of one purpose in one epoch."""
    key: int = draw(draw(mix(seed + GOLDEN & MASK), epoch), purpose)
    return key


def below(bits: int, n: int) -> int:
    """Uniform integer in [0, n) from the upper half of a draw."""
    return ((bits >> 32) * n) >> 32


def draw_noise(noise: Any, bits: int) -> int:
    """A word from an alias table: the upper half picks the cell, the lower half cell or alias."""
    cell = below(bits, len(noise))
    threshold, alias = noise[cell]
    return cell if bits & 0xFFFFFFFF < int(threshold) else int(alias)


def start_rows(keys: NDArray[np.uint64], seed: int, width: int, rows: Any) -> None:
    """Fill rows (V, stride) with uniform values in [-1, 1) / width, from each word's key."""
    start = stream(seed, 0, START)
    for i, key in enumerate(keys.tolist()):
        word = draw(start, key)
        bits = np.array([draw(word, d) >> 40 for d in range(width)], dtype=np.float32)
        rows[i, :width] = (bits * np.float32(2**-23) - np.float32(1)) / np.float32(width)
