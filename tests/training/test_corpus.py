"""Counting and encoding: files and lists against a ten-line oracle, limits, errors, clean-up."""

import collections
import contextlib
import gc
import itertools
import os
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

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


class TestErrors:
    def test_empty_corpus(self, tmp_path):
        path = tmp_path / "empty.txt"
        for text in (b"", b" \n\t\r\n"):
            path.write_bytes(text)
            with pytest.raises(ValueError, match=r"empty.*empty\.txt"):
                count_and_encode(LineSentences(path))
        for source in ([], [[]], [[""]]):
            with pytest.raises(ValueError, match="corpus is empty"):
                count_and_encode(source)

    def test_no_word_reaches_min_count(self):
        message = (
            "min_count = 5: the corpus has 4 words, 3 different, the most frequent one 2 times"
        )
        with pytest.raises(ValueError, match=message):
            count_and_encode([["a", "b"], ["c", "a"]])

    @pytest.mark.parametrize(
        "source, message",
        [
            ("text.txt", "give LineSentences"),
            (b"bytes", "give LineSentences"),
            ((["a"] for _ in range(2)), "generator, which can be read only once"),
            (7, "type int"),
            (["a sentence"], r"Sentence 0 is one string .*\.split\(\)"),
            ([["a"], 7], "Sentence 1 is 7"),
            ([["a", 7]], "Word 1 of sentence 0 is 7, of type int"),
            ([["a", b"b"]], "of type bytes"),
        ],
    )
    def test_wrong_sources(self, source, message):
        with pytest.raises(TypeError, match=message):
            count_and_encode(source)

    def test_surrogates(self):
        with pytest.raises(ValueError, match="surrogate"):
            count_and_encode([["\ud800"]])

    @pytest.mark.parametrize(
        "argument",
        [{"min_count": 0}, {"max_final_vocab": 0}, {"workers": -1}, {"errors": "ignore"}],
    )
    def test_wrong_arguments(self, argument):
        with pytest.raises(ValueError, match=f"{next(iter(argument))} is"):
            count_and_encode([["a"]], **argument)

    def test_what_an_iterator_raises_goes_through(self):
        class Broken:
            def __iter__(self):
                yield ["a"]
                raise RuntimeError("from inside")

        with pytest.raises(RuntimeError, match="from inside"):
            count_and_encode(Broken())

    def test_first_invalid_byte_is_named_whatever_the_threads(self, tmp_path, monkeypatch):
        monkeypatch.setattr(corpus_module, "BLOCK_BYTES", 100)
        path = tmp_path / "latin.txt"
        path.write_bytes(b"word " * 500 + b"caf\xe9 " * 500)
        for workers in (1, 2, 4):
            with pytest.raises(ValueError, match=r"byte 2503 of .*latin\.txt is not UTF-8"):
                count_and_encode(LineSentences(path), workers=workers)

    def test_a_file_that_shrinks_or_goes(self, tmp_path):
        path = tmp_path / "a.txt"
        path.write_bytes(b"a b c " * 1000)
        source = LineSentences(path)
        path.write_bytes(b"a b c " * 10)
        with pytest.raises(OSError, match=r"a\.txt got shorter"):
            count_and_encode(source)
        path.unlink()
        with pytest.raises(FileNotFoundError, match=r"a\.txt"):
            count_and_encode(source)

    def test_too_many_words(self, monkeypatch):
        monkeypatch.setattr(corpus_module, "MAX_WORDS", 3)
        with count_and_encode([["a", "b", "c", "a"]], min_count=1):
            pass
        with pytest.raises(ValueError, match="more than 3 different words"):
            count_and_encode([["a", "b", "c", "d"]], min_count=1)


def run_python(code, folder, **kwargs):
    """Start Python on some code, away from the source tree, where no compiled core may be."""
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **kwargs,
    )


