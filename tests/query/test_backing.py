"""Words and the table under them: edits on either side show on the other."""

import copy
import pickle

import numpy as np
import pytest

from vectorsuite import Vectors, write_pipeline
from vectorsuite.query import KeyedVectors, load
from vectorsuite.vectors import prune


@pytest.fixture
def table():
    """Rows a, b, c; "A" is another word of a's row, row 3 has none."""
    table = Vectors(data=np.diag([1, 2, 3, 4]).astype("f"), keys=["a", "b", "c"])
    table.add("A", row=0)
    return table


def test_words_of_a_table(table):
    words = KeyedVectors.from_table(table)
    assert words.table is table
    assert words.index_to_key == ["a", "b", "c", None]
    assert words.index_to_key[:2] == ["a", "b"]
    assert dict(words.key_to_index) == {"a": 0, "b": 1, "c": 2, "A": 0}
    assert words["A"].tolist() == [1, 0, 0, 0]
    assert np.shares_memory(words.vectors, table.data)
    assert "x" not in words and words.get_index(3) == 3


def test_rows_without_a_word_and_other_words_of_a_row_are_not_found(table):
    words = KeyedVectors.from_table(table)
    table.data[:] = 1
    words.fill_norms(force=True)
    assert [word for word, _ in words.most_similar("b")] == ["a", "c"]
    assert [word for word, _ in words.most_similar("A")] == ["b", "c"]


def test_edits_of_the_words_show_in_the_table(table):
    words = KeyedVectors.from_table(table)
    words["b"] = np.full(4, 7.0)
    words.add_vectors(["d", "e"], np.ones((2, 4)))
    assert words.table is table
    assert table["b"].tolist() == [7] * 4 and table["e"].tolist() == [1] * 4
    assert words.index_to_key == ["a", "b", "c", None, "d", "e"]
    words.vectors = words.vectors * 2
    assert table["e"].tolist() == [2] * 4


def test_edits_of_the_table_show_in_the_words(table):
    words = KeyedVectors.from_table(table)
    assert words.norms.tolist() == [1, 2, 3, 4]
    table["a"] = np.full(4, 5.0)
    assert words.norms[0] == 10
    table.add("d", row=3)
    assert words.index_to_key[3] == "d" and words.most_similar("d", topn=1)[0][0] == "a"
    table.resize((6, 4))
    table.add("e", vector=np.ones(4))
    assert words["e"].tolist() == [1] * 4 and len(words) == 6


def test_words_get_a_table_when_asked(planted):
    table = planted.table
    assert planted.table is table
    assert table["New York"].tolist() == [0, 0, 0, 0, 2]
    assert np.shares_memory(table.data, planted.vectors)
    assert planted.index_to_key[1] == "queen"
    planted["pear"] = np.ones(5)
    assert table["pear"].tolist() == [1] * 5
    assert planted.analogy("king - man + woman", topn=1)[0][0] == "queen"


def test_attributes_go_with_the_table(planted):
    planted.set_vecattr("king", "count", 3)
    planted.set_vecattr("king", "label", "x")
    assert planted.table.row_attrs["count"].tolist() == [3, 0, 0, 0, 0, 0, 0, 0]
    assert "label" not in planted.table.row_attrs
    again = KeyedVectors.from_table(planted.table)
    assert again.get_vecattr("king", "count") == 3


def test_pruning_the_table_takes_words_and_attributes_along(planted):
    planted.expandos["count"] = np.array([10, 20, 30, 40, 50, 60, 70, 80])
    planted.expandos["label"] = np.array(list("abcdefgh"), dtype=object)
    prune(planted.table, 3)
    assert planted.index_to_key == ["New York", "nothing", "cherry"]
    assert planted.expandos["count"].tolist() == [80, 70, 60]
    assert planted.get_vecattr("cherry", "count") == 60
    assert "label" not in planted.expandos  # the table knows nothing of it
    assert planted["apple"].tolist() == planted["cherry"].tolist()
    planted["pear"] = np.ones(5)
    assert planted.table.row_attrs["count"].tolist() == [80, 70, 60, 0]


