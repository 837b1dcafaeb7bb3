"""Keys in, vectors out, for any kind of table, on any device, with a policy for missing keys."""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np
from numpy.typing import NDArray
from thinc.api import NumpyOps
from thinc.types import Floats2d

from vectorsuite.protocols import Table

NUMPY_OPS = NumpyOps()
# id of a table's array -> (reference to the array, copies of it by name of the ops)
_copies: dict[int, tuple[weakref.ref[Any], dict[str, Any]]] = {}


def gather(
    table: Table,
    keys: NDArray[np.uint64],
    *,
    ops: Any = NUMPY_OPS,
    oov: Any = None,
    strings: Any = None,
) -> tuple[Floats2d, NDArray[np.bool_]]:
    """Look up one vector per key; a key that has none gets what the policy says, else zeros.

    :param table: Ours, spaCy's, or any object with ``get_batch``; of float16 to float64.
    :param keys: Hashes of words, (N,) uint64, on the CPU.
    :param oov: A policy of ``vectorsuite.vectors.oov``; None asks the table for its own.
    :param strings: Store that knows the missing words; the table's if None.
    :returns: New array, (N, D) float32, on the device of ``ops``, and which keys have a vector,
        from the table or from the policy, (N,) bool.
    """
    oov = oov if oov is not None else getattr(table, "oov", None)
    vectors, known = _gather_known(table, keys, ops)
    if oov is None or known.all():
        return vectors, known
    missing = np.flatnonzero(~known)
    store = strings if strings is not None else table.strings  # type: ignore[attr-defined]
    found, answered = oov([store[int(key)] for key in keys[missing]], table)
    if answered.any():
        vectors[ops.asarray1i(missing[answered])] = ops.asarray2f(found[answered])
        known[missing[answered]] = True
    return vectors, known


def has_rows(table: Any) -> bool:
    """Whether the table is a plain one, an array with one row for each key."""
    mode = getattr(table, "mode", None)
    return str(getattr(mode, "value", mode)) == "default" and hasattr(table, "find")


def _gather_known(
    table: Any, keys: NDArray[np.uint64], ops: Any
) -> tuple[Floats2d, NDArray[np.bool_]]:
    if not len(keys):
        return ops.alloc2f(0, table.shape[1]), np.zeros(0, dtype=bool)
    if not has_rows(table):
        known = np.fromiter((int(key) in table for key in keys), dtype=bool, count=len(keys))
        vectors = ops.alloc2f(len(keys), table.shape[1])
        if known.any():
            vectors[ops.asarray(known)] = ops.asarray2f(table.get_batch(keys[known]))
        return vectors, known
    rows = np.asarray(table.find(keys=keys))
    known = rows >= 0
    if not known.any():
        return ops.alloc2f(len(keys), table.shape[1]), known
    data = on_device(table.data, ops)
    vectors = ops.asarray2f(data[ops.asarray1i(np.maximum(rows, 0))])
    if not known.all():
        vectors[ops.asarray1i(np.flatnonzero(~known))] = 0
    return vectors, known


def on_device(data: Any, ops: Any) -> Any:
    """A table's array where the ops compute: the array itself, or a copy made once.

    The copy lives as long as the array does. Writing into an array that was copied does not
    change the copy; ``Vectors.to_ops`` moves a table for good.
    """
    if isinstance(data, ops.xp.ndarray):
        # a plain view: indexing a memory map directly would go through its Python subclass
        return data.view(np.ndarray) if isinstance(data, np.memmap) else data
    held = _copies.get(id(data))
    if held is None or held[0]() is not data:
        number = id(data)
        held = (weakref.ref(data, lambda _: _copies.pop(number, None)), {})
        _copies[number] = held
    if ops.name not in held[1]:
        held[1][ops.name] = ops.asarray(data)
    return held[1][ops.name]
