"""CorpusCounter by itself: streams that interleave, every start of UTF-8, failing threads."""

import contextlib
import itertools
import tempfile

import numpy as np
import pytest

from vectorsuite.kernels import _core


@pytest.fixture
def temporary_file():
    with contextlib.ExitStack() as stack:
        yield lambda: stack.enter_context(tempfile.TemporaryFile())


@pytest.fixture
def make_counter(temporary_file):
    counters = []

    def make(workers=1, block_bytes=1 << 20, replace=False):
        fds = [temporary_file().fileno() for _ in range(workers)]
        counters.append(_core.CorpusCounter(fds, block_bytes, replace, 2**31 - 1))
        return counters[-1]

    yield make
    for counter in counters:
        counter.cancel()


def finish(counter):
    while not counter.wait(0.1):
        pass


def merged_words(counter):
    data, offsets = counter.words(np.arange(len(counter.entries()[0])))
    return [data.tobytes()[a:b] for a, b in itertools.pairwise(offsets.tolist())]


def encoded(counter, temporary_file, ranks):
    ids, offsets = temporary_file(), temporary_file()
    counter.start_encode(np.asarray(ranks, dtype=np.int32), ids.fileno(), offsets.fileno())
    finish(counter)
    assert counter.failure() is None
    result = np.fromfile(ids, np.int32).tolist(), np.fromfile(offsets, np.int64).tolist()
    assert (len(result[0]), len(result[1])) == (counter.n_ids, counter.n_sentences + 1)
    return result


def interleaved(counter):
    """Count two streams of which the second runs ahead."""
    counter.open_stream(0, 0)
    counter.open_stream(1, 1000)
    counter.start_count()
    counter.push(1, b"late sh")
    counter.push(1, b"ared\n")
    counter.end_stream(1)
    counter.push(0, b"sha")
    counter.push(0, b"red early late")
    counter.end_stream(0)
    finish(counter)
    counter.start_merge()
    finish(counter)
    return counter


def test_streams_may_interleave(make_counter):
    counter = interleaved(make_counter())
    counts, firsts = counter.entries()
    assert merged_words(counter) == [b"late", b"shared", b"early"]  # as they came
    assert counts.tolist() == [2, 2, 1]
    assert firsts.tolist() == [13, 0, 7]  # as they stand in the corpus


@pytest.mark.parametrize(
    "ranks, ids, offsets",
    [
        ([0, 1, 2], [1, 2, 0, 0, 1], [0, 3, 5]),
        ([-1, 9, -1], [9, 9], [0, 1, 2]),
        ([-1, -1, 4], [4], [0, 1]),
        ([-1, -1, -1], [], [0]),
    ],
)
def test_encode_drops_words_and_empty_sentences(make_counter, temporary_file, ranks, ids, offsets):
    assert encoded(interleaved(make_counter()), temporary_file, ranks) == (ids, offsets)


def test_find(make_counter):
    counter = make_counter()
    counter.add_sentences(iter([["a", "b\0", "more than eight"]]), 0, 1.0)
    counter.start_merge()
    finish(counter)
    wanted = [b"more than eight", b"b", b"b\0", b"", b"a", b"more than eighty"]
    offsets = np.cumsum([0, *map(len, wanted)])
    found = counter.find(np.frombuffer(b"".join(wanted), np.uint8), offsets)
    assert found.tolist() == [2, -1, 1, -1, 0, -1]


def test_every_start_of_utf8_is_judged_as_python_does(make_counter):
    edges = [0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0]
    words = [
        bytes([lead, *rest])
        for lead in range(0x7F, 0x100)
        for n in range(4)
        for rest in itertools.product(edges, repeat=n)
    ]
    counter = make_counter(replace=True)
    counter.open_stream(0, 0)
    counter.start_count()
    counter.push(0, b" ".join(words))
    counter.end_stream(0)
    finish(counter)
    assert counter.failure() is None
    # in order of first appearance, without repeats
    assert merged_words(counter) == list(
        dict.fromkeys(word.decode("utf8", "replace").encode() for word in words)
    )


def test_the_first_failure_of_the_text_is_reported_not_the_first_in_time(make_counter, tmp_path):
    slow, fast = tmp_path / "slow", tmp_path / "fast"
    slow.write_bytes(b"word " * 400_000 + b"\xff")
    fast.write_bytes(b"\xff")
    counter = make_counter(workers=2, block_bytes=1 << 22)
    counter.add_plain(0, bytes(slow), slow.stat().st_size, 0)
    counter.add_plain(1, bytes(fast), 1, 1 << 40)
    counter.start_count()
    finish(counter)
    assert counter.failure() == ("invalid_utf8", 0, 2_000_000, 0)


def test_pushing_after_the_end_does_not_wait(make_counter):
    counter = make_counter()
    counter.open_stream(0, 0)
    counter.start_count()
    counter.cancel()
    assert not counter.push(0, b"a b ")


def test_a_failed_write_is_reported(make_counter, tmp_path):
    path = tmp_path / "read_only"
    path.touch()
    with path.open("rb") as file:
        counter = _core.CorpusCounter([file.fileno()], 100, False, 10)
        counter.open_stream(0, 0)
        counter.start_count()
        counter.push(0, b"a ")
        finish(counter)
        kind, _, _, code = counter.failure()
        assert kind == "writing" and code != 0
