"""``init-vectors`` and its older spellings: what real spaCy opens and learns from."""

import gzip
import io
import json
import shlex
import subprocess
import sys
import tarfile

import numpy as np
import pytest

from vectorsuite.cli.app import run
from vectorsuite.io import FloretSettings, WordVectors
from vectorsuite.io.open import save_any
from vectorsuite.packed import PackedStrings

TEXT = "4 2\nest 1 0\nin 0 1\nhorto 0.6 0.8\natrio 0.8 0.6\n"

# The two lines of the reference document, but for the program's name and the folder.
FIRST = "init-model en {tmp}/la_vectors_wiki_lg --vectors-loc cc.la.300.vec.gz"
SECOND = "init-model {tmp}/la_vectors_web_md --vectors-loc la.300d.vec.tgz --prune-vectors 10000"


@pytest.fixture
def text(tmp_path):
    (tmp_path / "v.txt").write_text(TEXT)
    return str(tmp_path / "v.txt")


def test_real_spacy_opens_the_result_and_keeps_attr(text, tmp_path, capsys):
    spacy = pytest.importorskip("spacy")
    target = tmp_path / "out"
    assert run(["init-vectors", "la", text, str(target), "-a", "LOWER", "-n", "latin"]) == 0
    assert capsys.readouterr().out == f"{target}: 4 words, 4 vectors of width 2\n"
    nlp = spacy.load(target)
    assert nlp.lang == "la"
    assert nlp.vocab.vectors.name == "latin"
    assert nlp("EST")[0].has_vector
    nlp.to_disk(tmp_path / "again")
    assert (tmp_path / "again").is_dir()  # spaCy itself then forgets attr; we do not
    assert nlp("est in horto").similarity(nlp("est in atrio")) > 0.5


def test_spacy_initialises_a_pipeline_from_the_result(text, tmp_path):
    spacy = pytest.importorskip("spacy")
    assert run(["init-vectors", "en", text, str(tmp_path / "out"), "--attr", "LOWER"]) == 0
    config = spacy.blank("en").config.copy()
    config["initialize"]["vectors"] = str(tmp_path / "out")
    nlp = spacy.util.load_model_from_config(config, auto_fill=True)
    nlp.initialize()
    np.testing.assert_array_equal(nlp("Horto")[0].vector, np.array([0.6, 0.8], np.float32))


def test_the_lines_of_the_reference_run_as_written(tmp_path, monkeypatch):
    spacy = pytest.importorskip("spacy")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cc.la.300.vec.gz").write_bytes(gzip.compress(TEXT.encode()))
    file = io.BytesIO(TEXT.encode())
    member = tarfile.TarInfo("la.300d.vec")
    member.size = len(TEXT)
    with tarfile.open(tmp_path / "la.300d.vec.tgz", "w:gz") as archive:
        archive.addfile(member, file)
    for line in (FIRST, SECOND):
        command = [sys.executable, "-m", "vectorsuite", *shlex.split(line.format(tmp=tmp_path))]
        subprocess.run(command, check=True)
    nlp_latin = spacy.load(tmp_path / "la_vectors_wiki_lg")
    assert nlp_latin.lang == "en"
    doc1 = nlp_latin("Caecilius est in horto")
    doc2 = nlp_latin("servus est in atrio")
    assert 0 < doc1.similarity(doc2) < 1
    assert len(spacy.load(tmp_path / "la_vectors_web_md").vocab.vectors) == 4


def test_pruning_flag_does_what_pruning_by_hand_does(text, tmp_path):
    from vectorsuite.vectors import open_pipeline, prune

    assert run(["init-vectors", "en", text, str(tmp_path / "all")]) == 0
    assert run(["init", "vectors", "en", text, str(tmp_path / "few"), "--prune", "2"]) == 0
    by_hand = open_pipeline(tmp_path / "all", mmap=False)
    prune(by_hand, 2)
    few = open_pipeline(tmp_path / "few")
    np.testing.assert_array_equal(few.data, by_hand.data)
    assert dict(few.key2row.items()) == dict(by_hand.key2row.items())


def test_lexemes_decide_what_pruning_keeps(text, tmp_path):
    spacy = pytest.importorskip("spacy")
    (tmp_path / "lexemes.jsonl").write_text(
        '{"lang": "la"}\n{"orth": "horto", "prob": -1.5}\n\n{"orth": "atrio", "prob": -3}\n'
    )
    jsonl = str(tmp_path / "lexemes.jsonl")
    assert run(["init-vectors", "en", text, str(tmp_path / "out"), "-p", "1", "-j", jsonl]) == 0
    nlp = spacy.load(tmp_path / "out")
    np.testing.assert_allclose(nlp("est")[0].vector, [0.6, 0.8], atol=1e-7)


