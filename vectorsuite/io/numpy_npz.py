"""NumPy's ``.npz``: vectors and words in one uncompressed zip of arrays.

Layout, as written::

    vectors.npy         <f4 (V, D)
    words_utf8.npy      |u1 (B,)       all words end to end
    words_offsets.npy   <i8 (V + 1,)   word i is words_utf8[words_offsets[i]:words_offsets[i + 1]]
    counts.npy          <i8 (V,)       only if there are counts

Read, too: arrays "embeddings", "data", "weights" or "arr_0" for the vectors, and an array of
strings "words", "vocab", "tokens", "index_to_key" or "arr_1". Arrays of Python objects are refused.
"""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.io.builder import checked_words, finish_arrays
from vectorsuite.io.numpy_npy import read_array, write_array
from vectorsuite.io.output import COPY_BYTES, open_output
from vectorsuite.io.source import Source
from vectorsuite.io.unpacking import DAMAGE, most_unpacked
from vectorsuite.io.word_vectors import ReadOptions, WordVectors
from vectorsuite.packed import PackedStrings
from vectorsuite.protocols import Progress

VECTOR_NAMES = ("vectors", "embeddings", "data", "weights", "arr_0")
WORD_NAMES = ("words", "vocab", "tokens", "index_to_key", "arr_1")


def read(source: Source, options: ReadOptions) -> WordVectors:
    """Read vectors and words of an ``.npz`` file.

    :raises ValueError: If an array is missing, damaged, larger than its bytes, or holds objects.
    """
    try:
        with zipfile.ZipFile(source.seekable()) as archive:
            return _read(archive, source, options)
    except DAMAGE as error:
        raise ValueError(f"{source.name} is damaged or cut off: {error}") from error


def _read(archive: zipfile.ZipFile, source: Source, options: ReadOptions) -> WordVectors:
    names = {name.removesuffix(".npy") for name in archive.namelist()}
    data = _array(archive, source, _first(names, VECTOR_NAMES, source.name))
    if "words_utf8" in names and "words_offsets" in names:
        offsets = _array(archive, source, "words_offsets")
        words = checked_words(source.name, _array(archive, source, "words_utf8"), offsets)
    else:
        words = _words_of(
            source.name, _array(archive, source, _first(names, WORD_NAMES, source.name))
        )
    counts = _array(archive, source, "counts") if "counts" in names else None
    return finish_arrays(source.name, words, data, options, format="NumPy .npz", counts=counts)


def _first(names: set[str], wanted: tuple[str, ...], file: str) -> str:
    for name in wanted:
        if name in names:
            return name
    raise ValueError(
        f"{file} has no array named {', '.join(wanted[:-1])} or {wanted[-1]}; it has: "
        f"{', '.join(sorted(names)) or 'none'}."
    )


def _array(archive: zipfile.ZipFile, source: Source, name: str) -> NDArray[Any]:
    member = archive.getinfo(name + ".npy")
    limit = most_unpacked(source.disk_size)
    with archive.open(member) as file:
        return read_array(file, f"{source.name} ({member.filename})", min(member.file_size, limit))


def _words_of(name: str, array: NDArray[Any]) -> PackedStrings:
    if array.ndim != 1 or array.dtype.kind not in "US":
        raise ValueError(f"{name}: the words are {array.dtype} of shape {array.shape}; one string "
                         "per row was expected.")  # fmt: skip
    if array.dtype.kind == "S":
        lengths = np.char.str_len(array)
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        return checked_words(name, np.frombuffer(b"".join(array.tolist()), np.uint8), offsets)
    return PackedStrings.pack(array.tolist())


def write(path: str | Path, vectors: WordVectors, *, progress: Progress | None = None) -> None:
    """Write vectors as float32, words and counts; any word can be stored."""
    arrays = {
        "vectors": vectors.data.astype("<f4", copy=False),
        "words_utf8": np.asarray(vectors.words.data, np.uint8),
        "words_offsets": vectors.words.offsets.astype("<i8", copy=False),
    }
    if vectors.counts is not None:
        arrays["counts"] = vectors.counts.astype("<i8", copy=False)
    # zip files are not written in one pass: inside another packing one waits in its own file
    with open_output(path) as file, tempfile.TemporaryFile() as content:
        with zipfile.ZipFile(content, "w") as archive:
            for name, array in arrays.items():
                member = zipfile.ZipInfo(name + ".npy")  # of 1980, whenever it is written
                with archive.open(member, "w", force_zip64=True) as packed:
                    write_array(packed, array, progress if name == "vectors" else None)
        content.seek(0)
        shutil.copyfileobj(content, file, COPY_BYTES)