def test_full_disk_is_an_error_that_names_the_folder(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"word another " * 20_000)
    code = f"""
        import resource, sys
        sys.dont_write_bytecode = True  # the limit would cut such files off
        from vectorsuite.training.corpus import count_and_encode
        from vectorsuite.training.readers import LineSentences
        source = LineSentences({str(path)!r})
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        try:
            count_and_encode(source)
        except OSError as error:
            print(error)
    """
    process = run_python(code, tmp_path)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert "TMPDIR" in out


def test_ctrl_c_stops_at_once_and_leaves_nothing(tmp_path):
    fifo, temporary = tmp_path / "endless", tmp_path / "tmp"
    os.mkfifo(fifo)
    temporary.mkdir()
    code = f"""
        from vectorsuite.training.corpus import count_and_encode
        from vectorsuite.training.readers import LineSentences
        try:
            count_and_encode(LineSentences({str(fifo)!r}),
                progress=lambda *a, **k: print(a, flush=True) if k.get("words") else None)
        except KeyboardInterrupt:
            print("interrupted")
    """
    process = run_python(code, tmp_path, env={**os.environ, "TMPDIR": str(temporary)})
    finished = threading.Event()

    def write():
        with contextlib.suppress(BrokenPipeError), fifo.open("wb", buffering=0) as pipe:
            for _ in range(64):
                pipe.write(b"some words of text " * 3000)
            finished.wait(30)  # the pipe stays open, and silent

    # a daemon: opening a pipe that nobody reads waits for ever
    threading.Thread(target=write, daemon=True).start()
    process.stdout.readline()  # it is counting, and waits for more; or it died
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    finished.set()
    assert out.endswith("interrupted\n"), err
    assert not any(temporary.iterdir())


def test_temporary_space_is_given_back(tmp_path):
    links = Path("/proc/self/fd")
    if not links.is_dir():
        pytest.skip("no /proc to look at open files")

    def n_open():
        return sum(1 for _ in links.iterdir())

    gc.collect()  # what other tests left
    before = n_open()
    corpus = count_and_encode([["a"]], min_count=1)
    corpus.close()
    assert (len(corpus.ids), corpus.counts.tolist()) == (0, [1])
    with pytest.raises(ValueError, match="min_count"):
        count_and_encode([["a"]])
    corpus = count_and_encode([["a"]], min_count=1)
    del corpus
    gc.collect()
    assert n_open() == before


def test_progress_reports_both_stages_to_their_ends(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"a b " * 100)
    calls = []
    count_and_encode(LineSentences(path), progress=lambda *args, **figures: calls.append(args))
    assert ("count", 400, 400) in calls and calls[-1] == ("encode", 400, 400)
    count_and_encode([["a"]] * 7, progress=lambda *args, **figures: calls.append(args))
    assert ("count", 7, None) in calls and calls[-1] == ("encode", 7, 7)


def test_an_error_of_progress_stops_the_job(tmp_path):
    def refuse(*args, **figures):
        raise RuntimeError("enough")

    path = tmp_path / "a.txt"
    path.write_bytes(b"a b " * 100)
    with pytest.raises(RuntimeError, match="enough"):
        count_and_encode(LineSentences(path), progress=refuse)


def test_one_line_of_100_mb(tmp_path):
    path = tmp_path / "text8"
    piece = b" ".join(b"w%d" % (i % 1000) for i in range(200_000)) + b" "
    n = 100_000_000 // len(piece) + 1
    with path.open("wb") as file:
        for _ in range(n):
            file.write(piece)
    with count_and_encode(LineSentences(path), workers=2) as corpus:
        assert corpus.raw_words == len(corpus.ids) == 200_000 * n
        assert corpus.offsets.tolist() == [0, 200_000 * n]
        assert set(corpus.counts.tolist()) == {200 * n}
        assert corpus.words[:3] == ["w0", "w1", "w2"]
        assert np.array_equal(corpus.ids[:2000], np.arange(2000) % 1000)
