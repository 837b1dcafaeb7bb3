"""Any file of word vectors by its path: which format it is, reading and writing it.

For callers that build tables of it::

    vectors = load_any(path, progress=progress)      # WordVectors: words, data, perhaps counts
    strings, data = vectors.words, vectors.data      # PackedStrings (V), (V, D) float32
    if vectors.floret: ...                           # rows are buckets, there are no words

A folder that spaCy wrote is a table, with keys and rows of its own: open it with the table's
``from_disk``. The format is told by the name where the name is clear (.npz, .safetensors, …), else
by the first bytes; packing (.gz .bz2 .xz .zst .zip .tgz .tar.gz) by the first bytes always.
"""

from __future__ import annotations

import codecs
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vectorsuite.io import (
    fasttext_binary,
    finalfusion,
    floret,
    numpy_npy,
    numpy_npz,
    projector_tsv,
    safetensors,
    word2vec_binary,
    word2vec_text,
)
from vectorsuite.io.checked_file import checked_kind
from vectorsuite.io.output import split_packing
from vectorsuite.io.source import Source
from vectorsuite.io.word_vectors import ReadOptions, WordVectors
from vectorsuite.protocols import Progress


@dataclass(frozen=True)
class Format:
    """One file format: its reader, its writer, and the suffixes that name it without doubt.

    :param suffixes: A file with one of these names is this format, whatever its bytes.
    :param write_suffixes: A file to be written with one of these names gets this format.
    """

    read: Callable[..., WordVectors]
    write: Callable[..., None]
    suffixes: tuple[str, ...] = ()
    write_suffixes: tuple[str, ...] = ()


def _write_glove(path: Path, vectors: WordVectors, **options: Any) -> None:
    word2vec_text.write(path, vectors, header=False, **options)


FORMATS: dict[str, Format] = {
    "word2vec text": Format(
        word2vec_text.read, word2vec_text.write, (), (".txt", ".vec", ".w2v", ".text")
    ),
    "GloVe text": Format(word2vec_text.read, _write_glove, (), (".glove",)),
    "word2vec binary": Format(word2vec_binary.read, word2vec_binary.write, (), (".bin",)),
    "fastText binary": Format(fasttext_binary.read, fasttext_binary.write, (), (".ftz",)),
    "floret text": Format(floret.read, floret.write, (".floret",)),
    "NumPy .npy": Format(numpy_npy.read, numpy_npy.write, (".npy",)),
    "NumPy .npz": Format(numpy_npz.read, numpy_npz.write, (".npz",)),
    "safetensors": Format(safetensors.read, safetensors.write, (".safetensors",)),
    "finalfusion": Format(finalfusion.read, finalfusion.write, (".fifu", ".finalfusion")),
    "projector TSV": Format(projector_tsv.read, projector_tsv.write, (), (".tsv",)),
}

_MAGIC = {
    struct.pack("<i", fasttext_binary.MAGIC): "fastText binary",
    finalfusion.MAGIC: "finalfusion",
    b"\x93NUMPY": "NumPy .npy",
    b"PK\x03\x04": "NumPy .npz",
}
# Numbers in a row that floats do not show by chance.
ENOUGH_NUMBERS = 16
_PICKLE_SUFFIXES = (".pkl", ".pickle", ".model", ".kv", ".wordvectors", ".joblib")


def load_any(path: str | Path, *, file_format: str | None = None, **options: Any) -> WordVectors:
    """Read a file of word vectors in any supported format.

    :param file_format: Name of the format, see :func:`format_name`; None: found out.
    :param options: Fields of :class:`ReadOptions`: limit, errors, dtype, progress, workers,
        finite_only.
    :raises ValueError: If the file is damaged, hostile, or of no known format.
    """
    with Source(path, ReadOptions(**options)) as source:
        name = format_name(file_format) if file_format else detect(source)
        return FORMATS[name].read(source, source.options)


def save_any(
    path: str | Path,
    vectors: WordVectors,
    *,
    file_format: str | None = None,
    progress: Progress | None = None,
) -> None:
    """Write a file of word vectors in the format that its name or ``file_format`` says.

    :raises ValueError: If the name tells no format, or the format cannot hold the words.
    """
    name = format_name(file_format) if file_format else format_to_write(path)
    if vectors.floret is not None and name != "floret text":
        raise ValueError(
            f"Cannot write {path}: floret vectors are of buckets, not of words; write a .floret "
            "file."
        )
    FORMATS[name].write(Path(path), vectors, progress=progress)


