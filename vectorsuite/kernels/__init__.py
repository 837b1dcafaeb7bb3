"""Compiled loops behind NumPy arrays. Knows arrays, never words."""

try:
    import vectorsuite.kernels._core as _core
except ImportError as error:
    raise ImportError(
        "The compiled core vectorsuite.kernels._core cannot be imported "
        f"({error}). Build it with: pip install ."
    ) from error

_core.cpu_level()  # a wrong VECTORSUITE_CPU fails here, not in the middle of a job

__all__ = ["_core"]
