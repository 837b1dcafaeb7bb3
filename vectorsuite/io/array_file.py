"""Named arrays in one file that is memory-mapped, never read: the layout of safetensors.

Layout: length of the header, uint64 little-endian · header, JSON in UTF-8, padded with spaces so
that the arrays start at a multiple of 64 bytes · the arrays end to end, C order, little-endian,
widest items first so that each is aligned. The header maps each name to ``{"dtype", "shape",
"data_offsets"}`` (offsets from the end of the header) and ``"__metadata__"`` to strings.
Specification: https://huggingface.co/docs/safetensors.
"""

from __future__ import annotations

import json
import mmap
import os
from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

_DTYPES = {
    "U8": "u1", "I32": "<i4", "U32": "<u4", "I64": "<i8", "U64": "<u8",
    "F16": "<f2", "F32": "<f4", "F64": "<f8",
}  # fmt: skip
_NAMES = {np.dtype(dtype): name for name, dtype in _DTYPES.items()}
_MAX_HEADER = 1 << 20


def write_arrays(
    path: Path, arrays: Mapping[str, NDArray[Any]], metadata: Mapping[str, str]
) -> None:
    """Write arrays to a file; the caller renames it into place.

    :raises ValueError: An array has a dtype that the layout has no name for.
    """
    ordered = sorted(arrays.items(), key=lambda item: (-item[1].dtype.itemsize, item[0]))
    header: dict[str, Any] = {"__metadata__": dict(metadata)}
    end = 0
    for name, array in ordered:
        dtype = _NAMES.get(array.dtype)
        if dtype is None:
            raise ValueError(f"Array {name!r} has dtype {array.dtype}, not one of {list(_DTYPES)}.")
        start, end = end, end + array.nbytes
        header[name] = {"dtype": dtype, "shape": list(array.shape), "data_offsets": [start, end]}
    encoded = json.dumps(header, separators=(",", ":")).encode("utf8")
    encoded += b" " * (-(8 + len(encoded)) % 64)
    with path.open("wb") as file:
        file.write(len(encoded).to_bytes(8, "little"))
        file.write(encoded)
        for _, array in ordered:
            write_values(file, np.ascontiguousarray(array))


def write_values(file: IO[bytes], array: NDArray[Any]) -> None:
    """Write the bytes of a C-contiguous array at the end of a file.

    Not by ``ndarray.tofile``, which says "50000 requested and 16352 written" of a full disk.

    :raises OSError: With the number and the reason that the system gives.
    """
    file.write(array.reshape(-1).view(np.uint8).data)


def map_arrays(path: Path) -> tuple[dict[str, NDArray[Any]], dict[str, str]]:
    """Map the arrays of a file, read-only; only its header is read.

    :returns: The arrays by name and the metadata.
    :raises ValueError: The header is torn or does not fit the file; the message names the file.
    """
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        n_header = int.from_bytes(file.read(8), "little")
        if size < 8 or n_header > min(size - 8, _MAX_HEADER):
            raise ValueError(f"{path}: not an array file, or cut off within its header.")
        try:
            header = json.loads(file.read(n_header))
            metadata = dict(header.pop("__metadata__", {}))
            places = [_place(name, **entry) for name, entry in header.items()]
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            raise ValueError(f"{path}: its header is damaged ({error}).") from error
        stop = max((end for *_, end in places), default=0)
        if 8 + n_header + stop != size:
            raise ValueError(
                f"{path}: the header announces {8 + n_header + stop} bytes, the file has {size}."
            )
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return {
        name: np.frombuffer(mapped, dtype, prod(shape), 8 + n_header + start).reshape(shape)
        for name, dtype, shape, start, _ in places
    }, metadata


def _place(
    name: str, dtype: str, shape: list[int], data_offsets: list[int]
) -> tuple[str, np.dtype[Any], list[int], int, int]:
    """One checked entry of a header: name, dtype, shape, first byte, last byte + 1."""
    start, end = data_offsets
    kind = np.dtype(_DTYPES[dtype])
    if not all(isinstance(n, int) and n >= 0 for n in (*shape, start, end)):
        raise ValueError(f"negative size of {name!r}")
    if end - start != prod(shape) * kind.itemsize:
        raise ValueError(f"{name!r} of shape {shape} does not take {end - start} bytes")
    return name, kind, shape, start, end
