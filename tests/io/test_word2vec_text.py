"""word2vec text, GloVe and .vec: exact floats, words with spaces, every policy, real files."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorsuite.io import WordVectors, word2vec_text
from vectorsuite.io.open import load_any, save_any

WORDS = ["the", "new york", "été", "", " x ", "日本", "catch 22"]


@pytest.fixture
def table():
    data = np.random.default_rng(0).normal(size=(len(WORDS), 3)).astype(np.float32)
    return WordVectors.from_words(WORDS, data)


def read_text(tmp_path, text, **options):
    path = tmp_path / "v.txt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf8"))
    return load_any(path, **options)


def test_header_or_none_tabs_line_ends_and_trailing_spaces(tmp_path):
    for text in [
        "2 2\na 1 2\nb 3 4\n",
        "a 1 2\nb 3 4",
        "a\t1\t2\r\nb\t3\t4\r\n",
        "a 1 2 \n\nb 3  4 \n",
    ]:
        vectors = read_text(tmp_path, text)
        assert list(vectors.words) == ["a", "b"]
        np.testing.assert_array_equal(vectors.data, [[1, 2], [3, 4]])


def test_words_with_spaces_are_split_from_the_right(tmp_path, table):
    path = tmp_path / "v.vec"
    save_any(path, table)
    vectors = load_any(path)
    assert list(vectors.words) == WORDS
    np.testing.assert_array_equal(vectors.data, table.data)


def test_second_writing_gives_the_same_bytes(tmp_path, table):
    save_any(tmp_path / "a.vec", table)
    save_any(tmp_path / "b.vec", load_any(tmp_path / "a.vec"))
    assert (tmp_path / "a.vec").read_bytes() == (tmp_path / "b.vec").read_bytes()


@given(st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=1))
def test_every_float_survives_the_text(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("f") / "v.txt"
    row = np.array([values], dtype=np.float32)
    save_any(path, WordVectors.from_words(["w"], row))
    assert load_any(path).data.tobytes() == row.tobytes()


@given(
    st.from_regex(
        r"[+-]?([0-9]{1,25}(\.[0-9]{0,25})?|\.[0-9]{1,25})([eE][+-]?[0-9]{1,2})?", fullmatch=True
    )
)
def test_decimal_text_is_rounded_exactly(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("f") / "v.txt"
    path.write_text(f"1 2\nw {text} {text}\n")
    expected = exactly_rounded(text)
    value = load_any(path, finite_only=False).data[0]
    assert value.tobytes() == np.array([expected, expected]).tobytes()


def exactly_rounded(text):
    """float32 nearest to a decimal number, ties to even, by exact arithmetic."""
    from decimal import Decimal, localcontext

    with localcontext() as context, np.errstate(over="ignore"):
        context.prec = 400
        exact = Decimal(text)
        guess = np.float32(float(text))  # rounded twice: off by one step at most
        if not np.isfinite(guess):
            return guess
        steps = [np.nextafter(guess, np.float32(side * np.inf)) for side in (-1, 1)]
        steps = [step for step in [guess, *steps] if np.isfinite(step)]
        odd = {id(step): int(step.view(np.uint32)) & 1 for step in steps}
        best = min(steps, key=lambda step: (abs(Decimal(float(step)) - exact), odd[id(step)]))
        return np.copysign(best, np.float32(-1 if text.startswith("-") else 1))


# Rounded to double first, each lies half-way between two floats, and then goes the wrong way.
@pytest.mark.parametrize(
    "text",
    ["30.59095287322998", "5.710123777389526", "69.51631546020508", "1.00000005960464477540"],
)
def test_decimals_beside_a_tie_are_rounded_once(tmp_path, text):
    value = read_text(tmp_path, f"1 1\nw {text}\n").data[0, 0]
    assert value == exactly_rounded(text) != np.float32(float(text))


@pytest.mark.parametrize(
    "text",
    [
        "0." + 400 * "0" + "1", 400 * "0" + "1e-400", "-" + 400 * "0" + ".1e-50", "0e99999",
        900 * "0", "0." + 300 * "0" + "1e200", "1" + 400 * "0" + "e-400", "1" + 400 * "0", "-1e400",
    ],
)  # fmt: skip
def test_numbers_beyond_all_floats_are_zero_or_infinity(tmp_path, text):
    value = read_text(tmp_path, f"1 1\nw {text}\n", finite_only=False).data
    with np.errstate(over="ignore"):
        assert value.tobytes() == np.float32(float(text)).tobytes()


def test_duplicate_words_keep_the_first_row(tmp_path):
    vectors = read_text(tmp_path, "4 1\na 1\nb 2\na 3\na 4\n")
    assert list(vectors.words) == ["a", "b"]
    np.testing.assert_array_equal(vectors.data, [[1], [2]])
    assert vectors.n_duplicates == 2


def test_bad_utf8_is_refused_replaced_or_skipped(tmp_path):
    text = b"\na 1 2\n\xff 3 4\nb 5 6\n".lstrip()
    with pytest.raises(ValueError, match=r"v\.txt, line 2.*not UTF-8"):
        read_text(tmp_path, text)
    assert list(read_text(tmp_path, text, errors="replace").words) == ["a", "�", "b"]
    skipped = read_text(tmp_path, text, errors="skip")
    assert list(skipped.words) == ["a", "b"]
    np.testing.assert_array_equal(skipped.data, [[1, 2], [5, 6]])
    assert skipped.n_skipped == 1


def test_limit_reads_the_first_rows(tmp_path):
    text = "3 1\na 1\nb 2\nc 3\n"
    assert list(read_text(tmp_path, text, limit=2).words) == ["a", "b"]
    assert list(read_text(tmp_path, text, limit=9).words) == ["a", "b", "c"]
    assert len(read_text(tmp_path, text, limit=0)) == 0


def test_lines_beyond_the_limit_are_not_looked_at(tmp_path):
    text = b"a 1\n\nb 2\n\xff 3\nd x\n"
    assert list(read_text(tmp_path, text, limit=2).words) == ["a", "b"]


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"])), st.floats(width=16), min_size=1
    ),
    st.sampled_from(["v.txt", "v.glove"]),
)
def test_words_that_are_written_are_read_back(tmp_path_factory, rows, name):
    path = tmp_path_factory.mktemp("f") / name
    data = np.array([[value, value] for value in rows.values()], np.float32)
    try:
        save_any(path, WordVectors.from_words(list(rows), data))
    except ValueError:
        assert not path.exists()
        return
    read = load_any(path, finite_only=False)
    assert list(read.words) == list(rows)
    np.testing.assert_array_equal(read.data, data)


@pytest.mark.parametrize(
    "word, row", [("5", [3]), ("5", [1, 2, 3, 4, 5, 6.5, 7]), ("catch 22", [0.5, 0.25])]
)
def test_first_rows_that_look_like_something_else_need_a_header(tmp_path, word, row):
    table = WordVectors.from_words([word], np.array([row], np.float32))
    with pytest.raises(ValueError, match="write the vectors with a header"):
        save_any(tmp_path / "v.glove", table)
    save_any(tmp_path / "v.txt", table)
    np.testing.assert_array_equal(load_any(tmp_path / "v.txt").data, table.data)


def test_dtype_of_the_result(tmp_path):
    assert read_text(tmp_path, "a 0.5\n", dtype="float16").data.dtype == np.float16


def test_many_blocks_and_threads_give_what_one_gives(tmp_path, monkeypatch):
    data = np.arange(6000, dtype=np.float32).reshape(-1, 2) / 7
    save_any(tmp_path / "v.txt", WordVectors.from_words([f"w{i}" for i in range(3000)], data))
    monkeypatch.setattr(word2vec_text, "BLOCK_BYTES", 1000)
    for workers in (1, 2, 7):
        vectors = load_any(tmp_path / "v.txt", workers=workers)
        np.testing.assert_array_equal(vectors.data, data)
        assert vectors.words[2999] == "w2999"


def test_lines_are_counted_over_blocks_and_threads(tmp_path, monkeypatch):
    lines = [f"w{i} 1 2" for i in range(300)]
    lines[211] = "w211 1 x"
    monkeypatch.setattr(word2vec_text, "BLOCK_BYTES", 500)
    for workers in (1, 3):
        with pytest.raises(ValueError, match=r"line 212 value 2 of 2 is 'x'"):
            read_text(tmp_path, "\n".join(lines), workers=workers)


def test_progress_ends_at_the_size_of_the_file(tmp_path):
    calls = []
    read_text(tmp_path, "a 1\nb 2\n", progress=lambda *args: calls.append(args))
    assert calls[-1] == ("read", 8, 8)


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "is empty"),
        ("1000000000000 300\na 1\n", "line 1: the header says 1,000,000,000,000 rows"),
        ("2 -3\na 1 2\n", "line 1: the header says 2 rows of width -3"),
        ("-2 3\na 1 2\n", "line 1: the header says -2 rows"),
        ("2 0\na\nb\n", "line 1: the header says 2 rows of width 0"),
        ("2 2\na 1 2\nb 1\n", "line 3 has 1 values where 2 were expected"),
        ("2 2\na 1 2\nb 1 2 3\n", "line 3 has more than the 2 values"),
        ("a 0.1 0.2\nb 0.1 0.2 0.3\n", "line 2 has more than the 2 values"),
        ("a 0.1 0.2\nb 0.1\n", "line 2 has 1 values"),
        ("a 0.1 0.2\nb 0.1 x0.2\n", "line 2 value 2 of 2 is 'x0.2', not a number"),
        ("a 0.1 0.2\n\nb 0.1 nan\n", "line 3 value 2 is not finite"),
        ("a 0.1 0.2\nb inf 1\n", "line 2 value 1 is not finite"),
        ("a 0.1 0.2\nb 1 1e39\n", "line 2 value 2 is not finite"),
        ("3 2\na 1 2\nb 1 2\n", "ends after 2 rows where its header says 3"),
        ("1 2\na 1 2\nb 1 2\n", "has 2 rows or more where its header says 1"),
        ("hello world\n", "line 1"),
        ("9" * 5000 + " 2\na 1 2\n", "v.txt"),
        ("a 1 --2\n", "line 1"),
    ],
)
def test_wrong_files_get_one_clear_error(tmp_path, text, message):
    with pytest.raises(ValueError) as error:
        read_text(tmp_path, text)
    assert message in str(error.value)
    assert "v.txt" in str(error.value)


def test_nan_is_taken_when_allowed(tmp_path):
    data = read_text(tmp_path, "a nan -inf\n", finite_only=False).data
    assert np.isnan(data[0, 0]) and data[0, 1] == -np.inf


def test_blank_lines_ask_for_no_memory(tmp_path):
    vectors = read_text(tmp_path, "1 1000\n" + "\n" * 100_000 + "a" + " 1" * 1000)
    assert vectors.data.shape == (1, 1000)


@pytest.mark.parametrize("word", ["a\nb", "a 0.5"])
def test_words_that_lines_cannot_hold_are_not_written(tmp_path, word):
    table = WordVectors.from_words([word], np.full((1, 2), 0.1, np.float32))
    with pytest.raises(ValueError, match="The word 'a"):
        save_any(tmp_path / "v.txt", table)
    assert list(tmp_path.iterdir()) == []


def test_gensim_reads_what_we_write_and_the_other_way_round(tmp_path):
    models = pytest.importorskip("gensim.models")
    words = ["a", "é", "日本"]
    data = np.random.default_rng(0).normal(size=(3, 5)).astype(np.float32)
    save_any(tmp_path / "ours.txt", WordVectors.from_words(words, data))
    theirs = models.KeyedVectors.load_word2vec_format(tmp_path / "ours.txt")
    assert theirs.index_to_key == words
    np.testing.assert_array_equal(theirs.vectors, data)
    theirs.save_word2vec_format(tmp_path / "theirs.txt")
    np.testing.assert_array_equal(load_any(tmp_path / "theirs.txt").data, data)


@given(st.binary(max_size=200))
def test_arbitrary_bytes_give_vectors_or_a_value_error(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("f") / "v.txt"
    path.write_bytes(content)
    try:
        vectors = load_any(path)
    except ValueError as error:
        assert "v.txt" in str(error)
    else:
        assert np.isfinite(vectors.data).all()
