"""fastText's model files (``.bin``): words, n-gram buckets, input and output matrices.

Layout, all little-endian, as fastText 0.9 writes it::

    int32 magic (793712314), int32 version (12; 11 is read)
    int32 dim, ws, epoch, minCount, neg, wordNgrams, loss, model, bucket, minn, maxn, lrUpdateRate
    float64 t
    int32 entries, words, labels   int64 tokens   int64 P, pruned buckets (-1: none)
    per entry: bytes, a zero byte, int64 count, int8 type (0 word, 1 label)
    P times: int32 bucket, int32 row
    uint8 quantised; input matrix    uint8 quantised; output matrix
    matrix:            int64 rows, int64 D, float32 (rows, D)
    quantised matrix:  uint8 norms?, int64 rows, int64 D, int32 C, uint8 codes (C,), quantiser,
                       and if norms: uint8 codes (rows,), quantiser
    quantiser:         int32 dim, parts, width of a part, width of the last; float32 (dim × 256)

Files of before version 11 (2016) have neither the first two numbers, P, nor the bytes that say
whether matrices are quantised; they are read, too.

The vectors returned are fastText's own: the mean of a word's row and the rows of its n-grams. All
the rest, for words that are not in the file and for writing the same file again, is in
``extras["fasttext"]``, a :class:`~vectorsuite.io.fasttext_model.FastTextModel`. Writing vectors
without it makes a model without n-grams, which fastText opens.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

import vectorsuite.kernels._core as _core
from vectorsuite.io.builder import checked_words, finish_arrays
from vectorsuite.io.fasttext_model import (
    CODES,
    VERSION,
    FastTextModel,
    Matrix,
    QuantizedMatrix,
    Quantizer,
)
from vectorsuite.io.output import COPY_BYTES, open_output, write_rows
from vectorsuite.io.source import Source
from vectorsuite.io.unpacking import MAX_RATIO, most_unpacked
from vectorsuite.io.word_vectors import ReadOptions, WordVectors
from vectorsuite.packed import PackedStrings
from vectorsuite.protocols import Progress

MAGIC = 793712314
ARGUMENTS = (
    "dim", "ws", "epoch", "minCount", "neg", "wordNgrams", "loss", "model", "bucket", "minn",
    "maxn", "lrUpdateRate",
)  # fmt: skip
# fastText's defaults of a skip-gram model trained with negative sampling
DEFAULTS = (100, 5, 5, 5, 5, 1, 2, 2, 0, 0, 0, 100)
ENTRY = struct.Struct("<qb")  # after the word and its zero byte: count, type
MAX_ENTRY = 1 << 16
HEADLESS = 0  # in place of a version, for files from before there were any
MOST_WIDTH = 1 << 16  # of such a file: what begins with a greater number is none


def read(source: Source, options: ReadOptions) -> WordVectors:
    """Read a model: fastText's vectors of its words; the model itself in ``extras["fasttext"]``.

    :raises ValueError: With the byte, if the file is no model of version 11 or 12, or cut off.
    """
    model = read_model(source)
    is_word = np.flatnonzero(model.types == 0)
    words = model.entries if len(is_word) == len(model.entries) else model.entries.take(is_word)
    vectors = model.compose(words, np.arange(len(words), dtype=np.int64))
    return finish_arrays(
        source.name, words, vectors, options, format="fastText binary",
        counts=model.counts[is_word], extras={"fasttext": model},
    )  # fmt: skip


def read_model(source: Source) -> FastTextModel:
    """Read everything in a model file.

    :raises ValueError: Names the byte or the part that is damaged.
    """
    version = _read_version(source)
    *values, sampling = _unpack(source, "<12id", "the arguments")
    arguments = dict(zip(ARGUMENTS, values, strict=True))
    if arguments["dim"] < 1 or arguments["bucket"] < 0:
        raise ValueError(f"{source.name}: the arguments at byte 8 are damaged: {arguments}.")
    if _is_florets(arguments, sampling):
        ways = "save_vectors('vectors.vec')", "save_floret_vectors('vectors.floret')"
        raise ValueError(
            f"{source.name} is a model of the program floret, which alone reads its .bin files; "
            f"write its vectors by model.{ways[arguments['lrUpdateRate'] - 1]} and open those."
        )
    headless = version == HEADLESS
    entries, counts, types, n_tokens, pruned = _read_dictionary(source, headless)
    matrix_in = _read_matrix(source, arguments["dim"], "the input matrix", headless)
    matrix_out = _read_matrix(source, arguments["dim"], "the output matrix", headless)
    if len(source.peek(1)):
        raise ValueError(
            f"{source.name}: bytes follow the model, from byte {source.position:,} on."
        )
    model = FastTextModel(
        arguments,
        sampling,
        entries,
        counts,
        types,
        n_tokens,
        pruned,
        matrix_in,
        matrix_out,
        version,
    )
    _check_rows(source.name, model)
    return model


def _read_version(source: Source) -> int:
    start = source.peek(48)[:48]
    if len(start) == 48 and _may_be_arguments(np.frombuffer(start, "<i4")):
        return HEADLESS
    magic, version = _unpack(source, "<ii", "the magic number")
    if magic != MAGIC:
        raise ValueError(f"{source.name} begins with {magic}; fastText models begin with {MAGIC}.")
    if version not in (11, 12):
        raise ValueError(f"{source.name} has version {version}; 11 and 12 of fastText's are read.")
    return int(version)


def _may_be_arguments(values: NDArray[np.int32]) -> bool:
    """Whether twelve numbers can be those that a file without a head begins with."""
    at = dict(zip(ARGUMENTS, values.tolist(), strict=True))
    return (
        0 < at["dim"] <= MOST_WIDTH
        and at["loss"] in (1, 2, 3)
        and at["model"] in (1, 2, 3)
        and 0 <= at["minn"] <= MOST_WIDTH
        and 0 <= at["maxn"] <= MOST_WIDTH
        and min(at.values()) >= 0
    )


def _is_florets(arguments: dict[str, int], sampling: float) -> bool:
    """Whether the program floret wrote them: mode, 1 fastText's, and hashes before lrUpdateRate."""
    hash_count = int.from_bytes(struct.pack("<d", sampling)[:4], "little")
    return arguments["lrUpdateRate"] in (1, 2) and 1 <= hash_count <= 4


