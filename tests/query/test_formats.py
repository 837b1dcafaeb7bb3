"""Files and directories, against gensim's."""

import json

import numpy as np
import pytest

from vectorsuite.models import FastTextKeyedVectors, Word2Vec
from vectorsuite.query import KeyedVectors
from vectorsuite.query.formats import read_counts


@pytest.fixture
def gensim():
    return pytest.importorskip("gensim.models.keyedvectors")


def test_a_saved_directory_gives_everything_back(planted, tmp_path):
    planted.set_vecattr("king", "count", 9)
    planted.set_vecattr("queen", "label", "royal")
    planted.save(tmp_path / "saved", separately=None)
    planted.save(tmp_path / "saved")  # once more, in its place
    for mmap in (None, "r"):
        loaded = KeyedVectors.load(tmp_path / "saved", mmap=mmap)
        assert loaded.index_to_key == planted.index_to_key[:]
        np.testing.assert_array_equal(loaded.vectors, planted.vectors)
        assert loaded.get_vecattr("king", "count") == 9
        assert loaded.get_vecattr("queen", "label") == "royal"
        assert loaded.vectors.flags.writeable == (mmap is None)


@pytest.mark.parametrize("kind", [KeyedVectors, FastTextKeyedVectors])
def test_saving_leaves_the_words_a_list_and_a_dict(kind, tmp_path):
    words = kind(2)
    words.add_vectors(["a", "b"], np.eye(2))
    keys, rows = words.index_to_key, words.key_to_index
    words.save(tmp_path / "saved")
    assert words.index_to_key is keys and words.key_to_index is rows
    assert json.dumps(words.key_to_index) == '{"a": 0, "b": 1}'
    assert kind.load(tmp_path / "saved")["b"].tolist() == [0, 1]


def test_integer_keys_come_back_as_integers(tmp_path):
    table = KeyedVectors(1)
    table.add_vectors([3, "a", 7], [[1.0], [2.0], [3.0]])
    table.save(tmp_path / "saved")
    loaded = KeyedVectors.load(tmp_path / "saved", mmap="r")
    assert list(loaded.index_to_key) == [3, "a", 7]
    assert loaded[7].tolist() == [3.0]


def test_nothing_else_is_replaced_or_opened(planted, tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "precious").write_text("x")
    with pytest.raises(FileExistsError):
        planted.save(tmp_path / "folder")
    path = tmp_path / "vectors.kv"
    path.write_bytes(b"\x80\x04")
    with pytest.raises(ValueError, match="pickle: convert it with gensim's"):
        KeyedVectors.load(path)


@pytest.mark.parametrize("binary", [False, True])
def test_gensim_reads_ours_and_we_read_gensims(random_pair, gensim, tmp_path, binary):
    ours, theirs = random_pair
    ours.save_word2vec_format(tmp_path / "ours", binary=binary)
    theirs.save_word2vec_format(str(tmp_path / "theirs"), binary=binary)
    read = gensim.KeyedVectors.load_word2vec_format(str(tmp_path / "ours"), binary=binary)
    assert read.index_to_key == ours.index_to_key
    np.testing.assert_array_equal(read.vectors, ours.vectors)
    read = KeyedVectors.load_word2vec_format(tmp_path / "theirs", binary=binary)
    assert read.index_to_key == theirs.index_to_key
    np.testing.assert_array_equal(read.vectors, theirs.vectors)
    if binary:
        assert (tmp_path / "ours").read_bytes() == (tmp_path / "theirs").read_bytes()
    limited = KeyedVectors.load_word2vec_format(
        tmp_path / "theirs", binary=binary, limit=7, datatype=np.float16
    )
    assert limited.vectors.shape == (7, 20) and limited.vectors.dtype == np.float16


def test_words_are_written_by_count_with_their_counts(planted, tmp_path):
    planted.expandos["count"] = np.array([1, 5, 1, 9, 5, 0, 0, 2])
    planted.save_word2vec_format(tmp_path / "v.txt", fvocab=tmp_path / "counts")
    assert (tmp_path / "counts").read_text().split("\n")[:3] == ["woman 9", "queen 5", "apple 5"]
    read = KeyedVectors.load_word2vec_format(tmp_path / "v.txt", fvocab=tmp_path / "counts")
    assert read.index_to_key[:2] == ["woman", "queen"]
    assert read.get_vecattr("New York", "count") == 2
    np.testing.assert_array_equal(read["New York"], planted["New York"])
    planted.save_word2vec_format(tmp_path / "v.txt", sort_attr="label")
    read = KeyedVectors.load_word2vec_format(tmp_path / "v.txt")
    assert read.index_to_key == planted.index_to_key
    with pytest.raises(ValueError, match="no attribute 'label'"):
        planted.save_word2vec_format(tmp_path / "v", fvocab=tmp_path / "c", sort_attr="label")


