"""State and arrays in one file that knows when it is damaged.

Layout: that of :mod:`vectorsuite.io.array_file`. Its metadata has ``format`` and ``version`` (what
wrote it), ``state`` (JSON), ``arrays`` (JSON: dtype, shape and CRC-32 of each array by name) and
``checksum`` (CRC-32 of the other four, joined by new lines).
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.io.array_file import map_arrays, write_arrays
from vectorsuite.io.atomic import written_beside

_BLOCK_BYTES = 1 << 24
_SEALED = ("format", "version", "state", "arrays")


def write_checked(
    path: Path,
    kind: str,
    version: int,
    state: Mapping[str, Any],
    arrays: Mapping[str, NDArray[Any]],
) -> None:
    """Write a file that :func:`read_checked` opens; it has its name only when it is on the disk.

    :param kind: What it holds, for the message when something else is expected.
    :param state: What JSON can hold.
    """
    arrays = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    metadata = {
        "format": kind,
        "version": str(version),
        "state": json.dumps(state),
        "arrays": json.dumps({name: _describe(array) for name, array in arrays.items()}),
    }
    metadata["checksum"] = _seal(metadata)
    with written_beside(path) as beside:
        write_arrays(beside, arrays, metadata)
        _sync(beside)
    _sync(path.parent)  # the new name, too, outlives a power cut


def read_checked(
    path: Path, kind: str, version: int, *, verify: bool = True
) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Open a file that :func:`write_checked` wrote.

    :param verify: Read all arrays to compare their checksums; otherwise only the rest is checked.
    :returns: The state, and the arrays by name: memory-mapped and read-only.
    :raises FileNotFoundError: There is no such file.
    :raises ValueError: It is something else, of another version, or damaged; says which.
    """
    if not path.is_file():
        raise FileNotFoundError(f"There is no file {path}.")
    arrays, metadata = map_arrays(path)
    found = metadata.get("format")
    if found is None or any(key not in metadata for key in (*_SEALED, "checksum")):
        raise ValueError(f"{path} is no {kind}: it was not written by this program.")
    if metadata["checksum"] != _seal(metadata):
        raise ValueError(f"{path} is damaged: the checksum of its header does not fit.")
    if found != kind:
        raise ValueError(f"{path} is a {found}, not a {kind}.")
    if metadata["version"] != str(version):
        raise ValueError(
            f"{path} has version {metadata['version']} of the format; this program reads version "
            f"{version}. Open it with the vectorsuite that wrote it."
        )
    expected = json.loads(metadata["arrays"])
    for name in {*arrays, *expected}:
        if name not in arrays or name not in expected:
            raise ValueError(f"{path} is damaged: its lists of arrays differ in {name!r}.")
        dtype, shape, checksum = expected[name]
        array = arrays[name]
        if (array.dtype.str, list(array.shape)) != (dtype, shape):
            raise ValueError(f"{path} is damaged: the type or shape of {name!r} does not fit.")
        if verify and _checksum(array) != checksum:
            raise ValueError(f"{path} is damaged: the checksum of {name!r} does not fit.")
    return json.loads(metadata["state"]), arrays


def checked_kind(path: Path) -> str | None:
    """What a file holds that :func:`write_checked` wrote; None for any other file."""
    try:
        metadata = map_arrays(path)[1]
    except ValueError:
        return None
    return metadata.get("format") if "checksum" in metadata else None


def _describe(array: NDArray[Any]) -> list[Any]:
    return [array.dtype.str, list(array.shape), _checksum(array)]


def _checksum(array: NDArray[Any]) -> int:
    """CRC-32 of an array's bytes, (any shape), C order."""
    data: Any = array.reshape(-1).view(np.uint8)
    value = 0
    for start in range(0, len(data), _BLOCK_BYTES):
        value = zlib.crc32(data[start : start + _BLOCK_BYTES], value)
    return value


def _seal(metadata: Mapping[str, str]) -> str:
    return str(zlib.crc32("\n".join(metadata[key] for key in _SEALED).encode("utf8")))


def _sync(path: Path) -> None:
    """Wait until a file or folder is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
