"""word2vec's binary format: both line ends, words with spaces, cut files, gensim's files."""

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorsuite.io import WordVectors, word2vec_binary
from vectorsuite.io.open import load_any, save_any


def binary(words, data, newline=b""):
    rows = [
        word.encode("utf8") + b" " + row.tobytes() + newline
        for word, row in zip(words, data, strict=True)
    ]
    return f"{len(words)} {data.shape[1]}\n".encode() + b"".join(rows)


@pytest.fixture
def data():
    return np.random.default_rng(3).normal(size=(5, 4)).astype(np.float32)


@pytest.mark.parametrize("newline", [b"", b"\n"])
def test_rows_with_and_without_newline(tmp_path, data, newline):
    words = ["a", "é", "日本", "d", "e"]
    path = tmp_path / "v.bin"
    path.write_bytes(binary(words, data, newline))
    vectors = load_any(path)
    assert list(vectors.words) == words
    np.testing.assert_array_equal(vectors.data, data)
    word2vec_binary.write(tmp_path / "again.bin", vectors, newline=bool(newline))
    assert (tmp_path / "again.bin").read_bytes() == path.read_bytes()


@pytest.mark.parametrize("newline", [b"", b"\n"])
@pytest.mark.parametrize("spaced", ["new york", "abc def", "a b", "in the city of", "x 201"])
@pytest.mark.parametrize("at", [0, 2, 4])
def test_words_with_spaces_do_not_shift_the_floats(tmp_path, newline, spaced, at):
    data = np.random.default_rng(at).normal(size=(5, 20)).astype(np.float32)
    words = ["a", "b", "c", "d", "e"]
    words[at] = spaced
    (tmp_path / "v.bin").write_bytes(binary(words, data, newline))
    vectors = load_any(tmp_path / "v.bin")
    assert list(vectors.words) == words
    np.testing.assert_array_equal(vectors.data, data)


def test_many_blocks_give_what_one_gives(tmp_path, monkeypatch):
    data = np.random.default_rng(0).normal(size=(4000, 10)).astype(np.float32)
    words = [f"w{i}" for i in range(4000)]
    save_any(tmp_path / "v.bin", WordVectors.from_words(words, data))
    monkeypatch.setattr(word2vec_binary, "BLOCK_BYTES", 20_000)
    vectors = load_any(tmp_path / "v.bin")
    np.testing.assert_array_equal(vectors.data, data)
    assert list(vectors.words) == words


def test_limit(tmp_path, data):
    (tmp_path / "v.bin").write_bytes(binary(list("abcde"), data))
    vectors = load_any(tmp_path / "v.bin", limit=2)
    assert list(vectors.words) == ["a", "b"]


def test_bad_utf8_follows_the_policy(tmp_path, data):
    content = binary(list("abcde"), data).replace(b"c ", b"\xff ", 1)
    (tmp_path / "v.bin").write_bytes(content)
    with pytest.raises(ValueError, match="row 3: the word"):
        load_any(tmp_path / "v.bin")
    assert list(load_any(tmp_path / "v.bin", errors="skip").words) == ["a", "b", "d", "e"]


def test_every_cut_is_noticed(tmp_path, data):
    content = binary(list("abcde"), data, b"\n")
    path = tmp_path / "v.bin"
    for size in range(len(content) - 1):  # the last newline may be missing
        path.write_bytes(content[:size])
        with pytest.raises(ValueError, match=r"v\.bin"):
            load_any(path, file_format="word2vec binary")


@pytest.mark.parametrize(
    "content, message",
    [
        (b"1000000000000 300\na \0\0", "the header says 1,000,000,000,000 rows"),
        (b"1 1000000000000\na \0\0", "the header says 1 rows of width 1,000,000,000,000"),
        (b"1 -4\na \0\0", "width -4"),
        (b"1 1\na " + struct.pack("<f", float("nan")), "row 1 has a value that is not finite"),
        (b"1 1\na \0\0\0\0b \0\0\0\0", "bytes follow the 1 rows"),
        (b"nonsense\n\0\1", "is not a header"),
        (b"1 1\n" + b"a" * 5000 + b" \0\0\0\0", "row 1 at byte 4"),
    ],
)
def test_wrong_files_get_one_clear_error(tmp_path, content, message):
    (tmp_path / "v.bin").write_bytes(content)
    with pytest.raises(ValueError) as error:
        load_any(tmp_path / "v.bin", file_format="word2vec binary")
    assert message in str(error.value)


def test_word_with_white_space_is_not_written(tmp_path, data):
    with pytest.raises(ValueError, match="'new york' has white space"):
        save_any(tmp_path / "v.bin", WordVectors.from_words(["new york"], data[:1]))
    assert list(tmp_path.iterdir()) == []


def test_gensim_reads_what_we_write_and_the_other_way_round(tmp_path, data):
    models = pytest.importorskip("gensim.models")
    words = ["a", "é", "日本", "d", "e"]
    save_any(tmp_path / "ours.bin", WordVectors.from_words(words, data))
    theirs = models.KeyedVectors.load_word2vec_format(tmp_path / "ours.bin", binary=True)
    assert theirs.index_to_key == words
    np.testing.assert_array_equal(theirs.vectors, data)
    theirs.save_word2vec_format(tmp_path / "theirs.bin", binary=True)
    assert (tmp_path / "theirs.bin").read_bytes() == (tmp_path / "ours.bin").read_bytes()


@given(st.binary(max_size=200))
def test_arbitrary_bytes_give_vectors_or_a_value_error(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("f") / "v.bin"
    path.write_bytes(b"2 3\n" + content)
    try:
        load_any(path, file_format="word2vec binary")
    except ValueError as error:
        assert "v.bin" in str(error)
