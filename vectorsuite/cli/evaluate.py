"""``vectorsuite evaluate``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typer


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
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Test vectors on judged pairs of words and on analogies. Both options may be repeated."""
    if not (pairs or analogies):
        raise ValueError("Nothing to evaluate on: give --pairs FILE or --analogies FILE.")
    for path in [*pairs, *analogies]:
        if not path.is_file():
            raise FileNotFoundError(f"There is no test file {path}.")
    from vectorsuite import load

    words = load(table)
    results = {
        "pairs": [evaluate_pairs(words, path, restrict_vocab) for path in pairs],
        "analogies": [evaluate_analogies(words, path, restrict_vocab) for path in analogies],
    }
    typer.echo(json.dumps(results, ensure_ascii=False) if as_json else describe(results))


def evaluate_pairs(words: Any, path: Path, restrict_vocab: int) -> dict[str, Any]:
    """Return the correlations of cosines with people's judgements."""
    pearson, spearman, unknown = words.evaluate_word_pairs(path, restrict_vocab=restrict_vocab)
    return {
        "file": str(path),
        "spearman": float(spearman[0]),
        "pearson": float(pearson[0]),
        "unknown_percent": float(unknown),
    }


def evaluate_analogies(words: Any, path: Path, restrict_vocab: int) -> dict[str, Any]:
    """Return right answers of questions by section, and in total of each kind."""
    from vectorsuite.query.test_sets import Section

    _, sections = words.evaluate_word_analogies(path, restrict_vocab=restrict_vocab)
    named = {section["section"]: section for section in sections[:-1]}
    syntactic = {name for name in named if Section(name, []).is_syntactic}
    return {
        "file": str(path),
        "sections": {name: _score([section]) for name, section in named.items()},
        "semantic": _score([section for name, section in named.items() if name not in syntactic]),
        "syntactic": _score([section for name, section in named.items() if name in syntactic]),
        "total": _score(list(named.values())),
    }


def _score(sections: list[dict[str, Any]]) -> dict[str, Any]:
    """Add up sections; the accuracy of no question at all is null."""
    right = sum(len(section["correct"]) for section in sections)
    asked = right + sum(len(section["incorrect"]) for section in sections)
    return {"right": right, "asked": asked, "accuracy": right / asked if asked else None}


def describe(results: dict[str, Any]) -> str:
    """Lay results out as a table of lines."""
    lines = []
    for result in results["pairs"]:
        lines.append(
            f"{result['file']}: Spearman {result['spearman']:.4f}, "
            f"Pearson {result['pearson']:.4f}, unknown pairs {result['unknown_percent']:.1f} %"
        )
    for result in results["analogies"]:
        lines.append(f"{result['file']}:")
        totals = {kind: result[kind] for kind in ("semantic", "syntactic", "total")}
        width = max(map(len, [*result["sections"], *totals]))
        for name, score in [*result["sections"].items(), *totals.items()]:
            share = "     –" if score["accuracy"] is None else f"{score['accuracy']:6.1%}"
            lines.append(f"  {name:<{width}}  {share}  {score['right']:,} of {score['asked']:,}")
    return "\n".join(lines)
