"""Counting and encoding: files and lists against a ten-line oracle, limits."""

import collections
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorsuite.packed import PackedStrings
from vectorsuite.training import corpus as corpus_module
from vectorsuite.training.corpus import count_and_encode, encode
from vectorsuite.training.readers import LineSentences


def oracle(text, min_count=1):
    """What a corpus of one file must become: words, counts, sentences of kept words."""
    lines = [line.split() for line in text.split(b"\n")]
    counts = collections.Counter(word for line in lines for word in line)  # by first appearance
    words = sorted((w for w in counts if counts[w] >= min_count), key=lambda w: -counts[w])
    rank = {word: i for i, word in enumerate(words)}
    sentences = [[rank[w] for w in line if w in rank] for line in lines]
    return [w.decode() for w in words], [counts[w] for w in words], [s for s in sentences if s]


def content(corpus):
    """The same of an EncodedCorpus."""
    bounds = corpus.offsets.tolist()
    sentences = [corpus.ids[a:b].tolist() for a, b in itertools.pairwise(bounds)]
    return list(corpus.words), corpus.counts.tolist(), sentences


def encoded(text, folder, **settings):
    path = folder / "text.txt"
    path.write_bytes(text)
    with count_and_encode(LineSentences(path), **settings) as corpus:
        return content(corpus)


def test_small_text_by_hand(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"b a b\n\n  c\ta  a \nrare\n b c")
    with count_and_encode(LineSentences(path), min_count=2) as corpus:
        assert list(corpus.words) == ["b", "a", "c"]  # b and a occur 3 times; b came first
        assert corpus.counts.tolist() == [3, 3, 2]
        assert corpus.ids.tolist() == [0, 1, 0, 2, 1, 1, 0, 2]
        assert corpus.offsets.tolist() == [0, 3, 6, 8]
        assert (corpus.raw_words, corpus.raw_vocabulary) == (9, 4)
        assert corpus.file_bytes == path.stat().st_size
        assert (corpus.ids.dtype, corpus.offsets.dtype) == (np.int32, np.int64)
        assert isinstance(corpus.ids, np.memmap) and isinstance(corpus.offsets, np.memmap)


@pytest.mark.parametrize(
    "text",
    [
        b"one two\r\nthree\r\n\r\nfour",
        b"tabs\tand\x0bvertical\x0cfeeds \t x",
        b"nul\0byte \0 \0\0 nul\0byte nul",
        b"\n\n\nfirst\n\n\nlast\n\n",
        b"no newline at the end",
        b"x" * 10_001 + b" " + b"x" * 10_000 + b"\n" + b"x" * 10_001,
        "ä ö ü 漢字 🙂 \x85 \xa0 \u2028 ä".encode(),
        b" " * 5000 + b"far" + b" " * 5000,
        b"12345678 123456789 12345678\0 1234567 12345678",
    ],
)
@pytest.mark.parametrize("block_bytes", [1, 7, 64, 1 << 20])
def test_shapes_of_text(text, block_bytes, tmp_path, monkeypatch):
    monkeypatch.setattr(corpus_module, "BLOCK_BYTES", block_bytes)
    assert encoded(text, tmp_path, min_count=1, workers=3) == oracle(text)


@given(
    text=st.lists(
        st.sampled_from(
            [
                b"a",
                b"b",
                b"ab",
                b"longer_than_8",
                b" ",
                b"\n",
                b"\r\n",
                b"\t",
                b"\0",
                "é".encode(),
                b"w" * 70,
            ]
        ),
        max_size=200,
    ).map(b"".join),
    block_bytes=st.integers(1, 40),
    workers=st.integers(1, 3),
    min_count=st.integers(1, 3),
)
@settings(deadline=None, max_examples=150)
def test_equals_oracle_for_any_block_size(tmp_path_factory, text, block_bytes, workers, min_count):
    expected = oracle(text, min_count)
    folder = tmp_path_factory.getbasetemp()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(corpus_module, "BLOCK_BYTES", block_bytes)
        if not expected[0]:
            with pytest.raises(ValueError, match="corpus"):
                encoded(text, folder, min_count=min_count, workers=workers)
        else:
            assert encoded(text, folder, min_count=min_count, workers=workers) == expected


