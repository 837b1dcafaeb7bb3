"""Compiled loops behind NumPy arrays. Knows arrays, never words."""

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


KINDS = ("array", "compiled", "cuda", "reference")


def kernels_for(ops: Any, kind: str | None = None) -> Any:
    """The training loops for the arrays of a thinc ops object.

    :param ops: None: NumPy.
    :param kind: "compiled", the C++ loops, for NumPy's arrays; "cuda", for CuPy's; "array", array
        operations, for any; "reference", the specification. By default the first of these that
        fits.
    :returns: Something with ``train``.
    :raises ValueError: There are no such loops, or they do not work on these arrays.
    """
    import numpy

    on_host = ops is None or ops.xp is numpy
    on_cuda = not on_host and ops.name == "cupy"
    kind = kind or ("compiled" if on_host else "cuda" if on_cuda else "array")
    if kind == "array":
        from vectorsuite.kernels.array import ArrayKernels

        return ArrayKernels(ops)
    if kind not in KINDS:
        raise ValueError(f"There are no training loops {kind!r}; there are {', '.join(KINDS)}.")
    if kind == "reference":
        from vectorsuite.kernels import reference

        return reference
    if kind == "cuda":
        if not on_cuda:
            raise ValueError("The CUDA loops train on CuPy's arrays; use its ops.")
        from vectorsuite.kernels.cuda import run

        return run
    if not on_host:
        raise ValueError(f"The compiled loops train on NumPy's arrays, not on those of {ops.name}.")
    from vectorsuite.kernels import compiled

    return compiled


__all__ = ["_core", "kernels_for"]
