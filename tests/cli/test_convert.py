"""``vectorsuite convert`` and ``info`` of files: any format to any other."""

import json

import numpy as np
import pytest

from vectorsuite import FastText, load
from vectorsuite.cli.app import run
from vectorsuite.io import FloretSettings, WordVectors
from vectorsuite.io.open import load_any, save_any
from vectorsuite.models import save_facebook_model
from vectorsuite.packed import PackedStrings

TEXT = "3 2\nthe 1 2\nnew york 3 4\nété 5 6\n"


@pytest.fixture
def text(tmp_path):
    (tmp_path / "v.txt").write_text(TEXT, "utf8")
    return str(tmp_path / "v.txt")


@pytest.mark.parametrize("name", ["v.npz", "v.safetensors", "v.fifu", "v.vec.gz", "v.tsv", "v.npy"])
def test_there_and_back(text, tmp_path, capsys, name):
    assert run(["convert", text, str(tmp_path / name)]) == 0
    assert "3 words of width 2" in capsys.readouterr().out
    assert run(["convert", str(tmp_path / name), str(tmp_path / "again.txt")]) == 0
    assert (tmp_path / "again.txt").read_text("utf8") == TEXT


def test_a_directory_that_spacy_opens_and_back(text, tmp_path):
    spacy = pytest.importorskip("spacy")
    assert run(["convert", text, str(tmp_path / "out"), "--lang", "en"]) == 0
    nlp = spacy.load(tmp_path / "out")
    np.testing.assert_array_equal(nlp.vocab["new york"].vector, [3, 4])
    assert run(["convert", str(tmp_path / "out"), str(tmp_path / "again.txt")]) == 0
    assert (tmp_path / "again.txt").read_text("utf8") == TEXT
    assert run(["convert", text, str(tmp_path / "out")]) == 1  # it is there
    assert run(["convert", text, str(tmp_path / "out"), "--force"]) == 0


def test_words_that_share_a_row_get_a_copy_each(tmp_path):
    from vectorsuite.vectors import Vectors
    from vectorsuite.vectors.pipeline import write_pipeline

    table = Vectors(data=np.array([[1, 2], [3, 4]], np.float32), keys=["a", "b"])
    table.add("c", row=0)
    write_pipeline(tmp_path / "in", table)
    assert run(["convert", str(tmp_path / "in"), str(tmp_path / "out.txt")]) == 0
    assert (tmp_path / "out.txt").read_text() == "3 2\na 1 2\nc 1 2\nb 3 4\n"
    assert run(["convert", str(tmp_path / "in"), str(tmp_path / "o.txt"), "--limit", "2"]) == 0
    assert list(load_any(tmp_path / "o.txt").words) == ["a", "c"]


def test_floret_there_and_back(tmp_path):
    data = np.arange(6, dtype=np.float32).reshape(3, 2)
    table = WordVectors(PackedStrings.pack([]), data, floret=FloretSettings(2, 3, 2, 7, "[", "]"))
    save_any(tmp_path / "v.floret", table)
    assert run(["convert", str(tmp_path / "v.floret"), str(tmp_path / "dir")]) == 0
    assert run(["convert", str(tmp_path / "dir"), str(tmp_path / "w.floret")]) == 0
    assert (tmp_path / "v.floret").read_bytes() == (tmp_path / "w.floret").read_bytes()


def test_what_is_left_out_is_told(tmp_path, capsys):
    (tmp_path / "v.txt").write_bytes(b"a 1\nb 2\na 3\n\xff 4\n")
    arguments = ["convert", str(tmp_path / "v.txt"), str(tmp_path / "w.npz"), "--errors", "skip"]
    assert run(arguments) == 0
    out = capsys.readouterr().out
    assert "1 rows of words seen before left out; 1 rows of words that are not UTF-8" in out


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["nothing.txt", "x.npz"], "There is no file or directory nothing.txt"),
        (["v.txt", "x.xyz"], "tells no format; use one of"),
        (["torn.txt", "x.npz"], "torn.txt, line 2 has 1 values where 2 were expected"),
        (["v.kv", "x.npz"], "is a pickle"),
        (["v.txt", "x.bin"], "'new york' has white space in it"),
        (["v.txt", "x.txt", "--to", "nonsense"], "Unknown format 'nonsense'; there are"),
    ],
)
def test_one_line_after_an_error_and_nothing_written(
    text, tmp_path, capsys, monkeypatch, arguments, message
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "torn.txt").write_text("a 1 2\nb 1\n")
    (tmp_path / "v.kv").write_bytes(b"\x80\x04.")
    before = sorted(tmp_path.iterdir())
    assert run(["convert", *arguments]) == 1
    error = capsys.readouterr().err
    assert message in error
    assert len(error.splitlines()) == 1
    assert sorted(tmp_path.iterdir()) == before


