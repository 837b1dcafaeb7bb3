"""Which rows of a table are equal."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels import _core
from vectorsuite.kernels.device import array_module, on_host

CELLS_PER_BLOCK = 1 << 22
ROWS_COMPARED = 4096  # at a time: bounds the memory of a table of equal rows


def first_equal_rows(data: Any) -> NDArray[np.int64]:
    """For every row the lowest row that is equal to it; 0.0 and −0.0 are equal.

    Rows are hashed where they are, and those with equal hashes compared.

    :param data: (R, D) float, on any device.
    :returns: (R,) on the host.
    """
    xp = array_module(data)
    hashes = _hash_rows(data) if xp is np else _hash_rows_on_device(data)
    _, first, group = xp.unique(hashes, return_index=True, return_inverse=True)
    lowest = first[group]
    others = xp.flatnonzero(lowest != xp.arange(len(data)))
    for start in range(0, len(others), ROWS_COMPARED):
        some = others[start : start + ROWS_COMPARED]
        # unequal: another row with this hash, or a NaN; such a row stays alone
        equal = (data[some] == data[lowest[some]]).all(axis=1)
        lowest[some] = xp.where(equal, lowest[some], some)
    rows: NDArray[np.int64] = on_host(lowest)
    return rows


def _hash_rows(data: NDArray[Any]) -> NDArray[np.uint64]:
    hashes = np.empty(len(data), dtype=np.uint64)
    step = max(1, CELLS_PER_BLOCK // max(1, data.shape[1]))
    for start in range(0, len(data), step):
        block = np.ascontiguousarray(data[start : start + step] + 0)  # makes −0.0 into 0.0
        offsets = np.arange(len(block) + 1, dtype=np.int64) * block[:1].nbytes
        hashes[start : start + step] = _core.hash_strings(block.view(np.uint8).ravel(), offsets)
    return hashes


def _hash_rows_on_device(data: Any) -> Any:
    """Multilinear hashes of the bits of rows, (R,) uint64: sums of words times random numbers.

    Carter & Wegman (1979, J. Computer and System Sciences 18), modulo 2^64.
    """
    xp = array_module(data)
    factors = np.random.default_rng(0).integers(1, 1 << 63, data.shape[1], dtype=np.uint64) * 2 + 1
    factors = xp.asarray(factors)
    hashes = xp.empty(len(data), dtype="uint64")
    step = max(1, CELLS_PER_BLOCK // max(1, data.shape[1]))
    for start in range(0, len(data), step):
        block = data[start : start + step] + 0
        words = block.view(f"uint{8 * block.dtype.itemsize}").astype("uint64")
        words ^= words >> 17  # floats end in zeros, which multiplication would keep
        hashes[start : start + step] = (words * factors).sum(axis=1, dtype="uint64")
    return hashes
