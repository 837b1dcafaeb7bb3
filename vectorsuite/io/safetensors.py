"""safetensors: a JSON header and raw arrays; read and written without the package of that name.

Layout::

    uint64      length N of the header, little-endian
    N bytes     {"vectors": {"dtype": "F32", "shape": [V, D], "data_offsets": [begin, end]}, …},
                padded with spaces so that the arrays begin at a multiple of 8
    arrays      data_offsets count from here

As written: ``vectors`` F32 (V, D), ``words_offsets`` I64 (V + 1,), ``words_utf8`` U8 (B,),
``counts`` I64 (V,) if there are counts. Read, too: "embeddings", "embedding.weight" or "weight" as
F16, BF16, F32 or F64, with the words in ``x.words.txt`` beside the file.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.io.builder import checked_words, finish_arrays
from vectorsuite.io.output import open_output, write_rows
from vectorsuite.io.source import Source
from vectorsuite.io.word_list import read_words_beside
from vectorsuite.io.word_vectors import ReadOptions, WordVectors
from vectorsuite.protocols import Progress

VECTOR_NAMES = ("vectors", "embeddings", "embedding.weight", "weight")
MAX_HEADER = 100_000_000  # as the reference implementation has it
DTYPES = {"F16": "<f2", "F32": "<f4", "F64": "<f8", "I64": "<i8", "U8": "|u1", "BF16": "<u2"}


def read(source: Source, options: ReadOptions) -> WordVectors:
    """Read vectors and words of a safetensors file.

    :raises ValueError: If the header is damaged or an array points outside the file.
    """
    header = _read_header(source)
    content = source.view(source.bytes_left)
    arrays = {name: _array(source.name, name, entry, content) for name, entry in header.items()}
    name = next((name for name in VECTOR_NAMES if name in arrays), None)
    if name is None:
        raise ValueError(
            f"{source.name} has no array named {', '.join(VECTOR_NAMES)}; it has: "
            f"{', '.join(arrays) or 'none'}."
        )
    if "words_utf8" in arrays and "words_offsets" in arrays:
        words = checked_words(source.name, arrays["words_utf8"], arrays["words_offsets"])
    else:
        words = read_words_beside(source, ".safetensors")
    counts = arrays.get("counts")
    data = np.array(arrays[name])  # out of the file's mapping, aligned
    return finish_arrays(source.name, words, data, options, format="safetensors", counts=counts)


def _read_header(source: Source) -> dict[str, Any]:
    length = int.from_bytes(source.read_exactly(8, "the length of the header"), "little")
    if length > min(MAX_HEADER, source.bytes_left):
        raise ValueError(
            f"{source.name}: byte 0 says that the header has {length:,} bytes, but "
            f"{source.bytes_left:,} follow; the file is cut off or not safetensors."
        )
    text = bytes(source.read_exactly(length, "the header"))
    try:
        header = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{source.name}: the header at byte 8 is not JSON: {error}") from None
    if not isinstance(header, dict):
        raise ValueError(f"{source.name}: the header at byte 8 is not a JSON object.")
    header.pop("__metadata__", None)
    return header


def _array(file: str, name: str, entry: Any, content: memoryview) -> NDArray[Any]:
    """View one array in the bytes after the header."""
    try:
        dtype, shape = str(entry["dtype"]), tuple(entry["shape"])
        begin, end = entry["data_offsets"]
        sizes = (*shape, begin, end)
        valid = all(type(size) is int and size >= 0 for size in sizes)
    except (KeyError, TypeError, ValueError):
        valid = False
    if not valid:
        raise ValueError(f"{file}: the header's entry of {name!r}, {str(entry)[:80]}, is damaged.")
    if end > len(content) or begin > end:
        raise ValueError(
            f"{file}: {name!r} claims the bytes {begin:,} to {end:,} after the header, but there "
            f"are {len(content):,}; the file is cut off or damaged."
        )
    if dtype not in DTYPES:
        return np.frombuffer(content[begin:end], np.uint8)
    numpy_dtype = np.dtype(DTYPES[dtype])
    if math.prod(shape) * numpy_dtype.itemsize != end - begin:
        raise ValueError(
            f"{file}: {name!r} of shape {shape} as {dtype} does not fill the {end - begin:,} bytes "
            "that the header gives it."
        )
    array = np.frombuffer(content[begin:end], numpy_dtype).reshape(shape)
    if dtype == "BF16":  # the upper half of a float32
        return (array.astype(np.uint32) << 16).view(np.float32)
    return array


def write(path: str | Path, vectors: WordVectors, *, progress: Progress | None = None) -> None:
    """Write vectors as float32, words and counts; any word can be stored."""
    arrays: dict[str, NDArray[Any]] = {
        "words_offsets": vectors.words.offsets.astype("<i8", copy=False),
        "vectors": vectors.data.astype("<f4", copy=False),
        "words_utf8": np.asarray(vectors.words.data, np.uint8),
    }
    if vectors.counts is not None:
        arrays = {"counts": vectors.counts.astype("<i8", copy=False), **arrays}
    names = {"<i8": "I64", "<f4": "F32", "|u1": "U8"}
    header, end = {}, 0
    for name, array in arrays.items():
        begin, end = end, end + array.nbytes
        header[name] = {
            "dtype": names[array.dtype.str],
            "shape": list(array.shape),
            "data_offsets": [begin, end],
        }
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open_output(path) as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for name, array in arrays.items():
            write_rows(file, array, array.dtype, progress if name == "vectors" else None)
