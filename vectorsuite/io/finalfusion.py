"""finalfusion (``.fifu``): chunks of vocabulary, storage and norms.

Layout, all little-endian::

    b"FiFu"  uint32 version (0)  uint32 number of chunks  uint32 identifier of each
    per chunk: uint32 identifier, uint64 bytes that follow, content:
      1 simple vocabulary     uint64 V; per word: uint32 length, UTF-8
      3, 7 bucket vocabulary  uint64 V, uint32 minn, maxn, buckets or their exponent; words as above
      8 explicit n-grams      uint64 V, uint64 n-grams, uint32 minn, maxn; words as above; n-grams
      2 array                 uint64 rows, uint32 D, uint32 type (10: float32), padding, floats
      5 metadata              TOML
      6 norms                 uint64 V, uint32 type (10), padding, floats

Padding: 1 to 4 zero bytes, so that floats begin at a multiple of 4 of the file. Rows beyond V
belong to n-grams. Vectors are returned as stored, usually of length 1, with the lengths they had
before in ``extras["norms"]``, (V,) float32; rows of n-grams in ``extras["subword_rows"]``. Written
are simple vocabularies, arrays, and norms and metadata where ``extras`` has them.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.io.builder import checked_words, finish_arrays
from vectorsuite.io.output import open_output, write_rows
from vectorsuite.io.source import Source
from vectorsuite.io.word_vectors import ReadOptions, WordVectors
from vectorsuite.packed import PackedStrings
from vectorsuite.protocols import Progress

MAGIC = b"FiFu"
SIMPLE, ARRAY, BUCKETS, QUANTIZED, METADATA, NORMS, FASTTEXT, EXPLICIT = range(1, 9)
FLOAT32 = 10
VOCABULARY_HEADERS = {SIMPLE: "<Q", BUCKETS: "<QIII", FASTTEXT: "<QIII", EXPLICIT: "<QQII"}


def read(source: Source, options: ReadOptions) -> WordVectors:
    """Read the words and the vectors as they are stored.

    :raises ValueError: If a chunk is cut off or damaged, or the storage is quantised.
    """
    _read_file_header(source)
    words: PackedStrings | None = None
    rows: NDArray[np.float32] | None = None
    extras: dict[str, Any] = {}
    while len(source.peek(1)):
        place = source.position
        kind, size = _unpack(source, "<IQ", "the start of a chunk")
        where = f"{source.name}: the chunk at byte {place:,}"
        start = source.position
        content = source.read_exactly(size, f"chunk {kind}")
        if kind in VOCABULARY_HEADERS:
            words = _words(where, kind, content)
        elif kind == ARRAY:
            n_rows, width = _read_struct(where, "<QI", content)
            rows = _floats(where, content, 12, n_rows * width, start).reshape(n_rows, width)
        elif kind == NORMS:
            (n_rows,) = _read_struct(where, "<Q", content)
            extras["norms"] = _floats(where, content, 8, n_rows, start)
        elif kind == METADATA:
            extras["metadata"] = bytes(content)
        elif kind == QUANTIZED:
            raise ValueError(
                f"{where} is a quantised array, which is not read. Convert it with finalfusion's "
                "own tools first: finalfusion reconstruct IN OUT."
            )
    if words is None or rows is None:
        missing = "vocabulary" if words is None else "array of vectors"
        raise ValueError(f"{source.name} has no {missing} that can be read; it may be cut off.")
    return _table(source, words, rows, extras, options)


def _table(
    source: Source,
    words: PackedStrings,
    rows: NDArray[np.float32],
    extras: dict[str, Any],
    options: ReadOptions,
) -> WordVectors:
    n = len(words)
    if len(rows) < n:
        raise ValueError(f"{source.name} has {n:,} words and {len(rows):,} vectors.")
    if len(rows) > n:
        extras["subword_rows"] = rows[n:]
    norms = extras.get("norms")
    if norms is not None and len(norms) != n:
        raise ValueError(f"{source.name} has {n:,} words and {len(norms):,} norms.")
    vectors = finish_arrays(
        source.name, words, rows[:n], options, format="finalfusion", extras=extras
    )
    if len(vectors) != n:  # rows were dropped, so the arrays beside them fit no more
        extras.clear()
    return vectors


def _read_file_header(source: Source) -> None:
    magic = source.peek(4)
    if magic != MAGIC:
        raise ValueError(
            f"{source.name} begins with {magic!r}; finalfusion files begin with {MAGIC!r}."
        )
    source.read(4)
    version, n_chunks = _unpack(source, "<II", "the header")
    if version != 0:
        raise ValueError(f"{source.name} has version {version} of finalfusion; version 0 is read.")
    source.read_exactly(4 * n_chunks, "the list of chunks")


def _unpack(source: Source, layout: str, what: str) -> tuple[int, ...]:
    return struct.unpack(layout, source.read_exactly(struct.calcsize(layout), what))


def _read_struct(where: str, layout: str, content: memoryview) -> tuple[int, ...]:
    size = struct.calcsize(layout)
    if len(content) < size:
        raise ValueError(f"{where} has {len(content)} bytes; {size} or more were expected.")
    return struct.unpack(layout, content[:size])


def _words(where: str, kind: int, content: memoryview) -> PackedStrings:
    layout = VOCABULARY_HEADERS[kind]
    n = _read_struct(where, layout, content)[0]
    p = struct.calcsize(layout)
    if 4 * n > len(content) - p:
        raise ValueError(
            f"{where} claims {n:,} words, which do not fit its {len(content):,} bytes."
        )
    pieces, offsets = [], np.zeros(n + 1, np.int64)
    for i in range(n):
        end = p + 4 + int.from_bytes(content[p : p + 4], "little")
        if end > len(content) or p + 4 > len(content):
            raise ValueError(f"{where} ends inside word {i + 1:,} of {n:,}.")
        pieces.append(bytes(content[p + 4 : end]))
        offsets[i + 1] = offsets[i] + len(pieces[-1])
        p = end
    return checked_words(where, np.frombuffer(b"".join(pieces), np.uint8), offsets)


def _padding(position: int) -> int:
    return 4 - position % 4


def _floats(where: str, content: memoryview, at: int, n: int, start: int) -> NDArray[np.float32]:
    """Return n floats that follow a type and padding, at a place in a chunk's content."""
    (kind,) = _read_struct(where, "<I", content[at:])
    if kind != FLOAT32:
        raise ValueError(f"{where} has values of type {kind}; float32 ({FLOAT32}) is read.")
    at += 4
    at += _padding(start + at)
    if len(content) - at != 4 * n:
        raise ValueError(
            f"{where} claims {n:,} floats, but has {max(0, len(content) - at):,} bytes for them."
        )
    return np.array(np.frombuffer(content[at:], "<f4"))


