"""``vectorsuite train`` from end to end: bad input, full disks and interrupts."""

import gzip
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from vectorsuite import load
from vectorsuite.cli.app import run

CONFIG = """
[paths]
corpus = "text.txt"
output = "out"
[vocabulary]
min_count = 1
[model]
vector_size = 8
sample = 0
[training]
epochs = 1
workers = 1
"""


@pytest.fixture(autouse=True)
def job(tmp_path, monkeypatch):
    """A folder with a config and a small corpus, which is the current one."""
    monkeypatch.chdir(tmp_path)
    Path("job.cfg").write_text(CONFIG)
    Path("text.txt").write_text("the cat sat\nthe dog ran\n" * 50)
    return tmp_path


def train(*arguments):
    return run(["train", "job.cfg", "--quiet", *arguments])


def names():
    """Return what is in the current folder."""
    return sorted(path.name for path in Path().iterdir() if path.name != "__pycache__")


def complaint(capsys):
    """Return the one line on standard error; there is nothing on standard output."""
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("vectorsuite: ")
    assert err.count("\n") == 1
    return err


def test_the_report_can_be_read_by_a_program(capsys):
    assert train("--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["output"], report["n_words"], report["sentences"]) == ("out", 5, 100)
    assert len(report["losses"]) == 1
    assert set(report["seconds"]) == {"read", "count", "encode", "train", "save"}


def test_the_report_can_be_read_by_people(capsys):
    assert train() == 0
    out, err = capsys.readouterr()
    assert out.startswith("out: 5 words from 300 in 100 sentences; loss ")
    assert err == ""


def test_the_corpus_may_be_packed_a_folder_or_a_list(capsys):
    Path("more").mkdir()
    with gzip.open("more/text.gz", "wt") as packed:
        packed.write("birds sing\n" * 10)
    assert train("--paths.corpus", '["text.txt", "more"]', "--json") == 0
    assert json.loads(capsys.readouterr().out)["raw_words"] == 320


def test_a_second_run_needs_force(capsys):
    assert train() == 0
    capsys.readouterr()
    assert train() == 1
    assert "out is there already" in complaint(capsys)
    assert train("--force", "--model.vector_size", "4") == 0
    assert load("out").vector_size == 4


def test_a_code_file_brings_a_reader(capsys):
    Path("mine.py").write_text(
        "from vectorsuite import registry\n"
        "print('I was imported!')\n"
        "@registry.readers('mine.Numbers.v1')\n"
        "def numbers(up_to: int):\n"
        "    return [[str(i), str(i + 1)] for i in range(up_to)]\n"
    )
    reader = ["--corpus", "mine.Numbers.v1"]
    assert train("--code", "mine.py", *reader) == 1  # a section has no value
    capsys.readouterr()
    Path("job.cfg").write_text(
        CONFIG + '[corpus]\n@readers = "mine.Numbers.v1"\nup_to = 30\n', encoding="utf8"
    )
    assert train("-c", "mine.py", "--corpus.up_to", "40") == 0
    assert "I was imported!" in capsys.readouterr().out
    assert len(load("out")) == 41


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--paths.corpus", "none.txt"], "none.txt"),
        (["--paths.corpus", "empty-folder"], "empty-folder has no text"),
        (["--paths.corpus", "empty.txt"], "corpus is empty"),
        (["--paths.corpus", "one.txt"], "at least two words"),
        (["--paths.corpus", "latin1.txt"], "latin1.txt is not UTF-8"),
        (["--vocabulary.min_count", "1000"], "min_count = 1000"),
        (["--paths.output", "text.txt/x"], "cannot be written"),
        (["--model.vector_size", "0"], "[model] vector_size is 0"),
        (["--model.window", "0"], "[model] window is 0"),
        (["--model.negative", "0"], "[model] negative is 0"),
        (["--training.epochs", "0"], "[training] epochs is 0"),
        (["--training.learn_rate", "-1"], "[training] learn_rate is -1"),
        (["--training.learn_rate", "1e30", "--training.epochs", "20"], "learn"),
        (["--corpus.errors", "ignore"], "[corpus] errors is 'ignore'; expected 'strict'"),
        (["--code", "none.py"], "none.py"),
    ],
)
def test_bad_input_is_one_line_and_leaves_nothing(capsys, arguments, text):
    Path("empty-folder").mkdir()
    Path("empty.txt").write_text("")
    Path("one.txt").write_text("word word word\n" * 10)
    Path("latin1.txt").write_bytes("größe\n".encode("latin1"))
    before = names()
    assert train(*arguments) == 1
    assert text in complaint(capsys)
    assert names() == before


def launch(job, *arguments, **options):
    """Run the command in a process of its own, its temporary files in a folder of their own."""
    (job / "tmp").mkdir()
    return subprocess.run(
        [sys.executable, "-m", "vectorsuite", "train", "job.cfg", "--quiet", *arguments],
        capture_output=True,
        text=True,
        # no byte code: a limit on the size of files would cut it off
        env={**os.environ, "TMPDIR": str(job / "tmp"), "PYTHONDONTWRITEBYTECODE": "1"},
        **options,
    )


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_an_interrupt_is_exit_130_and_leaves_nothing(job, name):
    # the training itself would take days; the signal comes wherever the job is by then
    Path("alarm.py").write_text(
        "import os, signal, threading\n"
        f"threading.Timer(1.0, os.kill, (os.getpid(), signal.{name})).start()\n"
    )
    before = names()
    done = launch(job, "--code", "alarm.py", "--training.epochs", "1000000000")
    assert done.returncode == 130
    assert done.stderr == "vectorsuite: stopped; no output was written\n"
    assert names() == [*before, "tmp"]
    assert list((job / "tmp").iterdir()) == []


def test_a_full_disk_while_saving_is_one_line_and_leaves_nothing(job):
    def no_file_above_64_kb():
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, 1 << 16))

    before = names()
    done = launch(job, "--model.vector_size", "10000", preexec_fn=no_file_above_64_kb)
    assert done.returncode == 1
    assert done.stderr == "vectorsuite: out: File too large.\n"
    assert names() == [*before, "tmp"]
    assert list((job / "tmp").iterdir()) == []


READER = """
from pathlib import Path
from vectorsuite import registry
from vectorsuite.training.readers import LineSentences

@registry.readers("test.Odd.v1")
def read(path: str, under: Path = Path("."), split=str.split, lengths=(1, 2)):
    return LineSentences(under / path)
"""


def test_readers_may_have_defaults_of_any_type(capsys):
    Path("reader.py").write_text(READER)
    arguments = ["--code", "reader.py", "--corpus.@readers", "test.Odd.v1"]
    assert train(*arguments) == 0, capsys.readouterr().err
    corpus = load("out").table.settings["config"]["corpus"]
    assert corpus == {
        "@readers": "test.Odd.v1", "path": "text.txt", "under": ".", "lengths": [1, 2],
    }  # fmt: skip


MODEL = """
from types import SimpleNamespace
import numpy as np
from vectorsuite import registry

class Ones:
    vector_size = 2

    def train(self, corpus, schedule, **run):
        return SimpleNamespace(vectors=np.ones((len(corpus.words), 2), np.float32), losses=[])

registry.models("test.Ones.v1")(Ones)
"""


def test_models_of_a_script_need_not_measure_losses(capsys):
    Path("ones.py").write_text(MODEL)
    overrides = ["--code", "ones.py", "--model.@models", "test.Ones.v1"]
    assert run(["train", "job.cfg", *overrides]) == 0, capsys.readouterr().err
    assert "no loss" in capsys.readouterr().out
    assert load("out")["cat"].tolist() == [1, 1]
