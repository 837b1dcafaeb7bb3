"""``--gpu-id``, which several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from vectorsuite.cli.words import read_words

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


def load_words(table: Any, gpu_id: int, words: Path | None = None) -> Any:
    """Open a table, on a GPU where one is asked for; see :func:`vectorsuite.load`.

    :param words: File of the words that searches of a floret table find.
    """
    from vectorsuite import load

    ops = gpu_ops(gpu_id)
    vectors = load(table, words=None if words is None else read_words(words))
    if ops is not None:
        vectors.to_ops(ops)
    return vectors
