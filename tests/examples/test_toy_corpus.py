"""The toy corpus: what was planted in it must come out of training."""

import importlib.util
import json
from pathlib import Path

import pytest

from vectorsuite import load
from vectorsuite.cli.app import run

ROOT = Path(__file__).resolve().parents[2]
TOY = ROOT / "examples" / "toy"


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """The directory that the README's first command writes, on one thread: the same every time."""
    output = str(tmp_path_factory.mktemp("toy") / "out")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        arguments = ["--paths.output", output, "--training.workers", "1", "--quiet"]
        assert run(["train", "configs/sgns.cfg", *arguments]) == 0
    return output


def test_the_script_writes_what_is_committed(tmp_path):
    spec = importlib.util.spec_from_file_location("toy", ROOT / "examples/make_toy_corpus.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    script.write(tmp_path)
    names = sorted(path.name for path in TOY.iterdir())
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    for name in names:
        assert (tmp_path / name).read_bytes() == (TOY / name).read_bytes(), name


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("king", {"queen", "prince"}),
        ("paris", {"france", "champagne"}),
        ("walked", {"walk", "boots"}),
        ("cats", {"cat", "milk"}),
    ],
)
def test_words_that_share_features_are_neighbours(trained, capsys, word, expected):
    assert run(["similar", trained, word, "-n", "8", "--json"]) == 0
    found = {pair["word"] for pair in json.loads(capsys.readouterr().out)}
    assert expected <= found


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("king - man + woman", "queen"),
        ("rome - italy + japan", "tokyo"),
        ("danced - dance + sail", "sailed"),
        ("books - book + tree", "trees"),
    ],
)
def test_differences_between_words_are_parallel(trained, capsys, expression, expected):
    assert run(["analogy", trained, expression, "-n", "1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["word"] == expected


def test_the_planted_test_sets_are_solved(trained, capsys):
    sets = ["--analogies", str(TOY / "questions.txt"), "--pairs", str(TOY / "pairs.tsv")]
    assert run(["evaluate", trained, *sets, "--json"]) == 0
    results = json.loads(capsys.readouterr().out)
    (analogies,), (pairs,) = results["analogies"], results["pairs"]
    assert analogies["total"]["answered"] == 198
    assert analogies["total"]["accuracy"] >= 0.95
    assert analogies["semantic"]["accuracy"] >= 0.95
    assert analogies["syntactic"]["accuracy"] >= 0.95
    assert pairs["unknown"] == 0
    assert pairs["spearman"]["statistic"] >= 0.7


def test_one_thread_gives_the_same_bytes_again(trained, tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    again = str(tmp_path / "again")
    arguments = ["--paths.output", again, "--training.workers", "1", "--quiet"]
    assert run(["train", "configs/sgns.cfg", *arguments]) == 0
    one, other = (Path(path, "vocab", "vectors").read_bytes() for path in (trained, again))
    assert one == other


def test_spacy_opens_the_directory(trained):
    spacy = pytest.importorskip("spacy", reason="spaCy is not installed")
    nlp = spacy.load(trained)
    ours = load(trained)
    king = nlp.vocab["king"]
    assert king.vector.tolist() == ours["king"].tolist()
    assert king.similarity(nlp.vocab["queen"]) == pytest.approx(
        ours.similarity("king", "queen"), abs=1e-5
    )
