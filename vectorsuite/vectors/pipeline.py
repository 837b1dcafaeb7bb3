"""A whole pipeline directory around a table: what ``spacy.load`` and spaCy's training open."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import srsly
from numpy.typing import NDArray

from vectorsuite.io.atomic import directory_written_beside
from vectorsuite.io.json_file import read_object
from vectorsuite.vectors.table import Vectors

# The least that spaCy 3 asks of a pipeline without components.
_CONFIG = """\
[nlp]
lang = "{lang}"
pipeline = []
disabled = []
before_creation = null
after_creation = null
after_pipeline_creation = null
batch_size = 1000

[nlp.tokenizer]
@tokenizers = "spacy.Tokenizer.v1"

[nlp.vectors]
@vectors = "spacy.Vectors.v1"

[components]
"""


# ISO 639, or a name of somebody's own, such as spaCy's documents' "custom_en".
_LANGUAGE = re.compile(r"[a-z]{2,3}|[A-Za-z0-9]+(_[A-Za-z0-9]+)+")

# All that it has without components; ``meta.json`` tells what a model has put beside them.
_ENTRIES = {"config.cfg", "meta.json", "tokenizer", "vocab"}


def write_pipeline(
    path: str | Path,
    vectors: Vectors,
    *,
    lang: str = "xx",
    name: str | None = None,
    counts: NDArray[np.int64] | None = None,
    settings: Mapping[str, Any] | None = None,
    force: bool = False,
    also: Callable[[Path], None] | None = None,
) -> None:
    """Write a pipeline directory with nothing but a table, whole or not at all.

    :param path: The directory; folders above it are made.
    :param vectors: The table, which is not changed.
    :param lang: spaCy's code of the language; spaCy refuses vectors of another one.
    :param name: Name of the table; by default the one it has, else "{lang}_pipeline.vectors".
    :param counts: How often each row's word occurred, (R,) int64; kept as ``row_attrs["count"]``.
    :param settings: What the table was made with, plain JSON; kept as ``settings``.
    :param force: Replace a file, an empty folder, or a directory of nothing but a table.
    :param also: Writes further files into the folder it is called with, before it has its name.
    :raises FileExistsError: There is something at `path`, and not `force`, or something else.
    :raises ValueError: Not one count per row, or no code of a language.
    """
    if counts is not None and len(counts) != len(vectors):
        raise ValueError(f"There are {len(counts)} counts for {len(vectors)} rows.")
    check_language(lang)
    name = name or vectors.name or f"{lang}_pipeline.vectors"
    saved = _with_extras(vectors, name, counts, settings)
    if force:
        check_replaceable(Path(path))
    with directory_written_beside(Path(path), force=force) as beside:
        saved.to_disk(beside / "vocab")
        (beside / "config.cfg").write_text(_CONFIG.format(lang=lang), "utf8")
        (beside / "tokenizer").write_bytes(b"\x80")  # an empty msgpack map: the language's own
        if also is not None:
            also(beside)
        further = sorted({entry.name for entry in beside.iterdir()} - _ENTRIES)
        srsly.write_json(beside / "meta.json", {**_meta(saved, lang), "further_files": further})


def check_language(lang: str) -> None:
    """Refuse what is no code of a language, which spaCy would only say when it loads the directory.

    :raises ValueError: It is not two or three small letters. A name with an underscore passes: of
        a language that somebody registers with spaCy.
    """
    if not _LANGUAGE.fullmatch(lang):
        raise ValueError(
            f"lang is {lang!r}; expected spaCy's code of a language, two or three small letters "
            'such as "en" or "grc"; "xx" stands for any.'
        )


def check_output(path: Path, *, force: bool = False) -> None:
    """Find out before any work whether a directory can be written under this name.

    :raises FileExistsError: It is there and ``force`` is false, or it is a file, perhaps the very
        text to train on, or more than a table.
    :raises OSError: Its folder cannot be written to.
    """
    if path.is_file():
        raise FileExistsError(
            f"The output {path} is a file, where a directory is to be. Give another one."
        )
    if path.exists() or path.is_symlink():
        if not force:
            raise FileExistsError(
                f"The output {path} is there already. Give another one, or --force to replace it."
            )
        check_replaceable(path)
    folder = nearest_folder(path)
    try:
        Path(tempfile.mkdtemp(prefix=".vectorsuite-", dir=folder)).rmdir()
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise OSError(
            f"The output {path} cannot be written: {folder}: {reason}. Give another one."
        ) from error


def nearest_folder(path: Path) -> Path:
    """Return the first folder above a path that is there."""
    return next(folder for folder in path.absolute().parents if folder.exists())


def check_replaceable(path: Path) -> None:
    """Refuse to replace what is more than a table: a pipeline's components, anybody's own files.

    :raises FileExistsError: Names what would be lost.
    """
    if path.is_file() or not path.exists():
        return
    if not path.is_dir():
        raise FileExistsError(f"{path} is neither a file nor a folder; give another name.")
    found = {entry.name for entry in path.iterdir()}
    meta = read_object(path / "meta.json") if "meta.json" in found else {}
    own = {*_ENTRIES, *meta.get("further_files", ())} if meta else set()
    lost = {*(found - own), *meta.get("pipeline", ())}
    if lost:
        raise FileExistsError(
            f"{path} is not replaced: it is no directory of vectors alone, but holds {min(lost)}. "
            "Give another name, or remove it yourself."
        )


def _with_extras(
    vectors: Vectors,
    name: str,
    counts: NDArray[np.int64] | None,
    settings: Mapping[str, Any] | None,
) -> Vectors:
    """The same rows, keys and strings under another name; nothing is copied."""
    saved = vectors.view()
    saved.name = name
    if counts is not None:
        saved.row_attrs = {**vectors.row_attrs, "count": np.asarray(counts, dtype=np.int64)}
    if settings is not None:
        saved.settings = dict(settings)
    return saved


def _meta(vectors: Vectors, lang: str) -> dict[str, Any]:
    return {
        "lang": lang,
        "name": "pipeline",
        "version": "0.0.0",
        "description": "",
        "vectors": {
            "width": vectors.shape[1],
            "vectors": len(vectors),
            "keys": vectors.n_keys,
            "name": vectors.name,
            "mode": vectors.mode,
        },
        "pipeline": [],
        "components": [],
        "disabled": [],
    }


def open_pipeline(path: str | Path, *, mmap: bool = True, into: Vectors | None = None) -> Vectors:
    """Open the table of a pipeline directory, or of the vocab directory within one.

    :param mmap: See `Vectors.from_disk`.
    :param into: Table to load into; a new one by default.
    :raises FileNotFoundError: There is no table at `path`.
    :raises ValueError: A file in it is damaged, or files do not fit each other.
    """
    path = Path(path)
    vocab = next((p for p in (path / "vocab", path) if (p / "vectors").is_file()), None)
    if vocab is None:
        raise FileNotFoundError(
            f"{path} holds no table: neither vocab/vectors nor vectors is in it."
        )
    exclude = () if (vocab / "strings.json").exists() else ("strings",)
    vectors = Vectors() if into is None else into
    vectors.from_disk(vocab, exclude=exclude, mmap=mmap)
    if vectors.name is None and (path / "meta.json").exists():
        meta = read_object(path / "meta.json")
        vectors.name = (meta.get("vectors") or {}).get("name")
    return vectors
