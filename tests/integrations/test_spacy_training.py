"""Handing configs of pipelines to spaCy."""

import sys

import pytest

from vectorsuite import registry
from vectorsuite.errors import MissingExtraError
from vectorsuite.integrations.spacy_training import (
    is_pipeline_config,
    share_architectures,
    train_pipeline,
)


def test_a_section_nlp_makes_it_a_pipeline(tmp_path):
    path = tmp_path / "c.cfg"
    path.write_text('[paths]\ntrain = null\n\n[nlp]\nlang = "en"\nx = ${paths.train}\n')
    assert is_pipeline_config(path)
    path.write_text("[training]\nepochs = 1\n")
    assert not is_pipeline_config(path)
    assert not is_pipeline_config(tmp_path / "missing.cfg")


def test_registered_architectures_are_shared():
    spacy = pytest.importorskip("spacy", reason="they are shared with spaCy")

    @registry.architectures("test_spacy_training.Layer.v1")
    def make():
        return None

    share_architectures()
    share_architectures()
    assert spacy.registry.architectures.get("test_spacy_training.Layer.v1") is make


def test_without_spacy_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "spacy.cli.train", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'vectorsuite\[spacy\]'"):
        train_pipeline(tmp_path / "c.cfg", {})


def test_an_output_is_needed(tmp_path):
    pytest.importorskip("spacy", reason="spaCy reads the config")
    path = tmp_path / "c.cfg"
    path.write_text('[paths]\ntrain = null\n\n[nlp]\nlang = "en"\n')
    with pytest.raises(ValueError, match="does not say where the pipeline goes"):
        train_pipeline(path, {})