def write(path: str | Path, vectors: WordVectors, *, progress: Progress | None = None) -> None:
    """Write a simple vocabulary and an array; norms and metadata if ``extras`` has them."""
    metadata, norms = vectors.extras.get("metadata"), vectors.extras.get("norms")
    kinds = [METADATA] * bool(metadata) + [SIMPLE, ARRAY] + [NORMS] * (norms is not None)
    with open_output(path) as file:
        head = MAGIC + struct.pack(f"<II{len(kinds)}I", 0, len(kinds), *kinds)
        if metadata:
            head += struct.pack("<IQ", METADATA, len(metadata)) + metadata
        head += _vocabulary(vectors.words)
        position = len(head) + 12
        pad = _padding(position + 16)
        size = 16 + pad + 4 * vectors.data.size
        head += struct.pack("<IQQII", ARRAY, size, *vectors.data.shape, FLOAT32) + bytes(pad)
        file.write(head)
        write_rows(file, vectors.data, "<f4", progress)
        if norms is not None:
            position = len(head) + 4 * vectors.data.size + 12
            pad = _padding(position + 12)
            size = 12 + pad + 4 * len(norms)
            file.write(struct.pack("<IQQI", NORMS, size, len(norms), FLOAT32) + bytes(pad))
            file.write(norms.astype("<f4").tobytes())


def _vocabulary(words: PackedStrings) -> bytes:
    encoded = [word.encode("utf8") for word in words]
    content = b"".join(len(word).to_bytes(4, "little") + word for word in encoded)
    return struct.pack("<IQQ", SIMPLE, 8 + len(content), len(encoded)) + content
