"""Turn a new table so that a model trained with an old one can use it."""

from __future__ import annotations

from typing import Any

import numpy as np

from vectorsuite.kernels.device import on_host
from vectorsuite.vectors.key_index import KeyIndex
from vectorsuite.vectors.table import Vectors


def realign(new: Vectors, old: Any, *, min_shared: int = 1) -> Vectors:
    """Rotate a table onto another by the keys they share.

    Orthogonal Procrustes (Schönemann 1966, Psychometrika 31): the matrix Q, (D_new, D_old), with
    orthonormal columns or rows that minimizes |A Q − B| over the shared keys, A and B being
    their vectors, is U Vᵀ of the singular value decomposition of Aᵀ B.

    :param new: Table to turn, of mode "default".
    :param old: Table that the model was trained with; ours or spaCy's.
    :param min_shared: Fewest shared keys that are enough.
    :returns: New table with the keys of ``new`` and the width of ``old``.
    :raises ValueError: Too few shared keys.
    """
    keys = np.fromiter(new.key2row, dtype=np.uint64, count=len(new.key2row))
    old_rows = on_host(old.find(keys=keys))
    shared = keys[old_rows >= 0]
    if len(shared) < max(min_shared, 1):
        raise ValueError(
            f"The tables share {len(shared)} keys; aligning them needs at least "
            f"{max(min_shared, 1)}. Are they of the same language, and of the same attr?"
        )
    data = on_host(new.data).astype(np.float32)
    A = data[on_host(new.find(keys=shared))].astype(np.float64)
    B = on_host(old.data)[old_rows[old_rows >= 0]].astype(np.float64)
    U, _, Vt = np.linalg.svd(A.T @ B, full_matrices=False)
    turned = data @ (U @ Vt).astype(np.float32)
    table = Vectors(strings=new.strings, data=turned, name=new.name, attr=new.attr)
    table.key2row = KeyIndex(new.key2row)
    return table
