"""A table that grows while a file is read; the policies on words are applied at its end."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

import vectorsuite.kernels._core as _core
from vectorsuite.io.word_vectors import ReadOptions, WordVectors, drop_duplicates
from vectorsuite.packed import PackedStrings

# Rows a header promises are allotted at once up to this size; beyond it, as they come.
TRUSTED_BYTES = 1 << 28


class TableBuilder:
    """Rows and words of a table whose final length may not be known.

    :param name: The file, for messages.
    :param width: Floats per row, D.
    :param options: How words that are not UTF-8, and equal ones, are treated at the end.
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
        :raises ValueError: There are such words, and the options are strict.
        """
        if len(bad_rows) and self.options.errors == "strict":
            raise not_utf8(self.name, where, PackedStrings(words, offsets), int(bad_rows[0]))
        self._words.append(words)
        self._lengths.append(np.diff(offsets))
        self._bad_rows.append(bad_rows + self.n_rows)
        self.n_rows += n

    def drop_after(self, n: int) -> None:
        """Forget rows beyond the first n."""
        self.n_rows = min(self.n_rows, n)

    @property
    def data(self) -> NDArray[np.float32]:
        """The rows so far, (n, D)."""
        return self._data[: self.n_rows]

    def finish(self, file_format: str, **fields: Any) -> WordVectors:
        """Return the table, see :func:`finish_table`."""
        self._data.resize((self.n_rows, self._data.shape[1]), refcheck=False)
        bad_rows = np.concatenate([np.zeros(0, np.int64), *self._bad_rows])
        bad_rows = bad_rows[bad_rows < self.n_rows]
        words = self._packed_words()
        return finish_table(words, self._data, bad_rows, self.options, format=file_format, **fields)

    def _packed_words(self) -> PackedStrings:
        lengths = np.concatenate([np.zeros(1, np.int64), *self._lengths])[: self.n_rows + 1]
        offsets = np.cumsum(lengths)
        words = np.concatenate([np.zeros(0, np.uint8), *self._words])[: offsets[-1]]
        self._words.clear()
        return PackedStrings(words, offsets)


def finish_table(
    words: PackedStrings,
    data: NDArray[Any],
    bad_rows: NDArray[np.int64],
    options: ReadOptions,
    **fields: Any,
) -> WordVectors:
    """Return a table as the options want it: words mended or dropped, the first of equal words.

    :param bad_rows: Rows whose word is not UTF-8, ascending.
    :param fields: Other fields of :class:`WordVectors`; ``counts`` follows the rows.
    """
    counts, n_skipped = fields.pop("counts", None), 0
    if len(bad_rows) and options.errors == "replace":
        words = _replace_bad(words, bad_rows)
    elif len(bad_rows) and options.errors == "skip":
        good = np.delete(np.arange(len(data)), bad_rows)
        words, data, n_skipped = words.take(good), data[good], len(bad_rows)
        counts = None if counts is None else counts[good]
    vectors = WordVectors(words, data, counts=counts, n_skipped=n_skipped, **fields)
    vectors = drop_duplicates(vectors)
    vectors.data = vectors.data.astype(options.dtype, copy=False)
    return vectors


def finish_arrays(
    name: str,
    words: PackedStrings,
    data: NDArray[Any],
    options: ReadOptions,
    **fields: Any,
) -> WordVectors:
    """Return the table of a format that keeps words and vectors as whole arrays.

    Checks what other readers check while they read: as many words as rows, UTF-8, finite values;
    and that ``counts`` among the fields are one integer per word.

    :raises ValueError: Names the file, and the row or word.
    """
    if data.ndim != 2 or data.dtype.kind != "f":
        raise ValueError(
            f"{name}: the vectors are {data.dtype} of shape {data.shape}; one row of floats per "
            "word was expected."
        )
    if len(words) != len(data):
        raise ValueError(f"{name} has {len(words):,} words and {len(data):,} vectors.")
    counts = fields.get("counts")
    if counts is not None and (counts.shape != (len(words),) or counts.dtype.kind not in "iu"):
        raise ValueError(
            f"{name}: counts is {counts.dtype} of shape {counts.shape}; one integer for each of "
            f"the {len(words):,} words was expected."
        )
    if options.limit is not None and options.limit < len(data):
        words = PackedStrings(words.data, words.offsets[: options.limit + 1])
        data = data[: options.limit]
        if counts is not None:
            fields["counts"] = counts[: options.limit]
    if options.finite_only:
        check_finite(name, data)
    bad_rows = _core.find_bad_utf8(words.data, words.offsets)
    if len(bad_rows) and options.errors == "strict":
        raise not_utf8(name, f"word {int(bad_rows[0]) + 1:,}", words, int(bad_rows[0]))
    return finish_table(words, data, bad_rows, options, **fields)


def check_finite(name: str, rows: NDArray[Any], first_row: int = 0) -> None:
    """Raise ValueError that names the first row with nan or infinity.

    :param name: The file, for the message.
    :param rows: Some rows of the table, (n, D).
    :param first_row: Place of the first of them in the table.
    """
    # a sum is finite only if all are: one pass instead of an array of flags
    with np.errstate(invalid="ignore"):  # infinities of both signs
        if np.isfinite(rows.sum(dtype=np.float64)):
            return
    bad = np.flatnonzero(~np.isfinite(rows).all(axis=1))
    if len(bad):
        raise ValueError(
            f"{name}: row {first_row + int(bad[0]) + 1:,} has a value that is not finite. "
            "Read with finite_only=False to take it as it is."
        )


def checked_words(
    name: str, data: NDArray[np.uint8], offsets: NDArray[np.integer[Any]]
) -> PackedStrings:
    """Return packed words whose offsets were read from a file.

    :param name: The file, for the message.
    :param data: All words end to end, (B,) uint8.
    :param offsets: Where each begins, (V + 1,).
    :raises ValueError: If they point outside the bytes or backwards.
    """
    starts: NDArray[np.int64] = np.ascontiguousarray(offsets, dtype=np.int64)
    lengths = np.diff(starts)
    if not len(starts) or starts[0] != 0 or starts[-1] != len(data) or (lengths < 0).any():
        raise ValueError(f"{name}: the offsets of the words do not fit their {len(data):,} bytes.")
    return PackedStrings(np.ascontiguousarray(data, dtype=np.uint8), starts)


def not_utf8(name: str, where: str, words: PackedStrings, row: int) -> ValueError:
    """Return the error for a word that is not UTF-8."""
    word = words.data[words.offsets[row] : words.offsets[row + 1]].tobytes()
    return ValueError(
        f"{name}, {where}: the word {word[:40]!r} is not UTF-8. "
        "Read with errors='replace' or errors='skip', or convert the file's encoding."
    )


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
