"""Keys, vectors and attributes: adding, replacing, growing, reading."""

import numpy as np
import pytest

from vectorsuite.query import KeyedVectors


def test_vectors_are_read_only_and_share_memory(planted):
    vector = planted["king"]
    assert np.shares_memory(vector, planted.vectors)
    with pytest.raises(ValueError, match="read-only"):
        vector[0] = 9
    assert planted[["king", "man"]].shape == (2, 5)


def test_keys_and_rows(planted):
    assert planted.get_index("New York") == 7
    assert planted.get_index(3) == 3
    assert planted.get_index("unicorn", -1) == -1
    assert "New York" in planted and "unicorn" not in planted and 99 not in planted
    assert len(planted) == 8
    with pytest.raises(KeyError, match="'unicorn' not present in this table of 8 keys"):
        planted["unicorn"]


def test_known_words_keep_their_vectors_unless_replaced(planted):
    planted.add_vectors(["king", "tsar"], np.full((2, 5), 7.0))
    assert planted["king"].tolist() == [1, 1, 0, 0, 0]
    assert planted["tsar"].tolist() == [7] * 5
    planted.add_vectors(["king"], [np.full(5, 8.0)], replace=True)
    assert planted["king"].tolist() == [8] * 5


def test_a_word_twice_in_one_call_has_one_row():
    table = KeyedVectors(1)
    table.add_vectors(["a", "b", "a"], [[1.0], [2.0], [3.0]])
    assert table.index_to_key == ["a", "b"] and table["a"].tolist() == [1.0]
    table.add_vectors(["c", "c"], [[4.0], [5.0]], replace=True)
    assert table["c"].tolist() == [5.0]


def test_extras_are_stored(planted):
    planted.add_vectors(["a", "b"], np.ones((2, 5)), extras={"count": np.array([3, 4])})
    assert planted.get_vecattr("b", "count") == 4
    assert planted.get_vecattr("king", "count") == 0
    planted.add_vectors(
        ["king", "a"], np.ones((2, 5)), extras={"count": np.array([9, 8])}, replace=True
    )
    assert planted.expandos["count"].tolist() == [9, 0, 0, 0, 0, 0, 0, 0, 8, 4]
    with pytest.raises(ValueError, match="'count' has 1 values for 2 keys"):
        planted.add_vectors(["x", "y"], np.ones((2, 5)), extras={"count": np.array([1])})


def test_setting_items(planted):
    planted["king"] = [1, 2, 3, 4, 5]
    planted[["queen", "tsar"]] = [np.zeros(5), np.ones(5)]
    assert planted["king"].tolist() == [1, 2, 3, 4, 5]
    assert planted["queen"].tolist() == [0] * 5
    assert planted["tsar"].tolist() == [1] * 5


def test_rows_set_aside_are_filled_first():
    table = KeyedVectors(2, count=2)
    assert table.add_vector("a", [1, 2]) == 0
    assert table.add_vector("b", [3, 4]) == 1
    assert table.add_vector("c", [5, 6]) == 2
    assert table.vectors.tolist() == [[1, 2], [3, 4], [5, 6]]
    assert table.index_to_key == ["a", "b", "c"]


def test_growth_is_amortised():
    table = KeyedVectors(2)
    arrays = set()
    for i in range(1000):
        table.add_vector(f"w{i}", [i, i])
        arrays.add(table.vectors.__array_interface__["data"][0])
    assert len(arrays) < 20
    assert table["w999"].tolist() == [999, 999]


def test_the_dtype_stays():
    table = KeyedVectors(2, dtype=np.float16)
    table.add_vectors(["a"], np.ones((1, 2)))
    assert table.vectors.dtype == np.float16


def test_a_wrong_width_is_refused(planted):
    with pytest.raises(ValueError, match=r"2 keys need vectors of shape \(2, 5\), not \(2, 4\)"):
        planted.add_vectors(["a", "b"], np.ones((2, 4)))
    assert "a" not in planted


def test_a_mapped_table_is_copied_when_edited(tmp_path):
    np.save(tmp_path / "v.npy", np.ones((2, 3), dtype=np.float32))
    table = KeyedVectors(3)
    table.add_vectors(["a", "b"], np.zeros((2, 3)))
    table.vectors = np.load(tmp_path / "v.npy", mmap_mode="r")
    table["a"] = np.array([5, 5, 5])
    assert table["a"].tolist() == [5, 5, 5]
    assert (np.load(tmp_path / "v.npy") == 1).all()


