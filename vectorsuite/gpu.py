"""Choosing a GPU: thinc's functions, with errors that say what to install."""

from __future__ import annotations

import ctypes

from vectorsuite.errors import MissingExtraError


def require_gpu(gpu_id: int = 0) -> bool:
    """Make a GPU the device that thinc's current ops work on; tables open there from then on.

    :raises MissingExtraError: CuPy is not installed.
    :raises ValueError: There is no such GPU, or CuPy does not work. thinc's ops are as before then.
    :returns: True.
    """
    from thinc import api, compat, util

    if not (util.has_cupy or compat.has_torch_mps_gpu):
        reason = why_cupy_fails()
        if reason is None:
            raise MissingExtraError("Work on a GPU", "cupy", cuda_extra())
        raise ValueError(
            f"CuPy is installed, but does not work: {reason}. If CUDA's libraries are missing: "
            f"pip install 'cupy-{cuda_extra()}[ctk]'"
        )
    before = api.get_current_ops()
    try:
        api.require_gpu(gpu_id)
    except Exception as error:  # CuPy raises its own types, from the driver's messages
        api.set_current_ops(before)
        reason = " ".join(str(error).split()).rstrip(".")
        raise ValueError(
            f"GPU {gpu_id} cannot be used: {reason}. `vectorsuite info` says what there is; for "
            f"another version of CUDA: pip install 'vectorsuite[{cuda_extra()}]'"
        ) from error
    return True


def prefer_gpu(gpu_id: int = 0) -> bool:
    """Do the same where it is possible.

    :returns: Whether there is such a GPU; without one nothing changes.
    """
    try:
        return require_gpu(gpu_id)
    except (ImportError, ValueError):
        return False


def why_cupy_fails() -> str | None:
    """What importing CuPy, with all that thinc needs of it, says; None if it is not installed."""
    try:
        import cupy.cublas  # noqa: F401
    except ModuleNotFoundError as error:
        if error.name == "cupy":
            return None
        message = str(error)
    except (ImportError, AttributeError) as error:
        message = str(error)
    else:
        message = "thinc cannot use it"
    # CuPy's own message is a page that ends with what happened
    text = " ".join(message.replace("=", " ").split())
    return text.rpartition("Original error:")[2].strip().rstrip(".")


def cuda_extra() -> str:
    """The extra that brings CuPy for the NVIDIA driver of this machine; without one, the newest."""
    version = ctypes.c_int(0)
    for name in ("libcuda.so.1", "nvcuda.dll"):
        try:
            ctypes.CDLL(name).cuDriverGetVersion(ctypes.byref(version))
            break
        except (OSError, AttributeError):
            continue
    return "cuda12x" if 0 < version.value < 13000 else "cuda13x"
