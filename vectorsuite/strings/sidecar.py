"""Files of our own beside spaCy's: the same content, laid out to be mapped instead of parsed.

Such a file is only good as long as its source is the one it was made from. Size and time of the
source tell cheaply that nothing happened; if the time differs, a checksum decides, because copying
a directory changes times but no content. A sidecar that is missing, stale or damaged is ignored:
the source alone is always enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.io.array_file import map_arrays, write_arrays
from vectorsuite.io.atomic import written_beside
from vectorsuite.kernels import _core

# Times have a grain of some milliseconds, so two quick writes may share one: small files, where a
# checksum costs nothing, are always read.
_ALWAYS_READ = 1 << 20
_VERSION = "1"


def write_sidecar(path: Path, source: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays that stand for the content of a source file, with what identifies it."""
    status = source.stat()
    metadata = {
        "format": f"vectorsuite sidecar {_VERSION}",
        "source_size": str(status.st_size),
        "source_time": str(status.st_mtime_ns),
        "source_checksum": str(_checksum(source)),
    }
    with written_beside(path) as beside:
        write_arrays(beside, arrays, metadata)


def map_sidecar(path: Path, source: Path) -> dict[str, NDArray[Any]] | None:
    """Map the arrays of a sidecar; None if it is missing, damaged or not made from the source."""
    try:
        arrays, metadata = map_arrays(path)
        status = source.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    if metadata.get("format") != f"vectorsuite sidecar {_VERSION}":
        return None
    if metadata.get("source_size") != str(status.st_size):
        return None
    known_time = metadata.get("source_time") == str(status.st_mtime_ns)
    if known_time and status.st_size >= _ALWAYS_READ:
        return arrays
    return arrays if metadata.get("source_checksum") == str(_checksum(source)) else None


def _checksum(path: Path) -> int:
    if path.stat().st_size == 0:  # an empty file cannot be mapped
        return 0
    return int(_core.checksum(np.memmap(path, dtype=np.uint8, mode="r")))
