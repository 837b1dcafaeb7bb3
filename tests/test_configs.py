"""Every file in configs/ trains as it is; here with small settings.

Those of spaCy pipelines, which have a section [nlp], need the data that examples/convert_ud.py
makes; here they train on a few sentences.
"""

from pathlib import Path

import numpy as np
import pytest

from vectorsuite import Vectors, load, write_pipeline
from vectorsuite.cli.app import run
from vectorsuite.training.settings import read_config, read_settings

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted((ROOT / "configs").glob("*.cfg"))
PIPELINES = [path for path in FILES if "[nlp]" in path.read_text("utf8")]
CONFIGS = [path for path in FILES if path not in PIPELINES]


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


@pytest.mark.slow
@pytest.mark.parametrize("config", PIPELINES, ids=lambda path: path.stem)
def test_a_pipeline_trains(config, tmp_path):
    spacy = pytest.importorskip("spacy", reason="these are configs of spaCy pipelines")
    vocab = spacy.blank("en").vocab
    doc = spacy.tokens.Doc(vocab, words=["the", "king", "reigns"], tags=["DT", "NN", "VBZ"])
    data, output = tmp_path / "data.spacy", tmp_path / "out"
    spacy.tokens.DocBin(docs=[doc] * 4).to_disk(data)
    table = Vectors(data=np.eye(2, dtype="f"), keys=["the", "king"])
    write_pipeline(tmp_path / "vectors", table, lang="en")
    small = {
        "paths.train": data, "paths.dev": data, "paths.output": output, "training.max_steps": 2,
        "components.tagger.model.tok2vec.encode.width": 8,
        "components.tagger.model.tok2vec.encode.depth": 1,
    }  # fmt: skip
    if "static" in config.stem:
        small["paths.vectors"] = tmp_path / "vectors"
    overrides = [text for key, value in small.items() for text in (f"--{key}", str(value))]
    assert run(["train", str(config), *overrides]) == 0
    nlp = spacy.load(output / "model-best")
    assert {token.tag_ for token in nlp("the king reigns")} <= {"DT", "NN", "VBZ"}
