"""Every format in every packing: told apart, read back equal, written again to the same bytes."""

import itertools
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorsuite.io import WordVectors, word2vec_text
from vectorsuite.io.array_file import write_arrays
from vectorsuite.io.open import FORMATS, format_name, load_any, save_any

NAMES = {
    "v.txt": "word2vec text",
    "v.vec": "word2vec text",
    "v.glove": "GloVe text",
    "v.bin": "word2vec binary",
    "v.ftz": "fastText binary",
    "v.npy": "NumPy .npy",
    "v.npz": "NumPy .npz",
    "v.safetensors": "safetensors",
    "v.fifu": "finalfusion",
    "v.tsv": "projector TSV",
    "vectors.tsv": "projector TSV",
}
PACKINGS = ["", ".gz", ".bz2", ".xz", ".zst", ".zip", ".tgz", ".tar.gz"]


@pytest.mark.parametrize("name, packing", itertools.product(NAMES, PACKINGS))
def test_round_trip(tmp_path, table, name, packing):
    if packing == ".zst":
        pytest.importorskip("zstandard")
    first, second = tmp_path / "1" / (name + packing), tmp_path / "2" / (name + packing)
    first.parent.mkdir()
    second.parent.mkdir()
    save_any(first, table)
    read = load_any(first)
    assert read.format == NAMES[name]
    assert list(read.words) == list(table.words)
    np.testing.assert_array_equal(read.data, table.data)
    save_any(second, read)
    assert first.read_bytes() == second.read_bytes()
    assert sorted(p.name for p in first.parent.iterdir()) == sorted(
        p.name for p in second.parent.iterdir()
    )


@pytest.mark.parametrize("name", [name for name in NAMES if not name.endswith((".npy", ".tsv"))])
def test_first_bytes_tell_the_format_of_a_nameless_file(tmp_path, table, name):
    save_any(tmp_path / name, table)
    (tmp_path / name).rename(tmp_path / "nameless")
    assert load_any(tmp_path / "nameless").format == NAMES[name]


@pytest.mark.parametrize("name", ["v.npz", "v.safetensors", "v.fifu"])
@given(words=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), unique=True))
def test_any_word_survives(tmp_path_factory, name, words):
    path = tmp_path_factory.mktemp("w") / name
    data = np.arange(2 * len(words), dtype=np.float32).reshape(len(words), 2)
    save_any(path, WordVectors.from_words(words, data))
    read = load_any(path)
    assert list(read.words) == words
    np.testing.assert_array_equal(read.data, data)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "v.ftz"])
def test_limit_duplicates_and_bad_utf8_in_every_format(tmp_path, name):
    table = WordVectors.from_words(
        ["a", "bQ", "a", "c"], np.arange(8, dtype="f4").reshape(4, 2) + 0.5
    )
    save_any(tmp_path / name, table)
    read = load_any(tmp_path / name)
    assert list(read.words) == ["a", "bQ", "c"]
    assert read.n_duplicates == 1
    np.testing.assert_array_equal(read.data, table.data[[0, 1, 3]])
    assert list(load_any(tmp_path / name, limit=2).words) == ["a", "bQ"]
    if name == "v.npz":  # its checksum would notice
        return
    for path in tmp_path.iterdir():
        path.write_bytes(path.read_bytes().replace(b"Q", b"\xff"))
    with pytest.raises(ValueError, match="not UTF-8"):
        load_any(tmp_path / name)
    assert list(load_any(tmp_path / name, errors="skip").words) == ["a", "c"]
    assert list(load_any(tmp_path / name, errors="replace").words) == ["a", "b�", "c"]


@pytest.mark.parametrize("name", ["v.npy", "v.npz", "v.safetensors", "v.fifu", "v.bin", "v.ftz"])
def test_nan_is_refused_or_taken(tmp_path, name):
    save_any(tmp_path / name, WordVectors.from_words(["a", "b"], np.array([[1], [np.nan]], "f4")))
    with pytest.raises(ValueError, match=r"row 2 has a value that is not finite"):
        load_any(tmp_path / name)
    assert np.isnan(load_any(tmp_path / name, finite_only=False).data[1, 0])


