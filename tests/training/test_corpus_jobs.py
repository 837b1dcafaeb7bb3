"""Counting a corpus as a job: errors that say where, a full disk, Ctrl-C, memory, progress."""

import contextlib
import gc
import os
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import numpy as np
import pytest

from vectorsuite.training import corpus as corpus_module
from vectorsuite.training.corpus import count_and_encode
from vectorsuite.training.readers import LineSentences


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


def test_too_many_workers_are_told(tmp_path):
    path = tmp_path / "text"
    path.write_text("a b c\n" * 10)
    code = f"""
        import resource, sys
        from vectorsuite.training.corpus import count_and_encode
        from vectorsuite.training.readers import LineSentences
        source = LineSentences({str(path)!r})
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
        try:
            count_and_encode(source, min_count=1, workers=100)
        except OSError as error:
            print(error)
    """
    out, err = run_python(code, tmp_path).communicate(timeout=60)
    assert "Too many open files: every worker writes a file of its own; set fewer workers" in out, (
        err
    )