@pytest.mark.parametrize("mode", [["--mode", "floret"], []], ids=["asked for", "found"])
def test_floret_tables(tmp_path, mode):
    spacy = pytest.importorskip("spacy")
    data = np.arange(20, dtype=np.float32).reshape(10, 2)
    settings = FloretSettings(2, 3, 2)
    table = WordVectors(PackedStrings.pack([]), data, floret=settings)
    save_any(tmp_path / "v.floret", table)
    arguments = ["init-vectors", "en", str(tmp_path / "v.floret"), str(tmp_path / "out")]
    assert run([*arguments, *mode, "--prune", "3"]) == 0
    nlp = spacy.load(tmp_path / "out")
    reference = spacy.vectors.Vectors(
        data=data, mode="floret", minn=2, maxn=3, hash_count=2, hash_seed=2166136261
    )
    expected = reference.get_batch(["anything"])[0]
    np.testing.assert_allclose(nlp("anything")[0].vector, expected, rtol=1e-6)


def test_json_and_a_second_run_over_the_first(text, tmp_path, capsys):
    for options in (["-t", "3"], ["--prune", "2"]):
        assert run(["init-vectors", "en", text, str(tmp_path / "out"), "--json", *options]) == 0
    facts = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [fact["rows"] for fact in facts] == [3, 2]
    assert facts[1]["pruned words"] == 2


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["init-vectors", "en", "nothing.txt", "o"], "There is no file of vectors nothing.txt"),
        (["init-vectors", "en", "torn.txt", "o"], "torn.txt, line 2 has 1 values"),
        (["init-vectors", "en", "v.txt", "full"], "full exists and holds no vectors"),
        (["init-vectors", "en", "v.txt", "o", "-a", "NONSENSE"], "no token attribute 'NONSENSE'"),
        (["init-vectors", "english", "torn.txt", "o"], "lang is 'english'"),
        (["init-vectors", "en", "torn.txt", "v.txt/o"], "v.txt/o cannot be written"),
        (["init-vectors", "en", "v.txt", "o", "-j", "latin.jsonl"], "latin.jsonl, line 1"),
        (["init-vectors", "e n", "v.txt", "o"], "lang is 'e n'"),
        (["init-vectors", "en", "v.txt", "o", "-p", "1", "-j", "bad.jsonl"], "bad.jsonl, line 1"),
        (["init-model", "en", "o", "-v", "v.txt", "-V", "-2"], "greater than or equal to -1"),
        (["init-model", "en", "o", "-v", "v.txt", "-t", "-1"], "greater than or equal to 0"),
        (["init-model", "a", "b", "c", "--vectors-loc", "v.txt"], "takes [LANG] OUT"),
    ],
)
def test_one_line_after_an_error_and_nothing_written(
    text, tmp_path, capsys, monkeypatch, arguments, message
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "torn.txt").write_text("a 1 2\nb 1\n")
    (tmp_path / "bad.jsonl").write_text("{orth}\n")
    (tmp_path / "latin.jsonl").write_bytes(b'{"orth": "\xe9", "prob": -1}\n')
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "something").write_text("else")
    before = sorted(tmp_path.rglob("*"))
    assert run(arguments) == 1
    error = capsys.readouterr().err
    assert message in error
    assert len(error.splitlines()) == 1
    assert sorted(tmp_path.rglob("*")) == before


def test_ngrams_are_fitted_before_pruning(tmp_path, capsys):
    random = np.random.default_rng(0)
    words = [a + b + c for a in ("ka", "mo", "ti") for b in "lnr" for c in ("ing", "ed", "ly")]
    data = random.standard_normal((len(words), 4)).astype(np.float32)
    save_any(tmp_path / "v.txt", WordVectors(PackedStrings.pack(words), data))
    target = tmp_path / "out"
    arguments = ["init-vectors", "en", str(tmp_path / "v.txt"), str(target), "--ngrams"]
    assert run([*arguments, "-p", "5", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["rows"] == 5
    assert facts["rows of n-grams"] > 10
    assert run(["similar", str(target), "kaller", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 5
    assert run(["info", str(target)]) == 0
    described = dict(line.split("  ", 1) for line in capsys.readouterr().out.splitlines())
    assert described["n-grams: words"].strip() == "27"


def test_a_trained_pipeline_is_not_replaced(text, tmp_path, capsys):
    assert run(["init-vectors", "en", text, str(tmp_path / "out")]) == 0
    (tmp_path / "out" / "ner").mkdir()
    assert run(["init-vectors", "en", text, str(tmp_path / "out")]) == 1
    assert "out is not replaced" in capsys.readouterr().err


@pytest.mark.parametrize("option", [["-p", "-5"], ["-t", "-1"]])
def test_numbers_that_mean_nothing_are_refused(text, tmp_path, capsys, option):
    assert run(["init-vectors", "en", text, str(tmp_path / "out"), *option]) == 1
    assert "Invalid value" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
