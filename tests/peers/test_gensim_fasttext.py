"""gensim's own tests of FastText, run on ours."""

import pytest

from vectorsuite import FastText
from vectorsuite.models import fasttext_files
from vectorsuite.models.fasttext_vectors import FastTextKeyedVectors
from vectorsuite.query import KeyedVectors

PICKLES = ("HashCompatibilityTest.test_compatibility_true",)
# Other tests that fail on purpose, and why.
ONE_OUTPUT = "a file has one output table, so one of both losses; gensim's model claims both"
NO_BUCKETS = "bucket=0 with n-grams is refused; max_n=0 is for words without them"
OTHERS = {
    "SaveFacebookFormatModelTest.test_cbow": ONE_OUTPUT,
    "SaveFacebookFormatModelTest.test_skipgram": ONE_OUTPUT,
    "TestFastTextModel.test_estimate_memory": "counts bytes of gensim's own lists and arrays",
    "ZeroBucketTest.test_in_vocab": NO_BUCKETS,
    "ZeroBucketTest.test_out_of_vocab": NO_BUCKETS,
}


@pytest.mark.slow
def test_all_pass_but_for_those_listed(gensims_tests):
    files = ("load_facebook_model", "load_facebook_vectors", "save_facebook_model")
    ours = {name: getattr(fasttext_files, name) for name in files}
    ours |= {"FastText": FastText, "FastTextKeyedVectors": FastTextKeyedVectors}
    modules = {
        "gensim.models.fasttext": ours,
        "gensim.models.keyedvectors": {"KeyedVectors": KeyedVectors},
    }
    gensims_tests("gensim.test.test_fasttext", modules, PICKLES, OTHERS)
