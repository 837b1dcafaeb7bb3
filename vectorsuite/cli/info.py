"""``vectorsuite info``."""

from __future__ import annotations

import json
import platform
from pathlib import Path
from typing import Any

import typer


def info(
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Describe the installation."""
    facts = describe_installation()
    if as_json:
        typer.echo(json.dumps(facts, ensure_ascii=False))
        return
    width = max(len(name) for name in facts)
    for name, value in facts.items():
        typer.echo(f"{name:<{width}}  {_plain(value)}")


def describe_installation() -> dict[str, Any]:
    """Return versions, the CPU level in use and all there are, thinc's ops, GPUs or why none."""
    import numpy
    import thinc
    from thinc.api import get_current_ops

    import vectorsuite
    import vectorsuite.kernels._core as _core

    return {
        "vectorsuite": vectorsuite.__version__,
        "installed in": str(Path(vectorsuite.__file__).parent),
        "python": platform.python_version(),
        "numpy": numpy.__version__,
        "thinc": thinc.__version__,
        "cpu level": _core.cpu_level(),
        "cpu levels": list(_core.cpu_levels()),
        "thinc ops": get_current_ops().name,
        "gpu": describe_gpus(),
    }


def describe_gpus() -> str:
    """Name the GPUs that CuPy sees, or say why there is none."""
    try:
        import cupy
    except ImportError as error:
        if getattr(error, "name", "") == "cupy":
            return "none: CuPy is not installed (pip install 'vectorsuite[cuda12x]')"
        return f"none: CuPy cannot be imported: {' '.join(str(error).split())}"
    try:
        count = cupy.cuda.runtime.getDeviceCount()
        names = [cupy.cuda.runtime.getDeviceProperties(i)["name"].decode() for i in range(count)]
    except Exception as error:  # CuPy raises its own types, from the driver's messages
        return f"none: {' '.join(str(error).split())}"
    return ", ".join(f"{i}: {name}" for i, name in enumerate(names)) or "none: no CUDA device"


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:,}" if isinstance(value, int) else str(value)
