"""The tables that training changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels import _core
from vectorsuite.kernels.compiled import TreeOrder, pack_rows, start_rows
from vectorsuite.kernels.device import move, on_host
from vectorsuite.kernels.job import padded_rows
from vectorsuite.packed import PackedStrings
from vectorsuite.strings.hashing import string_keys
from vectorsuite.training.architecture import Architecture

MAX_SHARED: int = _core.MAX_SHARED


@dataclass
class Parts:
    """Rows that make up each word, as lists end to end.

    :param rows: Rows of the input table, (P,) int32.
    :param offsets: Where each word's start, (V + 1,) int64; no word has none.
    """

    rows: NDArray[np.int32]
    offsets: NDArray[np.int64]

    def compose(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Vectors of the words, (V, D) float32: the means of their parts among rows (R, D)."""
        vectors = np.empty((len(self.offsets) - 1, rows.shape[1]), dtype=np.float32)
        _core.row_means(np.ascontiguousarray(rows), self.rows, self.offsets, vectors)
        return vectors


@dataclass
class Documents:
    """Vectors of documents, and which of them each sentence of the corpus belongs to.

    :param rows: (tags, stride) float32, padded as word vectors are.
    :param tags: Rows of each sentence end to end, int32.
    :param offsets: Where each sentence's start, (S + 1,) int64.
    :param words_predict: Whether words predict words, too; otherwise documents alone do.
    :param null_row: If not negative, predict from tags and whole windows end to end, where this row
        of words stands for none.
    :param shared: Most neighbouring centre words that make one step of the loops.
    :param locks: Factors on the updates of each of ``rows``, float32; None: all 1.
    """

    rows: Any
    tags: NDArray[np.int32]
    offsets: NDArray[np.int64]
    words_predict: bool = True
    null_row: int = -1
    shared: int = MAX_SHARED
    locks: NDArray[np.float32] | None = None


@dataclass
class Weights:
    """Input and output vectors, in rows padded to whole cache lines.

    :param width: Floats of a row that are used, D.
    :param in_rows: Word vectors, (V, stride) float32.
    :param out_rows: Context vectors of negative sampling, (V, stride) float32, or None.
    :param tree_rows: Vectors of inner nodes for hierarchical softmax, (V, stride) float32, or None.
    :param locks: Factors on the updates of each row of ``in_rows``, float32; None: all 1.
    :param parts: What each word's vector is the mean of; None: its own row of ``in_rows``.
    :param documents: Document vectors that are trained too; None: none.
    :param tree_order: Of the tree that ``tree_rows`` belong to.
    """

    width: int
    in_rows: Any
    out_rows: Any = None
    tree_rows: Any = None
    locks: NDArray[np.float32] | None = None
    parts: Parts | None = None
    documents: Documents | None = None
    tree_order: TreeOrder = "heap"

    @property
    def vectors(self) -> Any:
        """Word vectors without the padding, a view, (V, D) float32."""
        return self.in_rows[:, : self.width]

    def word_vectors(self) -> NDArray[np.float32]:
        """Vectors of the words as they are now, of their parts if they have some, on the host.

        :returns: (V, D) float32, perhaps a view.
        """
        rows: NDArray[np.float32] = on_host(self.vectors)
        return rows if self.parts is None else self.parts.compose(rows)

    @property
    def contexts(self) -> Any:
        """Context vectors without the padding, a view, (V, D) float32; None without them."""
        return None if self.out_rows is None else self.out_rows[:, : self.width]

    def take_vectors(self) -> Any:
        """Word vectors as one contiguous array, within the same memory; ends the training.

        :returns: (V, D) float32.
        """
        rows, self.in_rows = self.in_rows, None
        if isinstance(rows, np.ndarray):
            return pack_rows(rows, self.width)
        return rows[:, : self.width].copy()

    def copy_tables(self) -> dict[str, Any]:
        """Copies of :meth:`tables`, on their device."""
        return {name: table.copy() for name, table in self.tables().items()}

    def put_tables(self, tables: dict[str, Any]) -> None:
        """Write copies back in place."""
        for name, table in self.tables().items():
            table[:] = tables[name]

    def tables(self) -> dict[str, Any]:
        """The tables that training changes, by name, with their padding."""
        tables = {name: getattr(self, name) for name in ("in_rows", "out_rows", "tree_rows")}
        tables["documents"] = self.documents.rows if self.documents else None
        return {name: table for name, table in tables.items() if table is not None}

    def without_padding(self, tables: Mapping[str, Any]) -> dict[str, Any]:
        """Views of :meth:`tables`, or of copies of them, without the padding of their rows."""
        concatenated = self.documents is not None and self.documents.null_row >= 0
        wider = ("out_rows", "tree_rows") if concatenated else ()
        return {
            name: rows if name in wider else rows[:, : self.width] for name, rows in tables.items()
        }

    def to_ops(self, ops: Any) -> None:
        """Move the tables to the device of a thinc ops."""
        for name in ("in_rows", "out_rows", "tree_rows"):
            table = getattr(self, name)
            if table is not None:
                setattr(self, name, move(table, ops))


def new_weights(words: PackedStrings, architecture: Architecture, seed: int) -> Weights:
    """Tables before training: word vectors uniform in [-1, 1) / D, the outputs 0.

    :param words: The vocabulary; the start of a word depends on the word and the seed alone.
    """
    n, width = len(words), architecture.vector_size
    weights = Weights(width, padded_rows(n, width))
    start_rows(string_keys(words), seed, width, weights.in_rows)
    if architecture.negative:
        weights.out_rows = padded_rows(n, width)
    if architecture.hierarchical_softmax:
        weights.tree_rows = padded_rows(n, width)
    return weights
