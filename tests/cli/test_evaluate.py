"""``vectorsuite evaluate``."""

import json
import os

import pytest

from vectorsuite.cli.app import run


@pytest.fixture
def questions(tmp_path):
    path = tmp_path / "questions.txt"
    path.write_text(
        ": family\nman woman king queen\nman king woman queen\nman woman king apple\n"
        ": gram1-nothing\nman woman king nobody\n"
        ": gram2-one\nking queen man woman\n"
    )
    return str(path)


@pytest.fixture
def pairs(tmp_path):
    path = tmp_path / "pairs.tsv"
    path.write_text("# a comment\nking\tqueen\t9\nking\tman\t8\nking\tapple\t0\nking\tnobody\t5\n")
    return str(path)


def test_analogies_are_counted_by_section_and_kind(table, questions, capsys):
    assert run(["evaluate", table, "--analogies", questions, "--json"]) == 0
    (result,) = json.loads(capsys.readouterr().out)["analogies"]
    rows = [*result["sections"], result["semantic"], result["syntactic"], result["total"]]
    assert [(row["name"], row["correct"], row["answered"]) for row in rows] == [
        ("family", 2, 3),
        ("gram1-nothing", 0, 0),
        ("gram2-one", 1, 1),
        ("semantic", 2, 3),
        ("syntactic", 1, 1),
        ("total", 3, 4),
    ]
    assert result["total"]["accuracy"] == 0.75


def test_pairs_give_correlations_and_the_share_of_unknown_ones(table, pairs, capsys):
    assert run(["evaluate", table, "--pairs", pairs, "--json"]) == 0
    (result,) = json.loads(capsys.readouterr().out)["pairs"]
    assert result["spearman"]["statistic"] == pytest.approx(1.0)  # cosines .82, .71, 0
    assert result["unknown"] == pytest.approx(25.0)


def test_a_correlation_of_too_few_pairs_is_null(table, tmp_path, capsys):
    (tmp_path / "one.tsv").write_text("king\tqueen\t9\n")
    assert run(["evaluate", table, "--pairs", str(tmp_path / "one.tsv"), "--json"]) == 0
    out = capsys.readouterr().out
    assert "NaN" not in out
    assert json.loads(out)["pairs"][0]["spearman"]["statistic"] is None


def test_files_may_be_several_and_the_table_is_readable(table, questions, pairs, capsys):
    arguments = ["--pairs", pairs, "--pairs", pairs, "--analogies", questions]
    assert run(["evaluate", table, *arguments]) == 0
    out = capsys.readouterr().out
    assert out.count("Spearman 1.0000") == 2
    assert "  gram1-nothing       –  0 of 0, 1 more with unknown words\n" in out
    assert "  total           75.0%  3 of 4, 1 more with unknown words\n" in out


def test_restrict_vocab_forgets_the_later_words(table, questions, capsys):
    arguments = ["--analogies", questions, "--restrict-vocab", "3", "--json"]
    assert run(["evaluate", table, *arguments]) == 0
    assert json.loads(capsys.readouterr().out)["analogies"][0]["total"]["answered"] == 0


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [([], "--pairs FILE or --analogies FILE"), (["--pairs", "no.tsv"], "no test file no.tsv")],
)
def test_bad_input_is_one_line(table, capsys, arguments, complaint):
    assert run(["evaluate", table, *arguments]) == 1
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert complaint in err


@pytest.mark.parametrize("option", ["--pairs", "--analogies"])
def test_a_file_that_is_no_text_is_named(table, tmp_path, capsys, option):
    (tmp_path / "binary").write_bytes(bytes(range(256)))
    assert run(["evaluate", table, option, str(tmp_path / "binary")]) == 1
    assert "binary is not utf8 text" in capsys.readouterr().err
    assert run(["evaluate", table, option, str(tmp_path)]) == 1
    assert f"{tmp_path} is a folder" in capsys.readouterr().err


def test_a_pipe_is_refused_as_a_test_file(table, tmp_path, capsys):
    os.mkfifo(tmp_path / "pipe")
    assert run(["evaluate", table, "--pairs", str(tmp_path / "pipe")]) == 1
    assert "pipe is a device or a pipe" in capsys.readouterr().err


def test_floret_tables_are_tested_on_the_words_of_a_file(tmp_path, pairs, questions, capsys):
    table = str(tmp_path / "v.floret")
    (tmp_path / "v.floret").write_text("3 2 2 3 2 7 < >\n0 1 2\n1 -1 3\n2 2 -2\n")
    for option, file in (("--pairs", pairs), ("--analogies", questions)):
        assert run(["evaluate", table, option, file]) == 1
        assert "--words FILE" in capsys.readouterr().err
    (tmp_path / "words.txt").write_text("king\nqueen\nman\napple\n")
    words = ["--words", str(tmp_path / "words.txt")]
    assert run(["evaluate", table, "--pairs", pairs, *words, "--json"]) == 0
    (result,) = json.loads(capsys.readouterr().out)["pairs"]
    assert result["unknown"] == pytest.approx(25.0)
