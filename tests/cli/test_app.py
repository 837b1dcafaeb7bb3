"""The command line as a whole: exit codes, errors in one line, start-up."""

import errno
import os
import subprocess
import sys

import pytest
import typer

import vectorsuite
from vectorsuite.cli import app as cli
from vectorsuite.cli import main
from vectorsuite.cli.app import one_line, run


@pytest.fixture
def failing(monkeypatch):
    """Add a command ``fail`` that raises what the test puts in."""

    def install(error):
        other = typer.Typer(add_completion=False, rich_markup_mode=None)

        @other.command()
        def fail() -> None:
            raise error

        @other.command()
        def work() -> None:
            typer.echo("worked")

        monkeypatch.setattr(cli, "app", other)

    return install


def test_version(capsys):
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"vectorsuite {vectorsuite.__version__}\n"


def test_python_m_is_the_same_command():
    done = subprocess.run(
        [sys.executable, "-m", "vectorsuite", "--version"], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, f"vectorsuite {vectorsuite.__version__}\n")


def test_help_waits_for_no_heavy_module():
    script = (
        "import sys; from vectorsuite.cli.app import run; assert run(['--help']) == 0;"
        "print([m for m in ('numpy', 'thinc', 'spacy', 'rich', 'catalogue') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]", done.stderr


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (ValueError("vector_size is 0."), "vector_size is 0."),
        (KeyError("'qeen' is not in the table."), "'qeen' is not in the table."),
        (KeyError("training"), "KeyError: training (VECTORSUITE_TRACEBACK=1 shows where.)"),
        (ValueError("two\n\n  lines"), "two lines"),
        (FileNotFoundError(errno.ENOENT, "No such file", "x.txt"), "x.txt: No such file."),
        (OSError(errno.ENOSPC, "No space left on device", "out"), "out: No space left on device."),
        (OSError("The file is torn."), "The file is torn."),
        (MemoryError(), "out of memory."),
        (
            ZeroDivisionError("division by zero"),
            "ZeroDivisionError: division by zero (VECTORSUITE_TRACEBACK=1 shows where.)",
        ),
    ],
)
def test_an_error_is_one_line_and_exit_1(failing, capsys, error, line):
    failing(error)
    assert run(["fail"]) == 1
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"vectorsuite: {line}\n")


def test_the_traceback_is_there_for_the_asking(failing, capsys, monkeypatch):
    failing(ValueError("bad"))
    monkeypatch.setenv("VECTORSUITE_TRACEBACK", "1")
    assert run(["fail"]) == 1
    err = capsys.readouterr().err
    assert err.startswith("Traceback")
    assert err.endswith("vectorsuite: bad\n")


def test_ctrl_c_is_exit_130_and_one_line(failing, capsys):
    failing(KeyboardInterrupt())
    assert run(["fail"]) == 130
    assert capsys.readouterr().err == "vectorsuite: stopped; no output was written\n"


@pytest.mark.parametrize("arguments", [["nothing"], ["info", "--nothing"], ["train"]])
def test_a_usage_error_is_one_line_and_exit_1(capsys, arguments):
    assert run(arguments) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "--help" in err


def test_an_empty_error_still_says_its_type():
    assert one_line(ValueError()).startswith("ValueError: ")


def test_no_arguments_print_the_help(capsys):
    assert run([]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("Usage: vectorsuite") and err == ""
    assert run(["init"]) == 1
    assert capsys.readouterr().err == "vectorsuite: Missing command. See: vectorsuite init --help\n"


def test_a_usage_error_that_asks_ends_in_one_sign(capsys):
    assert run(["similr"]) == 1
    error = capsys.readouterr().err  # "Did you mean 'similar'?", where typer suggests it
    assert "?." not in error
    assert error.endswith(" See: vectorsuite --help\n")


# No locale but C is sure to be there; these take its UTF-8 mode away.
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.mark.parametrize("environment", [ASCII, {"PYTHONIOENCODING": "latin-1"}], ids=str)
def test_words_are_utf8_in_any_locale(table, environment):
    command = [sys.executable, "-m", "vectorsuite", "similar", table, "größe".encode(), "-n", "5"]
    done = subprocess.run(command, capture_output=True, env={**os.environ, **environment})
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b" 0.8944  apple\n")


def test_a_word_that_is_not_utf8_is_refused(table):
    command = [sys.executable, "-m", "vectorsuite", "similar", table, "größe".encode("latin-1")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert r"The word b'gr\xf6\xdfe' is not UTF-8 text." in done.stderr


def test_ctrl_c_before_a_command_starts_is_no_traceback(monkeypatch, capsys):
    def interrupted(*arguments, **named):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "get_command", interrupted)
    assert run(["info"]) == 130
    monkeypatch.setattr("builtins.__import__", interrupted)
    with pytest.raises(SystemExit, match="130"):
        main()
