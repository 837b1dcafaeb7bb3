"""Lengths and cosines of vectors; a zero vector has the cosine 0 with any."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels.device import array_module, on_host
from vectorsuite.kernels.nearest import RowIndex


def unit(vector: Any) -> NDArray[Any]:
    """A vector scaled to length 1, in its own float type; zero stays zero, and length 1 as it is.

    :param vector: (D,) numbers.
    """
    vector = np.asarray(vector)
    if vector.dtype.kind != "f":
        vector = vector.astype(np.float64)
    length = math.sqrt(vector.dot(vector))
    if length == 0 or (0.9 < length < 1.1 and abs(length - 1) <= _rounding(vector.dtype)):
        return vector.copy()
    return vector / length


@cache
def _rounding(dtype: np.dtype[Any]) -> float:
    """How far from 1 the length of a vector that was scaled to it may be."""
    return 2 * float(np.finfo(dtype).eps)


def scale_rows(vectors: NDArray[np.float64]) -> None:
    """Scale rows, (N, D), to length 1, in place; zero rows stay zero."""
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    lengths[lengths == 0] = 1
    vectors /= lengths[:, None]


def cosine(a: NDArray[Any], b: NDArray[Any]) -> float:
    """Cosine of two vectors, (D,), summed in double precision, in [-1, 1]; 0 if either is zero.

    A float of NumPy's: programs for gensim ask such numbers for their ``item()`` and ``dtype``.
    """
    a, b = a.astype(np.float64), b.astype(np.float64)
    squares = float(a @ a) * float(b @ b)
    if not squares > 0:
        return np.float64(0)
    return np.float64(max(-1.0, min(1.0, float(a @ b) / math.sqrt(squares))))


def pair_cosines(vectors_1: Any, vectors_2: Any) -> NDArray[np.float64]:
    """Cosine of each row of one array and the same row of another; see :func:`cosine`.

    :param vectors_1: (N, D) float on any device; vectors_2 likewise.
    :returns: (N,) on the host.
    """
    xp = array_module(vectors_1)
    a, b = vectors_1.astype("float64"), vectors_2.astype("float64")
    lengths = xp.sqrt((a * a).sum(axis=1) * (b * b).sum(axis=1))
    cosines = (a * b).sum(axis=1) / xp.where(lengths > 0, lengths, 1.0)
    found: NDArray[np.float64] = on_host(xp.clip(xp.where(lengths > 0, cosines, 0.0), -1, 1))
    return found


def cosines_to_rows(vector: NDArray[Any], index: RowIndex) -> Any:
    """Cosine of a vector, (D,) on the host, and every row, (R,) beside them; 0 for zero rows."""
    stored = index.table
    xp = array_module(stored)
    with np.errstate(invalid="ignore"):
        cosines = stored @ xp.asarray(unit(vector).astype(stored.dtype)) * index.scale
    return xp.clip(xp.nan_to_num(cosines, copy=False), -1, 1)
