"""Docs, spans and tokens as sequences."""

import copy
import pickle

import numpy as np
import pytest

from vectorsuite import Doc, Span, Vocab


@pytest.fixture
def doc(vocab):
    return Doc(vocab, words=["a", "Green", "b", "!"], spaces=[True, True, False, True])


def test_text_and_offsets(doc):
    assert doc.text == doc.text_with_ws == str(doc) == "a Green b! "
    assert doc[:].text == "a Green b!"
    assert [token.idx for token in doc] == [0, 2, 8, 9]
    assert str(doc[1:3]) == "Green b"
    assert (doc[1:3].start_char, doc[1:3].end_char) == (2, 9)


def test_slices_and_indices(doc):
    assert len(doc) == 4
    assert [token.i for token in doc[1:3]] == [1, 2]
    assert doc[-1].text == "!"
    assert doc[1:4][0] == doc[1]
    assert doc[1:4][1:] == doc[2:4]
    assert doc[1:4][-1] == doc[3]
    assert len(doc[2:2]) == 0 == len(doc[3:1])
    assert doc[0].nbor().text == "Green"
    for index in (4, -5):
        with pytest.raises(IndexError, match=f"Token {index} of a span of 4"):
            doc[index]
    with pytest.raises(IndexError, match="no neighbour"):
        doc[3].nbor()
    with pytest.raises(ValueError, match="no gaps"):
        doc[::2]
    with pytest.raises(IndexError, match="not in a doc of 4"):
        Span(doc, 2, 5)


def test_everything_shares_one_vocab_and_table(doc):
    things = [doc, doc[1:3], doc[0], doc[0].lex]
    assert {id(thing.vocab.vectors) for thing in things} == {id(doc.vocab.vectors)}


def test_to_array(doc):
    one = doc.to_array("ORTH")
    assert one.dtype == np.uint64
    assert one[0] == doc.vocab.strings["a"]
    many = doc.to_array(["ORTH", "SPACY", "LENGTH"])
    assert many.shape == (4, 3)
    assert many[:, 1].tolist() == [1, 1, 0, 1]
    assert many[:, 2].tolist() == [1, 5, 1, 1]
    # a list of one is no list for a doc of spaCy, but for a span it is
    assert doc.to_array(["LENGTH"]).tolist() == [1, 5, 1, 1]
    assert doc[1:3].to_array(["LENGTH"]).tolist() == [[5], [1]]
    assert doc[1:3].to_array("LENGTH").tolist() == [5, 1]
    with pytest.raises(ValueError, match="no attribute 'DEP'"):
        doc.to_array("DEP")


def test_bytes_of_words_are_spacys(doc):
    spacy = pytest.importorskip("spacy")
    theirs = spacy.tokens.Doc(spacy.blank("xx").vocab, words=[token.text for token in doc])
    for n in (1, 2, 3, 8, -1):
        assert doc.to_utf8_array(n).tolist() == theirs.to_utf8_array(n).tolist()


def test_char_span(doc):
    assert doc.char_span(2, 9) == doc[1:3]
    assert doc.char_span(3, 9) is None
    assert doc.char_span(0, 1, label="X").label_ == "X"
    assert doc.char_span(0, 1, label=doc.vocab.strings.add("X")).label_ == "X"
    with pytest.raises(ValueError, match="no alignment mode 'loose'"):
        doc.char_span(0, 1, alignment_mode="loose")


@pytest.mark.parametrize("mode", ["strict", "contract", "expand"])
def test_char_spans_are_spacys(doc, mode):
    tokens = pytest.importorskip("spacy.tokens")
    words, spaces = [token.text for token in doc], doc.spaces.tolist()
    theirs = tokens.Doc(pytest.importorskip("spacy").blank("xx").vocab, words, spaces)
    for start in range(-1, 13):
        assert doc.char_span(start, start, alignment_mode=mode) is None
        for end in range(max(start, 0) + 1, 13):
            spans = [d.char_span(start, end, alignment_mode=mode) for d in (doc, theirs)]
            # of a lone space, spaCy makes an empty span
            mine, its = ((span.start, span.end) if span else None for span in spans)
            assert mine == its, (start, end)


