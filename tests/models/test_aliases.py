"""gensim 1.x's names: they work, quietly unless asked to warn."""

import warnings

import numpy as np
import pytest

from vectorsuite.models import Word2Vec
from vectorsuite.models.aliases import NAMES

SENTENCES = [["a", "b", "c"], ["b", "c", "d"], ["a", "d"], ["e", "a"]] * 3


@pytest.fixture
def model():
    return Word2Vec(SENTENCES, size=4, iter=2, min_count=1, workers=1)


def test_every_older_name_leads_somewhere(model):
    for name in NAMES:
        getattr(model, name)


def test_older_names_are_todays(model):
    assert (model.size, model.iter, model.layer1_size) == (4, 2, 4)
    assert (model["a"] == model.wv["a"]).all() and "a" in model and "x" not in model
    assert model.most_similar(positive=["a", "b"], negative=["c"], topn=1) == (
        model.wv.most_similar(positive=["a", "b"], negative=["c"], topn=1)
    )
    assert model.vocab["a"].count == model.wv.get_vecattr("a", "count")
    assert model.index2word == model.wv.index_to_key
    model.syn0 = np.ones((5, 4), dtype=np.float32)
    assert model["b"].tolist() == [1, 1, 1, 1]
    model.train(sentences=SENTENCES, total_examples=12, iter=1)
    model.reset_weights()
    assert abs(model.syn0).max() <= 1 / 4


def test_both_names_of_one_argument_are_refused():
    with pytest.raises(TypeError, match="size is an older name of vector_size"):
        Word2Vec(size=3, vector_size=4)
    with pytest.raises(TypeError, match="sizes"):
        Word2Vec(sizes=3)


def test_warnings_come_only_when_asked_for(model):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert model.syn0.any()
    model.enable_keyed_vectors_warnings()
    try:
        with pytest.warns(DeprecationWarning, match=r"syn0 is an older name of wv\.vectors"):
            assert model.syn0.any()
    finally:
        model.disable_keyed_vectors_warnings()


def test_the_vocabulary_can_be_prepared_step_by_step():
    model = Word2Vec(min_count=1, workers=1)
    model.scan_vocab(sentences=SENTENCES)
    model.scale_vocab()
    model.sort_vocab()
    model.finalize_vocab()
    assert model.wv.vectors.shape == (5, 100)
    with pytest.raises(RuntimeError, match="cannot be sorted"):
        model.sort_vocab()
