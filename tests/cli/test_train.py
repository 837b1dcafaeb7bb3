"""``vectorsuite train``: what it reads from the command line, before any work."""

import sys

import pytest

from vectorsuite.cli.app import run
from vectorsuite.cli.train import import_file, parse_overrides


@pytest.mark.parametrize(
    ("arguments", "overrides"),
    [
        ([], {}),
        (["--a.b", "3"], {"a.b": 3}),
        (["--a.b=3"], {"a.b": 3}),
        (["--a.b", "text.txt"], {"a.b": "text.txt"}),
        (["--a.b", '["x", "y"]'], {"a.b": ["x", "y"]}),
        (["--a.b", "null"], {"a.b": None}),
        (["--a.b", "-1e-3"], {"a.b": -1e-3}),
        (["--a.b=x=y"], {"a.b": "x=y"}),
        (["--a.b", "--a.c", "true"], {"a.b": True, "a.c": True}),
        (["--a.min-count", "3"], {"a.min_count": 3}),
        (["--corpus.@readers", "x.v1"], {"corpus.@readers": "x.v1"}),
        (["--a.b.c", "1"], {"a.b.c": 1}),
    ],
)
def test_overrides_are_json_or_else_text(arguments, overrides):
    assert parse_overrides(arguments) == overrides


@pytest.mark.parametrize("arguments", [["x"], ["--forse"], ["-x"], ["--a.b", "1", "2"], ["--.a"]])
def test_what_is_no_override_is_refused(arguments):
    with pytest.raises(ValueError, match="vectorsuite train --help"):
        parse_overrides(arguments)


def test_negative_values_reach_the_checks(tmp_path, capsys):
    path = tmp_path / "job.cfg"
    path.write_text('[paths]\noutput = "out"\n')
    assert run(["train", str(path), "--training.learn_rate", "-0.1"]) == 1
    assert "[training] learn_rate is -0.1" in capsys.readouterr().err


def test_a_config_that_is_not_there_is_named(tmp_path, capsys):
    assert run(["train", str(tmp_path / "none.cfg")]) == 1
    err = capsys.readouterr().err
    assert err == f"vectorsuite: {tmp_path / 'none.cfg'}: No such file or directory.\n"


def test_a_code_file_runs_its_decorators(tmp_path):
    path = tmp_path / "planted_module.py"
    path.write_text("import sys\nsys.planted = __name__\n")
    import_file(path)
    assert sys.planted == "planted_module"
    del sys.planted


def test_a_code_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none\.py is not there"):
        import_file(tmp_path / "none.py")


def test_a_code_file_of_another_kind_is_refused(tmp_path):
    (tmp_path / "code.txt").write_text("1")
    with pytest.raises(ImportError, match=r"must end in \.py"):
        import_file(tmp_path / "code.txt")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("x = 1\ny = x / 0\n", r"ZeroDivisionError.*\(line 2\)"),
        ("x = 1\n\ny = (", r"SyntaxError.*\(line 3\)"),
        ("import no_such_module_at_all", r"no_such_module_at_all.*\(line 1\)"),
        ("raise SystemExit(3)", r"SystemExit.*\(line 1\)"),
    ],
)
def test_a_code_file_that_fails_says_where(tmp_path, text, complaint):
    path = tmp_path / "broken_module.py"
    path.write_text(text)
    with pytest.raises(ImportError, match=complaint):
        import_file(path)


@pytest.mark.parametrize("content", [b"3 2\na 1 2\n", b"\xff\xfe\x00", b"[a\n"])
def test_a_file_that_is_no_config_is_named(tmp_path, capsys, content):
    (tmp_path / "c.cfg").write_bytes(content)
    assert run(["train", str(tmp_path / "c.cfg")]) == 1
    error = capsys.readouterr().err
    assert f"{tmp_path / 'c.cfg'}" in error and error.count("\n") == 1


@pytest.mark.parametrize("option", [["--json"], ["--plot", "x.svg"]])
def test_a_pipeline_config_refuses_options_that_would_do_nothing(tmp_path, capsys, option):
    (tmp_path / "p.cfg").write_text('[nlp]\nlang = "en"\n')
    assert run(["train", str(tmp_path / "p.cfg"), *option]) == 1
    assert "knows no --json and --plot" in capsys.readouterr().err
