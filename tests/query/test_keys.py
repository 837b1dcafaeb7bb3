"""Keys that are not strings: what is a key, what stands for it in files."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorsuite import load
from vectorsuite.query import KeyedVectors
from vectorsuite.query.keys import is_key, key_of, start_keys, text_of, texts_of

NUMBERS = st.one_of(st.integers(), st.booleans(), st.floats(allow_nan=False, allow_infinity=False))
ATOMS = st.one_of(st.text(), st.none(), NUMBERS)
TUPLES = st.recursive(ATOMS, lambda parts: st.lists(parts, max_size=3).map(tuple)).filter(
    lambda key: isinstance(key, tuple)
)


@pytest.fixture
def pairs():
    """Two pairs, an item number, a word, at directions whose cosines are known by heart."""
    table = KeyedVectors(2)
    table.add_vectors([("a", 1), ("b", 2), 40, "word"], [[1, 0], [1, 1], [0, 2], [-3, 0]])
    return table


@given(st.one_of(TUPLES, st.integers()))
def test_texts_bring_keys_back(key):
    again = key_of(text_of(key))
    assert again == key
    assert repr(again) == repr(key), "types are the same, too"


def test_numpy_numbers_become_pythons():
    assert text_of(np.int64(7)) == "7"
    assert key_of(text_of((np.int32(1), ("x", np.float32(0.5))))) == (1, ("x", 0.5))


@pytest.mark.parametrize("key", [frozenset("a"), 1.5, None, b"a", ("a", b"a"), (float("nan"),)])
def test_other_keys_have_no_text(key):
    with pytest.raises(TypeError, match=r"cannot be saved.*Use str\(token\)"):
        text_of(key)


@pytest.mark.parametrize("text", ["1.5", '"a"', "null", "{}"])
def test_other_texts_are_no_keys(text):
    with pytest.raises(ValueError, match="stands for no key"):
        key_of(text)


def test_equal_texts_are_refused():
    assert texts_of(["1", 2, ("1",)]) == ["1", "2", '["1"]']
    with pytest.raises(ValueError, match="keys 1 and '1' have the same text, '1'"):
        texts_of([1, "x", "1"])


def test_hashes_differ_by_type_and_stay():
    hashes = start_keys(["1", 1, ("1",), (1,), 1, np.int64(1)])
    assert len(set(hashes.tolist())) == 4
    assert hashes[1] == hashes[4] == hashes[5]
    assert hashes.tolist()[:2] == [5533571732986600803, 2575876782425405466]


def test_what_is_a_key():
    index = {("a", 1): 0, frozenset("x"): 1}
    assert is_key(("a", 1), index)
    assert is_key(frozenset("x"), index)
    assert is_key("unknown", index)
    assert is_key(np.int64(5), index)
    assert not is_key(("a", 2), index)
    assert not is_key(["a", 1], index)
    assert not is_key((np.zeros(2), 1.0), index)
    assert not is_key(np.zeros(2), index)


def test_a_tuple_that_is_a_key_is_one_key(pairs):
    assert pairs["a", 1].tolist() == [1, 0]
    assert pairs[("a", 1)].tolist() == [1, 0]
    assert pairs[[("a", 1), 40]].tolist() == [[1, 0], [0, 2]]
    assert pairs["word", 40].tolist() == [[-3, 0], [0, 2]], "two keys"
    half = pytest.approx(0.5**0.5)
    assert pairs.most_similar(("a", 1), topn=1) == [(("b", 2), half)]
    assert pairs.most_similar([("a", 1)], topn=1) == [(("b", 2), half)]
    assert pairs.most_similar([(("a", 1), 2.0), (40, -1)], topn=1)[0][0] == ("b", 2)
    assert pairs.most_similar(positive=("b", 2), negative=40, topn=1)[0][0] == ("a", 1)
    assert pairs.most_similar_cosmul(("a", 1), topn=1)[0][0] == ("b", 2)
    assert pairs.distances(("a", 1), [40]).tolist() == [1]
    assert pairs.similarity(("a", 1), "word") == -1


def test_tuples_are_added_and_set_as_one_key(pairs):
    pairs["new", 1] = [5, 5]
    assert pairs["new", 1].tolist() == [5, 5]
    pairs["new", 1] = np.array([6, 6])
    assert pairs["new", 1].tolist() == [6, 6]
    pairs["x", "y"] = [[1, 2], [3, 4]]
    assert pairs["y"].tolist() == [3, 4], "two keys have two vectors"
    pairs.add_vectors(("c", 3), [7, 7])
    assert pairs.index_to_key[-1] == ("c", 3)
    assert len(pairs) == 8


def test_an_item_number_that_is_missing_is_no_row(pairs):
    assert pairs[40].tolist() == [0, 2]
    with pytest.raises(KeyError, match="'2' not present"):
        pairs[2]
    assert 2 not in pairs
    words = KeyedVectors(1)
    words.add_vectors(["a", "b"], [[1], [2]])
    assert words[1].tolist() == [2], "without item numbers an int is a row"
    words.add_vector(9, [3])
    assert 1 not in words


@pytest.mark.parametrize("mmap", [None, "r"])
def test_a_saved_directory_keeps_types(pairs, tmp_path, mmap):
    pairs.set_vecattr(("b", 2), "count", 7)
    pairs.save(tmp_path / "saved")
    loaded = KeyedVectors.load(tmp_path / "saved", mmap=mmap)
    assert list(loaded.index_to_key) == [("a", 1), ("b", 2), 40, "word"]
    assert loaded["b", 2].tolist() == [1, 1]
    assert loaded.get_vecattr(("b", 2), "count") == 7
    loaded.save(tmp_path / "again")
    assert list(KeyedVectors.load(tmp_path / "again").index_to_key) == list(loaded.index_to_key)
    # where words are texts, these keys are, too
    assert load(tmp_path / "saved")['["a", 1]'].tolist() == [1, 0]
    assert load(tmp_path / "saved").most_similar("40", topn=1)[0][0] == '["b", 2]'


def test_what_cannot_be_saved_says_so_and_leaves_nothing(pairs, tmp_path):
    pairs[frozenset("a")] = [1, 1]
    with pytest.raises(TypeError, match=r"frozenset\(\{'a'\}\) cannot be saved"):
        pairs.save(tmp_path / "saved")
    clash = KeyedVectors(1)
    clash.add_vectors([1, "1"], [[1], [2]])
    with pytest.raises(ValueError, match="same text"):
        clash.save(tmp_path / "saved")
    assert not list(tmp_path.iterdir())


def test_directories_of_before_are_read(pairs, tmp_path):
    pairs.save(tmp_path / "saved")
    settings = tmp_path / "saved" / "vocab" / "vectors.json"
    settings.write_text('{"integer_keys": [2]}')
    loaded = KeyedVectors.load(tmp_path / "saved")
    assert list(loaded.index_to_key) == ['["a", 1]', '["b", 2]', 40, "word"]