# a space first: what begins as gzip does is no text
@given(
    text=st.binary(max_size=300).map(lambda text: b" " + text),
    block_bytes=st.sampled_from([3, 1 << 20]),
)
@settings(deadline=None, max_examples=200)
def test_any_bytes_are_decoded_as_python_does(tmp_path_factory, text, block_bytes):
    path = tmp_path_factory.getbasetemp() / "bytes.txt"
    path.write_bytes(text)
    replaced = text.decode("utf8", "replace").encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(corpus_module, "BLOCK_BYTES", block_bytes)
        if not text.split():
            with pytest.raises(ValueError, match="empty"):
                count_and_encode(LineSentences(path), errors="replace")
            return
        with count_and_encode(LineSentences(path, errors="replace"), min_count=1) as corpus:
            assert content(corpus) == oracle(replaced)
        try:
            text.decode("utf8")
        except UnicodeDecodeError as error:
            with pytest.raises(
                ValueError, match=rf"byte {error.start} of .*bytes\.txt is not UTF-8"
            ):
                count_and_encode(LineSentences(path), min_count=1)
        else:
            with count_and_encode(LineSentences(path), min_count=1) as corpus:
                assert content(corpus) == oracle(text)


def test_result_does_not_depend_on_workers(tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    draws = rng.zipf(1.2, 30_000) % 5000
    text = b"".join(b"w%d%s" % (w, b"\n" if w % 9 == 0 else b" ") for w in draws.tolist())
    monkeypatch.setattr(corpus_module, "BLOCK_BYTES", 1000)
    results = [encoded(text, tmp_path, min_count=2, workers=n) for n in (1, 2, 5)]
    assert results[0] == results[1] == results[2] == oracle(text, 2)


def test_a_word_longer_than_many_blocks(tmp_path, monkeypatch):
    monkeypatch.setattr(corpus_module, "BLOCK_BYTES", 4096)
    text = b"a " + b"x" * 1_000_000 + b"\na " + b"y" * 500_000
    assert encoded(text, tmp_path, min_count=1, workers=2) == oracle(text)


def test_many_files_in_order_of_their_names(tmp_path):
    for i in range(30):
        (tmp_path / f"{i:02}.txt").write_text(f"w{i} a b")
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "z.txt").write_text("last")
    (tmp_path / ".hidden").write_text("hidden")
    with count_and_encode(LineSentences(tmp_path), min_count=1, workers=3) as corpus:
        assert list(corpus.words)[:4] == ["a", "b", "w0", "w1"]
        assert corpus.words[-1] == "last"
        assert len(corpus.offsets) - 1 == 31
        assert corpus.ids[corpus.offsets[-2] :].tolist() == [corpus.words.index("last")]


def test_lists_of_words_equal_the_file(tmp_path):
    text = "the cat sat\non the mat\n\nthe cat é" + " ok" * 3
    path = tmp_path / "a.txt"
    path.write_text(text)
    lists = [line.split() for line in text.split("\n")]
    with (
        count_and_encode(LineSentences(path), min_count=1) as from_file,
        count_and_encode(lists, min_count=1) as from_lists,
        count_and_encode(list(LineSentences(path)), min_count=1) as again,
    ):
        assert content(from_file) == content(from_lists) == content(again)
        assert from_lists.file_bytes == 0


