"""The table's file: NumPy's .npy format, version 1.0, checked before anything is allocated.

Layout: ``\\x93NUMPY`` · version, two bytes · length of the header, uint16 (version 1.0) or uint32
little-endian · header, a Python literal ``{'descr', 'fortran_order', 'shape'}`` · the values.
Specification: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html.
"""

from __future__ import annotations

import os
from math import prod
from pathlib import Path
from tokenize import TokenError
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy_format
from numpy.typing import NDArray

from vectorsuite.io.array_file import write_values


def write_npy(path: Path, data: NDArray[Any]) -> None:
    """Write an array, little-endian, C order; the caller renames the file into place."""
    with path.open("wb") as file:
        little = np.ascontiguousarray(data, dtype=data.dtype.newbyteorder("<"))
        npy_format.write_array_header_1_0(file, npy_format.header_data_from_array_1_0(little))
        write_values(file, little)


def _read_header(file: BinaryIO, path: Path) -> tuple[tuple[int, ...], np.dtype[Any], bool]:
    """Shape, dtype and Fortran order of a file whose size fits them."""
    try:
        version = npy_format.read_magic(file)
        read = {
            (1, 0): npy_format.read_array_header_1_0,
            (2, 0): npy_format.read_array_header_2_0,
        }[version]
        shape, fortran_order, dtype = read(file)
    except (ValueError, KeyError, SyntaxError, TokenError) as error:
        raise ValueError(f"{path}: no .npy file, or its header is damaged ({error}).") from error
    if dtype.hasobject or dtype.kind != "f" or len(shape) != 2 or min(shape) < 0:
        raise ValueError(
            f"{path}: a table is a two-dimensional array of floats; this is {dtype}, shape {shape}."
        )
    expected, size = file.tell() + prod(shape) * dtype.itemsize, os.fstat(file.fileno()).st_size
    if expected != size:
        raise ValueError(
            f"{path}: its header announces {shape[0]} × {shape[1]} values, which makes "
            f"{expected} bytes; the file has {size}."
        )
    return shape, dtype, fortran_order


def map_npy(path: Path) -> NDArray[Any]:
    """Map a table, read-only, (R, D); only the header is read.

    :raises ValueError: The header is damaged or does not fit the size of the file.
    """
    with path.open("rb") as file:
        shape, dtype, fortran_order = _read_header(file, path)
        if not prod(shape):
            return np.zeros(shape, dtype)
        order: Any = "F" if fortran_order else "C"
        return np.asarray(np.memmap(file, dtype, "r", file.tell(), shape, order))


def read_npy(path: Path) -> NDArray[Any]:
    """Read a table into memory, (R, D).

    :raises ValueError: As for `map_npy`.
    """
    with path.open("rb") as file:
        shape, dtype, fortran_order = _read_header(file, path)
        values = np.fromfile(file, dtype, prod(shape))
        return values.reshape(shape[::-1]).T if fortran_order else values.reshape(shape)