def _check_rows(name: str, model: FastTextModel) -> None:
    shape = _shape(model.input)
    buckets = len(model.pruned) if model.pruned is not None else model.arguments["bucket"]
    if shape[1] != model.arguments["dim"] or shape[0] < model.n_words:
        raise ValueError(
            f"{name}: the input matrix is {shape}, but there are {model.n_words:,} words of width "
            f"{model.arguments['dim']} and {buckets:,} buckets; the file is damaged."
        )
    if model.pruned is None or not len(model.pruned):
        return
    limits = model.arguments["bucket"], shape[0] - model.n_words
    if model.pruned.min() < 0 or (model.pruned.max(axis=0) >= limits).any():
        raise ValueError(f"{name}: a pruned bucket has a row that is not there; it is damaged.")


def _shape(matrix: Matrix) -> tuple[int, int]:
    if isinstance(matrix, QuantizedMatrix):
        return matrix.n_rows, matrix.width
    return matrix.shape[0], matrix.shape[1]


def _unpack(source: Source, layout: str, what: str) -> tuple[Any, ...]:
    return struct.unpack(layout, source.read_exactly(struct.calcsize(layout), what))


def _array(source: Source, dtype: str, n: int, what: str) -> NDArray[Any]:
    if n < 0:
        raise ValueError(f"{source.name}: {what} at byte {source.position:,} has a negative size.")
    size = n * np.dtype(dtype).itemsize
    return np.array(np.frombuffer(source.read_exactly(size, what), dtype))


def _read_dictionary(source: Source, headless: bool) -> tuple[Any, ...]:
    start = source.position
    n, n_words, n_labels, n_tokens = _unpack(source, "<iiiq", "the dictionary")
    n_pruned = -1 if headless else _unpack(source, "<q", "the dictionary")[0]
    if min(n, n_words, n_labels) < 0 or n_words + n_labels != n or 10 * n > source.bytes_left:
        raise ValueError(
            f"{source.name}: the dictionary at byte {start} claims {n:,} entries, {n_words:,} "
            f"words and {n_labels:,} labels; it is damaged or cut off."
        )
    words, counts, types = _read_entries(source, n)
    if not np.isin(types, (0, 1)).all() or (types == 0).sum() != n_words:
        raise ValueError(f"{source.name}: the types of the dictionary's entries are damaged.")
    pruned = None
    if n_pruned >= 0:
        pruned = _array(source, "<i4", 2 * n_pruned, "the pruned buckets").reshape(-1, 2)
    return words, counts, types, n_tokens, pruned


def _read_entries(
    source: Source, n: int
) -> tuple[PackedStrings, NDArray[np.int64], NDArray[np.int8]]:
    pieces, ends, counts, types = [], [0], [], []
    block, p = b"", 0
    for i in range(n):
        if len(block) - p < MAX_ENTRY:
            source.read(p)
            block, p = source.peek(COPY_BYTES), 0
        zero = block.find(b"\0", p, p + MAX_ENTRY)
        if zero < 0 or zero + 10 > len(block):
            raise ValueError(
                f"{source.name}: entry {i + 1:,} of the dictionary at byte {source.position + p:,} "
                "is cut off or damaged."
            )
        count, kind = ENTRY.unpack_from(block, zero + 1)
        pieces.append(block[p:zero])
        ends.append(ends[-1] + zero - p)
        counts.append(count)
        types.append(kind)
        p = zero + 1 + ENTRY.size
    source.read(p)
    words = checked_words(source.name, np.frombuffer(b"".join(pieces), np.uint8), np.array(ends))
    return words, np.array(counts, np.int64), np.array(types, np.int8)


