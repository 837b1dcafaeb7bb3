"""A table that grows while a file is read; the policies on words are applied at its end."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.io.word_vectors import ReadOptions, WordVectors, drop_duplicates
from vectorsuite.packed import PackedStrings

# Rows a header promises are allotted at once up to this size; beyond it, as they come.
TRUSTED_BYTES = 1 << 28


class TableBuilder:
    """Rows and words of a table whose final length may not be known.

    :param name: The file, for messages.
    :param width: Floats per row, D.
    :param n_rows: Rows to expect; memory is allotted for as many of them as is safe.
    :param bytes_left: Most bytes that the rest of the file can have.
    """

    def __init__(
        self, name: str, width: int, options: ReadOptions, n_rows: int = 0, bytes_left: int = 0
    ) -> None:
        self.name = name
        self.options = options
        self.n_rows = 0
        safe = min(n_rows, max(TRUSTED_BYTES, 4 * bytes_left) // (4 * width) + 1)
        self._data = np.empty((safe, width), dtype=np.float32)
        self._words: list[NDArray[np.uint8]] = []
        self._lengths: list[NDArray[np.int64]] = []
        self._bad_rows: list[NDArray[np.int64]] = []

    def room(self, n: int) -> NDArray[np.float32]:
        """Return n unused rows, (n, D), to be filled; a later call invalidates them."""
        needed = self.n_rows + n
        if needed > len(self._data):
            rows = max(needed, len(self._data) + len(self._data) // 2)
            # reallocates in place where the system can; no other array looks into this one
            self._data.resize((rows, self._data.shape[1]), refcheck=False)
        return self._data[self.n_rows : needed]

    def add(
        self,
        n: int,
        words: NDArray[np.uint8],
        offsets: NDArray[np.int64],
        bad_rows: NDArray[np.int64],
        where: str = "",
    ) -> None:
        """Take over n rows that were filled, with their words.

        :param words: UTF-8 of the words, end to end, (B,) uint8, with offsets (n + 1,) int64.
        :param bad_rows: Which of them are not UTF-8, ascending.
        :param where: Place of the first of these, for the message: "line 17".
        """
        if len(bad_rows) and self.options.errors == "strict":
            row = int(bad_rows[0])
            word = words[offsets[row] : offsets[row + 1]].tobytes()
            raise ValueError(
                f"{self.name}, {where}: the word {word[:40]!r} is not UTF-8. "
                "Read with errors='replace' or errors='skip', or convert the file's encoding."
            )
        self._words.append(words)
        self._lengths.append(np.diff(offsets))
        self._bad_rows.append(bad_rows + self.n_rows)
        self.n_rows += n

    def drop_after(self, n: int) -> None:
        """Forget rows beyond the first n."""
        self.n_rows = min(self.n_rows, n)

    def finish(self, file_format: str, **fields: Any) -> WordVectors:
        """Return the table: words decoded by the policy, duplicates dropped, the dtype wanted."""
        self._data.resize((self.n_rows, self._data.shape[1]), refcheck=False)
        words = self._packed_words()
        bad_rows = np.concatenate([np.zeros(0, np.int64), *self._bad_rows])
        bad_rows = bad_rows[bad_rows < self.n_rows]
        data, n_skipped = self._data, 0
        if len(bad_rows) and self.options.errors == "replace":
            words = _replace_bad(words, bad_rows)
        elif len(bad_rows) and self.options.errors == "skip":
            good = np.delete(np.arange(self.n_rows), bad_rows)
            words, data, n_skipped = words.take(good), data[good], len(bad_rows)
        vectors = WordVectors(words, data, format=file_format, n_skipped=n_skipped, **fields)
        vectors = drop_duplicates(vectors)
        vectors.data = vectors.data.astype(self.options.dtype, copy=False)
        return vectors

    def _packed_words(self) -> PackedStrings:
        lengths = np.concatenate([np.zeros(1, np.int64), *self._lengths])[: self.n_rows + 1]
        offsets = np.cumsum(lengths)
        words = np.concatenate([np.zeros(0, np.uint8), *self._words])[: offsets[-1]]
        self._words.clear()
        return PackedStrings(words, offsets)


def _replace_bad(words: PackedStrings, bad_rows: NDArray[np.int64]) -> PackedStrings:
    pieces = []
    last = 0
    lengths = np.diff(words.offsets)
    for row in bad_rows.tolist():
        start, end = int(words.offsets[row]), int(words.offsets[row + 1])
        pieces.append(words.data[last:start].tobytes())
        mended = words.data[start:end].tobytes().decode("utf8", "replace").encode("utf8")
        pieces.append(mended)
        lengths[row] = len(mended)
        last = end
    pieces.append(words.data[last:].tobytes())
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
    return PackedStrings(np.frombuffer(b"".join(pieces), np.uint8), offsets)
