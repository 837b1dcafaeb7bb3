"""Joined corpora are the same whether they are iterated over, counted, trained on or written."""

import gc
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorsuite.models.phrases import Phrases
from vectorsuite.models.word2vec import LineSentence, Word2Vec
from vectorsuite.training.corpus import count_and_encode, encode
from vectorsuite.training.readers import LineSentences
from vectorsuite.training.scan import ScannedCorpus

SENTENCES = [
    ["new", "york", "city", "is", "big"],
    ["new", "york", "city", "is", "old"],
    [],
    ["the", "bank", "of", "america", "in", "new_york"],
    ["the", "bank", "of", "america", "in", "new", "york"],
]


class Slowly:
    """Sentences that compiled code can only iterate over."""

    def __init__(self, sentences):
        self.sentences = sentences

    def __iter__(self):
        return iter(self.sentences)


@pytest.fixture
def pairs():
    return Phrases(SENTENCES, min_count=1, threshold=1, connector_words={"of", "the", "in"})


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("\n".join(" ".join(sentence) for sentence in SENTENCES), "utf8")
    return path


def contents(corpus):
    offsets = corpus.offsets.tolist()
    text = [corpus.ids[a:b].tolist() for a, b in pairwise(offsets)]
    return list(corpus.words), corpus.counts.tolist(), text, corpus.raw_words, corpus.raw_vocabulary


def test_encoded_while_it_is_read_as_after_it_was_joined(pairs, path):
    with count_and_encode(Slowly(list(pairs[SENTENCES])), min_count=1) as corpus:
        expected = contents(corpus)
    assert "bank_of_america" in expected[0]
    assert "york" not in expected[0]  # only in phrases
    assert dict(zip(*expected[:2], strict=True))["new_york"] == 4  # three joined, one as it was
    for source in (SENTENCES, LineSentences(path), LineSentence(path), iter(SENTENCES)):
        with count_and_encode(pairs[source], min_count=1) as corpus:
            assert contents(corpus) == expected


def test_words_that_are_only_in_phrases_are_none_of_the_vocabulary(pairs):
    with encode(pairs[SENTENCES], ["york", "big", "new_york"]) as corpus:
        assert corpus.counts.tolist() == [0, 1, 4]
        assert corpus.ids.tolist() == [2, 1, 2, 2, 2]
    with pytest.raises(ValueError, match="None of the corpus's"):
        encode(pairs[SENTENCES], ["york"])
    with ScannedCorpus(pairs[SENTENCES]) as scan:
        assert "york" not in list(scan.words)
        assert scan.counts.min() == 1
        assert scan.n_sentences == 5


TOKENS = st.sampled_from(["a", "b", "c", "of", "a_b", "b_c", "_", "é", "more than 8 bytes"])


@settings(max_examples=100, deadline=None)
@given(
    sentences=st.lists(st.lists(TOKENS, max_size=9), max_size=12).filter(any),
    connectors=st.sampled_from([frozenset(), frozenset({"of"})]),
)
def test_passes_of_joining_are_what_iterating_gives(sentences, connectors):
    first = Phrases(sentences, min_count=1, threshold=0.1, connector_words=connectors)
    second = Phrases(first[sentences], min_count=1, threshold=0.1)
    assert second.vocab.as_dict() == Phrases(Slowly(list(first[sentences])), 1, 0.1).vocab.as_dict()
    joined = [second.join(first.join(sentence)) for sentence in sentences]
    assert list(second[first[sentences]]) == joined
    with (
        count_and_encode(second[first[sentences]], min_count=1) as ours,
        count_and_encode(Slowly(joined), min_count=1) as expected,
    ):
        assert contents(ours) == contents(expected)


def test_long_corpus_is_joined_across_pieces(tmp_path):
    words = [f"w{i % 7}" for i in range(700_000)]  # more than a piece of ids, and one sentence
    sentences = [words[:600_000], *(words[i : i + 100] for i in range(0, 30_000, 100))]
    path = tmp_path / "long.txt"
    path.write_text("\n".join(" ".join(sentence) for sentence in sentences), "utf8")
    phrases = Phrases([["w1", "w2"], ["w4", "w5"]] * 5, min_count=1, threshold=1)
    with count_and_encode(Slowly(list(phrases[sentences])), min_count=1) as corpus:
        expected = contents(corpus)
    for source, workers in ((sentences, 1), (LineSentences(path), 3)):
        with count_and_encode(phrases[source], min_count=1, workers=workers) as corpus:
            assert contents(corpus) == expected


def test_word2vec_learns_joined_words_alike(pairs, path):
    settings = {"vector_size": 8, "min_count": 1, "workers": 1, "epochs": 2, "seed": 3}
    expected = Word2Vec(list(pairs[SENTENCES]), **settings)
    assert "bank_of_america" in expected.wv
    assert "york" not in expected.wv
    for source in (SENTENCES, LineSentences(path), iter(SENTENCES)):
        model = Word2Vec(pairs[source], **settings)
        assert model.wv.index_to_key == expected.wv.index_to_key
        assert (model.wv.vectors == expected.wv.vectors).all()


def test_written_as_text(pairs, path, tmp_path):
    expected = "".join(" ".join(words) + "\n" for words in pairs[SENTENCES] if words)
    for source, name in ((SENTENCES, "out.txt"), (LineSentences(path), "out.txt.gz")):
        pairs[source].write(tmp_path / name)
        again = LineSentences(tmp_path / name)
        assert "".join(" ".join(words) + "\n" for words in again) == expected
    assert (tmp_path / "out.txt").read_text("utf8") == expected


def test_what_cannot_be_a_text_is_not_written(tmp_path):
    phrases = Phrases(SENTENCES, min_count=1, threshold=1, delimiter=" ")
    with pytest.raises(ValueError, match="'new york' has white space"):
        phrases[SENTENCES].write(tmp_path / "out.txt")
    assert not list(tmp_path.iterdir())
    with pytest.raises(ValueError, match="corpus is empty"):
        phrases[[[]]].write(tmp_path / "out.txt")


def test_own_idea_of_a_phrase_is_joined_by_iterating(tmp_path):
    class Doubled(Phrases):
        def analyze_sentence(self, sentence):
            for word in sentence:
                yield word + word, None

    doubled = Doubled(SENTENCES)[SENTENCES]
    assert doubled.matcher() is None
    with count_and_encode(doubled, min_count=1) as corpus:
        assert "bigbig" in list(corpus.words)
    doubled.write(tmp_path / "out.txt")
    assert (tmp_path / "out.txt").read_text().startswith("newnew yorkyork")


def test_joining_leaves_the_collector_as_it_was(pairs):
    for on in (True, False):
        (gc.enable if on else gc.disable)()
        try:
            list(pairs[SENTENCES])
            with pytest.raises(TypeError, match="of type int"):
                list(pairs[[["new"], [1]]])
            assert gc.isenabled() is on
        finally:
            gc.enable()
