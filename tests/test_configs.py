"""Every file in configs/ trains as it is; here with small settings."""

from pathlib import Path

import pytest

from vectorsuite import load
from vectorsuite.cli.app import run
from vectorsuite.training.settings import read_config, read_settings

ROOT = Path(__file__).resolve().parents[1]
CONFIGS = sorted((ROOT / "configs").glob("*.cfg"))


@pytest.mark.parametrize("config", CONFIGS, ids=lambda path: path.stem)
def test_a_config_passes_its_checks_as_it_is(config, monkeypatch):
    monkeypatch.chdir(ROOT)
    read_settings(read_config(config))


@pytest.mark.parametrize("config", CONFIGS, ids=lambda path: path.stem)
def test_a_config_trains(config, tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    small = {"training.epochs": 1, "training.workers": 1, "model.vector_size": 8}
    overrides = [text for key, value in small.items() for text in (f"--{key}", str(value))]
    output = str(tmp_path / "out")
    assert run(["train", str(config), "--paths.output", output, "--quiet", *overrides]) == 0
    assert load(output)["king"].shape == (8,)
