"""Attributes of words: those of spaCy."""

import pytest

from vectorsuite import Doc, Vocab
from vectorsuite.tokens.attributes import NAMES, attribute_name, shape

WORDS = [
    "Apple", "apples", "a", "ИЖ", "C3PO", "don't", "$", "€", "’s", "—", "...", "…", "3.14", "1999",
    "McDonald's", "naïve", "北京", " ", "\n", "x" * 120, "aaaaaBBBBBB11111", "US$", "²", "İ", "ß",
]  # fmt: skip


def test_attributes_are_spacys():
    spacy = pytest.importorskip("spacy")
    theirs = spacy.tokens.Doc(spacy.blank("xx").vocab, words=WORDS)
    ours = Doc(Vocab(), words=WORDS)
    for name in NAMES:
        assert ours.to_array(name).tolist() == theirs.to_array(name).tolist(), name
    for got, expected in zip(ours, theirs, strict=True):
        for name in ("orth_", "lower_", "norm_", "shape_", "prefix_", "suffix_", "is_punct"):
            assert getattr(got, name) == getattr(expected, name)


def test_ids_and_names_in_any_case():
    assert attribute_name(65) == attribute_name("orth") == attribute_name("TEXT") == "ORTH"
    with pytest.raises(ValueError, match=r"no attribute 'LEMMA'. There are: ORTH, LOWER"):
        attribute_name("LEMMA")
    with pytest.raises(ValueError, match="no attribute 'LEMMA'"):
        attribute_name(73)
    with pytest.raises(ValueError, match="no attribute '99999'"):
        attribute_name(99999)


@pytest.mark.parametrize(("word", "expected"), [("Xx11-", "Xxdd-"), ("aaaaaa", "xxxx"), ("", "")])
def test_shape(word, expected):
    assert shape(word) == expected


def test_getters_replace_attributes():
    vocab = Vocab(lex_attr_getters={"NORM": lambda word: "N", "IS_PUNCT": lambda word: word == "a"})
    doc = Doc(vocab, words=["a", "."])
    assert [token.norm_ for token in doc] == ["N", "N"]
    assert [token.is_punct for token in doc] == [True, False]


def test_a_norm_that_is_set_shows_in_every_doc():
    vocab = Vocab()
    doc = Doc(vocab, words=["colour", "x"])
    assert doc[0].norm_ == "colour"
    vocab["colour"].norm_ = "color"
    assert doc[0].norm_ == "color"
    assert Doc(vocab, words=["new", "colour"]).to_array("NORM")[1] == vocab.strings["color"]
