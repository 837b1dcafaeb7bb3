"""``vectorsuite init-vectors``, ``init vectors`` and the older ``init-model``."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from vectorsuite.cli.json_output import print_json

if TYPE_CHECKING:
    from vectorsuite.vectors.importing import ImportReport


def init_vectors(
    lang: str = typer.Argument(..., help="spaCy's code of the language, such as en."),
    source: Path = typer.Argument(..., metavar="FILE", help="Vectors in any format."),
    target: Path = typer.Argument(..., metavar="OUT", help="The directory to write."),
    prune: int = typer.Option(-1, "--prune", "-p", min=-1, help="Keep so many vectors; -1: all."),
    truncate: int = typer.Option(
        0, "--truncate", "-t", min=0, help="Read only so many vectors; 0: all."
    ),
    mode: str | None = typer.Option(
        None, "--mode", "-m", help="default or floret; by default what FILE holds."
    ),
    name: str | None = typer.Option(None, "--name", "-n", help="Name of the table."),
    verbose: bool = typer.Option(False, "--verbose", "-V", "-VV", help="Tell more."),
    jsonl: Path | None = typer.Option(
        None,
        "--lexemes-jsonl",
        "-j",
        help='Lines {"orth": …, "prob": …}, for --prune.',
        hidden=True,
    ),
    attr: str = typer.Option("ORTH", "--attr", "-a", help="Token attribute of the words."),
    errors: str = typer.Option(
        "strict", "--errors", help="Words that are not UTF-8: strict, replace or skip."
    ),
    ngrams: bool = typer.Option(
        False, "--ngrams", help="Fit n-grams, which give words that the table lacks vectors."
    ),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Make a directory of vectors that spaCy and vectorsuite open, from a file in any format."""
    facts = make_pipeline(
        lang, source, target, name,
        truncate=truncate, prune_to=prune, mode=mode, attr=attr, errors=errors, ngrams=ngrams,
        probabilities=None if jsonl is None else read_probabilities(jsonl),
    )  # fmt: skip
    if as_json:
        print_json(facts)
        return
    typer.echo(describe(facts))
    if verbose:
        typer.echo("\n".join(f"{key}: {value}" for key, value in facts.items()))


def init_model(
    arguments: list[str] = typer.Argument(
        ..., metavar="[LANG] OUT", help="The language (xx by default), and the directory to write."
    ),
    source: Path = typer.Option(..., "--vectors-loc", "-v", help="Vectors in any format."),
    prune: int = typer.Option(-1, "--prune-vectors", "-V", min=-1, help="Keep so many vectors."),
    truncate: int = typer.Option(
        0, "--truncate-vectors", "-t", min=0, help="Read only so many vectors."
    ),
    name: str | None = typer.Option(None, "--vectors-name", "-vn", help="Name of the table."),
    jsonl: Path | None = typer.Option(
        None, "--jsonl-loc", "-j", help='Lines {"orth": …, "prob": …}, for --prune-vectors.'
    ),
) -> None:
    """Do what init-vectors does, under the name and options that it had before spaCy 3."""
    if len(arguments) > 2:
        raise ValueError(f"init-model takes [LANG] OUT, not {' '.join(arguments)!r}.")
    lang, target = arguments if len(arguments) == 2 else ("xx", arguments[0])
    facts = make_pipeline(
        lang, source, Path(target), name, truncate=truncate, prune_to=prune,
        probabilities=None if jsonl is None else read_probabilities(jsonl),
    )  # fmt: skip
    typer.echo(describe(facts))


def make_pipeline(
    lang: str, source: Path, target: Path, name: str | None, **options: Any
) -> dict[str, Any]:
    """Import a file and write the directory; return what there is to tell.

    A directory of vectors that is at ``target`` is replaced when the new one is whole.

    :param options: Those of :func:`vectorsuite.vectors.importing.import_vectors`.
    :raises FileNotFoundError: There is no such file.
    :raises FileExistsError: Something else than vectors is at ``target``.
    """
    if not source.exists():
        raise FileNotFoundError(f"There is no file of vectors {source}.")
    replace = _holds_vectors(target)
    if target.exists() and not replace:
        raise FileExistsError(f"{target} exists and holds no vectors; give another name.")
    from vectorsuite.cli.progress import show_progress
    from vectorsuite.models.pipeline import table_of_model
    from vectorsuite.vectors.importing import import_vectors
    from vectorsuite.vectors.pipeline import check_language, check_output, write_pipeline

    check_language(lang)
    check_output(target, force=replace)
    started = time.perf_counter()
    with show_progress() as progress:
        vectors = table_of_model(source) or source
        table, report = import_vectors(vectors, progress=progress, **options)
    write_pipeline(target, table, lang=lang, name=name, force=replace)
    return {
        "output": str(target),
        "format": report.format,
        "mode": table.mode,
        "words": report.words,
        "rows": len(table),
        "width": table.shape[1],
        **_left_out(report),
        "seconds": round(time.perf_counter() - started, 2),
    }


def _left_out(report: ImportReport) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "repeated words": report.repeated_words,
        "equal rows": report.equal_rows,
    }
    if report.pruning is not None:
        facts["pruned words"] = len(report.pruning.removed)
        facts["mean cosine"] = round(report.pruning.mean_cosine, 4)
        facts["minimum cosine"] = round(report.pruning.min_cosine, 4)
        facts["covered share of the corpus"] = report.pruning.covered
    if report.ngrams is not None:
        facts["rows of n-grams"] = report.ngrams["rows"]
        facts["cosine of words held out"] = report.ngrams["cosine"]
    return facts


def _holds_vectors(target: Path) -> bool:
    """Whether something is at a path that may be replaced: an empty directory, or vectors."""
    return target.is_dir() and (
        (target / "vocab" / "vectors").is_file() or not any(target.iterdir())
    )


def describe(facts: dict[str, Any]) -> str:
    """Say in one line what was made."""
    if facts["mode"] == "floret":
        return f"{facts['output']}: {facts['rows']:,} buckets of width {facts['width']}"
    text = (
        f"{facts['output']}: {facts['words']:,} words, {facts['rows']:,} vectors of width "
        f"{facts['width']}"
    )
    if "pruned words" in facts:
        text += (
            f"; {facts['pruned words']:,} words share the nearest of these, at a mean cosine of "
            f"{facts['mean cosine']:.3f}"
        )
    return text


def read_probabilities(path: Path) -> dict[str, float]:
    """Read log-probabilities of words from spaCy's file of lexemes, one JSON object a line.

    :raises ValueError: Names the line that is none.
    """
    probabilities = {}
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                entry = json.loads(line)
                if "prob" in entry:
                    probabilities[str(entry["orth"])] = float(entry["prob"])
            except (ValueError, TypeError, KeyError) as error:
                raise ValueError(
                    f"{path}, line {number}: a JSON object with orth and prob was expected, not "
                    f"{line.decode('utf8', 'replace').strip()[:60]!r}."
                ) from error
    return probabilities
