"""``vectorsuite convert``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from vectorsuite.io import WordVectors
    from vectorsuite.protocols import Progress


def convert(
    source: Path = typer.Argument(
        ..., metavar="IN", help="A file of vectors, a directory or a model."
    ),
    target: Path = typer.Argument(
        ..., metavar="OUT", help="A file, whose suffix says the format, or a new directory."
    ),
    from_format: str | None = typer.Option(
        None, "--from", help="Format of IN; found out by default."
    ),
    to_format: str | None = typer.Option(
        None, "--to", help="Format of OUT; by its suffix by default."
    ),
    limit: int | None = typer.Option(None, "--limit", min=0, help="Read only so many rows."),
    errors: str = typer.Option(
        "strict", "--errors", help="Words that are not UTF-8: strict, replace or skip."
    ),
    lang: str = typer.Option("xx", "--lang", help="spaCy's code of the language of a directory."),
    attr: str = typer.Option("ORTH", "--attr", help="Token attribute of a directory's words."),
    force: bool = typer.Option(False, "--force", help="Replace a directory that is there."),
    quiet: bool = typer.Option(False, "--quiet", help="Show no progress."),
) -> None:
    """Convert vectors between formats; without a suffix OUT is a directory that spaCy opens.

    The folders above OUT are made.
    """
    from vectorsuite.cli.progress import show_progress
    from vectorsuite.io.open import format_name, format_to_write
    from vectorsuite.vectors.attributes import check_attribute
    from vectorsuite.vectors.pipeline import check_language, check_output

    if "-" in (str(source), str(target)):
        raise ValueError("Standard input and output cannot be used here: name a file instead of -.")
    if not source.exists():
        raise FileNotFoundError(f"There is no file or directory {source}.")
    if not target.name:  # an empty argument is the current folder
        raise ValueError(f"OUT is {str(target)!r}; name a file or a new directory.")
    # a wrong name fails before anything is read
    check_language(lang)
    check_attribute(attr)
    if to_format is not None:
        format_name(to_format)
    elif _is_directory(target):
        check_output(target, force=force)
    else:
        format_to_write(target)
    options = {"limit": limit, "errors": errors}
    with show_progress(quiet=quiet) as progress:
        vectors = read_any(source, from_format, options, progress)
        note = write_any(target, vectors, to_format, progress, lang=lang, attr=attr, force=force)
    typer.echo(describe(target, vectors) + note)


def _is_directory(target: Path) -> bool:
    return target.is_dir() or not target.suffix


def read_any(
    source: Path, file_format: str | None, options: dict[str, Any], progress: Progress | None
) -> WordVectors:
    """Read a file or a directory of vectors, or the words of a saved model."""
    from vectorsuite.io.open import load_any
    from vectorsuite.models.pipeline import table_of_model
    from vectorsuite.vectors.interchange import from_table
    from vectorsuite.vectors.pipeline import open_pipeline

    table = open_pipeline(source) if source.is_dir() else table_of_model(source)
    if table is None:
        return load_any(source, file_format=file_format, progress=progress, **options)
    vectors = from_table(table)
    limit = options.get("limit")
    return vectors if limit is None else vectors.head(limit)


def write_any(
    target: Path,
    vectors: WordVectors,
    file_format: str | None,
    progress: Progress | None,
    *,
    lang: str,
    attr: str,
    force: bool,
) -> str:
    """Write a file, or a directory if the name has no suffix; return what it could not hold."""
    from vectorsuite.io.fasttext_binary import is_model_of
    from vectorsuite.io.open import format_name, format_to_write, save_any
    from vectorsuite.vectors.interchange import ngram_vectors_of, to_table, with_fasttext_model
    from vectorsuite.vectors.pipeline import write_pipeline

    if file_format is None and _is_directory(target):
        write_pipeline(target, to_table(vectors, attr=attr), lang=lang, force=force)
        return ""
    name = format_name(file_format) if file_format else format_to_write(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    holds_ngrams = name == "fastText binary"
    if holds_ngrams:
        vectors = with_fasttext_model(vectors)
        holds_ngrams = is_model_of(vectors)
    save_any(target, vectors, file_format=name, progress=progress)
    if holds_ngrams or ngram_vectors_of(vectors) is None:
        return ""
    return f"; n-grams left out, which {name} files cannot hold"


def describe(target: Path, vectors: WordVectors) -> str:
    """Say in one line what was written, and what was left out."""
    unit = "buckets" if vectors.floret else "words"
    text = f"{target}: {len(vectors):,} {unit} of width {vectors.width}"
    if vectors.n_duplicates:
        text += f"; {vectors.n_duplicates:,} rows of words seen before left out"
    if vectors.n_skipped:
        text += f"; {vectors.n_skipped:,} rows of words that are not UTF-8 left out"
    return text
