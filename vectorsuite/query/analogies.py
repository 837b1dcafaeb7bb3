"""Answers to many analogy questions at once: a is to b as c is to which row?

All questions of a test set are made of a few hundred words. The cosines of those words with a tile
of the table are one matrix product; every question's scores are sums of three of its rows.

- 3CosAdd (Mikolov et al., 2013, NAACL): cos(d, b) + cos(d, c) - cos(d, a).
- 3CosMul (Levy and Goldberg, 2014, CoNLL, eq. 4): cos(d, b) cos(d, c) / (cos(d, a) + 1e-6), cosines
  shifted to [0, 1]. Its logarithm is a sum of the same form.
- PairDirection (Levy and Goldberg, eq. 2): cos(d - c, b - a).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

import vectorsuite.kernels._core as _core
from vectorsuite.kernels import device_search
from vectorsuite.kernels.cores import worker_count
from vectorsuite.kernels.device import array_module, is_host, on_host
from vectorsuite.kernels.nearest import pack_left_out, row_tiles

METHODS = ("3CosAdd", "3CosMul", "PairDirection")
QUESTIONS_PER_BLOCK = 4096
SCORES_PER_BLOCK = 1 << 21
EPSILON = 1e-6


def answer_analogies(
    vectors: Any,
    inverse_norms: Any,
    abc: NDArray[np.integer],
    n: int = 1,
    *,
    method: str = "3CosAdd",
    threads: int = 0,
) -> NDArray[np.int32]:
    """The n best rows d per question "a is to b as c is to d"; a, b and c themselves never are.

    :param vectors: (R, D) float, on any device.
    :param inverse_norms: 1 / length per row, (R,) float32, NaN for rows that may not win.
    :param abc: Rows of a, b and c, (Q, 3), on the host.
    :param method: One of METHODS.
    :param threads: 0 uses all cores.
    :returns: (Q, n) int32 on the host, best first; -1 where there are fewer than n.
    :raises ValueError: If there is no such method, or threads are negative.
    """
    if method not in METHODS:
        raise ValueError(f"Unknown method {method!r}; there are {', '.join(METHODS)}.")
    threads = worker_count(threads)
    answers = np.full((len(abc), n), -1, dtype=np.int32)
    for start in range(0, len(abc), QUESTIONS_PER_BLOCK):
        block = abc[start : start + QUESTIONS_PER_BLOCK]
        if is_host(vectors):
            best = _answer_block(vectors, inverse_norms, block, n, method, threads)
        else:
            best = on_host(_answer_on_device(vectors, inverse_norms, block, n, method))
        answers[start : start + len(block)] = best
    return answers


def _answer_block(
    vectors: NDArray[Any],
    inverse_norms: NDArray[np.float32],
    abc: NDArray[np.integer],
    n: int,
    method: str,
    threads: int,
) -> NDArray[np.int32]:
    words, local = np.unique(abc, return_inverse=True)
    local = local.reshape(abc.shape).astype(np.int32)
    unit = vectors[words].astype(np.float32) * np.nan_to_num(inverse_norms[words])[:, None]
    top = _core.TopK(len(abc), n)
    left_out = pack_left_out(list(abc), None)
    for start, tile, scale in row_tiles(vectors, inverse_norms, None, 2 * len(words)):
        with np.errstate(all="ignore"):
            cosines = (unit @ tile.T) * scale
        may_win = np.where(np.isnan(scale), scale, np.float32(1))
        if method == "PairDirection":
            _feed_directions(top, unit, cosines, local, may_win, start, left_out, threads)
            continue
        plus, minus = (cosines, cosines) if method == "3CosAdd" else _logarithms(cosines)
        top.feed_analogies(local, plus, minus, may_win, start, *left_out, threads)
    return top.finish()[0].reshape(len(abc), n)


def _answer_on_device(
    vectors: Any, inverse_norms: Any, abc: NDArray[np.integer], n: int, method: str
) -> Any:
    """What _answer_block does, in array operations: rows (Q, n) on the device."""
    xp = array_module(vectors)
    words, local = np.unique(abc, return_inverse=True)
    a, b, c = xp.asarray(local.reshape(abc.shape).T)
    used = xp.asarray(words)
    scale = xp.nan_to_num(inverse_norms[used])[:, None]
    unit = vectors[used].astype("float32") * scale
    own = ((unit[b] - unit[a]) * unit[c]).sum(axis=1)[:, None]
    top = device_search.top_k_for(xp, len(abc), n)
    left_out = pack_left_out(list(abc), None)
    width = max(2 * len(words), len(abc))
    for start, tile, scale in device_search.row_tiles(vectors, inverse_norms, None, width):
        with np.errstate(all="ignore"):
            cosines = (unit @ tile.T) * scale
        if method == "PairDirection":
            distance = xp.sqrt(xp.maximum(2 - 2 * cosines[c], np.float32(1e-12)))
            scores = (cosines[b] - cosines[a] - own) / distance
        else:
            plus, minus = (cosines, cosines) if method == "3CosAdd" else _logarithms(cosines)
            scores = plus[b] + plus[c] - minus[a]
        top.feed(scores, xp.where(xp.isnan(scale), scale, np.float32(1)), start, left_out)
    return top.finish()


def _logarithms(cosines: Any) -> tuple[Any, Any]:
    """Logarithms of a factor above and below the fraction bar of 3CosMul."""
    xp = array_module(cosines)
    shifted = xp.maximum((1 + cosines) / 2, np.float32(1e-30))
    return xp.log(shifted), xp.log(shifted + np.float32(EPSILON))


def _feed_directions(
    top: Any,
    unit: NDArray[np.float32],
    cosines: NDArray[np.float32],
    abc: NDArray[np.int32],
    may_win: NDArray[np.float32],
    first: int,
    left_out: tuple[NDArray[np.int32], NDArray[np.int64]],
    threads: int,
) -> None:
    """PairDirection for unit vectors: ((d - c) · (b - a)) / |d - c|, with |d - c|² = 2 - 2 c·d.

    |b - a| is the same for all d, and left out.
    """
    scores = np.empty((len(abc), cosines.shape[1]), dtype=np.float32)
    step = max(1, SCORES_PER_BLOCK // max(1, cosines.shape[1]))
    for start in range(0, len(abc), step):
        a, b, c = abc[start : start + step].T
        own = np.einsum("qd,qd->q", unit[c], unit[b] - unit[a])
        distance = np.sqrt(np.maximum(2 - 2 * cosines[c], np.float32(1e-12)))
        scores[start : start + step] = (cosines[b] - cosines[a] - own[:, None]) / distance
    top.feed(scores, may_win, first, *left_out, threads)
