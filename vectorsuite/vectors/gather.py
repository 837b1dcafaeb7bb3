"""Keys in, vectors out, for any kind of table, on any device, with a policy for missing keys."""

from __future__ import annotations

import weakref
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels.device import is_host, move, on_host, ops_of, take_rows
from vectorsuite.protocols import Table

if TYPE_CHECKING:
    from thinc.types import Floats2d

# id of a table's array -> reference to it, the table's generation, copies by name of the ops
_copies: dict[int, tuple[weakref.ref[Any], Any, dict[str, Any]]] = {}


@cache
def numpy_ops() -> Any:
    """thinc's ops for NumPy; thinc is imported when first needed, see ``kernels.device``."""
    from thinc.backends import NumpyOps

    return NumpyOps()


def gather(
    table: Table,
    keys: NDArray[np.uint64],
    *,
    ops: Any = None,
    oov: Any = None,
    strings: Any = None,
) -> tuple[Floats2d, NDArray[np.bool_]]:
    """Look up one vector per key; a key that has none gets what the policy says, else zeros.

    :param table: Ours, spaCy's, or any object with ``get_batch``; of float16 to float64.
    :param keys: Hashes of words, (N,) uint64, on the CPU.
    :param ops: thinc ops; None: NumPy's.
    :param oov: A policy of ``vectorsuite.vectors.oov``; None asks the table for its own.
    :param strings: Store that knows the missing words; the table's if None.
    :raises ValueError: There is a policy, and nothing that knows the missing words.
    :returns: New array, (N, D) float32, on the device of ``ops``, and which keys have a vector,
        from the table or from the policy, (N,) bool.
    """
    oov = oov if oov is not None else getattr(table, "oov", None)
    strings = strings if strings is not None else getattr(table, "strings", None)
    vectors, known = gather_known(table, keys, ops=ops, strings=strings)
    if oov is not None and not known.all():
        ask_policy(oov, table, keys, vectors, known, strings)
    return vectors, known


def ask_policy(
    policy: Any,
    table: Any,
    keys: NDArray[np.uint64],
    vectors: Any,
    known: NDArray[np.bool_],
    strings: Any,
) -> None:
    """Let a policy fill in the vectors of missing keys; changes ``vectors`` and ``known``.

    Keys that the strings do not know are left as they are: no policy can say anything of them.

    :raises ValueError: There are no strings.
    """
    if strings is None:
        raise ValueError(
            f"The policy {policy!r} answers for words, and nothing here knows the words of the "
            "missing keys: give strings=, a store of them."
        )
    missing = [i for i in np.flatnonzero(~known).tolist() if int(keys[i]) in strings]
    if not missing:
        return
    found, answered = policy([strings[int(keys[i])] for i in missing], table)
    chosen = np.array(missing)[answered]
    if len(chosen):
        ops = numpy_ops() if is_host(vectors) else ops_of(vectors)
        vectors[ops.asarray1i(chosen)] = ops.asarray2f(found[answered])
        known[chosen] = True


def has_rows(table: Any) -> bool:
    """Whether the table is a plain one, an array with one row for each key."""
    return _is_mode(table, "default") and hasattr(table, "find")


def _is_mode(table: Any, mode: str) -> bool:
    """Whether it is the table's mode, which is a string or, as in spaCy, an enumeration."""
    its = getattr(table, "mode", None)
    return bool(its == mode or getattr(its, "value", None) == mode)


def gather_known(
    table: Any, keys: NDArray[np.uint64], *, ops: Any = None, strings: Any = None
) -> tuple[Floats2d, NDArray[np.bool_]]:
    """What :func:`gather` gives without any policy, that of the table included.

    :param strings: Store that knows the words, for a floret table; the table's if None.
    """
    ops = numpy_ops() if ops is None else ops
    if not len(keys):
        return ops.alloc2f(0, table.shape[1]), np.zeros(0, dtype=bool)
    if _is_mode(table, "floret"):
        strings = strings if strings is not None else getattr(table, "strings", None)
        # by words: the table's own store need not know the words of these texts
        words = keys if strings is None else [strings[key] for key in keys.tolist()]
        return ops.asarray2f(table.get_batch(words)), np.ones(len(keys), dtype=bool)
    if not has_rows(table):
        known = np.fromiter((int(key) in table for key in keys), dtype=bool, count=len(keys))
        vectors = ops.alloc2f(len(keys), table.shape[1])
        if known.any():
            vectors[ops.asarray(known)] = ops.asarray2f(table.get_batch(keys[known]))
        return vectors, known
    rows = _rows_of(table, keys)
    known = rows >= 0
    n_known = np.count_nonzero(known)
    if not n_known:
        return ops.alloc2f(len(keys), table.shape[1]), known
    all_known = n_known == len(keys)
    vectors = take_rows(on_device(table, ops), rows if all_known else np.maximum(rows, 0))
    if vectors.dtype != np.float32:
        vectors = ops.asarray2f(vectors)
    if not all_known:
        vectors[ops.asarray1i(np.flatnonzero(~known))] = 0
    return vectors, known


def _rows_of(table: Any, keys: NDArray[np.uint64]) -> NDArray[np.int32]:
    """Rows of keys on the host; the table may be on a device."""
    index: Any = getattr(table, "key2row", None)
    if hasattr(index, "find"):  # ours: no way round over the device
        rows: NDArray[np.int32] = index.find(keys)
        return rows
    return on_host(table.find(keys=keys))


def on_device(table: Any, ops: Any) -> Any:
    """A table's array where the ops compute: the array itself, or a copy made once.

    The copy lives as long as the array does, and is made anew when the table counts a change.
    What is written past the table, into ``table.data``, shows after ``table.touch()``.
    ``Vectors.to_ops`` moves a table for good.
    """
    data, generation = table.data, getattr(table, "generation", None)
    if isinstance(data, ops.xp.ndarray):
        # a plain view: indexing a memory map directly would go through its Python subclass
        return data.view(np.ndarray) if isinstance(data, np.memmap) else data
    number = id(data)
    held = _copies.get(number)
    if held is None or held[0]() is not data or held[1] != generation:
        held = (weakref.ref(data, lambda _: _copies.pop(number, None)), generation, {})
        _copies[number] = held
    copies = held[2]
    if ops.name not in copies:
        copies[ops.name] = move(data, ops)
    return copies[ops.name]
