"""gensim's own tests of KeyedVectors, run on ours."""

from vectorsuite.query import KeyedVectors

PICKLES = ("Gensim320Test.test",)

# Other tests that fail on purpose, and why.
OTHERS = {
    "TestKeyedVectors.test_vectors_for_all_with_copy_vecattrs": (
        "expects counts that gensim makes up for files that have none"
    ),
    "TestKeyedVectors.test_vectors_for_all_without_copy_vecattrs": (
        "expects counts that gensim makes up for files that have none"
    ),
}


def test_all_pass_but_for_those_listed(gensims_tests):
    ours = {"KeyedVectors": KeyedVectors}
    modules = {"gensim.models": ours, "gensim.models.keyedvectors": ours}
    gensims_tests("gensim.test.test_keyedvectors", modules, PICKLES, OTHERS)
