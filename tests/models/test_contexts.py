"""Vectors of words as contexts."""

import numpy as np
import pytest

from vectorsuite.models import FastText, Word2Vec
from vectorsuite.models.contexts import add_contexts, context_vectors

SENTENCES = [["salt", "pepper"], ["king", "queen"]] * 200
SETTINGS = {"vector_size": 8, "min_count": 1, "workers": 1, "epochs": 30, "sample": 0, "sg": 1}


@pytest.fixture(scope="module")
def model():
    return Word2Vec(SENTENCES, **SETTINGS)


def test_contexts_tell_what_occurs_beside_a_word(model):
    contexts = context_vectors(model)
    assert contexts.index_to_key == model.wv.index_to_key
    assert contexts.get_vecattr("salt", "count") == 200
    np.testing.assert_array_equal(contexts["salt"], model.syn1neg[model.wv.get_index("salt")])
    word = model.wv["salt"]
    assert word @ contexts["pepper"] > 0 > word @ contexts["salt"]


def test_word_and_context_are_added(model):
    both = add_contexts(model)
    np.testing.assert_allclose(both["king"], model.wv["king"] + context_vectors(model)["king"])
    assert both.most_similar("salt", topn=1)[0][0] == "pepper"
    before = model.wv["king"].copy()
    both["king"] = np.zeros(8)
    np.testing.assert_array_equal(model.wv["king"], before)


def test_without_contexts():
    model = Word2Vec(SENTENCES, **{**SETTINGS, "negative": 0, "hs": 1, "epochs": 1})
    with pytest.raises(AttributeError, match="no syn1neg: negative is 0"):
        context_vectors(model)


def test_tokens_and_models_of_other_kinds():
    model = FastText(SENTENCES, **{**SETTINGS, "epochs": 1, "bucket": 100})
    assert len(add_contexts(model)) == 4
    numbers = Word2Vec([[1, 2], [3, 4]] * 3, **{**SETTINGS, "epochs": 1})
    assert 3 in context_vectors(numbers)
