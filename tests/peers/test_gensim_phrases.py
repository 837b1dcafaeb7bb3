"""gensim's own tests of Phrases, run on ours."""

from vectorsuite.models import phrases

PICKLES = (
    "TestFrozenPhrasesModelCompatibility.test_compatibility",
    "TestFrozenPhrasesPersistence.test_save_load_no_common_terms",
    "TestFrozenPhrasesPersistence.test_save_load_no_scoring",
    "TestFrozenPhrasesPersistence.test_save_load_string_scoring",
    "TestPhrasesPersistence.test_save_load_no_common_terms",
    "TestPhrasesPersistence.test_save_load_no_scoring",
    "TestPhrasesPersistence.test_save_load_string_scoring",
)


def test_all_pass_but_for_those_listed(gensims_tests):
    names = ("Phrases", "FrozenPhrases", "original_scorer")
    ours = {name: getattr(phrases, name) for name in names}
    ours["_PhrasesTransformation"] = phrases.PhrasesTransformation
    gensims_tests("gensim.test.test_phrases", {"gensim.models.phrases": ours}, PICKLES)