def test_attributes_stay_when_words_are_added(planted):
    planted.expandos["label"] = np.array(list("abcdefgh"), dtype=object)
    table = planted.table
    planted.set_vecattr("king", "count", 3)
    planted.add_vectors(["pear"], np.ones((1, 5)), extras={"count": np.array([7])})
    assert planted.get_vecattr("king", "count") == 3
    assert planted.get_vecattr("queen", "label") == "b"
    assert planted.table is table
    assert table.row_attrs["count"].tolist() == [3, 0, 0, 0, 0, 0, 0, 0, 7]


def test_rows_set_aside_are_filled_in_the_table_too():
    words = KeyedVectors(2, count=2)
    table = words.table
    words.next_index = 0
    assert words.add_vector("a", [1, 2]) == 0
    assert words.add_vector("b", [3, 4]) == 1
    assert words.add_vector("c", [5, 6]) == 2
    assert words.table is table
    assert table["c"].tolist() == [5, 6] and table.find(key="b") == 1


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda kv: pickle.loads(pickle.dumps(kv))])
@pytest.mark.parametrize("backed", [False, True])
def test_copies_are_whole_and_on_their_own(planted, duplicate, backed):
    planted.expandos["count"] = np.arange(8)
    if backed:
        assert planted.table is planted.table
    before = planted.most_similar("king")
    other = duplicate(planted)
    assert other.most_similar("king") == before
    other["king"] = np.zeros(5)
    other.add_vectors(["pear"], np.ones((1, 5)))
    assert planted["king"].tolist() == [1, 1, 0, 0, 0] and "pear" not in planted
    assert other["pear"].tolist() == [1] * 5 and other.get_vecattr("apple", "count") == 4
    assert other.table["king"].tolist() == [0] * 5


def test_sorting_leaves_the_table_and_makes_a_new_one(planted):
    old = planted.table
    planted.expandos["count"] = np.arange(8)
    planted.sort_by_descending_frequency()
    assert planted.index_to_key[0] == "New York"
    assert planted.table is not old
    assert planted.table.find(key="New York") == 0
    assert old.find(key="New York") == 7


def test_keys_that_are_no_strings_go_by_their_text():
    words = KeyedVectors(1)
    words.add_vectors([5, "a"], [[1.0], [2.0]])
    assert words.table["5"].tolist() == [1]
    assert words.index_to_key == [5, "a"] and words[5].tolist() == [1]


def test_a_pipeline_directory_is_loaded_mapped(planted, tmp_path):
    write_pipeline(tmp_path / "out", planted.table, counts=np.arange(8))
    words = load(tmp_path / "out")
    assert not words.vectors.flags.writeable
    assert words.analogy("king - man + woman", topn=1)[0][0] == "queen"
    assert words.get_vecattr("queen", "count") == 1
    words["queen"] = np.zeros(5)  # copies the table first
    assert "queen" not in [word for word, _ in words.most_similar("king", topn=9)]
    assert load(tmp_path / "out", mmap=False)["queen"].tolist() == [1, 0, 1, 0, 0]


def test_a_file_is_loaded(tmp_path):
    path = tmp_path / "vectors.txt"
    path.write_text("3 2\nking 1 0\nqueen 1 1\nking 5 5\n")
    words = load(path)
    assert words.index_to_key == ["king", "queen"]
    assert words["king"].tolist() == [1, 0]


def test_a_path_without_vectors_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no file or directory .*nowhere"):
        load(tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match="holds no table"):
        load(tmp_path)


def test_floret_tables_answer_for_known_words():
    data = np.random.default_rng(0).standard_normal((50, 8)).astype("f")
    table = Vectors(data=data, mode="floret", minn=2, maxn=3, hash_count=2)
    words = KeyedVectors.from_table(table, ["walking", "walked", "xyz", "walking"])
    assert len(words) == 3
    np.testing.assert_array_equal(words["walked"], table["walked"])
    assert words.most_similar("walking", topn=1)[0][0] in ("walked", "xyz")


