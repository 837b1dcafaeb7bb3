"""NumPy's ``.npy``: the vectors, with the words in a text file beside it.

Layout of ``x.npy``: NumPy's format 1.0, ``<f4``, C order, (V, D); float16 and float64 are read too.
Of the words: :mod:`vectorsuite.io.word_list`.
"""

from __future__ import annotations

import ast
import math
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.io.builder import finish_arrays
from vectorsuite.io.output import COPY_BYTES, open_output, write_rows
from vectorsuite.io.source import Source
from vectorsuite.io.word_list import read_words_beside, words_as_lines, words_path
from vectorsuite.io.word_vectors import ReadOptions, WordVectors
from vectorsuite.protocols import Progress


def read(source: Source, options: ReadOptions) -> WordVectors:
    """Read vectors and the words beside them.

    :raises FileNotFoundError: If there is no file of words.
    """
    data = read_array(source, source.name, source.bytes_left)
    words = read_words_beside(source, ".npy")
    return finish_arrays(source.name, words, data, options, format="NumPy .npy")


def write(path: str | Path, vectors: WordVectors, *, progress: Progress | None = None) -> None:
    """Write vectors as float32 and the words beside them.

    :raises ValueError: If a word has a line end.
    """
    words = words_as_lines(vectors.words)
    with open_output(path) as file, open_output(words_path(path, ".npy")) as beside:
        write_array(file, vectors.data.astype("<f4", copy=False), progress)
        beside.write(words)


def read_array(file: Any, name: str, bytes_left: int) -> NDArray[Any]:
    """Read one array in NumPy's format, whose size is checked before memory is taken.

    :param file: Has ``read(n)``.
    :raises ValueError: If it is no array, holds Python objects, or is cut off.
    """
    start = bytes(file.read(8))
    if start[:6] != b"\x93NUMPY" or len(start) < 8 or start[6] not in (1, 2, 3):
        raise ValueError(f"{name} begins with {start!r}, not with a NumPy array.")
    length = int.from_bytes(file.read(2 if start[6] == 1 else 4), "little")
    if length > min(bytes_left, 1 << 16):
        raise ValueError(f"{name}: the header of the array claims {length:,} bytes.")
    dtype, fortran, shape = _parse_header(name, bytes(file.read(length)))
    bytes_left -= length + (10 if start[6] == 1 else 12)
    n_bytes = math.prod(shape) * dtype.itemsize
    if n_bytes > bytes_left:
        raise ValueError(
            f"{name}: an array of shape {shape} needs {n_bytes:,} bytes, but at most "
            f"{bytes_left:,} follow; the file is cut off or damaged."
        )
    content = _read_bytes(file, n_bytes)
    if len(content) < n_bytes:
        raise ValueError(
            f"{name} ends after {len(content):,} of the {n_bytes:,} bytes of its array; it is cut "
            "off."
        )
    array = np.frombuffer(content, dtype).reshape(shape, order="F" if fortran else "C")
    return np.ascontiguousarray(array)


def _read_bytes(file: Any, n: int) -> bytearray:
    content = bytearray()
    while len(content) < n:
        piece = file.read(min(COPY_BYTES, n - len(content)))
        if not len(piece):
            break
        content += piece
    return content


def _parse_header(name: str, header: bytes) -> tuple[np.dtype[Any], bool, tuple[int, ...]]:
    try:
        fields = ast.literal_eval(header.decode("latin1").strip())
        dtype = np.dtype(fields["descr"])
        fortran, shape = bool(fields["fortran_order"]), tuple(fields["shape"])
        valid = all(isinstance(size, int) and size >= 0 for size in shape)
    except (ValueError, SyntaxError, TypeError, KeyError, RecursionError, MemoryError):
        valid = False
    if not valid:
        raise ValueError(f"{name}: the header of the array, {header[:60]!r}, is damaged.")
    if dtype.hasobject:
        raise ValueError(
            f"{name} holds Python objects, which are stored as a pickle: opening one can run any "
            "code, so it is not opened. Save the words as an array of strings: "
            "np.array(words, dtype=str)."
        )
    return dtype, fortran, shape


def write_array(file: IO[bytes], array: NDArray[Any], progress: Progress | None = None) -> None:
    """Write one array in NumPy's format 1.0, C order."""
    np.lib.format.write_array_header_1_0(file, np.lib.format.header_data_from_array_1_0(array))
    write_rows(file, array, array.dtype, progress)
