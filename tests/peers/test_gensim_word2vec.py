"""gensim's own tests of Word2Vec, run on ours."""

import types

import pytest

import vectorsuite.models.word2vec as our_word2vec
from vectorsuite.query import KeyedVectors

PICKLES = (
    "TestWord2VecModel.test_load_old_model",
    "TestWord2VecModel.test_load_old_model_separates",
    "TestWord2VecModel.test_load_old_models_1_x",
    "TestWord2VecModel.test_load_old_models_2_x",
    "TestWord2VecModel.test_load_old_models_3_x",
    "TestWord2VecModel.test_persistence_backwards_compatible",
)


@pytest.mark.slow
def test_all_pass_but_for_those_listed(gensims_tests):
    keyedvectors = types.SimpleNamespace(KeyedVectors=KeyedVectors)
    ours = {"word2vec": our_word2vec, "keyedvectors": keyedvectors}
    gensims_tests("gensim.test.test_word2vec", {"gensim.models": ours}, PICKLES)
