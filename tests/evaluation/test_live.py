"""Scores while training: what is scored, when, and where the scores go."""

import numpy as np
import pytest

from vectorsuite.cli import main
from vectorsuite.config import Config, registry
from vectorsuite.evaluation import evaluate_analogies, evaluate_pairs
from vectorsuite.evaluation.live import score_test_files
from vectorsuite.query import load
from vectorsuite.training.job import run_job
from vectorsuite.training.settings import read_settings

TEXT = "the king rules the land\nthe queen rules the town\na man and a woman\n" * 150


@pytest.fixture
def config(tmp_path):
    (tmp_path / "text.txt").write_text(TEXT)
    (tmp_path / "pairs.tsv").write_text("king\tqueen\t9\nman\twoman\t8\nking\ta\t1\nthe\tman\t3\n")
    (tmp_path / "questions.txt").write_text(
        ": family\nking man queen woman\nman woman king queen\n"
    )
    return {
        "paths": {"corpus": str(tmp_path / "text.txt"), "output": str(tmp_path / "out")},
        "corpus": {"@readers": "vectorsuite.LineSentences.v1", "path": str(tmp_path / "text.txt")},
        "model": {"@models": "vectorsuite.SkipGram.v1", "vector_size": 8, "sample": 0},
        "training": {"epochs": 3, "workers": 1},
        "evaluation": {
            "@evaluators": "vectorsuite.TestFiles.v1",
            "pairs": [str(tmp_path / "pairs.tsv")],
            "analogies": str(tmp_path / "questions.txt"),
        },
    }


def test_scores_are_taken_before_training_and_after_each_epoch(config, tmp_path):
    report = run_job(read_settings(Config(config)))
    assert [score["epoch"] for score in report.scores] == [0, 1, 2, 3]
    assert all(set(score) == {"epoch", "pairs", "questions"} for score in report.scores)
    table = load(tmp_path / "out")
    last = report.scores[-1]
    assert last["pairs"] == evaluate_pairs(table, tmp_path / "pairs.tsv").spearman.statistic
    assert last["questions"] == evaluate_analogies(table, tmp_path / "questions.txt").total.accuracy
    saved = table.table.settings
    assert saved["kept_epoch"] == 3
    assert saved["scores"][-1] == pytest.approx(last)


def test_scores_do_not_change_the_vectors_and_come_as_often_as_asked(config, tmp_path):
    config["training"] |= {"evaluate_every": 1, "epochs": 2}
    (tmp_path / "text.txt").write_text(TEXT * 6)  # two chunks of 8192 words and some
    report = run_job(read_settings(Config(config)))
    within = [score["epoch"] for score in report.scores]
    assert within == sorted(within) and len(within) > 5
    assert {0, 1, 2} < set(within)
    with_scores = (tmp_path / "out" / "vocab" / "vectors").read_bytes()
    del config["evaluation"], config["training"]["evaluate_every"]
    run_job(read_settings(Config(config)), force=True)
    assert (tmp_path / "out" / "vocab" / "vectors").read_bytes() == with_scores


