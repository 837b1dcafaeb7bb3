"""Events that objects remember, and bring back from their files."""

import logging

import numpy as np
import pytest

import vectorsuite
from vectorsuite.models import FastText, KeyedVectors, Phrases, Word2Vec

SENTENCES = [["a", "b", "c"], ["b", "c"]] * 3
SMALL = {"min_count": 1, "vector_size": 4, "workers": 1, "epochs": 1}


def names(thing):
    return [event["event"] for event in thing.lifecycle_events]


@pytest.mark.parametrize("settings", [(Word2Vec, SMALL), (FastText, {**SMALL, "bucket": 20})])
def test_a_model_remembers_what_was_done_to_it(settings, tmp_path):
    kind, settings = settings
    model = kind(SENTENCES, **settings)
    assert names(model) == ["build_vocab", "train", "created"]
    model.add_lifecycle_event("cleaned", by=np.int64(3), where=tmp_path)
    event = model.lifecycle_events[-1]
    assert (event["by"], event["vectorsuite"]) == (3, vectorsuite.__version__)
    assert {"datetime", "python", "platform"} < event.keys()
    model.save(tmp_path / "model")
    loaded = kind.load(tmp_path / "model")
    assert names(loaded) == ["build_vocab", "train", "created", "cleaned", "saving", "loaded"]
    assert loaded.lifecycle_events[3]["where"] == str(tmp_path)
    loaded.train(SENTENCES, total_examples=6, epochs=1)
    assert names(loaded)[-1] == "train" and names(model)[-1] == "saving"


def test_phrases_and_words_remember_too(tmp_path):
    phrases = Phrases(SENTENCES, min_count=1, threshold=0.1)
    phrases.save(tmp_path / "phrases")
    assert names(Phrases.load(tmp_path / "phrases")) == ["created", "saving"]
    assert names(phrases.freeze()) == ["created"]
    words = KeyedVectors(3)
    words.add_lifecycle_event("cleaned")
    assert names(words) == ["cleaned"]


def test_events_are_logged_and_none_are_kept_if_none_are_wanted(caplog, tmp_path):
    caplog.set_level(logging.INFO)
    model = Word2Vec(**SMALL)
    model.lifecycle_events = None
    model.build_vocab(SENTENCES)
    model.train(SENTENCES, total_examples=6, epochs=2)
    assert model.lifecycle_events is None
    lines = [record.getMessage() for record in caplog.records]
    events = [line for line in lines if line.startswith("Word2Vec lifecycle event {")]
    assert "training on 30 raw words (" in events[-1] and "effective words/s" in events[-1]
    epochs = [line for line in lines if line.startswith("epoch ")]
    assert len(epochs) == 2 and all("effective words/s" in line for line in epochs)
    caplog.clear()
    model.add_lifecycle_event("quiet", log_level=False)
    assert not caplog.records
    model.save(tmp_path / "model")
    assert Word2Vec.load(tmp_path / "model").lifecycle_events is None
