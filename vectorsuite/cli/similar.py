"""``vectorsuite similar``."""

from __future__ import annotations

from pathlib import Path

import typer

from vectorsuite.cli.gpu import GPU_ID, load_words
from vectorsuite.cli.json_output import print_json
from vectorsuite.cli.words import WORDS, utf8_words


def similar(
    table: Path = typer.Argument(..., help="A trained directory, or a file of vectors."),
    word: str = typer.Argument(..., callback=utf8_words, help="The word to look up."),
    n: int = typer.Option(10, "-n", min=1, help="How many."),
    words: Path | None = WORDS,
    gpu_id: int = GPU_ID,
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Print the words nearest to a word, with the cosine of each."""
    vectors = load_words(table, gpu_id, words)
    print_neighbours(vectors.most_similar(word, topn=n), as_json=as_json)


def print_neighbours(found: list[tuple[str, float]], *, as_json: bool) -> None:
    """Print words and their scores: JSON, or a line for each."""
    if as_json:
        pairs = [{"word": word, "similarity": float(score)} for word, score in found]
        print_json(pairs)
        return
    for word, score in found:
        typer.echo(f"{score:7.4f}  {word}")