def test_the_command_shows_scores_and_draws_them(config, tmp_path, monkeypatch, capsys):
    pytest.importorskip("matplotlib")
    Config(config).to_disk(tmp_path / "job.cfg")
    arguments = ["train", str(tmp_path / "job.cfg"), "--plot", str(tmp_path / "curve.svg")]
    monkeypatch.setattr("sys.argv", ["vectorsuite", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    shown = capsys.readouterr()
    assert "after 2 epochs  pairs" in shown.err
    assert "; pairs " in shown.out
    assert "questions" in (tmp_path / "curve.svg").read_text()


@pytest.mark.parametrize("name", ["FastText", "Floret"])
def test_vectors_of_ngrams_are_scored_as_they_are_saved(config, tmp_path, name):
    config["model"] = {"@models": f"vectorsuite.{name}.v1", "vector_size": 8, "bucket": 500}
    report = run_job(read_settings(Config(config)))
    saved = evaluate_pairs(load(tmp_path / "out"), tmp_path / "pairs.tsv")
    assert report.scores[-1]["pairs"] == pytest.approx(saved.spearman.statistic)


def test_a_script_may_register_its_own(config):
    @registry.evaluators("test.Norm.v1")
    def norm(power: float = 1.0):
        return lambda words, vectors: {"norm": float((abs(vectors) ** power).sum())}

    config["evaluation"] = {"@evaluators": "test.Norm.v1", "power": 2.0}
    scores = run_job(read_settings(Config(config))).scores
    assert scores[0]["norm"] < scores[-1]["norm"]


@pytest.mark.parametrize("score", [np.float32(0.5), np.int64(3), np.array(2.0), True])
def test_scores_of_any_numeric_type_are_kept(config, tmp_path, score):
    registry.evaluators("test.Score.v1")(lambda: lambda words, vectors: {"x": score})
    config["evaluation"] = {"@evaluators": "test.Score.v1"}
    config["training"]["checkpoint_every"] = 1000
    scores = run_job(read_settings(Config(config))).scores
    assert [taken["x"] for taken in scores] == [float(score)] * 4
    assert load(tmp_path / "out").table.settings["scores"] == scores


@pytest.mark.parametrize(
    ("scores", "error", "message"),
    [
        (None, TypeError, "returned None; it is to return a dictionary"),
        (0.5, TypeError, "returned 0.5; it is to return a dictionary"),
        ({"x": "good"}, TypeError, "score 'x' of .* is 'good'; it is to be one number"),
        ({"x": np.zeros(2)}, TypeError, "score 'x' of .* is array.*; it is to be one number"),
        ({"epoch": 1.0}, ValueError, "cannot be named 'epoch'"),
    ],
)
def test_what_is_no_score_ends_the_job_before_it_trains(config, tmp_path, scores, error, message):
    registry.evaluators("test.Score.v1")(lambda: lambda words, vectors: scores)
    config["evaluation"] = {"@evaluators": "test.Score.v1"}
    with pytest.raises(error, match=message):
        run_job(read_settings(Config(config)))
    assert not (tmp_path / "out").exists()


def test_a_test_without_known_words_ends_the_job_before_it_trains(config, tmp_path):
    (tmp_path / "pairs.tsv").write_text("x\ty\t9\nv\tw\t1\n")
    with pytest.raises(ValueError, match=r"pairs\.tsv"):
        run_job(read_settings(Config(config)))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        (
            {"evaluation": {"@evaluators": "vectorsuite.TestFiles.v1"}},
            ValueError,
            "nothing to eval",
        ),
        ({"evaluation": {"pairs": "p.tsv"}}, ValueError, "names no function"),
        ({"evaluation": {"@evaluators": "none.v1"}}, ValueError, "vectorsuite.TestFiles.v1"),
        (
            {"evaluation": {"@evaluators": "vectorsuite.TestFiles.v1", "pairs": "none.tsv"}},
            FileNotFoundError,
            "no test file none.tsv",
        ),
        ({"training": {"evaluate_every": -1}}, ValueError, "evaluate_every is -1"),
    ],
)
def test_bad_settings_are_named(config, changes, error, message):
    with pytest.raises(error, match=message):
        read_settings(Config({**config, **changes}))


def test_evaluating_needs_test_sets(config, tmp_path):
    del config["evaluation"]
    config["training"]["evaluate_every"] = 1000
    with pytest.raises(ValueError, match=r"no section \[evaluation\]"):
        read_settings(Config(config))
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "pairs.tsv").write_text("a\tb\t1\n")
    with pytest.raises(ValueError, match="the same name"):
        score_test_files(pairs=[str(tmp_path / "pairs.tsv"), str(tmp_path / "more" / "pairs.tsv")])
