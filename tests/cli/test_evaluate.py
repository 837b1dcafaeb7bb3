"""``vectorsuite evaluate``."""

import json

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
    assert result["sections"] == {
        "family": {"right": 2, "asked": 3, "accuracy": pytest.approx(2 / 3)},
        "gram1-nothing": {"right": 0, "asked": 0, "accuracy": None},
        "gram2-one": {"right": 1, "asked": 1, "accuracy": 1.0},
    }
    assert result["semantic"]["asked"] == 3
    assert result["syntactic"] == {"right": 1, "asked": 1, "accuracy": 1.0}
    assert result["total"] == {"right": 3, "asked": 4, "accuracy": 0.75}


def test_pairs_give_correlations_and_the_share_of_unknown_ones(table, pairs, capsys):
    assert run(["evaluate", table, "--pairs", pairs, "--json"]) == 0
    (result,) = json.loads(capsys.readouterr().out)["pairs"]
    assert result["spearman"] == pytest.approx(1.0)  # cosines .82, .71, 0
    assert result["unknown_percent"] == pytest.approx(25.0)


def test_files_may_be_several_and_the_table_is_readable(table, questions, pairs, capsys):
    arguments = ["--pairs", pairs, "--pairs", pairs, "--analogies", questions]
    assert run(["evaluate", table, *arguments]) == 0
    out = capsys.readouterr().out
    assert out.count("Spearman 1.0000") == 2
    assert "  gram1-nothing       –  0 of 0\n" in out
    assert "  total           75.0%  3 of 4\n" in out


def test_restrict_vocab_forgets_the_later_words(table, questions, capsys):
    arguments = ["--analogies", questions, "--restrict-vocab", "3", "--json"]
    assert run(["evaluate", table, *arguments]) == 0
    assert json.loads(capsys.readouterr().out)["analogies"][0]["total"]["asked"] == 0


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [([], "--pairs FILE or --analogies FILE"), (["--pairs", "no.tsv"], "no test file no.tsv")],
)
def test_bad_input_is_one_line(table, capsys, arguments, complaint):
    assert run(["evaluate", table, *arguments]) == 1
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert complaint in err
