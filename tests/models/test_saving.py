"""Saved models: everything comes back, damage is noticed, and nothing is ever torn."""

import copy
import pickle

import numpy as np
import pytest

import vectorsuite
from vectorsuite.io.checked_file import write_checked
from vectorsuite.models import Doc2Vec, FastText, Phrases, TaggedDocument, Word2Vec, saving
from vectorsuite.models.saving import KIND, VERSION, ModelFileError
from vectorsuite.query import KeyedVectors

SENTENCES = [["a", "b", "c d", "ü"], ["b", "c d"], ["a", "b"]] * 4
SMALL = {"min_count": 1, "sample": 0, "vector_size": 5, "workers": 1}


def shout(text):
    return len(text)


@pytest.fixture
def model():
    model = Word2Vec(SENTENCES, hs=1, comment="ours", max_final_vocab=9, hashfxn=shout, **SMALL)
    model.wv.vectors_lockf[1] = 0.5
    return model


@pytest.mark.parametrize("mmap", [None, "r"])
def test_everything_comes_back_and_training_goes_on_alike(tmp_path, model, mmap):
    model.build_vocab([["new", "a"]], update=True, keep_raw_vocab=True)
    model.save(tmp_path / "model")
    loaded = Word2Vec.load(tmp_path / "model", mmap=mmap)
    assert loaded.wv.index_to_key == model.wv.index_to_key == ["b", "a", "c d", "ü", "new"]
    assert loaded.raw_vocab == model.raw_vocab == {"new": 1, "a": 1}
    for name in ("count", "sample_int"):
        assert (loaded.wv.expandos[name] == model.wv.expandos[name]).all()
    assert (loaded.wv.vectors_lockf == model.wv.vectors_lockf).all()
    assert (loaded.comment, loaded.hashfxn, loaded.max_final_vocab) == ("ours", shout, 9)
    assert (loaded.train_count, loaded.epoch_losses) == (model.train_count, model.epoch_losses)
    assert loaded.wv.vectors.flags.writeable == (mmap is None)
    for trained in (loaded, model):
        trained.train(SENTENCES, total_examples=12, epochs=2)
    for name in ("syn1neg", "syn1"):
        assert (getattr(loaded, name) == getattr(model, name)).all()
    assert (loaded.wv.vectors == model.wv.vectors).all()


@pytest.mark.parametrize(
    "duplicate", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))]
)
@pytest.mark.parametrize("kind", [Word2Vec, FastText, Doc2Vec])
def test_copies_of_a_model_are_trained_on_alike_and_on_their_own(kind, duplicate):
    corpus, settings = SENTENCES, dict(SMALL, hs=1)
    if kind is Doc2Vec:
        corpus = [TaggedDocument(words, [row]) for row, words in enumerate(SENTENCES)]
    if kind is FastText:
        settings["bucket"] = 50
    model = kind(corpus, **settings)
    if kind is Doc2Vec:
        model.infer_vector(["a"])
    copies = [duplicate(model) for _ in range(8)]  # some would lie well by chance
    before = model.wv.vectors.copy()
    for copied in copies:
        copied.train(corpus, total_examples=12, epochs=2)
    assert (model.wv.vectors == before).all()
    model.train(corpus, total_examples=12, epochs=2)
    for copied in copies:
        assert (copied.wv.vectors == model.wv.vectors).all() and (copied.syn1 == model.syn1).all()
        assert copied.wv.most_similar("a") == model.wv.most_similar("a")
        if kind is Doc2Vec:
            assert (copied.dv.vectors == model.dv.vectors).all()
            assert (copied.infer_vector(["a"]) == model.infer_vector(["a"])).all()


def test_models_before_training_and_of_numbers_are_saved_too(tmp_path):
    Word2Vec(**SMALL).save(tmp_path / "empty")
    assert len(Word2Vec.load(tmp_path / "empty").wv) == 0
    Word2Vec([[1, 2], [2, 3]], **SMALL).save(tmp_path / "numbers")
    assert Word2Vec.load(tmp_path / "numbers").wv.index_to_key == [2, 1, 3]
    with pytest.raises(TypeError, match="neither a string, nor a whole number"):
        Word2Vec([[b"1", b"2"]] * 3, **SMALL).save(tmp_path / "bytes")
    assert not (tmp_path / "bytes").exists()


def test_the_vectors_of_a_saved_model_open_like_any_other(tmp_path, model):
    model.save(tmp_path / "model")
    words = vectorsuite.load(tmp_path / "model")
    assert words.most_similar("a") == model.wv.most_similar("a")
    assert words.get_vecattr("a", "count") == 8