def test_info_of_a_file(text, capsys):
    assert run(["info", text, "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["format"], facts["rows"], facts["width"]) == ("word2vec text", 3, 2)


def test_standard_output_is_no_target(text, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(["convert", text, "-"]) == 1
    assert "name a file instead of -" in capsys.readouterr().err
    assert not (tmp_path / "-").exists()


def test_saved_models_and_the_ngrams_of_directories(tmp_path, capsys):
    model = FastText([["king", "queen"]] * 9, min_count=1, vector_size=3, bucket=50, epochs=1)
    model.save(tmp_path / "m.model")
    assert run(["info", str(tmp_path / "m.model")]) == 0
    assert "FastText model" in capsys.readouterr().out
    assert run(["convert", str(tmp_path / "m.model"), str(tmp_path / "w.vec")]) == 0
    assert (tmp_path / "w.vec").read_text("utf8").startswith("2 3\n")
    assert run(["convert", str(tmp_path / "m.model"), str(tmp_path / "d")]) == 0
    assert run(["init-vectors", "en", str(tmp_path / "m.model"), str(tmp_path / "e")]) == 0
    assert run(["convert", str(tmp_path / "d"), str(tmp_path / "f")]) == 0
    for name in "def":
        words = load(tmp_path / name)
        np.testing.assert_allclose(words["kingly"], model.wv["kingly"], atol=1e-6)


def test_ngrams_of_directories_go_into_fasttexts_files(tmp_path, capsys):
    fasttext = pytest.importorskip("fasttext")
    model = FastText([["king", "queen"]] * 9, min_count=1, vector_size=3, bucket=50, epochs=1)
    model.save(tmp_path / "m.model")
    assert run(["convert", str(tmp_path / "m.model"), str(tmp_path / "d")]) == 0
    assert run(["convert", str(tmp_path / "d"), str(tmp_path / "m.ftz")]) == 0
    assert "left out" not in capsys.readouterr().out
    theirs = fasttext.load_model(str(tmp_path / "m.ftz"))
    for word in ("king", "kingly"):
        assert theirs[word] == pytest.approx(model.wv[word], abs=1e-6)
    assert run(["convert", str(tmp_path / "d"), str(tmp_path / "m.vec")]) == 0
    assert "n-grams left out, which word2vec text files cannot hold" in capsys.readouterr().out


@pytest.mark.parametrize(("errors", "n"), [("skip", 2), ("replace", 3)])
def test_words_that_are_not_utf8_do_not_go_into_fasttexts_files(tmp_path, errors, n):
    model = FastText(
        [["king", "queen", "tsar"]] * 9, min_count=1, vector_size=3, bucket=9, epochs=1
    )
    save_facebook_model(model, tmp_path / "m.bin")
    content = (tmp_path / "m.bin").read_bytes().replace(b"tsar", b"ts\xffr")
    (tmp_path / "m.bin").write_bytes(content)
    arguments = ["convert", str(tmp_path / "m.bin"), str(tmp_path / "n.ftz")]
    assert run([*arguments, "--errors", errors]) == 0
    words = load(tmp_path / "n.ftz")
    assert sorted(words.index_to_key) == ["king", "queen", "ts\ufffdr"][:n]
    assert words["kingly"] == pytest.approx(model.wv["kingly"], abs=1e-6)


def test_ngrams_that_were_fitted_do_not_go_into_fasttexts_files(tmp_path, capsys):
    (tmp_path / "v.txt").write_text("king 1\nkings 2\nkingly 3\n")
    arguments = ["init-vectors", "en", str(tmp_path / "v.txt"), str(tmp_path / "d")]
    assert run([*arguments, "--ngrams"]) == 0
    assert run(["convert", str(tmp_path / "d"), str(tmp_path / "d.ftz")]) == 0
    assert "n-grams left out, which fastText binary files cannot hold" in capsys.readouterr().out
    assert load_any(tmp_path / "d.ftz").data.tolist() == [[1], [2], [3]]


def test_a_fasttext_model_cut_to_fewer_words_has_no_more(tmp_path):
    model = FastText(
        [["king", "queen", "tsar"]] * 9, min_count=1, vector_size=3, bucket=9, epochs=1
    )
    save_facebook_model(model, tmp_path / "m.bin")
    arguments = ["convert", str(tmp_path / "m.bin"), str(tmp_path / "cut.ftz")]
    assert run([*arguments, "--limit", "2"]) == 0
    assert len(load_any(tmp_path / "cut.ftz")) == 2
    assert load(tmp_path / "cut.ftz")["kingly"] == pytest.approx(model.wv["kingly"], abs=1e-6)
    assert run(arguments) == 0
    assert (tmp_path / "cut.ftz").read_bytes() == (tmp_path / "m.bin").read_bytes()


def test_folders_above_the_output_are_made(text, tmp_path):
    assert run(["convert", text, str(tmp_path / "new" / "folder" / "v.vec")]) == 0
    assert run(["convert", text, str(tmp_path / "new" / "other" / "table")]) == 0
    assert load_any(tmp_path / "new" / "folder" / "v.vec").width == 2
    assert load(tmp_path / "new" / "other" / "table").vector_size == 2


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["out", "--lang", "english"], "lang is 'english'"),
        (["out", "--attr", "NONSENSE"], "no token attribute 'NONSENSE'"),
        (["out.vec", "--to", "nothing"], "Unknown format 'nothing'"),
        (["file", "--force"], "file is a file, where a directory is to be"),
        (["file/out"], "file/out cannot be written"),
        ([""], "name a file or a new directory"),
    ],
)
def test_a_wrong_argument_is_told_before_anything_is_read(
    tmp_path, monkeypatch, capsys, arguments, complaint
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "torn.vec").write_text("3 2\na 1 2\n")  # would be told if it were read
    (tmp_path / "file").write_text("a text")
    assert run(["convert", "torn.vec", *arguments]) == 1
    assert complaint in capsys.readouterr().err
    assert (tmp_path / "file").read_text() == "a text"