def test_resize_vectors_fills_new_rows_with_small_random_numbers():
    table = KeyedVectors(4)
    table.add_vectors(["a"], np.ones((1, 4)))
    table.index_to_key = ["a", "b", "c"]
    table.resize_vectors(seed=1)
    assert table.vectors[0].tolist() == [1] * 4
    assert table.vectors.shape == (3, 4)
    assert 0 < np.abs(table.vectors[1:]).max() <= 0.25
    again = KeyedVectors(4, count=3)
    again.vectors = np.zeros((0, 4), dtype=np.float32)
    again.resize_vectors(seed=1)
    np.testing.assert_array_equal(again.vectors[1:], table.vectors[1:])


def test_attributes(planted):
    planted.set_vecattr("king", "count", 10)
    planted.set_vecattr("queen", "label", "royal")
    assert planted.expandos["count"].dtype == np.int64
    assert planted.get_vecattr("queen", "label") == "royal"
    with pytest.raises(TypeError, match="'count' holds int64"):
        planted.set_vecattr("king", "count", 1.5)
    with pytest.raises(KeyError, match=r"'rank' not present; there are \['count', 'label'\]"):
        planted.get_vecattr("king", "rank")


def test_sorting_by_frequency(planted):
    with pytest.raises(KeyError, match="no attribute 'count'"):
        planted.sort_by_descending_frequency()
    before = planted["apple"].copy()
    planted.expandos["count"] = np.array([1, 5, 1, 9, 5, 0, 0, 2])
    planted.sort_by_descending_frequency()
    assert planted.index_to_key[:4] == ["woman", "queen", "apple", "New York"]
    assert planted["apple"].tolist() == before.tolist()
    assert planted.get_vecattr("woman", "count") == 9
    assert planted.most_similar("cherry", topn=1)[0][0] == "apple"


def test_vectors_for_all(planted):
    planted.set_vecattr("king", "count", 10)
    chosen = planted.vectors_for_all(["king", "unicorn", "man", "king"], copy_vecattrs=True)
    assert chosen.index_to_key == ["king", "man"]
    assert chosen.get_vecattr("king", "count") == 10
    assert chosen["man"].tolist() == planted["man"].tolist()
    assert not np.shares_memory(chosen.vectors, planted.vectors)
    assert len(planted.vectors_for_all([])) == 0


def test_unit_normalize_all(planted):
    planted.unit_normalize_all()
    assert planted["New York"].tolist() == [0, 0, 0, 0, 1]
    assert planted["nothing"].tolist() == [0] * 5
    np.testing.assert_allclose(planted.norms, [1, 1, 1, 1, 1, 1, 0, 1], atol=1e-6)
    planted.vectors[0] *= 2
    planted.fill_norms()
    assert planted.norms[0] == pytest.approx(1)
    planted.fill_norms(force=True)
    assert planted.norms[0] == pytest.approx(2)


def test_other_hashable_keys():
    table = KeyedVectors(1)
    table.add_vectors([10, 20, ("a", 1)], [[1.0], [2.0], [3.0]])
    assert table[20].tolist() == [2.0]
    assert table.get_index(("a", 1)) == 2
    assert table.get_index(1, -1) == -1, "where keys are numbers, a number is never a row"


def test_iterating_gives_the_words_that_have_vectors(planted):
    assert list(planted) == list(planted.index_to_key)
    assert list(KeyedVectors(2, count=3)) == []


def test_it_prints_as_what_it_is(planted):
    assert repr(planted) == "KeyedVectors<vector_size=5, 8 keys>"


@pytest.mark.parametrize("word", ["King", "KING", " king", "kinG"])
def test_a_word_in_another_form_is_named(planted, word):
    with pytest.raises(KeyError, match=f"'{word}' not present .* of 8 keys; it has 'king'"):
        planted[word]


def test_composed_characters_are_told_from_decomposed_ones():
    words = KeyedVectors(1)
    words["caf\u00e9"] = [1.0]
    with pytest.raises(KeyError, match="it has 'caf\u00e9'"):
        words["cafe\u0301"]


def test_vectors_read_before_an_edit_do_not_hide_it():
    table = KeyedVectors(2)
    table.add_vectors(["a"], [[1, 2]])
    assert table["a"].tolist() == [1, 2]
    table.add_vectors(["b"], [[3, 4]])
    assert table["b"].tolist() == [3, 4]
    table.vectors[0] = 7
    assert table["a"].tolist() == [7, 7]
    table.vectors = np.array([[5, 6], [7, 8]], dtype=np.float32)
    assert [table["a"].tolist(), table["b"].tolist()] == [[5, 6], [7, 8]]
    assert table.vectors.flags.writeable and not table["a"].flags.writeable
