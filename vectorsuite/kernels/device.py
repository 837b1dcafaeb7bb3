"""Arrays on the host and on a device, without importing thinc before it is needed.

thinc imports torch where that is installed, which takes seconds; opening a table takes less than
one millisecond.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

# Ops whose arrays thinc does not know by itself, by the type of these; filled by `move`.
_ops_of_type: dict[type, Any] = {}


def is_host(array: Any) -> bool:
    """Whether an array, or what can be made one, is not on a device."""
    return isinstance(array, np.ndarray) or not hasattr(array, "__cuda_array_interface__")


def on_host(array: Any) -> Any:
    """The array, copied from the device if it is there; what is no array becomes none."""
    return array if is_host(array) else array.get()


def ops_of(array: Any) -> Any:
    """thinc's ops for the device that an array is on."""
    ops = _ops_of_type.get(type(array))
    if ops is None:
        from thinc.backends import get_array_ops

        ops = get_array_ops(array)
    return ops


def array_module(array: Any) -> Any:
    """NumPy, or the module of the same functions for an array of its own, such as CuPy."""
    return np if isinstance(array, np.ndarray) else ops_of(array).xp


def take_rows(array: Any, rows: Any) -> Any:
    """Some rows of an array, on its device.

    :param rows: Numbers or a mask, on the host.
    """
    return array[rows] if is_host(array) else array[array_module(array).asarray(rows)]


def move(array: Any, ops: Any) -> Any:
    """The array where thinc's ops compute: itself if it is there, else a copy.

    :param ops: None: NumPy.
    """
    if ops is None or ops.xp is np:
        return on_host(array)
    if isinstance(array, ops.xp.ndarray):
        return array
    _ops_of_type[ops.xp.ndarray] = ops
    return ops.asarray(array)


def current_ops() -> Any:
    """thinc's current ops, or None for plain NumPy: which it is until somebody says otherwise."""
    if "thinc.backends" not in sys.modules:
        return None
    from thinc.backends import get_current_ops

    ops = get_current_ops()
    if ops.xp is np:
        return None
    _ops_of_type[ops.xp.ndarray] = ops
    return ops


def zeros(shape: tuple[int, int]) -> Any:
    """A table of zeros, float32, where thinc works at present."""
    ops = current_ops()
    return (np if ops is None else ops.xp).zeros(shape, dtype="f")
