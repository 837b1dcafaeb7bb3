"""``vectorsuite evaluate``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from vectorsuite.cli.gpu import GPU_ID, load_words
from vectorsuite.cli.json_output import print_json
from vectorsuite.cli.words import WORDS

if TYPE_CHECKING:
    from vectorsuite.evaluation import AnalogyScores, PairScores


def evaluate(
    table: Path = typer.Argument(..., help="A trained directory, or a file of vectors."),
    pairs: list[Path] = typer.Option(
        [], "--pairs", help="File of judged pairs, as WordSim-353 has them: word, word, score."
    ),
    analogies: list[Path] = typer.Option(
        [], "--analogies", help="File of questions, in the format of questions-words.txt."
    ),
    restrict_vocab: int = typer.Option(
        300_000, "--restrict-vocab", min=1, help="Know only so many words, the first ones."
    ),
    words: Path | None = WORDS,
    gpu_id: int = GPU_ID,
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Test vectors on judged pairs of words and on analogies. Both options may be repeated."""
    if not (pairs or analogies):
        raise ValueError("Nothing to evaluate on: give --pairs FILE or --analogies FILE.")
    for path in [*pairs, *analogies]:
        if path.is_dir():
            raise IsADirectoryError(f"{path} is a folder; give a file of pairs or questions.")
        if path.exists() and not path.is_file():  # a test set is read more than once
            raise ValueError(f"{path} is a device or a pipe; write its text to a file first.")
        if not path.exists():
            raise FileNotFoundError(f"There is no test file {path}.")
    from vectorsuite.evaluation import evaluate_analogies, evaluate_pairs

    vectors = load_words(table, gpu_id, words)
    of_pairs = [evaluate_pairs(vectors, path, restrict_vocab=restrict_vocab) for path in pairs]
    of_analogies = [
        evaluate_analogies(vectors, path, restrict_vocab=restrict_vocab) for path in analogies
    ]
    if as_json:
        scores = {
            "pairs": [score.as_dict() for score in of_pairs],
            "analogies": [score.as_dict() for score in of_analogies],
        }
        print_json(scores)
        return
    for on_pairs in of_pairs:
        typer.echo(describe_pairs(on_pairs))
    for on_analogies in of_analogies:
        typer.echo(describe_analogies(on_analogies))


def describe_pairs(scores: PairScores) -> str:
    """Tell the correlations of one file in a line."""
    return (
        f"{scores.name}: Spearman {scores.spearman.statistic:.4f}, "
        f"Pearson {scores.pearson.statistic:.4f}, "
        f"{scores.unknown:.1f} % of {scores.pairs:,} pairs unknown"
    )


def describe_analogies(scores: AnalogyScores) -> str:
    """Tell the right answers of one file, a line for each section and each total."""
    lines = [f"{scores.name}, {scores.method}:"]
    rows = [*scores.sections, scores.semantic, scores.syntactic, scores.total]
    width = max(len(row.name) for row in rows)
    for row in rows:
        share = f"{row.accuracy:6.1%}" if row.answered else "     –"
        unknown = row.questions - row.answered
        lines.append(
            f"  {row.name:<{width}}  {share}  {row.correct:,} of {row.answered:,}"
            + (f", {unknown:,} more with unknown words" if unknown else "")
        )
    return "\n".join(lines)
