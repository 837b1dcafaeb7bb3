"""Pruning and de-duplication, by hand and against plain NumPy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorsuite import Vectors
from vectorsuite.vectors import deduplicate, prune
from vectorsuite.vectors.prune import first_equal_rows


def table_of(rows, words):
    return Vectors(data=np.array(rows, dtype="f"), keys=words, name="mine", attr="LOWER")


def rows_by_word(table):
    return {table.strings[key]: row for key, row in table.key2row.items()}


def test_equal_rows_become_one_and_the_first_stays():
    table = table_of([[3, 1], [1, 2], [3, 1], [0, 0], [1, 2]], ["c", "a", "d", "b", "e"])
    table.row_attrs["count"] = np.array([50, 40, 30, 20, 10])
    assert deduplicate(table) == 2
    assert table.data.tolist() == [[3, 1], [1, 2], [0, 0]]  # the order of the file
    assert rows_by_word(table) == {"c": 0, "a": 1, "d": 0, "b": 2, "e": 1}
    assert (table.name, table.attr) == ("mine", Vectors(attr="LOWER").attr)
    assert table.row_attrs["count"].tolist() == [50, 40, 20]
    assert table.is_full
    assert deduplicate(table) == 0


def test_zeros_of_both_signs_are_equal_and_nan_is_not():
    data = np.array([[0.0, 1], [-0.0, 1], [np.nan, 1], [np.nan, 1]], dtype="f")
    assert first_equal_rows(data).tolist() == [0, 0, 2, 3]


def test_rows_without_a_key_are_dropped():
    table = table_of([[9, 9], [1, 2], [9, 9]], [])
    table.add("a", row=1)
    table.add("b", row=2)
    assert deduplicate(table) == 1
    assert rows_by_word(table) == {"a": 0, "b": 1}


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.sampled_from([0.0, -0.0, 1.0]), min_size=2, max_size=2), min_size=1))
def test_first_equal_rows_equals_a_search_from_the_start(rows):
    expected = [next(i for i, other in enumerate(rows) if other == row) for row in rows]
    assert first_equal_rows(np.array(rows)).tolist() == expected


def test_the_first_words_of_a_file_stay_also_when_rows_are_equal():
    words = ["the", "of", "rare", "rarer", "dup"]
    table = table_of([[5, 1], [1, 5], [-1, 4], [4, -1], [-1, 4]], words)
    report = prune(table, 2)
    assert rows_by_word(table) == {"the": 0, "of": 1, "rare": 1, "rarer": 0, "dup": 1}
    assert table.data.tolist() == [[5, 1], [1, 5]]
    cosine = (1 * -1 + 5 * 4) / np.sqrt(26 * 17)
    assert report.removed == {
        "rare": ("of", pytest.approx(cosine)),
        "rarer": ("the", pytest.approx(cosine)),
        "dup": ("of", pytest.approx(cosine)),
    }
    assert report.mean_cosine == pytest.approx(cosine) == pytest.approx(report.min_cosine)


def test_equal_rows_score_1_and_do_not_use_up_rows():
    table = table_of([[1, 0], [1, 0], [0, 1], [1, 1]], ["leaving", "Leaving", "b", "c"])
    report = prune(table, 3)
    assert report.removed == {"Leaving": ("leaving", 1.0)}
    assert len(table) == 3 and table.n_keys == 4
    assert rows_by_word(table) == {"leaving": 0, "Leaving": 0, "b": 1, "c": 2}
    assert (table.name, table.attr) == ("mine", Vectors(attr="LOWER").attr)


def test_priority_decides_what_stays_also_among_equal_rows():
    table = table_of([[1, 0], [1, 0], [0, 1], [1, 1]], ["a", "b", "c", "d"])
    report = prune(table, 2, priority=[1, 9, 3, 2])
    assert rows_by_word(table) == {"a": 0, "b": 0, "c": 1, "d": 0}
    assert report.removed["a"] == ("b", 1.0)
    assert [table.strings[table.find(row=row)] for row in (0, 1)] == ["b", "c"]
    assert report.removed["d"] == ("b", pytest.approx(0.5**0.5))


def test_counts_of_the_table_are_its_priority_and_give_the_coverage():
    table = table_of([[1, 0], [0, 1], [1, 1], [1, 0]], ["a", "b", "c", "d"])
    table.row_attrs["count"] = np.array([1, 5, 10, 4])
    report = prune(table, 2)
    assert rows_by_word(table) == {"a": 0, "b": 1, "c": 0, "d": 0}
    assert table.row_attrs["count"].tolist() == [10, 5]
    assert report.covered == 15 / 20
    table = table_of([[1, 0], [0, 1], [2, 0]], ["a", "b", "c"])
    assert prune(table, 2).covered is None
    table = table_of([[1, 0], [0, 1], [2, 0]], ["a", "b", "c"])
    assert prune(table, 2, counts=[1, 1, 2], priority=[3, 2, 1]).covered == 0.5  # parallel: another


def test_other_words_of_a_row_that_stays_are_not_removed():
    table = table_of([[1, 0], [0, 1], [1, 1]], ["a", "b", "c"])
    table.add("A", row=0)
    table.add("C", row=2)
    report = prune(table, 2)
    assert set(report.removed) == {"c", "C"}
    assert rows_by_word(table)["A"] == 0


def test_words_without_a_direction_lose_their_vector():
    table = table_of([[1, 0], [0, 1], [0, 0]], ["a", "b", "zero"])
    assert prune(table, 2).removed == {"zero": (None, 0.0)}
    assert "zero" not in table
    table = table_of([[0, 0], [0, 1]], ["zero", "b"])
    assert prune(table, 1).removed == {"b": (None, 0.0)}


def test_a_small_enough_table_is_left_as_it_is():
    table = table_of([[1, 0], [1, 0]], ["a", "b"])
    report = prune(table, 2)
    assert report.removed == {} and len(table) == 2
    assert (report.mean_cosine, report.min_cosine, report.rows) == (1.0, 1.0, 2)


def test_bad_input():
    table = table_of([[1, 0], [0, 1]], ["a", "b"])
    with pytest.raises(ValueError, match="Cannot prune a table to 0 rows"):
        prune(table, 0)
    with pytest.raises(ValueError, match=r"2 rows need as many of priority, not \(3,\)"):
        prune(table, 1, priority=[1, 2, 3])
    floret = Vectors(data=np.ones((4, 2), dtype="f"), mode="floret", maxn=3)
    with pytest.raises(ValueError, match="Cannot prune a floret table"):
        prune(floret, 1)
    with pytest.raises(ValueError, match="Cannot de-duplicate a floret table"):
        deduplicate(floret)


def test_targets_are_the_nearest_and_every_run_is_the_same():
    rng = np.random.default_rng(0)
    data = rng.standard_normal((400, 10)).astype("f")
    data[200:250] = data[:50]
    words = [f"w{i}" for i in range(400)]
    results = []
    for _ in range(2):
        table = Vectors(data=data, keys=words)
        report = prune(table, 100)
        results.append((report.removed, table.data.tobytes(), dict(table.key2row.items())))
    assert results[0] == results[1]
    unit = data / np.linalg.norm(data, axis=1, keepdims=True)
    cosines = unit @ unit[:100].T
    for word, (target, score) in report.removed.items():
        row = int(word[1:])
        assert target == f"w{cosines[row].argmax()}"
        assert score == pytest.approx(cosines[row].max(), abs=1e-6)
    assert len(report.removed) == 300
    assert report.min_cosine == min(score for _, score in report.removed.values())
    np.testing.assert_array_equal(table["w7"], data[7])


def test_a_mapped_table_is_pruned_in_memory(tmp_path):
    table_of([[1, 0], [0, 1], [1, 1]], ["a", "b", "c"]).to_disk(tmp_path)
    table = Vectors().from_disk(tmp_path, mmap=True)
    prune(table, 2)
    assert len(table) == 2 and len(Vectors().from_disk(tmp_path)) == 3
