"""Keys of strings equal spaCy's, one by one and in bulk."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorsuite.packed import PackedStrings
from vectorsuite.strings import SYMBOL_IDS, as_key, hash_string, string_key, string_keys

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def test_known_keys():
    assert string_key("coffee") == 3197928453018144401
    assert string_key("apple") == 8566208034543834098
    assert string_key("") == 0
    assert string_key("LAW") == 390
    assert string_key(b"LAW") != 390  # bytes are hashed, as in spaCy


def test_symbols_equal_spacys():
    assert pytest.importorskip("spacy.symbols").IDS == SYMBOL_IDS


@given(TEXT.filter(bool))
def test_hash_equals_spacys(string):
    assert hash_string(string) == pytest.importorskip("spacy.strings").hash_string(string)


@given(st.lists(st.one_of(TEXT, st.sampled_from(["LAW", "root", "det", ""]))))
def test_bulk_equals_one_by_one(strings):
    expected = [string_key(string) for string in strings]
    assert string_keys(strings).tolist() == expected
    assert string_keys(PackedStrings.pack(strings)).tolist() == expected


def test_bulk_over_several_threads():
    strings = [f"word {i}" for i in range(200_000)]
    keys = string_keys(strings)
    assert keys.dtype == np.uint64
    assert keys[::9_999].tolist() == [string_key(string) for string in strings[::9_999]]


@pytest.mark.parametrize("key", [7, np.uint64(7), np.int32(7)])
def test_integers_are_keys_already(key):
    assert as_key(key) == 7
    assert type(as_key(key)) is int


def test_what_is_no_key_is_refused():
    with pytest.raises(TypeError, match=r"1\.5"):
        as_key(1.5)
    with pytest.raises(KeyError, match="-1"):
        as_key(-1)