def _read_matrix(source: Source, dim: int, what: str, headless: bool) -> Matrix:
    if headless or not _unpack(source, "<?", what)[0]:
        n_rows, width = _unpack(source, "<qq", what)
        if n_rows < 0 or width != dim:
            raise ValueError(
                f"{source.name}: {what} claims the shape {n_rows} × {width}, where a width "
                f"of {dim} was expected."
            )
        return _array(source, "<f4", n_rows * width, what).reshape(n_rows, width)
    has_norms, n_rows, width, n_codes = _unpack(source, "<?qqi", what)
    if n_rows < 1 or width != dim or n_codes < 1 or n_codes % n_rows:
        raise ValueError(
            f"{source.name}: {what} claims {n_rows} rows of width {width} and {n_codes} codes."
        )
    if 4 * n_rows * width > most_unpacked(source.disk_size):
        raise ValueError(
            f"{source.name}: {what} claims {n_rows:,} rows of width {width:,}, more than "
            f"{MAX_RATIO} times the size of the file."
        )
    codes = _array(source, "|u1", n_codes, what)
    quantizer = _read_quantizer(source, width, n_codes // n_rows, what)
    if not has_norms:
        return QuantizedMatrix(n_rows, width, codes, quantizer)
    norm_codes = _array(source, "|u1", n_rows, what)
    return QuantizedMatrix(
        n_rows, width, codes, quantizer, norm_codes, _read_quantizer(source, 1, 1, what)
    )


def _read_quantizer(source: Source, width: int, n_codes: int, what: str) -> Quantizer:
    dim, n_parts, part_width, last_width = _unpack(source, "<iiii", what)
    if dim != width or n_parts != n_codes or part_width * (n_parts - 1) + last_width != dim:
        raise ValueError(f"{source.name}: the quantiser of {what} does not fit its matrix.")
    centroids = _array(source, "<f4", dim * CODES, what)
    return Quantizer(dim, n_parts, part_width, last_width, centroids)


def write(path: str | Path, vectors: WordVectors, *, progress: Progress | None = None) -> None:
    """Write a model: the one in ``extras["fasttext"]``, or one of the vectors without n-grams.

    :raises ValueError: If a word has a zero byte in it.
    """
    model = vectors.extras["fasttext"] if is_model_of(vectors) else plain_model(vectors)
    if (model.entries.data == 0).any():
        word = next(word for word in model.entries if "\0" in word)
        raise ValueError(f"The word {word!r} has a zero byte; fastText's files cannot hold it.")
    with open_output(path) as file:
        file.write(struct.pack("<ii", MAGIC, model.version or VERSION))
        file.write(struct.pack("<12id", *model.arguments.values(), model.sampling))
        n_pruned = -1 if model.pruned is None else len(model.pruned)
        n, n_words = len(model.entries), model.n_words
        file.write(struct.pack("<iiiqq", n, n_words, n - n_words, model.n_tokens, n_pruned))
        for i, entry in enumerate(model.entries):
            file.write(entry.encode("utf8") + b"\0")
            file.write(struct.pack("<qb", int(model.counts[i]), int(model.types[i])))
        if model.pruned is not None:
            file.write(model.pruned.astype("<i4").tobytes())
        _write_matrix(file, model.input, progress)
        _write_matrix(file, model.output, None)


def is_model_of(vectors: WordVectors) -> bool:
    """Whether ``extras["fasttext"]`` is there, and of all these rows: none were cut off.

    A model of words that are not UTF-8, which were skipped or replaced, is of other words.
    """
    model = vectors.extras.get("fasttext")
    if model is None or len(vectors) + vectors.n_duplicates != model.n_words:
        return False
    return not len(_core.find_bad_utf8(model.entries.data, model.entries.offsets))


def plain_model(vectors: WordVectors) -> FastTextModel:
    """A model of words without n-grams; its settings of training are fastText's defaults."""
    n, counts = len(vectors), vectors.counts
    # gensim opens no file with a word that counts 0
    counts = np.ones(n, np.int64) if counts is None else np.maximum(counts, 1)
    arguments = dict(zip(ARGUMENTS, DEFAULTS, strict=True)) | {"dim": vectors.width}
    data = vectors.data.astype(np.float32, copy=False)
    return FastTextModel(
        arguments, 1e-4, vectors.words, counts, np.zeros(n, np.int8), int(counts.sum()), None, data,
        np.zeros_like(data),
    )  # fmt: skip


def _write_matrix(file: IO[bytes], matrix: Matrix, progress: Progress | None) -> None:
    if isinstance(matrix, QuantizedMatrix):
        has_norms = matrix.norm_codes is not None
        file.write(struct.pack("<??qqi", True, has_norms, *_shape(matrix), len(matrix.codes)))
        file.write(matrix.codes.tobytes())
        _write_quantizer(file, matrix.quantizer)
        if matrix.norm_codes is not None and matrix.norm_quantizer is not None:
            file.write(matrix.norm_codes.tobytes())
            _write_quantizer(file, matrix.norm_quantizer)
        return
    file.write(struct.pack("<?qq", False, *matrix.shape))
    write_rows(file, matrix, "<f4", progress)


def _write_quantizer(file: IO[bytes], quantizer: Quantizer) -> None:
    q = quantizer
    file.write(struct.pack("<iiii", q.dim, q.n_parts, q.part_width, q.last_width))
    file.write(q.centroids.astype("<f4").tobytes())