@pytest.fixture
def floret_file(tmp_path):
    """A .floret file of 20 buckets of width 3, and the table of the same."""
    data = np.random.default_rng(0).standard_normal((20, 3)).astype("f").round(3)
    rows = "".join(f"{i} {' '.join(map(str, row))}\n" for i, row in enumerate(data.tolist()))
    path = tmp_path / "v.floret"
    path.write_text(f"20 3 2 3 2 7 < >\n{rows}")
    return path, Vectors(data=data, mode="floret", minn=2, maxn=3, hash_count=2, hash_seed=7)


def test_a_floret_file_has_vectors_for_all_words_and_finds_those_it_is_given(floret_file):
    path, table = floret_file
    words = load(path)
    np.testing.assert_allclose(words["anything"], table["anything"], atol=1e-6)
    assert (len(words), "anything" in words) == (0, True)
    assert -1 <= words.similarity("walked", "walking") <= 1
    for ask in (lambda: words.most_similar("cat"), lambda: words.save_word2vec_format("x.vec")):
        with pytest.raises(ValueError, match="came with no list of words"):
            ask()
    with pytest.raises(TypeError, match="words is the string 'cat'"):
        load(path, words="cat")
    words = load(path, words=["walked", "walking", "cat"])
    assert {word for word, _ in words.most_similar("unseen")} == {"walked", "walking", "cat"}


def test_saving_words_over_a_floret_table_saves_the_table(floret_file, tmp_path):
    path, _ = floret_file
    words = load(path, words=["walked", "cat"])
    words.save(tmp_path / "saved")
    again = KeyedVectors.load(tmp_path / "saved")
    assert sorted(again) == ["cat", "walked"]
    np.testing.assert_array_equal(again["unseen"], words["unseen"])
    again["cat"] = [1, 2, 3]
    with pytest.raises(ValueError, match="the floret table under them cannot hold that"):
        again.save(tmp_path / "edited")
    KeyedVectors.from_table(again.table).save(tmp_path / "edited")
    assert load(tmp_path / "edited")["cat"].tolist() == [1, 2, 3]


def test_words_and_rows_of_a_table_go_together_with_lists_and_dicts(planted):
    keys, rows = planted.index_to_key, planted.key_to_index
    assert planted.table is planted.table
    words, index = planted.index_to_key, planted.key_to_index
    pad = ["<pad>"]
    assert pad + words == ["<pad>", *keys] and words + pad == [*keys, "<pad>"]
    assert words + words == keys + keys
    assert index | {"<pad>": 8} == {**rows, "<pad>": 8} == {"<pad>": 8} | index
    copied, rows_copied = words.copy(), index.copy()
    copied.append("<unk>")
    rows_copied["<unk>"] = 8
    assert len(words) == len(index) == 8
    with pytest.raises(TypeError):
        words + "text"


def test_words_of_a_table_say_how_to_have_a_list_and_a_dict(planted):
    assert planted.table is planted.table
    with pytest.raises(AttributeError, match=r"no 'append': .* add_vectors, or put a list"):
        planted.index_to_key.append("pear")
    with pytest.raises(AttributeError, match=r"no 'pop': .* key_to_index = dict"):
        planted.key_to_index.pop("king")
    with pytest.raises(TypeError, match="cannot be written to: the words of a table are read"):
        planted.key_to_index["pear"] = 8
    with pytest.raises(AttributeError, match=r"TableWords has no 'nothing'\.$"):
        planted.index_to_key.nothing  # noqa: B018
    planted.index_to_key = list(planted.index_to_key)
    planted.key_to_index = dict(planted.key_to_index)
    planted.index_to_key.append("pear")
    planted.key_to_index["pear"] = 8
    planted.vectors = np.vstack([planted.vectors, np.ones((1, 5), dtype=np.float32)])
    assert planted["pear"].tolist() == [1] * 5
    assert "pear" in dict(planted.most_similar("king")) and planted.table["pear"].sum() == 5
