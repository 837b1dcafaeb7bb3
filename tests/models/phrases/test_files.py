"""Saved phrase models open as they were, and damaged ones do not."""

import pickle

import pytest

from vectorsuite.models.phrases import FrozenPhrases, Phrases

SENTENCES = [["bank", "of", "america"], ["bank", "of", "america"], ["new", "york"], ["é", "ü"]]


def scorer(worda_count, wordb_count, bigram_count, len_vocab, min_count, corpus_word_count):
    return float(bigram_count)


@pytest.fixture
def model():
    return Phrases(SENTENCES, min_count=1, threshold=0.5, connector_words={"of"}, delimiter="~")


def test_counts_and_settings_return(model, tmp_path):
    model.save(tmp_path / "model")
    opened = Phrases.load(tmp_path / "model")
    assert opened.vocab.as_dict() == model.vocab.as_dict()
    assert opened.export_phrases() == model.export_phrases() != {}
    assert opened[["bank", "of", "america"]] == ["bank~of~america"]
    for name in ("threshold", "min_count", "delimiter", "scoring", "corpus_word_count"):
        assert getattr(opened, name) == getattr(model, name)
    opened.add_vocab(SENTENCES)
    assert opened.vocab["bank~of~america"] == 4


def test_frozen_phrases_return_whichever_class_opens_them(model, tmp_path):
    model.freeze().save(tmp_path / "model")
    for kind in (FrozenPhrases, Phrases):
        opened = kind.load(tmp_path / "model")
        assert type(opened) is FrozenPhrases
        assert opened.phrasegrams == model.freeze().phrasegrams
        assert opened[["bank", "of", "america"]] == ["bank~of~america"]


def test_scorer_returns_by_name(tmp_path):
    model = Phrases(SENTENCES, min_count=1, threshold=1.5, scoring=make_module("scorers", scorer))
    model.save(tmp_path / "model")
    assert Phrases.load(tmp_path / "model").export_phrases() == model.export_phrases() != {}


def test_scorer_without_a_name_is_refused_and_a_missing_one_can_be_given(tmp_path, monkeypatch):
    import sys

    def local(**counts):
        return 1.0

    with pytest.raises(ValueError, match="kept by its name"):
        Phrases(SENTENCES, scoring=local).save(tmp_path / "model")
    assert not (tmp_path / "model").exists()
    known = make_module("gone", scorer)
    Phrases(SENTENCES, scoring=known).save(tmp_path / "model")
    monkeypatch.delitem(sys.modules, "gone")
    with pytest.raises(ValueError, match="'gone:scorer', which is not there"):
        Phrases.load(tmp_path / "model")
    assert Phrases.load(tmp_path / "model", scoring=known).scoring is known


def make_module(name, function):
    """The function, at the top level of a module of that name."""
    import sys
    from types import FunctionType, ModuleType

    module = ModuleType(name)
    copied = FunctionType(function.__code__, {"__name__": name}, "scorer")
    copied.__module__ = name
    module.scorer = copied
    sys.modules[name] = module
    return copied


def test_flipped_byte_or_pickle_is_an_error(model, tmp_path):
    path = tmp_path / "model"
    model.save(path)
    whole = bytearray(path.read_bytes())
    whole[-3] ^= 1
    path.write_bytes(whole)
    with pytest.raises(ValueError, match="damaged"):
        Phrases.load(path)
    path.write_bytes(pickle.dumps({"vocab": {}}))
    with pytest.raises(ValueError, match="pickle"):
        Phrases.load(path)
    with pytest.raises(FileNotFoundError):
        Phrases.load(tmp_path / "none")
