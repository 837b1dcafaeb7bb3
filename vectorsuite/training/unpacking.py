"""Threads that unpack compressed files for the counting threads, several files at once."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable
from typing import Any

from vectorsuite.training.readers import TextFile

PIECE_BYTES = 1 << 20  # of text, pushed at a time


class Unpackers:
    """Feeds files that can only be read from start to end to a ``CorpusCounter``.

    The threads are daemons: one that waits for a pipe that stays silent cannot be woken, and must
    keep neither Ctrl-C nor the end of the process waiting.

    :param counter: Where the text goes; a stream is open for every file.
    :param files: By number of their streams, in the order of the corpus.
    :param n_threads: Files unpacked at once.
    """

    def __init__(self, counter: Any, files: Iterable[tuple[int, TextFile]], n_threads: int) -> None:
        self._counter = counter
        self._waiting = deque(files)
        self._errors: deque[BaseException] = deque()
        self._done_bytes = dict.fromkeys((number for number, _ in self._waiting), 0)
        self._threads = [
            threading.Thread(target=self._work, name=f"unpack-{i}", daemon=True)
            for i in range(min(n_threads, len(self._waiting)))
        ]

    @property
    def done_bytes(self) -> int:
        """Bytes of compressed files that have been unpacked."""
        return sum(self._done_bytes.values())

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def check(self) -> None:
        """Raise what a thread raised, if one did."""
        if self._errors:
            raise self._errors[0]

    def stop(self) -> None:
        """Take no more files, and leave behind a thread that does not end soon."""
        self._waiting.clear()
        self._counter.stop_input()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(0.2)

    def _work(self) -> None:
        try:
            while self._waiting:
                try:
                    number, file = self._waiting.popleft()
                except IndexError:  # another thread was faster
                    return
                self._unpack(number, file)
        except BaseException as error:
            self._errors.append(error)

    def _unpack(self, number: int, file: TextFile) -> None:
        stream = file.open()
        try:
            while piece := stream.read(PIECE_BYTES):
                if not self._counter.push(number, piece):
                    return
                self._done_bytes[number] = stream.packed_bytes()
        finally:
            stream.close()
        self._counter.end_stream(number)