def test_parts_of_a_file(random_pair, gensim, tmp_path):
    ours, _ = random_pair
    few = ours.vectors_for_all(["word1", "word2"])
    few.save_word2vec_format(tmp_path / "v.txt", write_header=False)
    assert (tmp_path / "v.txt").read_text().startswith("word1 ")
    read = KeyedVectors.load_word2vec_format(tmp_path / "v.txt", no_header=True)
    assert read.index_to_key == ["word1", "word2"]
    few.save_word2vec_format(tmp_path / "v.bin", binary=True, total_vec=4, prefix="*")
    few.save_word2vec_format(tmp_path / "v.bin", binary=True, write_header=False, append=True)
    read = gensim.KeyedVectors.load_word2vec_format(str(tmp_path / "v.bin"), binary=True)
    assert read.index_to_key == ["*word1", "*word2", "word1", "word2"]
    with pytest.raises(ValueError, match=r"Cannot append to .*packed"):
        few.save_word2vec_format(tmp_path / "v.gz", append=True)


def test_words_in_other_encodings(tmp_path):
    path = tmp_path / "v.txt"
    path.write_bytes("2 1\nétude 1\nabc 2\n".encode("latin-1"))
    load = KeyedVectors.load_word2vec_format
    assert load(path, encoding="latin-1").index_to_key == ["étude", "abc"]
    assert load(path, unicode_errors="ignore").index_to_key == ["tude", "abc"]
    assert load(path, unicode_errors="replace").index_to_key == [
        "\N{REPLACEMENT CHARACTER}tude",
        "abc",
    ]
    with pytest.raises(
        UnicodeDecodeError, match=r"word 1 of .*v.txt; give encoding or unicode_err"
    ):
        load(path)


def test_counts_are_read_strictly(tmp_path):
    path = tmp_path / "counts"
    path.write_text("New York 3\nking 5\n")
    assert read_counts(path) == {"New York": 3, "king": 5}
    path.write_text("king 5\nqueen\n")
    with pytest.raises(ValueError, match="line 2: a word and its count"):
        read_counts(path)
    path.write_text("king 5\n")
    (tmp_path / "v.txt").write_text("2 1\nking 1\nqueen 2\n")
    with pytest.raises(ValueError, match=r"'queen' of .* has no count"):
        KeyedVectors.load_word2vec_format(tmp_path / "v.txt", fvocab=path)


@pytest.mark.parametrize("binary", [False, True])
def test_intersecting_takes_over_known_words_and_locks_them(planted, tmp_path, binary):
    other = KeyedVectors(5)
    other.add_vectors(["queen", "unicorn"], np.full((2, 5), 3.0))
    other.save_word2vec_format(tmp_path / "v", binary=binary)
    assert planted.intersect_word2vec_format(tmp_path / "v", lockf=0.25, binary=binary) == 1
    assert planted["queen"].tolist() == [3] * 5
    assert planted.vectors_lockf.tolist() == [1, 0.25, 1, 1, 1, 1, 1, 1]
    assert "unicorn" not in planted
    assert all(score <= 1 for _, score in planted.most_similar("queen"))
    narrow = KeyedVectors(2)
    narrow.save_word2vec_format(tmp_path / "narrow")
    with pytest.raises(ValueError, match="holds vectors of width 2; these have width 5"):
        planted.intersect_word2vec_format(tmp_path / "narrow")


def test_nothing_is_pickled(planted, tmp_path):
    planted.save(tmp_path / "saved")
    for path in (tmp_path / "saved").rglob("*"):
        if path.is_file():
            assert path.read_bytes()[:2] not in (b"\x80\x03", b"\x80\x04", b"\x80\x05"), path
    json.loads((tmp_path / "saved" / "meta.json").read_text())


def test_a_whole_model_is_named(tmp_path):
    Word2Vec([["a", "b"]] * 5, min_count=1, vector_size=2, epochs=1).save(tmp_path / "model")
    with pytest.raises(ValueError, match="model is a Word2Vec model, not words alone"):
        KeyedVectors.load(tmp_path / "model")


def test_a_folder_without_vectors_is_kept(planted, tmp_path):
    (tmp_path / "notes").write_text("x")
    with pytest.raises(FileExistsError, match="is there and holds no vectors"):
        planted.save(tmp_path)
    assert (tmp_path / "notes").exists()
