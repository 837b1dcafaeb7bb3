"""``--gpu-id``, which several commands have."""

from __future__ import annotations

from typing import Any

import typer

GPU_ID = typer.Option(-1, "--gpu-id", "-g", help="GPU to work on; -1: the CPU.")


def gpu_ops(gpu_id: int) -> Any:
    """Make a GPU the current device and return its ops; None for the CPU.

    :raises MissingExtraError: CuPy is not installed.
    :raises ValueError: There is no such GPU.
    """
    if gpu_id < 0:
        return None
    from thinc.api import get_current_ops

    from vectorsuite.gpu import require_gpu

    require_gpu(gpu_id)
    return get_current_ops()


def load_words(table: Any, gpu_id: int) -> Any:
    """Open a table, on a GPU where one is asked for; see :func:`vectorsuite.load`."""
    from vectorsuite import load

    ops = gpu_ops(gpu_id)
    words = load(table)
    if ops is not None:
        words.to_ops(ops)
    return words
