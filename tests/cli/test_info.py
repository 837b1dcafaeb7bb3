"""``vectorsuite info``."""

import builtins
import json
import re

import numpy as np
import pytest
import vectorsuite.kernels._core as _core

from vectorsuite.cli.app import run
from vectorsuite.cli.info import describe_gpus
from vectorsuite.vectors import Vectors, write_pipeline


def test_info_tells_the_installation(capsys):
    assert run(["info", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["cpu level"] in facts["cpu levels"] == list(_core.cpu_levels())
    assert facts["thinc ops"]
    assert facts["gpu"]


def test_info_is_readable_without_json(capsys):
    assert run(["info"]) == 0
    assert "cpu level " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (ModuleNotFoundError("No module named 'cupy'", name="cupy"), "none: CuPy is not installed"),
        (
            ImportError("===\nFailed to import CuPy.\n\nOriginal error:\n  no libcublas\n==="),
            "none: CuPy cannot be imported: no libcublas$",
        ),
    ],
)
def test_why_there_is_no_gpu(error, message, monkeypatch):
    real = builtins.__import__

    def refuse(name, *rest):
        if name.startswith("cupy"):
            raise error
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", refuse)
    assert re.match(message, describe_gpus())


@pytest.mark.gpu
def test_a_gpu_is_named():
    pytest.importorskip("cupy", reason="CuPy is not installed")
    assert describe_gpus().startswith("0: ")


def test_a_table_is_described_with_how_it_was_trained(table, capsys):
    assert run(["info", table, "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["name"] == "six"
    assert (facts["keys"], facts["rows"], facts["width"]) == (6, 6, 4)
    assert facts["dtype"] == "float32"
    assert facts["trained: losses"] == [2.0, 1.5]
    assert facts["trained: model.window"] == 3


def test_a_table_that_is_not_there_is_one_line(capsys):
    assert run(["info", "nowhere"]) == 1
    assert capsys.readouterr().err == "vectorsuite: There is no file or directory nowhere.\n"


def test_what_is_empty_is_left_out_but_in_json(tmp_path, capsys):
    table = Vectors(data=np.ones((1, 2), dtype=np.float32), keys=["a"])
    write_pipeline(tmp_path / "t", table, settings={"scores": [], "losses": [1.0]})
    assert run(["info", str(tmp_path / "t")]) == 0
    printed = capsys.readouterr().out
    assert "trained: losses" in printed and "scores" not in printed
    assert run(["info", str(tmp_path / "t"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["trained: scores"] == []
