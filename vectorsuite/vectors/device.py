"""Arrays on the host and on a GPU, without importing thinc before it is needed.

thinc imports torch where that is installed, which takes seconds; opening a table takes less than
one millisecond.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np


def is_host(array: Any) -> bool:
    """Whether an array is not on a GPU."""
    return isinstance(array, np.ndarray) or not hasattr(array, "__cuda_array_interface__")


def on_host(array: Any) -> Any:
    """The array, copied from the GPU if it is there."""
    return array if is_host(array) else array.get()


def ops_of(array: Any) -> Any:
    """thinc's ops for the device that an array is on."""
    from thinc.backends import get_array_ops

    return get_array_ops(array)


def array_module(array: Any) -> Any:
    """NumPy, or CuPy for an array of its own."""
    return np if isinstance(array, np.ndarray) else ops_of(array).xp


def current_ops() -> Any:
    """thinc's current ops, or None for plain NumPy: which it is until somebody says otherwise."""
    if "thinc.backends" not in sys.modules:
        return None
    from thinc.backends import get_current_ops

    ops = get_current_ops()
    return None if ops.xp is np else ops


def zeros(shape: tuple[int, int]) -> Any:
    """A table of zeros, float32, where thinc works at present."""
    ops = current_ops()
    return (np if ops is None else ops.xp).zeros(shape, dtype="f")
