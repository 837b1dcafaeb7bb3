"""``vectorsuite info``."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import Any

import typer

from vectorsuite.cli.json_output import print_json


def info(
    table: Path | None = typer.Argument(None, help="A trained directory, or a file of vectors."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Describe the installation; with a table, describe the table."""
    facts = describe_installation() if table is None else describe_table(table)
    if as_json:
        print_json(facts)
        return
    shown = {name: value for name, value in facts.items() if value not in ([], {})}
    width = max(len(name) for name in shown)
    for name, value in shown.items():
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
    except (ImportError, AttributeError):
        from vectorsuite.gpu import cuda_extra, why_cupy_fails

        reason = why_cupy_fails()
        if reason is None:
            return f"none: CuPy is not installed (pip install 'vectorsuite[{cuda_extra()}]')"
        return f"none: CuPy cannot be imported: {reason}"
    try:
        count = cupy.cuda.runtime.getDeviceCount()
        names = [cupy.cuda.runtime.getDeviceProperties(i)["name"].decode() for i in range(count)]
    except Exception as error:  # CuPy raises its own types, from the driver's messages
        return f"none: {' '.join(str(error).split())}"
    return ", ".join(f"{i}: {name}" for i, name in enumerate(names)) or "none: no CUDA device"


def describe_table(path: Path) -> dict[str, Any]:
    """Return shape and origin of a table."""
    from vectorsuite.io.checked_file import checked_kind
    from vectorsuite.models.pipeline import load

    kind = checked_kind(path) if path.is_file() else "directory"
    if kind is None:
        return describe_file(path)
    table = load(path).vocab.vectors
    facts: dict[str, Any] = {
        "table": str(path),
        "format": kind,
        "name": table.name,
        "mode": table.mode,
        "keys": max(0, table.n_keys),
        "rows": table.shape[0],
        "width": table.shape[1],
        "dtype": str(table.data.dtype),
        "megabytes": round(table.data.nbytes / 1e6, 1),
    }
    if table.mode == "floret":
        for name in ("minn", "maxn", "hash_count"):
            facts[f"n-grams: {name}"] = getattr(table, name)
    known = getattr(table.oov, "facts", {})
    facts.update({f"n-grams: {name}": value for name, value in known.items()})
    settings = dict(table.settings)
    config = settings.pop("config", {})
    for name, value in settings.items():
        facts[f"trained: {name}"] = value
    for section, values in config.items():
        for key, value in values.items():
            facts[f"trained: {section}.{key}"] = value
    return facts


def describe_file(path: Path) -> dict[str, Any]:
    """Return what a file of vectors holds; reads it to the end, so a damaged one is told."""
    from dataclasses import asdict

    from vectorsuite.io.open import load_any

    vectors = load_any(path)
    facts: dict[str, Any] = {
        "table": str(path),
        "format": vectors.format,
        "mode": "floret" if vectors.floret else "default",
        "rows": len(vectors),
        "width": vectors.width,
        "dtype": str(vectors.data.dtype),
        "megabytes": round(vectors.data.nbytes / 1e6, 1),
        "bytes of the file": path.stat().st_size,
        "rows of words seen before": vectors.n_duplicates,
        "counts": vectors.counts is not None,
    }
    if vectors.floret:
        facts.update(asdict(vectors.floret))
    model = vectors.extras.get("fasttext")
    if model is not None:
        facts.update({f"fastText: {name}": value for name, value in model.arguments.items()})
    return facts


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    if isinstance(value, dict):
        return ", ".join(f"{name} {_plain(item)}" for name, item in value.items())
    if isinstance(value, float):
        return f"{value:.6g}"
    return f"{value:,}" if type(value) is int else str(value)