def test_words_that_differ_in_one_byte_are_told_apart_at_every_length(tmp_path):
    # a table compares 8 bytes at a time, and long words only after it has found them
    words = [
        "".join("b" if place == other else "a" for place in range(length))
        for length in range(1, 34)
        for other in range(length + 1)
    ]
    sentences = [words, words[::-1], ["once", "once", *words[:40], "once"]]
    path = tmp_path / "text.txt"
    path.write_text("\n".join(map(" ".join, sentences)))
    expected = collections.Counter(itertools.chain.from_iterable(sentences))
    for source in (sentences, LineSentences(path)):
        with count_and_encode(source, min_count=1) as corpus:
            assert dict(zip(corpus.words, corpus.counts.tolist(), strict=True)) == expected
            named = [corpus.words[i] for i in corpus.ids.tolist()]
            assert named == list(itertools.chain.from_iterable(sentences))


def test_words_of_lists_may_hold_spaces_and_empty_ones_are_none():
    with count_and_encode([["New York", ""], (), ("a", "New York")], min_count=1) as corpus:
        assert content(corpus) == (["New York", "a"], [2, 1], [[0], [1, 0]])


def test_long_lists_pass_through_many_pieces(monkeypatch):
    sentences = [[f"w{i % 7}"] * 1000 for i in range(600)]
    with count_and_encode(sentences, min_count=1) as corpus:
        assert corpus.raw_words == len(corpus.ids) == 600_000
        assert np.array_equal(corpus.ids, np.repeat(np.arange(600) % 7, 1000))
        assert len(corpus.offsets) == 601


def test_max_final_vocab_keeps_or_drops_ties_together():
    sentences = [["a"] * 5 + ["b"] * 3 + ["c"] * 3 + ["d"]]
    for limit, expected in [
        (1, ["a"]),
        (2, ["a"]),
        (3, ["a", "b", "c"]),
        (9, ["a", "b", "c", "d"]),
    ]:
        with count_and_encode(sentences, min_count=1, max_final_vocab=limit) as corpus:
            assert list(corpus.words) == expected
    with pytest.raises(ValueError, match="max_final_vocab = 1"):
        count_and_encode([["a", "b"]], min_count=1, max_final_vocab=1)


def test_vocabulary_equals_gensims(tmp_path):
    word2vec = pytest.importorskip("gensim.models.word2vec")
    rng = np.random.default_rng(1)
    lines = [" ".join(f"w{w}" for w in rng.zipf(1.3, 20) % 300) for _ in range(300)]
    path = tmp_path / "a.txt"
    path.write_text("\n".join(lines) + "\n")
    for limit in (None, 20):
        model = word2vec.Word2Vec(min_count=3, max_final_vocab=limit)
        model.build_vocab(corpus_file=str(path))
        with count_and_encode(LineSentences(path), min_count=3, max_final_vocab=limit) as corpus:
            ours = dict(zip(corpus.words, corpus.counts.tolist(), strict=True))
        assert ours == {w: model.wv.get_vecattr(w, "count") for w in model.wv.index_to_key}


class TestEncode:
    def test_with_an_existing_vocabulary(self, tmp_path):
        path = tmp_path / "a.txt"
        path.write_text("new b a b\nnew\na new b")
        with encode(LineSentences(path), ["a", "unseen", "b"]) as corpus:
            assert content(corpus) == (["a", "unseen", "b"], [2, 0, 3], [[2, 0, 2], [0, 2]])
            assert corpus.raw_words == 8

    def test_the_own_vocabulary_changes_nothing(self, tmp_path):
        path = tmp_path / "a.txt"
        path.write_text("c a b a\nb a d")
        with count_and_encode(LineSentences(path), min_count=2) as first:
            with encode(LineSentences(path), first.words) as second:
                assert content(first) == content(second)
            with encode([["a", "x"], ["x"]], first.words) as third:
                assert content(third) == (["a", "b"], [1, 0], [[0]])

    def test_bad_vocabularies(self):
        with pytest.raises(ValueError, match="repeats a word"):
            encode([["a"]], ["a", "a"])
        with pytest.raises(ValueError, match="None of the corpus's 1 different words"):
            encode([["a"]], ["b", ""])
        with pytest.raises(TypeError, match="a list of words"):
            encode([["a"]], "abc")
        with pytest.raises(ValueError, match="None of"):
            encode([["a"]], PackedStrings.pack([]))
