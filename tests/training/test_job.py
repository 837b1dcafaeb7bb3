"""The training job: what it writes, and what it leaves when something goes wrong."""

import errno
import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import vectorsuite.training.job as job
from vectorsuite.training.job import run_job
from vectorsuite.training.schedule import Schedule
from vectorsuite.training.settings import read_config, read_settings
from vectorsuite.vectors import open_pipeline


class CountingModel:
    """Trains nothing: the vector of word i is (i, i, …)."""

    vector_size = 4

    def train(self, corpus, schedule, **run):
        rows = np.repeat(np.arange(len(corpus.words), dtype=np.float32)[:, None], 4, axis=1)
        self.schedule, self.run = schedule, run
        return SimpleNamespace(vectors=rows, contexts=rows, losses=[2.5, 1.5])


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """A job over six sentences whose model is the one above."""
    monkeypatch.chdir(tmp_path)
    Path("text.txt").write_text("a b c\nb c\n\nc d\n" * 3, encoding="utf8")
    Path("job.cfg").write_text(
        '[paths]\ncorpus = "text.txt"\noutput = "new/out"\n[vocabulary]\nmin_count = 5\n'
        "[training]\nepochs = 2\nworkers = 1\n"
    )
    read = read_settings(read_config("job.cfg"))
    return SimpleNamespace(**{**vars(read), "model": CountingModel()})


def test_the_directory_holds_vectors_counts_and_settings(settings):
    report = run_job(settings)
    table = open_pipeline("new/out")
    assert [table.strings[key] for key in table.keys()] == ["c", "b"]  # noqa: SIM118
    assert table.data.tolist() == [[0.0] * 4, [1.0] * 4]
    assert table.row_attrs["count"].tolist() == [9, 6]
    assert table.settings["config"]["training"]["epochs"] == 2
    assert table.settings["config"]["model"]["vector_size"] == 100
    assert table.settings["losses"] == [2.5, 1.5]
    assert (table.settings["raw_words"], table.settings["sentences"]) == (21, 9)
    assert set(table.settings["seconds"]) == {"read", "count", "encode", "train"}
    assert json.dumps(table.settings)
    assert (report.n_words, report.raw_words, report.sentences) == (2, 21, 9)
    assert list(report.seconds) == ["read", "count", "encode", "train", "save"]


def test_the_model_gets_the_settings_of_training(settings):
    run_job(settings)
    assert settings.model.schedule == Schedule(epochs=2, learn_rate=0.025, workers=1)
    assert settings.model.run == {"ops": None, "progress": None}


def test_an_output_that_is_there_is_refused_before_reading(settings, monkeypatch):
    Path("new/out").mkdir(parents=True)
    monkeypatch.setattr(job, "count_and_encode", None)  # calling it would be a TypeError
    with pytest.raises(FileExistsError, match=r"new/out is there already.*--force"):
        run_job(settings)


def test_force_replaces_a_pipeline_directory_and_nothing_else(settings):
    run_job(settings)
    run_job(settings, force=True)
    Path("new/out/meta.json").unlink()
    with pytest.raises(FileExistsError, match="is not replaced"):
        run_job(settings, force=True)


def test_a_table_larger_than_the_disk_is_refused_before_training(settings, monkeypatch):
    settings.model.train = None  # calling it would be a TypeError
    monkeypatch.setattr(job.shutil, "disk_usage", lambda folder: SimpleNamespace(free=31))
    with pytest.raises(OSError, match=r"the table takes 0 MB and there are 0 MB free") as caught:
        run_job(settings)
    assert caught.value.errno == errno.ENOSPC


def test_a_disk_that_gets_full_leaves_nothing(settings, monkeypatch):
    def full(*_arguments, **_names):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("srsly.write_json", full)
    with pytest.raises(OSError, match="No space left"):
        run_job(settings)
    assert list(Path("new").iterdir()) == []


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ValueError("diverged")])
def test_a_job_that_stops_leaves_nothing(settings, error):
    def stop(corpus, schedule, **run):
        raise error

    settings.model.train = stop
    with pytest.raises(type(error)):
        run_job(settings)
    assert not Path("new").exists()


def test_a_forced_job_that_stops_leaves_the_old_output(settings, monkeypatch):
    run_job(settings)
    before = {path: path.read_bytes() for path in Path("new").rglob("*") if path.is_file()}

    def full(*_arguments, **_names):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("srsly.write_json", full)
    with pytest.raises(OSError, match="No space left"):
        run_job(settings, force=True)
    after = {path: path.read_bytes() for path in Path("new").rglob("*") if path.is_file()}
    assert after == before
