"""gensim's own tests of Doc2Vec, run on ours."""

import pytest

import vectorsuite.models.doc2vec as ours
from vectorsuite.query import KeyedVectors

# Tests that fail on purpose, and why.
PRIVATE = "calls a private method of gensim's, which cuts a file for its threads"
EXPECTED = {
    "TestDoc2VecModel.test_cython_linesentence_readline_after_getting_offsets": PRIVATE,
    "TestDoc2VecModel.test_get_offsets_and_start_doctags": PRIVATE,
}


@pytest.mark.slow
def test_all_pass_but_for_those_listed(gensims_tests):
    stand_ins = {
        "gensim.models.doc2vec": {name: getattr(ours, name) for name in ours.__all__},
        "gensim.models.keyedvectors": {"KeyedVectors": KeyedVectors},
    }
    gensims_tests("gensim.test.test_doc2vec", stand_ins, others=EXPECTED)
