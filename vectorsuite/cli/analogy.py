"""``vectorsuite analogy``."""

from __future__ import annotations

from pathlib import Path

import typer

from vectorsuite.cli.gpu import GPU_ID, load_words
from vectorsuite.cli.similar import print_neighbours
from vectorsuite.cli.words import WORDS, utf8_words


def analogy(
    table: Path = typer.Argument(..., help="A trained directory, or a file of vectors."),
    expression: str = typer.Argument(
        ..., callback=utf8_words, help='Words with + and - between: "king - man + woman".'
    ),
    n: int = typer.Option(10, "-n", min=1, help="How many."),
    words: Path | None = WORDS,
    gpu_id: int = GPU_ID,
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Print the words nearest to a sum of words, with the cosine of each."""
    vectors = load_words(table, gpu_id, words)
    print_neighbours(vectors.analogy(expression, topn=n), as_json=as_json)
