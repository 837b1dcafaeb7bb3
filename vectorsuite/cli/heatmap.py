"""``vectorsuite heatmap``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from vectorsuite.cli.words import utf8_words

if TYPE_CHECKING:
    from vectorsuite.evaluation.heatmap import HeatRow


def heatmap(
    table: Path = typer.Argument(..., help="A trained directory, or a file of vectors."),
    words: list[str] = typer.Argument(
        ..., callback=utf8_words, help='Words, or sums: "king - man + woman".'
    ),
    out: Path | None = typer.Option(None, "--out", help="Write an .svg or .html file instead."),
    common: bool = typer.Option(False, "--common", help="Mark the columns alike in all rows."),
) -> None:
    """Show vectors as rows of colours: red near +2, white near 0, blue near -2."""
    from vectorsuite import load
    from vectorsuite.evaluation.heatmap import heat_rows, to_html, to_svg
    from vectorsuite.io.output import open_output

    if out is not None and out.suffix.lower() not in (".svg", ".html"):
        raise ValueError(f"{out} is neither .svg nor .html; the suffix says what to write.")
    vectors = load(table)
    rows = heat_rows(getattr(vectors, "wv", vectors), words)
    if out is None:
        _print(rows, common)
        return
    draw = to_html if out.suffix.lower() == ".html" else to_svg
    out.parent.mkdir(parents=True, exist_ok=True)
    with open_output(out) as file:
        file.write(draw(rows, mark_common=common).encode("utf8"))


def _print(rows: Sequence[HeatRow], common: bool) -> None:
    """One line of cells per row; wide vectors go on in a further block."""
    from rich.console import Console
    from rich.style import Style
    from rich.text import Text

    from vectorsuite.evaluation.heatmap import cell_colour, cell_sign, common_columns

    console = Console(highlight=False)
    plain = console.no_color or console.color_system is None
    label = max(len(row.label) for row in rows) + 1
    n = len(rows[0].values)
    room = max(8, console.width - label)
    cell = 2 if 2 * n <= room else 1
    marked = {d for d, _ in common_columns(rows)} if common and len(rows) > 1 else set()
    for start in range(0, n, room // cell):
        block = range(start, min(n, start + room // cell))
        if marked:
            arrows = "".join(("v" if d in marked else " ") + " " * (cell - 1) for d in block)
            console.print(" " * label + arrows)
        for row in rows:
            line = Text(f"{row.label:>{label - 1}} ")
            for value in row.values[block.start : block.stop].tolist():
                if plain:
                    line.append(f"{cell_sign(value):<{cell}}")
                    continue
                red, green, blue = cell_colour(value)
                line.append(" " * cell, Style(bgcolor=f"rgb({red},{green},{blue})"))
            console.print(line, soft_wrap=True)
        if block.stop < n:
            console.print()
