"""The commands together, and what every one of them does with an error."""

from __future__ import annotations

import io
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

import typer
from typer.main import get_command

from vectorsuite import __version__
from vectorsuite.cli.analogy import analogy
from vectorsuite.cli.convert import convert
from vectorsuite.cli.evaluate import evaluate
from vectorsuite.cli.explain import explain
from vectorsuite.cli.heatmap import heatmap
from vectorsuite.cli.info import info
from vectorsuite.cli.init_vectors import init_model, init_vectors
from vectorsuite.cli.similar import similar
from vectorsuite.cli.train import train

EXIT_FAILED = 1
EXIT_STOPPED = 130  # 128 + SIGINT, what shells expect
TRACEBACK_VARIABLE = "VECTORSUITE_TRACEBACK"
# What input can cause. Anything else is a fault of the program, and the line says where to look.
EXPECTED = (
    OSError,
    ValueError,
    TypeError,
    LookupError,
    ImportError,
    MemoryError,
    FloatingPointError,  # training that diverged
)

app = typer.Typer(
    name="vectorsuite",
    help="Train, query, evaluate and convert word vectors.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(train)
app.command()(similar)
app.command()(analogy)
app.command()(evaluate)
app.command()(convert)
app.command()(init_vectors)
app.command(hidden=True)(init_model)
init = typer.Typer(help="init vectors: another spelling of init-vectors.")
init.command("vectors")(init_vectors)
app.add_typer(init, name="init", hidden=True)
app.command()(info)
app.command()(heatmap)
app.command()(explain)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"vectorsuite {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(
        False, "--version", callback=_print_version, is_eager=True, help="Print the version."
    ),
    debug: bool = typer.Option(
        False, "--debug", help=f"Show the traceback of an error; so does {TRACEBACK_VARIABLE}=1."
    ),
) -> None:
    if debug:
        os.environ[TRACEBACK_VARIABLE] = "1"


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and leave the process with its exit code."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP, and nohup ignores it
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)
    if isinstance(sys.stdout, io.TextIOWrapper):  # a word that the locale has no code for is no end
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run one command.

    :param arguments: Without the name of the program; none: print the help.
    :returns: 0; 1 after an error, told in one line on standard error; 130 after Ctrl-C.
    """
    try:
        command = get_command(app)
        # below typer's own main(), which would print errors in a box of its own
        with command.make_context("vectorsuite", list(arguments) or ["--help"]) as context:
            command.invoke(context)
    except typer.Exit as stop:
        return stop.exit_code
    except (KeyboardInterrupt, typer.Abort):
        _complain("stopped; no output was written")
        return EXIT_STOPPED
    except BrokenPipeError:
        # the reader of our output (head, less) went away; keep the interpreter from flushing to it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_FAILED
    except Exception as error:
        _complain(one_line(error))
        return EXIT_FAILED
    return 0


def one_line(error: BaseException) -> str:
    """Say in one line what an exception says."""
    if hasattr(error, "format_message"):  # a usage error: typer's, or click's under older typers
        context = getattr(error, "ctx", None)
        path = context.command_path if context is not None else "vectorsuite"
        said = error.format_message().rstrip(".")
        text = f"{said}{'' if said.endswith('?') else '.'} See: {path} --help"
    elif isinstance(error, OSError) and error.strerror:
        names = [str(name) for name in (error.filename, error.filename2) if name is not None]
        text = ": ".join([*names, error.strerror]) + "."
    elif isinstance(error, KeyError) and error.args:
        text = str(error.args[0])  # str() of a KeyError puts quotes around its message
    elif isinstance(error, MemoryError):
        text = str(error) or "out of memory."
    else:
        text = str(error)
    text = " ".join(text.split())
    a_key = isinstance(error, KeyError) and " " not in text  # of some dict, not a message
    if not text or a_key or not (isinstance(error, EXPECTED) or hasattr(error, "format_message")):
        text = f"{type(error).__name__}: {text} ({TRACEBACK_VARIABLE}=1 shows where.)"
    return text


def _complain(message: str) -> None:
    if os.environ.get(TRACEBACK_VARIABLE, "0") not in ("", "0"):
        traceback.print_exc()
    typer.echo(f"vectorsuite: {message}", err=True)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """Other ends unwind like Ctrl-C, so that temporary files go."""
    raise KeyboardInterrupt