def test_a_flipped_byte_is_noticed(tmp_path, model):
    path = tmp_path / "model"
    model.save(path)
    whole = path.read_bytes()
    for i in np.random.default_rng(0).integers(0, len(whole), 40):
        path.write_bytes(whole[:i] + bytes([whole[i] ^ 4]) + whole[i + 1 :])
        with pytest.raises(ModelFileError, match=r"damaged|not an array file|no Word2Vec"):
            Word2Vec.load(path)
    with pytest.raises(ValueError):
        Word2Vec.load(path)


def test_other_versions_and_kinds_are_refused(tmp_path, model):
    write_checked(tmp_path / "later", KIND, VERSION + 1, {}, {})
    with pytest.raises(ModelFileError, match=f"has version {VERSION + 1} of the format"):
        Word2Vec.load(tmp_path / "later")
    write_checked(tmp_path / "checkpoint", "checkpoint", 1, {}, {})
    with pytest.raises(ModelFileError, match="is a checkpoint, not a Word2Vec model"):
        Word2Vec.load(tmp_path / "checkpoint")
    model.wv.save(tmp_path / "vectors")
    with pytest.raises(AttributeError, match=r"open it with KeyedVectors\.load"):
        Word2Vec.load(tmp_path / "vectors")
    (tmp_path / "pickle").write_bytes(b"\x80\x04\x95 a pickle of gensim's")
    with pytest.raises(ModelFileError, match="pickle"):
        Word2Vec.load(tmp_path / "pickle")
    model.wv.save_word2vec_format(tmp_path / "text")
    with pytest.raises(ModelFileError, match=r"KeyedVectors\.load_word2vec_format opens those"):
        Word2Vec.load(tmp_path / "text")
    with pytest.raises(FileNotFoundError):
        Word2Vec.load(tmp_path / "missing")


def test_loading_is_done_on_the_class(model):
    with pytest.raises(AttributeError, match=r"Call Word2Vec\.load on the class"):
        model.load("anything")


def test_vectors_alone_can_be_asked_but_not_trained(tmp_path, model):
    model.wv.save_word2vec_format(tmp_path / "vectors.txt")
    loaded = Word2Vec.load_word2vec_format(tmp_path / "vectors.txt", binary=False)
    assert isinstance(loaded.wv, KeyedVectors)
    assert loaded["a"] == pytest.approx(model["a"])
    with pytest.raises(RuntimeError, match="has no table syn1neg"):
        loaded.train(SENTENCES, total_examples=12, epochs=1)


def test_training_data_can_be_dropped(model):
    before = model.wv["a"] / np.linalg.norm(model.wv["a"])
    model.init_sims(replace=True)
    assert model["a"] == pytest.approx(before, abs=1e-6)
    assert not hasattr(model, "syn1neg") and not hasattr(model, "syn1")
    with pytest.raises(RuntimeError, match="training data were discarded"):
        model.train(SENTENCES, total_examples=12, epochs=1)
    with pytest.raises(RuntimeError, match="lacks"):
        model.predict_output_word(["a"])


@pytest.mark.parametrize(
    "content, hint",
    [(pickle.dumps({}), "It is a pickle, as gensim writes them"),
     ((793712314).to_bytes(4, "little"), "open it with load_facebook_model"),
     (b"", "not an array file, or cut off within its header[.]$"),
     (b"rubbish!", "not an array file, or cut off within its header[.]$")],
)  # fmt: skip
@pytest.mark.parametrize("load", [Word2Vec.load, Phrases.load], ids=["Word2Vec", "Phrases"])
def test_what_is_no_model_is_told_by_its_first_bytes(tmp_path, content, hint, load):
    (tmp_path / "m").write_bytes(content)
    with pytest.raises(ValueError, match=hint):
        load(tmp_path / "m")


def test_a_folder_is_no_place_for_a_model(tmp_path):
    for model in (Word2Vec([["a", "b"]] * 5, min_count=1, vector_size=2), Phrases([["a", "b"]])):
        with pytest.raises(IsADirectoryError, match="is a folder; name a file"):
            model.save(tmp_path)


def test_trees_of_files_that_name_no_order_are_in_that_of_queues(tmp_path, monkeypatch):
    model = Word2Vec([["a", "b", "c", "d", "e"]], hs=1, negative=0, min_count=1, vector_size=4)
    model.save(tmp_path / "new")
    assert Word2Vec.load(tmp_path / "new").tree_order == "heap"
    plain = saving._plain
    monkeypatch.setattr(
        saving, "_plain", lambda state: {k: v for k, v in plain(state).items() if k != "tree_order"}
    )
    model.save(tmp_path / "old")
    assert Word2Vec.load(tmp_path / "old").tree_order == "queues"