def format_name(name: str) -> str:
    """Return the key of ``FORMATS`` that a name means, in any case, or a suffix: "glove", ".npz".

    :raises ValueError: Lists those there are.
    """
    wanted = name.lower()
    for known, file_format in FORMATS.items():
        suffixes = (*file_format.suffixes, *file_format.write_suffixes)
        if wanted == known.lower() or f".{wanted.removeprefix('.')}" in suffixes:
            return known
    raise ValueError(f"Unknown format {name!r}; there are: {', '.join(FORMATS)}.")


def format_to_write(path: str | Path) -> str:
    """Return the name of the format that a file's suffix asks for.

    :raises ValueError: Lists the suffixes.
    """
    inner, _ = split_packing(Path(path).name)
    suffixes = {s: name for name, f in FORMATS.items() for s in (*f.suffixes, *f.write_suffixes)}
    for suffix, name in suffixes.items():
        if inner.lower().endswith(suffix):
            return name
    raise ValueError(
        f"The name {Path(path).name!r} tells no format; use one of {', '.join(suffixes)} "
        "(and .gz .bz2 .xz .zst .zip .tgz after it)."
    )


def detect(source: Source) -> str:
    """Return the name of a file's format: by its name, then by its first bytes.

    :raises ValueError: If it is a pickle, empty, or like no format.
    """
    inner = source.inner_name.lower()
    for name, file_format in FORMATS.items():
        if inner.endswith(file_format.suffixes):
            return name
    start = source.peek(1 << 12)
    if not start:
        raise ValueError(f"{source.name} is empty; vectors were expected.")
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise ValueError(
            f"{source.name} is UTF-16 text; convert it first: iconv -f UTF-16 -t UTF-8."
        )
    kind = checked_kind(source.path)
    if kind is not None:
        raise ValueError(f"{source.name} is a {kind}, which the load of its class opens.")
    if _is_pickle(start) or inner.endswith(_PICKLE_SUFFIXES):
        raise ValueError(_pickle_message(source.name))
    if inner.endswith(".tsv") and projector_tsv.metadata_path(source.path).is_file():
        return "projector TSV"
    return _by_magic(start) or _by_first_line(source.name, start)


def _by_magic(start: bytes) -> str | None:
    for magic, name in _MAGIC.items():
        if start.startswith(magic):
            return name
    # uint64 length of a JSON object: the high bytes are zero
    return "safetensors" if start[6:9] == b"\0\0{" else None


def _by_first_line(name: str, start: bytes) -> str:
    line, _, rest = start.partition(b"\n")
    if floret.is_header(line):
        return "floret text"
    fields = line.split()
    header = len(fields) == 2 and all(map(word2vec_text.is_integer, fields))
    if header:
        return "word2vec binary" if _is_binary(rest, int(fields[1])) else "word2vec text"
    if _is_binary(start):
        raise ValueError(
            f"{name} begins with {start[:8]!r}, as no known format does; name the format if you "
            f"know it: {', '.join(FORMATS)}."
        )
    return "GloVe text"


def _is_binary(start: bytes, width: int = 1) -> bool:
    """Whether bytes have control characters, as floats soon do, and are no word and D numbers.

    :param width: D, if a header tells it.
    """
    if all(byte >= 32 or byte in b"\t\n\r" for byte in start):
        return False
    row, whole, _ = start.partition(b"\n")
    fields = re.split(rb"[ \t]+", row.rstrip(b" \t\r"))[1:]
    if not whole:  # a long row, of which only the start is here; its last number may be cut off
        fields, width = fields[:-1], min(width, ENOUGH_NUMBERS)
    numbers = fields[-width:]
    return len(numbers) < width or not all(map(word2vec_text.is_number, numbers))


def _is_pickle(start: bytes) -> bool:
    return start[:1] == b"\x80" and start[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05")


def _pickle_message(name: str) -> str:
    return (
        f"{name} is a pickle (gensim's save() writes them), and opening one can run any code, so "
        "it is not opened. If you trust it, convert it where gensim is installed: "
        "KeyedVectors.load(path).save_word2vec_format('vectors.bin', binary=True); a whole "
        "model: vectorsuite.integrations.gensim_models.from_gensim(Word2Vec.load(path)).save(…)."
    )
