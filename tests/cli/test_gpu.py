"""``--gpu-id``: the answers of the CPU, or one line that says what to install."""

import json

import pytest

from vectorsuite.cli.app import run


@pytest.fixture
def files(tmp_path, table):
    (tmp_path / "pairs.tsv").write_text("king\tqueen\t9\nking\tman\t8\nking\tapple\t0\n")
    questions = ": family\nman woman king queen\nman king apple queen\n"
    (tmp_path / "questions.txt").write_text(questions)
    return {"table": table, "folder": str(tmp_path)}


COMMANDS = {
    "similar": "similar {table} king",
    "analogy": "analogy {table} king|-|man|+|woman",
    "evaluate": "evaluate {table} --pairs {folder}/pairs.tsv --analogies {folder}/questions.txt",
}


def arguments_of(command, **names):
    return [word.format(**names).replace("|", " ") for word in command.split()]


@pytest.fixture
def gpu_is(device_ops, monkeypatch):
    """Lets GPU 0 be the device."""
    from thinc.api import get_current_ops, set_current_ops

    before, asked = get_current_ops(), []

    def require_gpu(gpu_id):
        asked.append(gpu_id)
        set_current_ops(device_ops)

    monkeypatch.setattr("vectorsuite.gpu.require_gpu", require_gpu)
    yield asked
    set_current_ops(before)


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_commands_on_a_device_print_what_they_print_without(command, files, gpu_is, capsys):
    printed = []
    for more in ([], ["--gpu-id", "0"]):
        assert run([*arguments_of(command, **files), "--json", *more]) == 0
        printed.append(json.loads(capsys.readouterr().out))
    assert printed[0] == printed[1]
    assert gpu_is == [0]


@pytest.mark.parametrize("command", [*COMMANDS.values(), "train {config}"])
def test_without_cupy_one_line_names_the_extra(command, files, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("thinc.util.has_cupy", False)
    monkeypatch.setattr("vectorsuite.gpu.why_cupy_fails", lambda: None)
    config, corpus = tmp_path / "job.cfg", tmp_path / "corpus.txt"
    corpus.write_text("a b c\n" * 20)
    config.write_text(f'[paths]\ncorpus = "{corpus}"\noutput = "{tmp_path / "out"}"\n')
    assert run([*arguments_of(command, config=config, **files), "--gpu-id", "0"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("vectorsuite: Work on a GPU needs the package 'cupy'. Install it with:")
    assert "pip install 'vectorsuite[cuda1" in line


@pytest.mark.parametrize("more", [[], ["--model.@models", "vectorsuite.CBOW.v1"]])
def test_training_on_a_device_writes_a_table(more, gpu_is, tmp_path, capsys):
    import vectorsuite

    config, corpus = tmp_path / "job.cfg", tmp_path / "corpus.txt"
    corpus.write_text("a b c d e\n" * 2000)
    config.write_text(f'[paths]\ncorpus = "{corpus}"\noutput = "{tmp_path / "out"}"\n')
    command = ["train", str(config), "--gpu-id", "0", "--quiet", "--model.vector_size", "8"]
    command += ["--training.held_out", "0.2", "--training.checkpoint_every", "4096", *more]
    assert run(command) == 0, capsys.readouterr().err
    from thinc.api import NumpyOps, set_current_ops

    set_current_ops(NumpyOps())
    assert vectorsuite.load(tmp_path / "out")["a"].shape == (8,)
