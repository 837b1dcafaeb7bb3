"""``vectorsuite train``."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from vectorsuite.cli.gpu import GPU_ID, gpu_ops
from vectorsuite.cli.json_output import print_json

if TYPE_CHECKING:
    from vectorsuite.training.job import Report


def train(
    context: typer.Context,
    config: Path = typer.Argument(..., help="The config file."),
    code: Path | None = typer.Option(
        None, "--code", "-c", help="Python file to import first; it may register functions."
    ),
    gpu_id: int = GPU_ID,
    force: bool = typer.Option(False, "--force", "-f", help="Replace an output that is there."),
    quiet: bool = typer.Option(False, "--quiet", "-q", help="Show no progress."),
    as_json: bool = typer.Option(False, "--json", help="Print the report as JSON."),
    plot: Path | None = typer.Option(
        None, "--plot", help="Draw the learning curve to this file (.png, .svg, .pdf)."
    ),
) -> None:
    """Train vectors as a config file says, or a spaCy pipeline if the file has [nlp].

    --section.key VALUE replaces any value of the file, for example:

    vectorsuite train configs/sgns.cfg --paths.corpus text.txt --model.vector_size 300
    """
    from vectorsuite.integrations.spacy_training import is_pipeline_config, train_pipeline

    overrides = parse_overrides(context.args)
    if code is not None:
        import_file(code)
    if is_pipeline_config(config):
        if as_json or plot is not None:
            raise ValueError(f"{config} is of a spaCy pipeline, which knows no --json and --plot.")
        typer.echo(f"{train_pipeline(config, overrides, gpu_id=gpu_id)}: model-best, model-last")
        return
    from vectorsuite.cli.progress import show_progress
    from vectorsuite.training.job import run_job
    from vectorsuite.training.settings import read_config, read_settings

    settings = read_settings(read_config(config, overrides))
    if plot is not None:
        from vectorsuite.integrations.plots import check_plot, plot_losses

        check_plot(plot)
    ops = gpu_ops(gpu_id)
    with show_progress(quiet=quiet) as progress:
        report = run_job(settings, ops=ops, progress=progress, force=force)
    if plot is not None:
        plot_losses(plot, report.losses, report.held_out_losses, report.scores)
    if as_json:
        print_json({**vars(report), "output": str(report.output)})
    else:
        typer.echo(summarise(report))


def summarise(report: Report) -> str:
    """Describe a finished job in two lines."""
    stages = ", ".join(f"{stage} {passed:.1f} s" for stage, passed in report.seconds.items())
    losses = "no loss"  # a model of the user's may measure none
    if report.losses:
        losses = f"loss {report.losses[0]:.4f} → {report.losses[-1]:.4f}"
    if report.held_out_losses:
        losses += f", held out {report.held_out_losses[0]:.4f} → {report.held_out_losses[-1]:.4f}"
    if report.kept_epoch < len(report.losses):
        losses += f", kept epoch {report.kept_epoch} of {len(report.losses)}"
    if report.scores:
        last = report.scores[-1].items()
        losses += "".join(f"; {name} {score:.4f}" for name, score in last if name != "epoch")
    if report.resumed_at:
        losses += f"; went on from a checkpoint in epoch {report.resumed_at}"
    return (
        f"{report.output}: {report.n_words:,} words from {report.raw_words:,} in "
        f"{report.sentences:,} sentences; {losses}\n"
        f"{stages}"
    )


def parse_overrides(arguments: list[str]) -> dict[str, Any]:
    """Read ``--section.key VALUE`` and ``--section.key=VALUE``; a bare ``--section.key`` is true.

    A value is JSON; what is not JSON is text.

    :raises ValueError: Anything else among the arguments.
    """
    overrides: dict[str, Any] = {}
    rest = list(arguments)
    while rest:
        option = rest.pop(0)
        if not option.startswith("--"):
            raise ValueError(f"Unexpected argument {option!r}. See: vectorsuite train --help")
        key, equals, value = option[2:].partition("=")
        key = key.replace("-", "_")
        if "." not in key.strip("."):
            raise ValueError(
                f"There is no option --{key}; a value of the config is given as --section.key. "
                "See: vectorsuite train --help"
            )
        if not equals:
            value = rest.pop(0) if rest and not rest[0].startswith("--") else "true"
        try:
            overrides[key] = json.loads(value)
        except ValueError:
            overrides[key] = value
    return overrides


def import_file(path: Path) -> None:
    """Run a Python file as a module of its own name, so that its decorators register.

    The types that layers are annotated with, such as Model and Floats2d, need no import there.

    :raises FileNotFoundError: It is not there.
    :raises ImportError: It raised something; says what and where.
    """
    from vectorsuite.ml.names import document_names

    if not path.is_file():
        raise FileNotFoundError(f"The code file {path} is not there.")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"The code file {path} is no Python file: its name must end in .py.")
    module = importlib.util.module_from_spec(spec)
    module.__dict__.update(document_names())
    sys.modules.setdefault(path.stem, module)  # for get_type_hints and pickling by name
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        if sys.modules.get(path.stem) is module:
            del sys.modules[path.stem]
        raise ImportError(
            f"The code file {path} failed: {type(error).__name__}: {error}{_where(path, error)}"
        ) from error


def _where(path: Path, error: BaseException) -> str:
    """Name the last line of the file itself that an error passed through."""
    line = error.lineno if isinstance(error, SyntaxError) else None
    step = error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == str(path):
            line = step.tb_lineno
        step = step.tb_next
    return f" (line {line})" if line else ""
