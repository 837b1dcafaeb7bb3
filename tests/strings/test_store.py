"""StringStore behaves as spaCy's, and opens a saved store without parsing it."""

import os
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorsuite.packed import PackedStrings
from vectorsuite.strings import StringStore, string_key

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
STRINGS = st.lists(st.one_of(TEXT, st.sampled_from(["LAW", "root", ""])), max_size=12)


@given(STRINGS, STRINGS)
def test_equals_spacys_store(strings, more):
    theirs = pytest.importorskip("spacy.strings").StringStore(strings)
    ours = StringStore(strings)
    for string in more:
        assert ours.add(string) == theirs.add(string)
    assert list(ours) == list(theirs)
    assert ours.values() == [ours[string] for string in theirs]  # spaCy 3.8.18 cannot: no _keys
    assert len(ours) == len(theirs)
    assert ours.to_bytes() == theirs.to_bytes()
    for string in (*strings, *more):
        assert string in ours
        assert ours[string] == theirs[string]
        assert ours[ours[string]] == theirs[theirs[string]]
        assert (string_key(string) in ours) == (string_key(string) in theirs)


def test_unknown_key_says_so():
    store = StringStore(["a"])
    assert "b" not in store
    assert 12345 not in store
    assert -1 not in store
    for key in (12345, -1, 1 << 64):
        with pytest.raises(KeyError, match=str(key)):
            store[key]


def test_anything_but_a_string_is_refused():
    with pytest.raises(TypeError, match="int"):
        StringStore().add(5)


def test_packed_strings_are_not_decoded():
    words = PackedStrings.pack(["the", "of", "é"])
    store = StringStore(words)
    assert store._added == {}
    assert list(store) == ["the", "of", "é"]
    assert store[string_key("é")] == "é"
    store.add("of")
    store.add("new")
    assert list(store) == ["the", "of", "é", "new"]


def test_memory_zone_forgets():
    store = StringStore(["a"])
    with store.memory_zone():
        key = store.add("passing")
        store.add("lasting", allow_transient=False)
        assert store[key] == "passing"
        assert len(store) == 3
    assert key not in store
    assert list(store) == ["a", "lasting"]


def test_strings_added_at_once_outlive_a_memory_zone_and_count_once():
    store = StringStore(["a"])
    with store.memory_zone():
        store.add("b")
        store.add_many(["b", "c"])
        assert list(store) == ["a", "b", "c"]
    assert list(store) == ["a", "b", "c"]


def test_as_int_as_string():
    store = StringStore(["a"])
    assert store.as_int("a") == store["a"] == store.as_int(store["a"])
    assert store.as_string(store["a"]) == "a" == store.as_string("a")


def test_disk_round_trip_maps_the_strings(tmp_path):
    path = tmp_path / "strings.json"
    StringStore(["pear", "apple", "LAW", "漢字"]).to_disk(path)
    opened = StringStore(["before"]).from_disk(path)
    assert opened._table is not None  # mapped
    assert list(opened) == ["apple", "pear", "漢字", "before"]
    assert opened[string_key("漢字")] == "漢字"
    path.with_suffix(".index").unlink()
    assert list(StringStore().from_disk(path)) == ["apple", "pear", "漢字"]


def test_files_are_spacys(tmp_path):
    spacy_strings = pytest.importorskip("spacy.strings")
    StringStore(["b", "a"]).to_disk(tmp_path / "ours.json")
    theirs = spacy_strings.StringStore(["b", "a"])
    theirs.to_disk(tmp_path / "theirs.json")
    assert (tmp_path / "ours.json").read_bytes() == (tmp_path / "theirs.json").read_bytes()
    assert list(spacy_strings.StringStore().from_disk(tmp_path / "ours.json")) == ["a", "b"]
    assert list(StringStore().from_disk(tmp_path / "theirs.json")) == ["a", "b"]


@pytest.mark.parametrize("same_time", [False, True])
def test_strings_saved_anew_by_spacy_are_noticed(tmp_path, same_time):
    path = tmp_path / "strings.json"
    StringStore(["aa", "bb"]).to_disk(path)
    time = path.stat().st_mtime_ns
    pytest.importorskip("spacy.strings").StringStore(["aa", "zz"]).to_disk(path)
    if same_time:
        os.utime(path, ns=(time, time))
    assert list(StringStore().from_disk(path)) == ["aa", "zz"]


def test_large_strings_of_another_size_are_noticed_without_reading_them(tmp_path, monkeypatch):
    path = tmp_path / "strings.json"
    monkeypatch.setattr("vectorsuite.strings.sidecar._ALWAYS_READ", 0)
    StringStore(["aa", "bb"]).to_disk(path)
    time = path.stat().st_mtime_ns
    path.write_text('["longer"]', "utf8")
    os.utime(path, ns=(time, time))
    assert list(StringStore().from_disk(path)) == ["longer"]


@pytest.mark.parametrize("size", [0, 7, 100, 600])
def test_a_torn_index_is_ignored(tmp_path, size):
    path = tmp_path / "strings.json"
    StringStore(["aa", "bb"]).to_disk(path)
    os.truncate(path.with_suffix(".index"), size)
    assert list(StringStore().from_disk(path)) == ["aa", "bb"]


def test_a_file_that_holds_no_strings_is_refused(tmp_path):
    path = tmp_path / "strings.json"
    path.write_text("[1, 2]", "utf8")
    with pytest.raises(ValueError, match=r"strings\.json"):
        StringStore().from_disk(path)


def test_pickle_and_bytes():
    store = StringStore(["b", "a"])
    assert list(pickle.loads(pickle.dumps(store))) == ["b", "a"]
    assert list(StringStore().from_bytes(store.to_bytes())) == ["a", "b"]


def test_what_is_no_string_is_refused():
    with pytest.raises(TypeError, match="Strings are needed: 'int' object"):
        StringStore(["a", 1])
