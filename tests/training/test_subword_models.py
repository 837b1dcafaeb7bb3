"""FastText and floret by a config: what is saved has vectors for words never seen."""

import json
from pathlib import Path

import numpy as np
import pytest

from vectorsuite import load
from vectorsuite.cli.app import run
from vectorsuite.training.subword_models import FastText, Floret
from vectorsuite.training.trainable import SkipGram

KINDS = [["walk", "walked", "walker", "walks"], ["green", "greener", "greenest", "greens"]]
CONFIG = """
[paths]
corpus = "text.txt"
output = "out"
[vocabulary]
min_count = 1
[model]
@models = "vectorsuite.{model}.v1"
vector_size = 16
sample = 0
minn = 2
maxn = 4
bucket = 3000
[training]
epochs = 3
learn_rate = 0.05
workers = 1
"""
NAMES = ["FastText", "Floret"]


@pytest.fixture(params=NAMES)
def job(request, tmp_path, monkeypatch):
    """A folder with a config and a small corpus, which is the current one; the model's name."""
    monkeypatch.chdir(tmp_path)
    random = np.random.default_rng(0)
    Path("job.cfg").write_text(CONFIG.format(model=request.param))
    with Path("text.txt").open("w") as text:
        for i in range(1500):
            near = [f"{'xy'[i % 2]}{random.integers(8)}" for _ in "1234"]
            text.write(" ".join([str(random.choice(KINDS[i % 2])), *near]) + "\n")
    return request.param


def train(*arguments):
    return run(["train", "job.cfg", "--quiet", *arguments])


def test_unseen_words_have_neighbours(job, capsys):
    assert train() == 0
    capsys.readouterr()
    assert run(["similar", "out", "walking", "-n", "3", "--json"]) == 0
    found = [pair["word"] for pair in json.loads(capsys.readouterr().out)]
    assert set(found) <= {*KINDS[0], *(f"x{i}" for i in range(8))}
    table = load("out")
    assert "walking" in table
    assert table.similarity("walking", "walk") > table.similarity("walking", "green")
    np.testing.assert_allclose(table("walking").vector, table["walking"], atol=1e-6)
    assert run(["info", "out", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["n-grams: maxn"] == 4
    assert facts["rows"] == (3000 if job == "Floret" else 24)


def test_real_spacy_opens_the_directory(job):
    spacy = pytest.importorskip("spacy")
    assert train() == 0
    nlp, table = spacy.load("out"), load("out")
    words = ["walk", "walking"] if job == "Floret" else ["walk"]
    for word in words:  # spaCy's own table knows n-grams in floret mode only
        np.testing.assert_allclose(nlp.vocab[word].vector, table[word], atol=1e-6)


def test_deterministic_training_gives_the_same_bits_for_any_number_of_workers(job):
    for output, workers in (("one", "1"), ("two", "3")):
        settings = ["--training.deterministic", "true", "--training.workers", workers]
        assert train("--paths.output", output, *settings) == 0
    np.testing.assert_array_equal(load("one")["walking"], load("two")["walking"])


def test_a_held_out_part_is_measured_and_a_stopped_run_goes_on(job, capsys):
    arguments = ["--training.held_out", "0.1", "--training.checkpoint_every", "1000", "--json"]
    assert train(*arguments) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["held_out_losses"][-1] < report["held_out_losses"][0]
    assert sorted(path.name for path in Path().iterdir()) == ["job.cfg", "out", "text.txt"]


def test_vectors_of_words_are_scored_while_their_parts_are_trained(job, capsys):
    lines = [f"{KINDS[0][0]}\t{word}\t{9 - i}" for i, word in enumerate(KINDS[0][1:] + KINDS[1])]
    Path("pairs.tsv").write_text("\n".join(lines))
    evaluation = ["--evaluation.@evaluators", "vectorsuite.TestFiles.v1"]
    assert train(*evaluation, "--evaluation.pairs", '["pairs.tsv"]', "--json") == 0
    scores = json.loads(capsys.readouterr().out)["scores"]
    assert [score["epoch"] for score in scores] == [0, 1, 2, 3]
    assert scores[-1]["pairs"] > 0.5


@pytest.mark.parametrize(
    ("argument", "value", "message"),
    [
        ("minn", "5", "n-grams"),
        ("bucket", "0", "bucket is 0"),
        ("kind", "glove", "'skip-gram' or 'cbow'"),
    ],
)
def test_settings_that_mean_nothing_are_refused(job, argument, value, message, capsys):
    assert train(f"--model.{argument}", value) == 1
    assert message in capsys.readouterr().err
    assert not Path("out").exists()


@pytest.mark.parametrize("model", [FastText, Floret])
def test_settings_of_the_architecture_are_those_of_skip_gram(model):
    made = model(window=7, negative=3, ns_exponent=0.5)
    assert made.architecture == SkipGram(window=7, negative=3, ns_exponent=0.5).architecture
    assert model("cbow").architecture.cbow