def test_words_are_not_empty(vocab):
    with pytest.raises(ValueError, match="Word 1 is an empty string"):
        Doc(vocab, words=["a", ""])


def test_labels_by_key(doc):
    label = doc.vocab.strings.add("FRUIT")
    span = Span(doc, 0, 2, label)
    assert (span.label_, span.label) == ("FRUIT", label)
    assert Span(doc, 0, 2, 0).label_ == ""


def test_in_order(doc):
    spans = [doc[2:4], doc[0:3], doc[0:1], Span(doc, 0, 1, "X")]
    assert sorted(spans) == [spans[2], spans[3], spans[1], spans[0]]
    assert spans[2] <= spans[1] < spans[0]
    assert sorted([doc[3], doc[1]]) == [doc[1], doc[3]]
    words = [doc.vocab["a"], doc.vocab["b"]]
    assert sorted(words) == sorted(words, key=lambda word: word.orth)
    with pytest.raises(TypeError, match="'<' not supported"):
        doc[0] < doc[0:1]  # noqa: B015


def test_the_norm_of_a_doc_may_be_set(doc):
    doc.vector_norm = 3
    assert doc.vector_norm == 3
    assert doc.similarity(doc[0:1]) == pytest.approx(float(doc.vector @ doc[0].vector) / 3)
    doc.vector = np.array([0, 4, 3], "f")
    assert doc.vector_norm == 5
    with pytest.raises(AttributeError, match="vector_norm of a Span cannot be set"):
        doc[0:1].vector_norm = 1


def test_span_as_doc_keeps_spaces_and_hooks(doc):
    doc.user_hooks["vector"] = len
    other = doc[1:3].as_doc()
    assert other.text_with_ws == "Green b"
    assert other.user_hooks == {"vector": len}


def test_labels(doc):
    span = Span(doc, 0, 1, label="COLOUR")
    assert doc.vocab.strings[span.label] == "COLOUR"
    assert doc[0:1].label == 0
    assert span != doc[0:1]


def test_spaces_must_fit():
    with pytest.raises(ValueError, match="2 words need as many spaces; there are 1"):
        Doc(Vocab(), words=["a", "b"], spaces=[True])


def test_hooks_of_sentences_and_sentiment(doc):
    with pytest.raises(ValueError, match=r"doc.user_hooks\['sents'\]"):
        doc.sents  # noqa: B018
    doc.user_hooks["sents"] = lambda doc: iter([doc[:2], doc[2:]])
    doc.user_hooks["sentiment"] = lambda doc: 0.5
    doc.user_span_hooks["root"] = lambda span: span[0]
    doc.user_span_hooks["sent"] = lambda span: span.doc[:]
    assert [len(sent) for sent in doc.sents] == [2, 2]
    assert doc.sentiment == 0.5
    assert doc[1:3].sentiment == 0.0
    assert doc[1:3].root == doc[1]
    assert len(doc[1:3].sent) == 4


def by_name(doc):
    """A hook that pickle finds by name."""
    return np.ones(3, dtype="f")


def test_copies_and_pickles_keep_the_words_and_hooks(doc, monkeypatch):
    import sys
    import types

    module = types.ModuleType("hooks_of_test_doc")
    module.by_name = by_name
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(by_name, "__module__", module.__name__)
    doc.user_hooks["vector"] = by_name
    for other in (copy.copy(doc), copy.deepcopy(doc), pickle.loads(pickle.dumps(doc))):
        assert other.text == doc.text
        assert other.vector.tolist() == [1, 1, 1]
        assert other[0].vector.tolist() == [1, 0, 0]
