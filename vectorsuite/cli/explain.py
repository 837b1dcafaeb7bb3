"""``vectorsuite explain``."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from vectorsuite.cli.json_output import print_json
from vectorsuite.cli.words import utf8_words

if TYPE_CHECKING:
    from rich.table import Table

    from vectorsuite.training.explain import Explanation, StepTrace


def explain(
    text: str = typer.Argument(..., callback=utf8_words, help="A sentence or two."),
    window: int = typer.Option(2, "--window", "-w", min=1, help="Words on either side."),
    negative: int = typer.Option(2, "--negative", "-n", min=0, help="Noise words per pair."),
    edges: bool = typer.Option(False, "--edges", help="Also windows that the text's ends cut."),
    width: int = typer.Option(4, "--width", min=1, help="Width of the vectors of the traced step."),
    learn_rate: float = typer.Option(0.025, "--learn-rate", help="Of the traced step."),
    seed: int = typer.Option(1, "--seed", min=0, help="Of noise words and starting vectors."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Show what word2vec learns from a text: its data sets, and one step of training."""
    from vectorsuite.training.explain import explain_dataset

    if not math.isfinite(learn_rate):
        raise ValueError(f"--learn-rate is {learn_rate}; it must be a finite number.")
    data = explain_dataset(text, window, negative, edges=edges, seed=seed)
    words = sorted(set(data.words))
    step = _first_step(data, words, negative, width, learn_rate, seed)
    if as_json:
        facts = {**asdict(data), "step": _plain(asdict(step)), "vocabulary": words}
        print_json(facts)
        return
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False)  # words stand as they are
    for table in (*_data_tables(data, window), *_step_tables(step, words)):
        console.print(table)
        console.print()


def _first_step(
    data: Explanation, words: list[str], negative: int, width: int, learn_rate: float, seed: int
) -> StepTrace:
    """The step for the first true pair, from random vectors."""
    import numpy as np

    from vectorsuite.training.explain import trace_step

    random = np.random.default_rng(seed)
    embeddings, contexts = random.uniform(-1, 1, size=(2, len(words), width))
    first, *noise = data.negative_sampling[: negative + 1]
    rows = {word: row for row, word in enumerate(words)}
    return trace_step(
        embeddings,
        contexts,
        rows[first.input],
        rows[first.output],
        [rows[row.output] for row in noise],
        learn_rate,
    )


def _plain(trace: dict[str, Any]) -> dict[str, Any]:
    return {k: v.tolist() if hasattr(v, "tolist") else v for k, v in trace.items()}


def _data_tables(data: Explanation, window: int) -> list[Table]:
    inputs = range(1, min(window, len(data.words)) + 1)  # a wider window has no rows
    sliding = _table("Sliding window: the next word", [f"input {i}" for i in inputs])
    sliding.add_column("output", style="green")
    for row in data.sliding_window:
        sliding.add_row(*row.inputs, row.output)
    cbow = _table("CBOW: a word from those around it", ["inputs"])
    cbow.add_column("output", style="green")
    for row in data.cbow:
        cbow.add_row(" ".join(row.inputs), row.output)
    skip_gram = _table("Skip-gram: those around it from a word", ["input"])
    skip_gram.add_column("output", style="magenta")
    for row in data.skip_gram:
        skip_gram.add_row(*row.inputs, row.output)
    pairs = _table("Negative sampling: are they neighbours?", ["input", "output", "target"])
    for pair in data.negative_sampling:
        style = "bold" if pair.target else "dim"
        pairs.add_row(pair.input, pair.output, str(pair.target), style=style)
    return [sliding, cbow, skip_gram, pairs]


def _step_tables(step: StepTrace, words: list[str]) -> list[Table]:
    name = words[step.input]
    scores = _table(
        f"One step of training: {name}",
        ["input", "output", "times", "target", "input · output", "sigmoid", "error"],
    )
    columns = (step.times, step.targets, step.scores, step.sigmoids, step.errors)
    for row, (output, times, target, *numbers) in enumerate(
        zip(step.outputs, *columns, strict=True)
    ):
        values = [f"{number:.6f}" for number in numbers]
        style = "bold" if row == 0 else None
        scores.add_row(name, words[output], str(times), str(target), *values, style=style)
    scores.caption = f"error = target - sigmoid; loss {step.loss:.6f}"
    rows = _table("Rows before and after", ["table", "word", "before", "after"])
    rows.add_row("embedding", name, _row(step.embedding), _row(step.new_embedding))
    for k, output in enumerate(step.outputs):
        rows.add_row("context", words[output], _row(step.contexts[k]), _row(step.new_contexts[k]))
    rows.caption = f"learning rate {step.learn_rate:g}"
    return [scores, rows]


def _row(values: Any) -> str:
    return " ".join(f"{value:+.6f}" for value in values)


def _table(title: str, columns: list[str]) -> Table:
    from rich.table import Table

    return Table(*columns, title=title, title_justify="left", caption_justify="left")
