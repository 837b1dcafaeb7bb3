"""``vectorsuite similar`` and ``analogy``."""

import json

import numpy as np
import pytest

from vectorsuite.cli.app import run
from vectorsuite.io.open import save_any
from vectorsuite.io.word_vectors import FloretSettings, WordVectors
from vectorsuite.packed import PackedStrings


def test_the_nearest_words_come_first_with_their_cosines(table, capsys):
    assert run(["similar", table, "queen", "-n", "2"]) == 0
    # cos(queen, king) = cos(queen, woman) = 2 / sqrt(3 * 2)
    assert sorted(capsys.readouterr().out.splitlines()) == [" 0.8165  king", " 0.8165  woman"]


def test_json_has_every_word_in_its_own_letters(table, capsys):
    assert run(["similar", table, "apple", "-n", "1", "--json"]) == 0
    out = capsys.readouterr().out
    assert "größe" in out
    assert json.loads(out) == [
        {"word": "größe", "similarity": pytest.approx(1 / 1.25**0.5, abs=1e-6)}
    ]


def test_a_word_in_other_letters_than_ascii_is_found(table, capsys):
    assert run(["similar", table, "größe", "-n", "1"]) == 0
    assert capsys.readouterr().out == " 0.8944  apple\n"


def test_more_neighbours_than_words_are_all_there_are(table, capsys):
    assert run(["similar", table, "king", "-n", "100"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 5


def test_an_analogy(table, capsys):
    assert run(["analogy", table, "king - man + woman", "-n", "1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["word"] == "queen"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["similar", "TABLE", "qeen"], "qeen"),
        (["similar", "TABLE", "king", "-n", "0"], "-n"),
        (["similar", "nowhere", "king"], "nowhere"),
        (["analogy", "TABLE", "king - nobody"], "nobody"),
        (["analogy", "TABLE", "king -"], "missing"),
        (["analogy", "TABLE", ""], "missing"),
    ],
)
def test_bad_input_is_one_line(table, capsys, arguments, complaint):
    assert run([table if argument == "TABLE" else argument for argument in arguments]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert err.startswith("vectorsuite: ")
    assert complaint in err


@pytest.mark.parametrize("expression", ["king-man+woman", "king -man +woman"])
def test_signs_without_space_are_explained(table, capsys, expression):
    assert run(["analogy", table, expression]) == 1
    assert "the signs of an expression stand alone" in capsys.readouterr().err


@pytest.fixture
def floret_file(tmp_path):
    """A .floret file of three n-grams' buckets, and a file of words with an empty line."""
    data = np.array([[1, 0], [0, 1], [1, 1]], dtype=np.float32)
    save_any(
        tmp_path / "v.floret",
        WordVectors(PackedStrings.pack([]), data, floret=FloretSettings(2, 3, 2, 7, "<", ">")),
    )
    (tmp_path / "words.txt").write_text("apple\n\n größe \npear\n", encoding="utf8")
    return str(tmp_path / "v.floret"), tmp_path / "words.txt"


@pytest.mark.parametrize(
    "question", [["similar", "apple"], ["analogy", "apple - banana"]], ids=lambda q: q[0]
)
def test_words_of_a_file_are_found_by_a_floret_table(floret_file, question, capsys):
    table, words = floret_file
    command = [question[0], table, question[1]]
    assert run(command) == 1
    assert "--words FILE" in capsys.readouterr().err
    assert run([*command, "--words", str(words), "--json"]) == 0
    found = {pair["word"] for pair in json.loads(capsys.readouterr().out)}
    assert found == {"größe", "pear"}


@pytest.mark.parametrize(
    ("content", "complaint"),
    [(b"a\xff", "words.txt, byte 1: this is not UTF-8"), (b" \n\n", "words.txt has no words")],
)
def test_bad_files_of_words_are_named(floret_file, content, complaint, capsys):
    table, words = floret_file
    words.write_bytes(content)
    assert run(["similar", table, "apple", "--words", str(words)]) == 1
    assert complaint in capsys.readouterr().err


def test_a_byte_order_mark_is_no_part_of_the_first_word(floret_file, capsys):
    table, words = floret_file
    words.write_bytes("apple\r\npear\r\n".encode("utf-8-sig"))
    assert run(["similar", table, "pear", "--words", str(words), "--json"]) == 0
    assert [pair["word"] for pair in json.loads(capsys.readouterr().out)] == ["apple"]


def test_words_are_refused_where_the_table_has_its_own(table, floret_file, capsys):
    assert run(["similar", table, "king", "--words", str(floret_file[1])]) == 1
    assert "this one has 6 keys of its own" in capsys.readouterr().err
