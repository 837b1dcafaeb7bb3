"""Phrases are what gensim finds, with the same scores, and what they should be where it errs."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorsuite.models.phrases import (
    ENGLISH_CONNECTOR_WORDS,
    FrozenPhrases,
    Phraser,
    Phrases,
    npmi_scorer,
    original_scorer,
)
from vectorsuite.training.corpus import count_and_encode
from vectorsuite.training.readers import LineSentences

NEW_YORK = [
    ["new", "york", "is", "big"],
    ["new", "york", "is", "old"],
    ["the", "bank", "of", "america"],
    ["the", "bank", "of", "america", "in", "new", "york"],
]


def lucky(worda_count, wordb_count, bigram_count, len_vocab, min_count, corpus_word_count):
    return 7.0 if bigram_count > min_count else 0.0


@pytest.fixture(scope="module")
def gensim_phrases():
    return pytest.importorskip("gensim.models.phrases")


@pytest.fixture(scope="module")
def wiki(shared_data):
    """The first 150,000 words of the real corpus."""
    sentences, n = [], 0
    for sentence in LineSentences(shared_data / "wiki17m.txt.xz"):
        sentences.append(sentence)
        n += len(sentence)
        if n > 150_000:
            return sentences
    return sentences


def test_score_is_that_of_the_paper():
    phrases = Phrases(NEW_YORK, min_count=1, threshold=1)
    assert phrases.vocab["new"] == phrases.vocab["york"] == phrases.vocab["new_york"] == 3
    # 9 words that differ, and 10 pairs: (3 - 1) / (3 · 3) · 19
    assert len(phrases.vocab) == 19
    assert phrases.export_phrases()["new_york"] == (3 - 1) / 9 * 19
    assert phrases[["in", "new", "york"]] == ["in", "new_york"]


def test_connector_words_stand_inside_phrases_only():
    phrases = Phrases(NEW_YORK, min_count=1, threshold=1, connector_words={"of", "the", "in"})
    assert phrases[NEW_YORK[3]] == ["the", "bank_of_america", "in", "new_york"]
    assert "of" not in phrases.vocab
    assert phrases.vocab["bank_of_america"] == 2
    assert phrases[["bank", "the", "america"]] == ["bank", "the", "america"]


def test_npmi_of_words_that_are_always_together_is_one():
    phrases = Phrases([["a", "b"], ["c", "d"]], min_count=1, threshold=0.5, scoring="npmi")
    # p(ab) = p(a) = p(b) = 1/4: ln 4 / ln 4
    assert phrases.export_phrases() == {"a_b": 1.0, "c_d": 1.0}


SETTINGS = [
    {},
    {"min_count": 2, "threshold": 1},
    {"min_count": 2, "threshold": 1, "connector_words": ENGLISH_CONNECTOR_WORDS},
    {"scoring": "npmi", "threshold": 0.4, "connector_words": ENGLISH_CONNECTOR_WORDS},
    {"scoring": "npmi", "threshold": -1, "min_count": 3},
    {"scoring": lucky, "threshold": 1},
    {"delimiter": " and ", "threshold": 3},
    {"max_vocab_size": 3000, "min_count": 1, "threshold": 0.1},
    {"max_vocab_size": 20000, "min_count": 1, "connector_words": ENGLISH_CONNECTOR_WORDS},
]


@pytest.mark.parametrize("arguments", SETTINGS, ids=lambda given: " ".join(given) or "defaults")
def test_same_phrases_and_scores_as_gensim_on_the_real_corpus(wiki, gensim_phrases, arguments):
    ours, theirs = Phrases(wiki, **arguments), gensim_phrases.Phrases(wiki, **arguments)
    assert len(ours.vocab) == len(theirs.vocab)
    assert ours.vocab.as_dict() == theirs.vocab
    assert ours.corpus_word_count == theirs.corpus_word_count
    expected = theirs.export_phrases()
    assert len(expected) > 10
    assert ours.export_phrases() == expected
    assert list(ours[wiki]) == list(theirs.freeze()[wiki])
    assert list(ours.find_phrases(wiki).items()) == list(theirs.find_phrases(wiki).items())


def test_chained_passes_and_added_counts_equal_gensims(wiki, gensim_phrases):
    half = len(wiki) // 2
    results = []
    for kind in (Phrases, gensim_phrases.Phrases):
        pairs = kind(wiki[:half], connector_words=ENGLISH_CONNECTOR_WORDS, max_vocab_size=30_000)
        pairs.add_vocab(wiki[half:])
        triples = kind(pairs[wiki], min_count=2, threshold=1)
        triples.add_vocab(wiki)  # some joined before, some not
        results.append(
            (pairs.min_reduce, dict(triples.vocab.items()), triples.find_phrases(pairs[wiki]))
        )
    assert results[0] == results[1]
    assert any(phrase.count("_") > 1 for phrase in results[0][2])


WORDS = st.sampled_from(["a", "b", "c", "of", "the", "a_b", "b_c", "_", "x_", "of_b"])


@settings(max_examples=150, deadline=None)
@given(
    sentences=st.lists(st.lists(WORDS, max_size=12), max_size=12),
    delimiter=st.sampled_from(["_", "__", "b"]),
    connectors=st.sampled_from([frozenset(), frozenset({"of", "the"})]),
)
def test_words_with_the_delimiter_in_them_share_counts_as_in_gensim(
    sentences, delimiter, connectors
):
    gensim_phrases = pytest.importorskip("gensim.models.phrases")
    arguments = {
        "min_count": 1, "threshold": 0.2, "delimiter": delimiter, "connector_words": connectors,
    }  # fmt: skip
    ours = Phrases(sentences, **arguments)
    theirs = gensim_phrases.Phrases(sentences, **arguments)
    assert ours.vocab.as_dict() == theirs.vocab
    assert len(ours.vocab) == len(theirs.vocab)
    assert {word: ours.vocab[word] for word in theirs.vocab} == theirs.vocab
    assert list(ours[sentences]) == [theirs[sentence] for sentence in sentences]
    assert set(ours.find_phrases(sentences)) == set(theirs.find_phrases(sentences))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.sampled_from(["a", "b", "c", "é", "of", "long words"]), max_size=9)))
def test_compiled_matching_equals_the_plain_analysis(sentences):
    phrases = Phrases(sentences, min_count=1, threshold=0.1, connector_words={"of"})
    for model in (phrases, phrases.freeze()):
        for sentence in sentences:
            plain = [token for token, _ in model.analyze_sentence(sentence)]
            assert model[sentence] == plain


def test_freezing_a_second_pass_changes_nothing():
    # gensim scores "new_york_city" by the words new and city, which the second pass may not have
    sentences = [["new", "york", "city"], ["new", "york", "city"], ["old", "town"]] * 3
    pairs = Phrases(sentences, min_count=1, threshold=1)
    triples = Phrases(pairs[sentences], min_count=1, threshold=0.1)
    assert "new" not in triples.vocab
    assert triples[pairs[sentences[0]]] == ["new_york_city"]
    assert triples.freeze()[pairs[sentences[0]]] == ["new_york_city"]


def test_files_lists_and_encoded_corpora_count_alike(tmp_path, wiki):
    path = tmp_path / "text.txt"
    path.write_text("\n".join(" ".join(sentence) for sentence in wiki), "utf8")
    expected = Phrases(wiki).export_phrases()
    assert Phrases(LineSentences(path)).export_phrases() == expected
    with count_and_encode(LineSentences(path), min_count=1, workers=1) as corpus:
        assert Phrases(corpus).export_phrases() == expected
        assert len(corpus.ids) > 0  # the caller's corpus stays open
    assert Phrases(iter(wiki)).export_phrases() == expected


def test_corpus_is_joined_anew_at_every_pass():
    phrases = Phrases(NEW_YORK, min_count=1, threshold=1)
    joined = phrases[NEW_YORK]
    assert len(joined) == 4
    assert list(joined) == list(joined)
    assert next(iter(joined)) == ["new_york", "is", "big"]
    assert list(phrases[iter(NEW_YORK)]) == list(joined)
    assert phrases[(word for word in NEW_YORK[0])] == ["new_york", "is", "big"]
    assert phrases[[]] == []
    assert list(phrases[np.array(NEW_YORK, dtype=object)]) == list(joined)


def test_changed_settings_count():
    phrases = Phrases(NEW_YORK, min_count=1, threshold=1)
    frozen = phrases.freeze()
    assert phrases[["new", "york"]] == frozen[["new", "york"]] == ["new_york"]
    phrases.threshold = frozen.threshold = 1000
    assert phrases[["new", "york"]] == frozen[["new", "york"]] == ["new", "york"]
    assert phrases.find_phrases(NEW_YORK) == {}


def test_no_sentences_are_no_phrases():
    for phrases in (Phrases([]), Phrases(), Phrases([[], []])):
        assert len(phrases.vocab) == 0
        assert phrases[["a", "b"]] == ["a", "b"]
        assert phrases.freeze().phrasegrams == {}


def test_subclass_may_have_its_own_idea_of_a_phrase():
    class Everything(Phrases):
        def score_candidate(self, word_a, word_b, in_between):
            return self.delimiter.join([word_a, *in_between, word_b]), 1.0

    assert Everything(NEW_YORK)[["x", "y", "z"]] == ["x_y", "z"]
    assert Everything().find_phrases([["x", "y"]]) == {"x_y": 1.0}


def test_older_names():
    phrases = Phrases(NEW_YORK, 1, 1, delimiter=b"_", common_terms={"of"})
    assert phrases.connector_words == phrases.common_terms == {"of"}
    assert Phraser is FrozenPhrases
    assert Phraser(phrases)[["new", "york"]] == ["new_york"]
    with pytest.raises(TypeError, match="older name"):
        Phrases(common_terms={"of"}, connector_words={"of"})


def test_scorers_take_counts():
    named = {"len_vocab": 10, "min_count": 1, "corpus_word_count": 8}
    assert original_scorer(2, 4, 3, **named) == 2 / 8 * 10
    assert original_scorer(0, 4, 3, **named) == float("-inf")
    assert npmi_scorer(2, 2, 2, **named) == pytest.approx(1)
    assert npmi_scorer(2, 2, 0, **named) == float("-inf")


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"min_count": 0}, ValueError, "min_count is 0"),
        ({"threshold": 0}, ValueError, "above 0"),
        ({"threshold": 2, "scoring": "npmi"}, ValueError, "between -1 and 1"),
        ({"scoring": "pmi"}, ValueError, "there are 'default', 'npmi'"),
        ({"scoring": lambda a: 1}, ValueError, "does not take worda_count"),
        ({"delimiter": ""}, ValueError, "delimiter is empty"),
        ({"max_vocab_size": 0}, ValueError, "max_vocab_size is 0"),
        ({"connector_words": "of the"}, TypeError, "give a set of words"),
        ({"sentences": "corpus.txt"}, TypeError, "LineSentences"),
        ({"sentences": ["one sentence"]}, TypeError, "list of words"),
        ({"sentences": [["a", 1]]}, TypeError, "words are str"),
    ],
)
def test_bad_arguments_are_named(arguments, error, message):
    with pytest.raises(error, match=message):
        Phrases(**arguments)


def test_bad_sentences_are_named():
    phrases = Phrases(NEW_YORK, min_count=1, threshold=1)
    with pytest.raises(TypeError, match="give a list of words"):
        phrases["new york"]
    with pytest.raises(TypeError, match="of type int"):
        phrases[["new", 1]]


@pytest.mark.parametrize(
    "duplicate",
    [copy.copy, copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))],
    ids=["copy", "deepcopy", "pickle"],
)
def test_copies_find_the_same_phrases_and_go_on_counting(duplicate):
    model = Phrases(NEW_YORK, min_count=1, threshold=0.5, connector_words=["of"])
    for original in (model, model.freeze()):
        again = duplicate(original)
        assert again.export_phrases() == original.export_phrases()
        assert again[NEW_YORK[3]] == original[NEW_YORK[3]]
        assert str(again) == repr(original)
    again = duplicate(model)
    again.add_vocab(NEW_YORK)
    assert (again.vocab["new_york"], model.vocab["new_york"]) == (6, 3)