@pytest.mark.parametrize("name", ["v.npz", "v.safetensors", "v.ftz"])
def test_counts_survive(tmp_path, table, name):
    table.counts = np.array([9, 5, 4, 2, 1])
    save_any(tmp_path / name, table)
    assert load_any(tmp_path / name).counts.tolist() == [9, 5, 4, 2, 1]


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("v.txt", "v.glove")])
def test_every_cut_gives_an_error_that_names_the_file(tmp_path, table, name):
    save_any(tmp_path / name, table)
    content = (tmp_path / name).read_bytes()
    # text cut inside its last number cannot be told from text with a shorter number
    last = len(content) - 1 if FORMATS[NAMES[name]].suffixes else content.rfind(b" ")
    last = content.rfind(b"\t") if name.endswith(".tsv") else last
    for size in range(0, last, 1 + len(content) // 150):
        (tmp_path / name).write_bytes(content[:size])
        with pytest.raises(ValueError, match=name.split(".")[0]):
            load_any(tmp_path / name)


@pytest.mark.parametrize("file_format", FORMATS)
@given(content=st.binary(max_size=300))
def test_arbitrary_bytes_give_vectors_or_one_error(tmp_path_factory, file_format, content):
    path = tmp_path_factory.mktemp("h") / "v"
    start = {
        "fastText binary": b"\xba\x16\x4f\x2f\x0c\0\0\0",
        "finalfusion": b"FiFu\0\0\0\0\1\0\0\0\1\0\0\0",
        "NumPy .npy": b"\x93NUMPY\1\0",
        "safetensors": b"\x40\0\0\0\0\0\0\0{",
        "floret text": b"1 1 2 4 2 2166136261 < >\n0 ",
    }.get(file_format, b"")
    path.write_bytes(start + content)
    try:
        load_any(path, file_format=file_format)
    except (ValueError, FileNotFoundError) as error:
        assert str(path.name) in str(error)


def test_a_pickle_is_refused_and_the_way_out_named(tmp_path):
    (tmp_path / "v.kv").write_bytes(pickle.dumps({"a": 1}))
    with pytest.raises(ValueError, match=r"(?s)is a pickle.*save_word2vec_format") as error:
        load_any(tmp_path / "v.kv")
    assert "v.kv" in str(error.value)


def test_unknown_formats_and_names_list_what_there_is(tmp_path, table):
    with pytest.raises(ValueError, match=r"tells no format; use one of .*\.npz"):
        save_any(tmp_path / "v.xyz", table)
    with pytest.raises(ValueError, match="Unknown format 'x'; there are: word2vec text"):
        load_any(_written(tmp_path, b"a 1\n"), file_format="x")
    with pytest.raises(ValueError, match="as no known format does"):
        load_any(_written(tmp_path, b"\1\2\3\4"))
    with pytest.raises(IsADirectoryError, match="is a folder"):
        load_any(tmp_path)
    with pytest.raises(FileNotFoundError):
        load_any(tmp_path / "nothing")


def _written(tmp_path, content):
    (tmp_path / "x").write_bytes(content)
    return tmp_path / "x"


def test_nothing_is_left_where_writing_fails(tmp_path, table):
    def stop(stage, done, total):
        raise KeyboardInterrupt

    for name in NAMES:
        with pytest.raises(KeyboardInterrupt):
            save_any(tmp_path / name, table, progress=stop)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("counts", [np.array(1), np.array([1, 2, 3]), np.array([1.5, 2.5], "<f4")])
def test_counts_that_are_not_one_integer_a_word_are_refused(tmp_path, counts):
    arrays = {
        "vectors": np.eye(2, dtype="<f4"),
        "words_offsets": np.array([0, 1, 2]),
        "words_utf8": np.frombuffer(b"ab", "u1"),
        "counts": counts,
    }
    write_arrays(tmp_path / "x.safetensors", arrays, {})
    np.savez(tmp_path / "x.npz", **arrays)
    for name in ("x.safetensors", "x.npz"):
        with pytest.raises(ValueError, match=rf"{name}: counts is .* 2 words"):
            load_any(tmp_path / name)


def test_a_negative_number_of_workers_is_refused(tmp_path, table):
    with pytest.raises(ValueError, match="workers is -1"):
        load_any(tmp_path / "x.vec", workers=-1)
    with pytest.raises(ValueError, match="workers is -1"):
        word2vec_text.write(tmp_path / "x.vec", table, workers=-1)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "name, meant",
    [("glove text", "GloVe text"), ("npz", "NumPy .npz"), (".VEC", "word2vec text"),
     ("finalfusion", "finalfusion"), ("ftz", "fastText binary")],
)  # fmt: skip
def test_formats_have_any_of_their_names(name, meant):
    assert format_name(name) == meant


def test_an_unknown_format_lists_those_there_are():
    with pytest.raises(ValueError, match="Unknown format 'xls'; there are: word2vec text, GloVe"):
        format_name("xls")


@pytest.mark.parametrize("name", ["v.glove", "v.vec", "v.npy", "v.tsv"])
def test_a_first_word_that_begins_like_a_mark_comes_back(tmp_path, name):
    words = ["\ufeffa", "b"]
    save_any(tmp_path / name, WordVectors.from_words(words, np.eye(2, dtype=np.float32)))
    assert list(load_any(tmp_path / name).words) == words


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_text_in_utf_16_says_what_to_do(tmp_path, encoding):
    (tmp_path / "v.txt").write_bytes("\ufeffa 1 2\n".encode(encoding))
    with pytest.raises(ValueError, match=r"v\.txt is UTF-16 text; convert it first: iconv"):
        load_any(tmp_path / "v.txt")
