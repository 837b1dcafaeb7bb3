"""Checkpoints: a run that was stopped, at any moment, ends with the bits of one that was not."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from vectorsuite import Doc2Vec
from vectorsuite.config import Config
from vectorsuite.training.checkpoint import Checkpoint
from vectorsuite.training.corpus import count_and_encode
from vectorsuite.training.job import run_job
from vectorsuite.training.run_watch import RunWatch
from vectorsuite.training.settings import read_settings
from vectorsuite.training.watch import Position
from vectorsuite.training.weights import Weights

ROOT = Path(__file__).resolve().parents[2]
TOY = ROOT / "examples" / "toy" / "corpus.txt"
EPOCHS = 3


WORDS = {"@models": "vectorsuite.SkipGram.v1", "vector_size": 8}
DOCUMENTS = [
    {"@models": "vectorsuite.Doc2Vec.v1", "vector_size": 8, **kind}
    for kind in (
        {"kind": "dbow"},
        {"kind": "dm", "hierarchical_softmax": True},
        {"kind": "dm", "dm_concat": True, "window": 2},  # its output rows are wider than vectors
    )
]


def settings(output, model=WORDS, **training):
    reader = "TaggedLines" if model in DOCUMENTS else "LineSentences"
    return read_settings(
        Config(
            {
                "paths": {"corpus": str(TOY), "output": str(output)},
                "corpus": {"@readers": f"vectorsuite.{reader}.v1", "path": str(TOY)},
                "model": model,
                "training": {
                    "epochs": EPOCHS, "workers": 1, "checkpoint_every": 4096, **training,
                },
            }
        )
    )  # fmt: skip


def with_corpus(settings, path):
    """The same job on another text."""
    corpus = {**settings.config["corpus"], "path": str(path)}
    return read_settings(Config({**settings.config, "corpus": corpus}))


def vectors(output):
    return (output / "vocab" / "vectors").read_bytes()


def tables(output):
    """All tables of a model of documents."""
    model = Doc2Vec.load(output / "doc2vec")
    rows = [model.wv.vectors, model.dv.vectors, model.syn1neg, getattr(model, "syn1", None)]
    return [None if row is None else row.tobytes() for row in rows]


class StopError(Exception):
    pass


def stop_at_pause(monkeypatch, number):
    """Let a run end in an error right after its checkpoint of this number, from 0."""
    save, saved = Checkpoint.save, []

    def save_and_stop(self, *arguments):
        save(self, *arguments)
        saved.append(1)
        if len(saved) > number:
            raise StopError

    monkeypatch.setattr(Checkpoint, "save", save_and_stop)


@pytest.mark.parametrize("number", [0, 1, 3, 4, 5, 9, 13])
def test_a_run_that_goes_on_ends_with_the_same_bits(tmp_path, monkeypatch, number):
    whole = run_job(settings(tmp_path / "whole", held_out=0.02))
    with monkeypatch.context() as patch:
        stop_at_pause(patch, number)
        with pytest.raises(StopError):
            run_job(settings(tmp_path / "stopped", held_out=0.02))
    assert (tmp_path / "stopped.checkpoint").is_file()
    report = run_job(settings(tmp_path / "stopped", held_out=0.02))
    assert vectors(tmp_path / "stopped") == vectors(tmp_path / "whole")
    assert (report.losses, report.held_out_losses) == (whole.losses, whole.held_out_losses)
    assert (whole.resumed_at, report.resumed_at > 0) == (0, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["stopped", "whole"]


def test_the_folder_of_a_checkpoint_is_made(tmp_path):
    run_job(settings(tmp_path / "new" / "out", epochs=1))
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["out"]


@pytest.mark.parametrize("model", DOCUMENTS, ids=["bag of words", "mean", "end to end"])
@pytest.mark.parametrize("number", [0, 7, 8])
def test_a_run_of_documents_that_goes_on_ends_with_the_same_bits(
    tmp_path, monkeypatch, number, model
):
    how = {"held_out": 0.02, "patience": 1, "learn_rate": 0.2}
    whole = run_job(settings(tmp_path / "whole", model, **how))
    with monkeypatch.context() as patch:
        stop_at_pause(patch, number)
        with pytest.raises(StopError):
            run_job(settings(tmp_path / "stopped", model, **how))
    report = run_job(settings(tmp_path / "stopped", model, **how))
    assert tables(tmp_path / "stopped") == tables(tmp_path / "whole")
    assert (report.losses, report.held_out_losses) == (whole.losses, whole.held_out_losses)
    assert report.kept_epoch == whole.kept_epoch
    assert report.resumed_at > 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["stopped", "whole"]


@pytest.mark.parametrize("number", [5, 9])
def test_the_best_tables_survive_a_stop(tmp_path, monkeypatch, number):
    def fall_then_rise(self, weights):
        return abs(float(np.abs(weights.vectors).sum()) - 790)  # the sum grows: 741, 794, 857

    monkeypatch.setattr("vectorsuite.training.held_out.HeldOut.loss", fall_then_rise)
    whole = run_job(settings(tmp_path / "whole", held_out=0.02))
    assert whole.kept_epoch < EPOCHS
    with monkeypatch.context() as patch:
        stop_at_pause(patch, number)
        with pytest.raises(StopError):
            run_job(settings(tmp_path / "stopped", held_out=0.02))
    assert run_job(settings(tmp_path / "stopped", held_out=0.02)).kept_epoch == whole.kept_epoch
    assert vectors(tmp_path / "stopped") == vectors(tmp_path / "whole")
    last = run_job(settings(tmp_path / "last", held_out=0.02, keep_best=False))
    assert last.kept_epoch == EPOCHS
    assert vectors(tmp_path / "last") != vectors(tmp_path / "whole")


@pytest.mark.parametrize("number", [0, 2])
def test_deterministic_runs_go_on_with_any_number_of_workers(tmp_path, monkeypatch, number):
    text = tmp_path / "text"
    text.write_text(TOY.read_text("utf8") * 3, "utf8")
    same = {"deterministic": True}
    run_job(with_corpus(settings(tmp_path / "whole", **same, checkpoint_every=0), text))
    with monkeypatch.context() as patch:
        stop_at_pause(patch, number)
        with pytest.raises(StopError):
            run_job(with_corpus(settings(tmp_path / "stopped", **same, workers=2), text))
    run_job(with_corpus(settings(tmp_path / "stopped", **same, workers=3), text))
    assert vectors(tmp_path / "stopped") == vectors(tmp_path / "whole")


def test_checkpoints_do_not_change_the_vectors(tmp_path):
    run_job(settings(tmp_path / "with"))
    run_job(settings(tmp_path / "without", checkpoint_every=0))
    assert vectors(tmp_path / "with") == vectors(tmp_path / "without")


def test_another_jobs_checkpoint_is_refused(tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        stop_at_pause(patch, 1)
        with pytest.raises(StopError):
            run_job(settings(tmp_path / "out"))
    with pytest.raises(ValueError, match=r"another job: there training\.seed is 1, here 2"):
        run_job(settings(tmp_path / "out", seed=2))
    text = tmp_path / "corpus.txt"
    text.write_text(TOY.read_text("utf8") * 2, "utf8")
    other = settings(tmp_path / "out")
    with pytest.raises(ValueError, match=r"another job: there corpus\.checksum is"):
        run_job(with_corpus(other, text))
    path = tmp_path / "out.checkpoint"
    whole = path.read_bytes()
    path.write_bytes(whole[:-3] + bytes([whole[-3] ^ 1]) + whole[-2:])
    with pytest.raises(ValueError, match=r"damaged.*Remove the file to train from the start"):
        run_job(settings(tmp_path / "out"))


def test_a_position_comes_back_as_it_was(tmp_path):
    rows = [np.arange(64, dtype=np.float32).reshape(2, 32) + n for n in range(2)]
    checkpoint = Checkpoint(tmp_path / "c", {"a": {"b": 1}})
    weights = Weights(20, rows[0], rows[1])
    watch = RunWatch(checkpoint, every=1)
    assert watch.begin(weights) == Position()
    position = Position(2, 4096)
    position.sums.loss = 0.1
    position.totals.append(position.sums)
    watch.losses, watch.scores = [1.5], [{"epoch": 2.0, "pairs": 0.5}]
    watch._best_tables = {"in_rows": rows[0] + 5, "out_rows": rows[1] + 5}
    watch.pause(position, weights)
    empty = Weights(20, np.zeros((2, 32), np.float32), np.zeros((2, 32), np.float32))
    again = RunWatch(checkpoint, every=1)
    assert again.begin(empty) == position
    assert (again.losses, again.scores) == (watch.losses, watch.scores)
    assert (again._best_tables["in_rows"][:, :20] == rows[0][:, :20] + 5).all()
    assert (again._best_tables["out_rows"][:, :20] == rows[1][:, :20] + 5).all()
    assert (empty.in_rows[:, :20] == rows[0][:, :20]).all() and not empty.in_rows[:, 20:].any()
    assert (empty.contexts == weights.contexts).all()


def job_command(output, config):
    code = "from vectorsuite.cli import main; main()"
    return [
        sys.executable, "-W", "ignore", "-c", code, "train", str(ROOT / "configs" / config),
        "--paths.corpus", str(TOY), "--paths.output", str(output), "--training.workers", "1",
        "--training.checkpoint_every", "4096", "--training.epochs", "60", "--quiet",
    ]  # fmt: skip


def stamp(path):
    return path.stat().st_mtime_ns if path.exists() else None


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no kill -9 on this system")
@pytest.mark.parametrize(
    ("config", "bits", "times"), [("sgns.cfg", vectors, 8), ("doc2vec.cfg", tables, 5)]
)
def test_a_run_killed_again_and_again_ends_with_the_same_bits(tmp_path, config, bits, times):
    # in a folder of its own: in the root of a clone Python would take the sources for the package
    subprocess.run(job_command(tmp_path / "whole", config), check=True, cwd=tmp_path)
    chance = random.Random(os.getpid())
    checkpoint = tmp_path / "killed.checkpoint"
    for _ in range(times):
        process = subprocess.Popen(job_command(tmp_path / "killed", config), cwd=tmp_path)
        seen = {stamp(checkpoint)}
        n_checkpoints = chance.randint(2, 12)
        while process.poll() is None and len(seen) < n_checkpoints:
            seen.add(stamp(checkpoint))
        try:
            process.wait(timeout=chance.uniform(0, 0.01))
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            assert process.wait() == -signal.SIGKILL
            assert checkpoint.exists()
    subprocess.run(job_command(tmp_path / "killed", config), check=True, cwd=tmp_path)
    assert bits(tmp_path / "killed") == bits(tmp_path / "whole")


def test_pauses_are_at_multiples_of_chunks_and_after_epochs(tmp_path, monkeypatch):
    places = []
    monkeypatch.setattr(
        Checkpoint, "save", lambda self, place, *_: places.append((place.epoch, place.token))
    )
    run_job(settings(tmp_path / "out", checkpoint_every=5000, epochs=2))
    with count_and_encode(settings(tmp_path / "other").corpus) as corpus:
        within = list(range(8192, len(corpus.ids), 8192))
    assert places == [*((0, n) for n in within), (1, 0), *((1, n) for n in within), (2, 0)]


def test_a_full_disk_leaves_the_last_checkpoint(tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        stop_at_pause(patch, 2)
        with pytest.raises(StopError):
            run_job(settings(tmp_path / "out"))
    before = (tmp_path / "out.checkpoint").read_bytes()

    def full(*_arguments):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("vectorsuite.io.checked_file.write_arrays", full)
        with pytest.raises(OSError, match=r"out\.checkpoint cannot be written: No space left"):
            run_job(settings(tmp_path / "out"))
    assert (tmp_path / "out.checkpoint").read_bytes() == before
    assert run_job(settings(tmp_path / "out")).resumed_at
