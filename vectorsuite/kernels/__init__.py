"""Compiled loops behind NumPy arrays. Knows arrays, never words."""

from types import ModuleType
from typing import Any

try:
    import vectorsuite.kernels._core as _core
except ImportError as error:
    raise ImportError(
        "The compiled core vectorsuite.kernels._core cannot be imported "
        f"({error}). In the root of a clone Python takes the sources for the package: run it from "
        "another folder after pip install ., or install by pip install -e ."
    ) from error

_core.cpu_level()  # a wrong VECTORSUITE_CPU fails here, not in the middle of a job


def kernels_for(ops: Any) -> ModuleType:
    """The training loops for the arrays of a thinc ops object.

    :param ops: ``NumpyOps`` (or a subclass with NumPy arrays) gets the compiled loops, anything
        else the NumPy reference, which runs on any array module.
    :returns: A module with ``train``.
    """
    import numpy

    if ops is None or ops.xp is numpy:
        from vectorsuite.kernels import compiled

        return compiled
    from vectorsuite.kernels import reference

    return reference


__all__ = ["_core", "kernels_for"]
