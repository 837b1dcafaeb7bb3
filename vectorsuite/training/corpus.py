"""A corpus as arrays: its words, their counts, and the text as ids in memory-mapped files."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
import time
from collections.abc import Iterable
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.errors import EmptyCorpusError
from vectorsuite.kernels import _core
from vectorsuite.kernels.cores import n_cores
from vectorsuite.packed import PackedStrings
from vectorsuite.protocols import Progress
from vectorsuite.training.readers import (
    Errors,
    LineSentences,
    TextFile,
    check_errors,
    invalid_utf8_message,
)
from vectorsuite.training.sources import unjoined
from vectorsuite.training.unpacking import Unpackers

BLOCK_BYTES = 1 << 20  # text that a thread takes at a time
MAX_WORDS = 2**31 - 1  # different words, before rare ones are dropped: ids are int32
_TURN = 0.1  # seconds between looks at signals and reports of progress


class EncodedCorpus:
    """The words of a corpus and its text as ids. Close it, or leave a ``with`` block, when done.

    The ids lie in temporary files without a name, in the folder that ``tempfile.gettempdir()``
    names (set TMPDIR to move it). They vanish with this object, however the process ends.

    :param words: The vocabulary, V words, most frequent first, ties by first appearance.
    :param counts: How often each occurs, (V,) int64.
    :param ids: The text, words outside the vocabulary left out, (T,) int32, memory-mapped.
    :param offsets: Sentence s is ids[offsets[s]:offsets[s + 1]] and never empty, (S + 1,) int64,
        memory-mapped.
    :param raw_words: Words read, with those left out.
    :param raw_vocabulary: Different words read.
    :param file_bytes: Size of the files read; 0 if the source was none.
    :param seconds: Time by stage: "read" (waiting for input), "count" and "encode".

    Attribute ``tags``: of documents, ``TagLists``; then there is an entry in `offsets` for each
    document, empty ones too. Else None.
    """

    def __init__(
        self,
        words: PackedStrings,
        counts: NDArray[np.int64],
        ids: NDArray[np.int32],
        offsets: NDArray[np.int64],
        *,
        raw_words: int,
        raw_vocabulary: int,
        file_bytes: int = 0,
        seconds: dict[str, float] | None = None,
    ) -> None:
        self.words = words
        self.counts = counts
        self.ids = ids
        self.offsets = offsets
        self.raw_words = raw_words
        self.raw_vocabulary = raw_vocabulary
        self.file_bytes = file_bytes
        self.seconds = seconds or {}
        self.tags: Any = None

    def close(self) -> None:
        """Give the temporary space back once no other array views it; the words and counts stay."""
        self.ids = np.empty(0, dtype=np.int32)
        self.offsets = np.zeros(1, dtype=np.int64)

    def __enter__(self) -> EncodedCorpus:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return (
            f"EncodedCorpus({len(self.words)} words, {len(self.ids)} ids, "
            f"{len(self.offsets) - 1} sentences)"
        )


def count_and_encode(
    source: LineSentences | Iterable[Iterable[str]],
    *,
    min_count: int = 5,
    max_final_vocab: int | None = None,
    errors: Errors | None = None,
    workers: int = 0,
    progress: Progress | None = None,
    keep_empty: bool = False,
) -> EncodedCorpus:
    """Read a corpus once: choose its vocabulary and write it as ids.

    The result does not depend on the number of workers.

    :param source: Text files, or lists of words that can be iterated over again. Empty strings are
        no words.
    :param min_count: Words that occur less often are dropped.
    :param max_final_vocab: Largest vocabulary; raises the count needed until it is met, so that of
        words with the same count all stay or none (gensim's rule).
    :param errors: Overrides the reader's treatment of bytes that are not UTF-8.
    :param workers: Threads; 0 for all cores. Python sources are read by one.
    :param progress: Told how far the job is, in bytes of the files or in sentences.
    :param keep_empty: Keep sentences of an iterable that have no word, or are left without one.
    :raises ValueError: If the corpus is empty, is not UTF-8, or no word occurs often enough.
    :raises TypeError: If the source is a string, can be read only once, or does not hold words.
    :raises OSError: If a file cannot be read or the temporary folder is full.
    """
    if min_count < 1:
        raise ValueError(f"min_count is {min_count}; it must be 1 or more.")
    if max_final_vocab is not None and max_final_vocab < 1:
        raise ValueError(f"max_final_vocab is {max_final_vocab}; it must be 1 or more, or None.")
    with CountingRun(source, errors, workers, progress, keep_empty) as count:
        counts, firsts = count.run()
        needed = min_count
        if max_final_vocab is not None and max_final_vocab < len(counts):
            largest = np.partition(counts, -max_final_vocab - 1)
            needed = max(needed, int(largest[-max_final_vocab - 1]) + 1)
        kept = np.flatnonzero(counts >= needed)
        if not len(kept):
            reason = f"min_count = {min_count}"
            if needed > min_count:
                reason = f"max_final_vocab = {max_final_vocab} (more words share the largest count)"
            raise ValueError(
                f"No word is left by {reason}: the corpus has {count.counter.read_words} words, "
                f"{np.count_nonzero(counts)} different, the most frequent one {counts.max()} times."
            )
        order = kept[np.lexsort((firsts[kept], -counts[kept]))]
        words = PackedStrings(*count.counter.words(order))
        return count.encode(words, counts[order], order)


def encode(
    source: LineSentences | Iterable[Iterable[str]],
    words: PackedStrings | Iterable[str],
    *,
    errors: Errors | None = None,
    workers: int = 0,
    progress: Progress | None = None,
) -> EncodedCorpus:
    """Write a corpus as ids of an existing vocabulary; other words are left out.

    :param words: The vocabulary, without repeats; its order stays.
    :returns: With the counts of these words in this corpus, 0 for those it lacks.
    :raises ValueError: As ``count_and_encode``, and if the corpus has none of the words.
    """
    if isinstance(words, str):
        raise TypeError(f"words is the string {words[:60]!r}; give a list of words.")
    packed = words if isinstance(words, PackedStrings) else PackedStrings.pack(words)
    with CountingRun(source, errors, workers, progress) as count:
        count.run()
        return count.encode_known(packed)


class CountingRun:
    """One run over a corpus: the threads, the temporary files and what they report.

    :param keep_empty: Sentences of an iterable that have no word, or are left without one, stay.
    """

    def __init__(
        self,
        source: LineSentences | Iterable[Iterable[str]],
        errors: Errors | None,
        workers: int,
        progress: Progress | None,
        keep_empty: bool = False,
    ) -> None:
        source, self._matchers = unjoined(source)
        _check_source(source)
        if workers < 0:
            raise ValueError(
                f"workers is {workers}; give the number of threads, or 0 for all cores."
            )
        self.source = source
        self.files = source.files if isinstance(source, LineSentences) else []
        own_errors = source.errors if isinstance(source, LineSentences) else "strict"
        errors = check_errors(errors or own_errors)
        self.report = progress or _no_progress
        self.seconds = {"read": 0.0, "count": 0.0, "encode": 0.0}
        self.n_workers = (workers or n_cores()) if self.files else 1
        self.n_units = self.file_bytes  # what progress counts; sentences where there is no file
        self.stack = contextlib.ExitStack()
        self.segments = [self._temporary_file() for _ in range(self.n_workers)]
        self.counter = _core.CorpusCounter(
            [file.fileno() for file in self.segments],
            BLOCK_BYTES,
            errors == "replace",
            MAX_WORDS,
            keep_empty,
        )
        self.stack.callback(self.counter.cancel)

    def __enter__(self) -> CountingRun:
        return self

    def __exit__(self, *error: object) -> None:
        self.stack.close()

    def _temporary_file(self) -> IO[bytes]:
        try:
            file = tempfile.TemporaryFile(prefix="vectorsuite-", buffering=0)  # noqa: SIM115
        except OSError as error:
            raise _temporary_space_error(error.errno or 0) from error
        return self.stack.enter_context(file)

    @property
    def file_bytes(self) -> int:
        return sum(file.size for file in self.files)

    def run(self) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
        """Count; return counts and first places of the words read, (n,) int64 and (n,) uint64.

        Words that occur only inside joined phrases have a count of 0, and the last place.
        """
        start = time.perf_counter()
        if self.files:
            self._count_files()
        else:
            self._count_sentences()
        self.counter.start_merge()
        self._wait()
        self._check()
        for matcher in self._matchers:
            self.counter.start_join(matcher, self._temporary_file().fileno())
            self._wait()
            self._check()
        counts, firsts = self.counter.entries()
        if not len(counts):
            what = "has no sentences with words in it"
            name = repr(self.source) if self.files else "the iterable"
            raise EmptyCorpusError(f"The corpus is empty: {name} {what}.")
        self.seconds["read"] = self.counter.waited_seconds
        self.seconds["count"] = time.perf_counter() - start - self.seconds["read"]
        return counts, firsts

    def encode(
        self, words: PackedStrings, counts: NDArray[np.int64], order: NDArray[np.integer[Any]]
    ) -> EncodedCorpus:
        """Write the text as positions in ``order``, (V,) numbers of merged words or -1."""
        start = time.perf_counter()
        entries = self.counter.entries()[0]
        ranks = np.full(len(entries), -1, dtype=np.int32)
        known = order >= 0
        ranks[order[known]] = np.flatnonzero(known)
        ids_file, offsets_file = self._temporary_file(), self._temporary_file()
        self.counter.start_encode(ranks, ids_file.fileno(), offsets_file.fileno())
        n_ids = sum(os.fstat(file.fileno()).st_size for file in self.segments) // 4
        while not self.counter.wait(_TURN):
            share = self.counter.done_words / n_ids
            self.report("encode", int(share * self.n_units), self.n_units)
        self._check()
        self.report("encode", self.n_units, self.n_units)
        counter = self.counter
        self.seconds["encode"] = time.perf_counter() - start
        return EncodedCorpus(
            words,
            counts,
            np.memmap(ids_file, np.int32, "r", shape=(counter.n_ids,)),
            np.memmap(offsets_file, np.int64, "r", shape=(counter.n_sentences + 1,)),
            raw_words=counter.read_words,
            raw_vocabulary=int(np.count_nonzero(entries)),
            file_bytes=self.file_bytes,
            seconds=self.seconds,
        )

    def encode_known(self, words: PackedStrings) -> EncodedCorpus:
        """Write the text as ids of an existing vocabulary; see :func:`encode`."""
        counts = self.counter.entries()[0]
        order = self.counter.find(words.data, words.offsets)
        known = (order >= 0) & (counts[order] > 0)
        if known.any() and np.bincount(order[known]).max() > 1:
            raise ValueError("The vocabulary repeats a word; every word must occur in it once.")
        if not known.any():
            raise ValueError(
                f"None of the corpus's {np.count_nonzero(counts)} different words is among the "
                f"{len(words)} of the vocabulary."
            )
        return self.encode(words, np.where(known, counts[order], 0), order)

    def n_sentences(self) -> int:
        """Sentences read: those of an iterable all, of files those with a word."""
        return self.counter.count_sentences() if self.files else self.n_units

    def _count_sentences(self) -> None:
        sentences, n, ended = iter(self.source), 0, False
        while not ended:
            new, ended = self.counter.add_sentences(sentences, n, _TURN)
            n += new
            self._check()
            self.report("count", n, None, words=self.counter.read_words)
        self.n_units = n

    def _count_files(self) -> None:
        span = 2**63 // len(self.files)
        streams = []
        for i, file in enumerate(self.files):
            if file.compression is None and file.is_regular:
                self.counter.add_plain(i, os.fsencode(file.path), file.size, i * span)
            else:
                self.counter.open_stream(i, i * span)
                streams.append((i, file))
        unpackers = Unpackers(self.counter, streams, self.n_workers)
        self.stack.callback(unpackers.stop)
        self.counter.start_count()
        unpackers.start()
        total = self.file_bytes
        while not self.counter.wait(_TURN):
            unpackers.check()
            done = self.counter.done_bytes + unpackers.done_bytes
            self.report("count", done, total, words=self.counter.done_words)
        unpackers.check()
        self._check()
        self.report("count", total, total, words=self.counter.done_words)

    def _wait(self) -> None:
        while not self.counter.wait(_TURN):
            pass

    def _check(self) -> None:
        """Raise what stopped the threads, if anything did."""
        failure = self.counter.failure()
        if failure is not None:
            kind, number, offset, code = failure
            raise _error(kind, number, offset, code, self.files)


def _check_source(source: object) -> None:
    if isinstance(source, LineSentences):
        return
    if isinstance(source, str | bytes | os.PathLike):
        shown = repr(source if isinstance(source, os.PathLike) else source[:60])
        raise TypeError(
            f"The corpus is {shown}: for a file or folder, give LineSentences(path); "
            "for text in memory, a list of lists of words."
        )
    if not isinstance(source, Iterable):
        raise TypeError(
            f"The corpus is of type {type(source).__name__}; "
            "give LineSentences(path) or lists of words."
        )
    if iter(source) is source:
        raise TypeError(
            f"The corpus is a {type(source).__name__}, which can be read only once. "
            "Give a list, or an object whose __iter__ starts again."
        )


def _error(kind: str, number: int, offset: int, code: int, files: list[TextFile]) -> Exception:
    """Turn what a thread met into the exception that says so."""
    file = files[number] if number < len(files) else None
    path = file.path if file else None
    if kind == "invalid_utf8" and file:
        return ValueError(invalid_utf8_message(file.path, offset, bool(file.compression)))
    if kind == "reading":
        return OSError(code, os.strerror(code), str(path))
    if kind == "changed":
        return OSError(
            f"{path} got shorter while it was read; run again when nothing writes to it."
        )
    if kind == "writing":
        return _temporary_space_error(code)
    if kind == "too_many_words":
        return ValueError(f"The corpus has more than {MAX_WORDS} different words; split it.")
    if kind == "long_word":
        return ValueError(f"The word at byte {offset} of {path} is over 2 GB; is this a text?")
    return MemoryError("The words of the corpus do not fit into memory.")


def _temporary_space_error(code: int) -> OSError:
    advice = "the ids of a corpus take 4 to 8 bytes a word; set TMPDIR to a folder with room"
    if code in (errno.EMFILE, errno.ENFILE):
        advice = "every worker writes a file of its own; set fewer workers"
    return OSError(code, f"{os.strerror(code)}: {advice}", tempfile.gettempdir())


def _no_progress(stage: str, done: int, total: int | None = None, /, **figures: float) -> None:
    pass
