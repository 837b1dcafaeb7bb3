"""A model of fastText as its file holds it: words, n-gram buckets, input and output matrices."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

import vectorsuite.kernels._core as _core
from vectorsuite.kernels.cores import n_cores
from vectorsuite.packed import PackedStrings

VERSION = 12
CODES = 256
SUPERVISED = 3


@dataclass
class Quantizer:
    """Centroids of a product quantiser (Jégou et al., 2011): (dim × 256,) float32, by parts."""

    dim: int
    n_parts: int
    part_width: int
    last_width: int
    centroids: NDArray[np.float32]

    def decode(self, codes: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the vectors of codes, (n, parts) to (n, dim)."""
        out = np.empty((len(codes), self.dim), np.float32)
        for part in range(self.n_parts):
            last = part == self.n_parts - 1
            width = self.last_width if last else self.part_width
            start = part * self.part_width
            table = self.centroids[start * CODES : (start + width) * CODES].reshape(CODES, width)
            out[:, start : start + width] = table[codes[:, part]]
        return out


@dataclass
class QuantizedMatrix:
    """A matrix as codes of each row's parts, and perhaps codes of the rows' lengths."""

    n_rows: int
    width: int
    codes: NDArray[np.uint8]
    quantizer: Quantizer
    norm_codes: NDArray[np.uint8] | None = None
    norm_quantizer: Quantizer | None = None

    def decode(self) -> NDArray[np.float32]:
        """Return the rows, (rows, D) float32."""
        rows = self.quantizer.decode(self.codes.reshape(self.n_rows, -1))
        if self.norm_codes is not None and self.norm_quantizer is not None:
            rows *= self.norm_quantizer.decode(self.norm_codes[:, None])
        return rows


Matrix = NDArray[np.float32] | QuantizedMatrix


@dataclass
class FastTextModel:
    """Everything in a model file.

    :param arguments: fastText's names of its arguments to their values.
    :param sampling: Its argument ``t``, the threshold of sub-sampling.
    :param entries: Words and labels, in the file's order.
    :param counts: How often each was seen, (entries,) int64.
    :param types: (entries,) int8, 0 word, 1 label.
    :param n_tokens: Words in the corpus.
    :param pruned: Kept buckets and their rows, (P, 2) int32; None: all are kept.
    :param input: Rows of words, then of buckets.
    :param output: Rows of words or labels.
    :param version: Of the file.
    """

    arguments: dict[str, int]
    sampling: float
    entries: PackedStrings
    counts: NDArray[np.int64]
    types: NDArray[np.int8]
    n_tokens: int
    pruned: NDArray[np.int32] | None
    input: Matrix
    output: Matrix
    version: int = VERSION
    _rows: NDArray[np.float32] | None = field(default=None, repr=False)

    @property
    def n_words(self) -> int:
        """Entries that are words."""
        return int((self.types == 0).sum())

    @property
    def ngram_lengths(self) -> tuple[int, int]:
        """Least and greatest length of the n-grams of words, in characters; (0, 0): they have none.

        None if ``minn`` is above ``maxn``: so fastText reads it, which takes any numbers.
        """
        values = self.arguments
        minn, maxn = max(values["minn"], 0), values["maxn"]
        without = not values["bucket"] or maxn < max(minn, 1)
        if without or (self.version <= 11 and values["model"] == SUPERVISED):  # those had none
            return 0, 0
        return minn, maxn

    def rows(self) -> NDArray[np.float32]:
        """Return the input matrix as floats, (rows, D)."""
        if not isinstance(self.input, QuantizedMatrix):
            return self.input
        if self._rows is None:
            self._rows = self.input.decode()
        return self._rows

    def compose(self, words: PackedStrings, own_rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return fastText's vectors of words, known or not.

        :param own_rows: Row of each word in the input matrix, (n,) int64, -1 for unknown words.
        :returns: (n, D) float32; zeros for an unknown word without n-grams.
        """
        rows = self.rows()
        out = np.empty((len(words), rows.shape[1]), np.float32)
        pruned = np.zeros((0, 2), np.int32) if self.pruned is None else self.pruned
        _core.fasttext_vectors(
            np.ascontiguousarray(words.data), words.offsets, own_rows, rows, self.n_words,
            self.arguments["bucket"], *self.ngram_lengths, pruned, self.pruned is not None, out,
            n_cores(),
        )  # fmt: skip
        return out
