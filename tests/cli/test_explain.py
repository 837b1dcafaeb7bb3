"""The commands that show what is learned and what was learned."""

import json

import pytest

from vectorsuite.cli.app import run

TEXT = "Thou shalt not make a machine"


def test_explain_prints_data_sets_and_a_step(capsys):
    assert run(["explain", TEXT, "--window", "1"]) == 0
    printed = capsys.readouterr().out
    for title in ("Sliding window", "CBOW", "Skip-gram", "Negative sampling", "One step"):
        assert title in printed


def test_explain_as_json(capsys):
    assert run(["explain", TEXT, "--window", "2", "--negative", "1", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["cbow"][0] == {"inputs": ["thou", "shalt", "make", "a"], "output": "not"}
    assert [row["target"] for row in facts["negative_sampling"][:4]] == [1, 0, 1, 0]
    step = facts["step"]
    assert facts["vocabulary"][step["input"]] == "not"
    assert len(step["new_embedding"]) == 4


def test_explain_says_that_a_text_is_too_short(capsys):
    assert run(["explain", "two words"]) == 1
    assert "needs 5 or more" in capsys.readouterr().err


def test_heatmap_writes_drawings(table, tmp_path, capsys):
    words = ["king", "man", "woman", "king - man + woman", "queen"]
    for name, start in (("a.svg", "<svg"), ("a.html", "<!doctype html>")):
        assert run(["heatmap", table, *words, "--out", str(tmp_path / name)]) == 0
        written = (tmp_path / name).read_text("utf8")
        assert written.startswith(start)
        assert written.count("<title>0: ") == 5
    assert run(["heatmap", table, *words, "--common"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert len(printed) == 6
    assert printed[0].strip() == "v"  # all five are people, in dimension 0
    assert [line[:18].strip() for line in printed[1:]] == words


def test_heatmap_names_what_is_wrong(table, tmp_path, capsys):
    assert run(["heatmap", table, "emperor"]) == 1
    assert "emperor" in capsys.readouterr().err
    assert run(["heatmap", table, "king", "--out", str(tmp_path / "a.bmp")]) == 1
    assert ".svg nor .html" in capsys.readouterr().err
    assert not (tmp_path / "a.bmp").exists()


def test_heatmap_without_colours_prints_signs(table, capsys):
    assert run(["heatmap", table, "king", "apple - king"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[-4:] for line in lines] == [["+", "+", ".", "."], ["-", "-", ".", "+"]]


@pytest.mark.parametrize(
    ("option", "value"), [("--learn-rate", "nan"), ("--learn-rate", "inf"), ("--seed", "-1")]
)
def test_explain_refuses_numbers_that_mean_nothing(capsys, option, value):
    assert run(["explain", TEXT, option, value, "--json"]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert option in printed.err


def test_words_are_no_markup(capsys):
    assert run(["explain", "[red]a [/b] :car: d", "--window", "1"]) == 0
    printed = capsys.readouterr().out
    assert all(word in printed for word in ("[red]a", "[/b]", ":car:"))


def test_a_window_wider_than_the_text_makes_no_wider_table(capsys):
    assert run(["explain", "a b c", "--window", "100000", "--edges"]) == 0
    printed = capsys.readouterr().out
    assert "input 3" in printed
    assert "input 4" not in printed
