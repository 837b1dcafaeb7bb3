"""What a model consists of: its settings, its words, and the tables that training changes."""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels.compiled import TreeOrder, start_rows
from vectorsuite.kernels.job import LINE_FLOATS, padded_rows
from vectorsuite.query import KeyedVectors
from vectorsuite.query.keys import start_keys
from vectorsuite.query.lifecycle import Lifecycle
from vectorsuite.training.architecture import Architecture
from vectorsuite.training.weights import Weights

logger = logging.getLogger(__name__)
MASK = (1 << 64) - 1


class ModelState(Lifecycle):
    """Settings, ``wv`` and the output tables. Views of the same memory where training works.

    `wv.vectors`, `syn1neg` and `syn1` are float32 views of tables with padded rows. Other
    arrays may be put in their place: training copies them into tables of its own first.
    """

    vector_size: int
    sg: int
    hs: int
    negative: int
    cbow_mean: int
    window: int
    sample: float
    ns_exponent: float
    shrink_windows: bool
    seed: int
    hashfxn: Any
    wv: KeyedVectors
    #: Of the tree of hierarchical softmax.
    tree_order: TreeOrder = "heap"

    def __init__(self) -> None:
        self.lifecycle_events = []
        self._in_rows: NDArray[np.float32] | None = None
        self._out_rows: NDArray[np.float32] | None = None
        self._tree_rows: NDArray[np.float32] | None = None

    # -- the tables

    @property
    def layer1_size(self) -> int:
        """Width of the hidden layer, and so of the output tables: that of the vectors."""
        return self.vector_size

    @property
    def syn1neg(self) -> NDArray[np.float32]:
        """Context vectors of negative sampling, (V, D) float32.

        :raises AttributeError: The model has none.
        """
        if self._out_rows is None:
            raise AttributeError("This model has no syn1neg: negative is 0, or it was discarded.")
        return self._out_rows[:, : self.layer1_size]

    @syn1neg.setter
    def syn1neg(self, rows: Any) -> None:
        self._out_rows = padded_copy(rows, self.layer1_size)

    @syn1neg.deleter
    def syn1neg(self) -> None:
        self._out_rows = None

    @property
    def syn1(self) -> NDArray[np.float32]:
        """Vectors of the inner nodes of the Huffman tree, (V, D) float32; the last is unused.

        :raises AttributeError: The model has none.
        """
        if self._tree_rows is None:
            raise AttributeError("This model has no syn1: hs is 0, or it was discarded.")
        return self._tree_rows[:, : self.layer1_size]

    @syn1.setter
    def syn1(self, rows: Any) -> None:
        self._tree_rows = padded_copy(rows, self.layer1_size)

    @syn1.deleter
    def syn1(self) -> None:
        self._tree_rows = None

    def _input_rows(self) -> NDArray[np.float32]:
        """The table under ``wv.vectors``; made, and put under it, if something else is there."""
        self._in_rows = table_under(self.wv, self._in_rows)
        return self._in_rows

    def __getstate__(self) -> dict[str, Any]:
        """What copies and pickles hold: of the vectors, those under ``wv`` alone."""
        return {**self.__dict__, "_in_rows": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Put tables that were copied where training needs them: at the start of a cache line."""
        self.__dict__.update(state)
        for name in ("_out_rows", "_tree_rows"):
            rows = state.get(name)
            if rows is not None and rows.ctypes.data % (4 * LINE_FLOATS):
                setattr(self, name, padded_copy(rows, rows.shape[1]))

    # -- their beginnings

    def init_weights(self) -> None:
        """Give all words random vectors and zero the output tables; what was learned is lost."""
        n = len(self.wv)
        self._start_inputs()
        self._out_rows = padded_rows(n, self.layer1_size) if self.negative else None
        self._tree_rows = padded_rows(n, self.layer1_size) if self.hs else None
        self.wv.vectors_lockf = np.ones(n, dtype=np.float32)

    def _start_inputs(self) -> None:
        """Make the table of word vectors."""
        self._in_rows = self._start_rows(list(self.wv.index_to_key))
        self.wv.vectors = self._in_rows[:, : self.vector_size]

    def _add_inputs(self) -> None:
        """Give words that were added random vectors."""
        old = len(self.wv.vectors)
        rows = self._start_rows(list(self.wv.index_to_key)[old:], leading=old)
        rows[:old, : self.vector_size] = self.wv.vectors
        self._in_rows = rows
        self.wv.vectors = rows[:, : self.vector_size]

    def update_weights(self) -> None:
        """Make room for words that were added; those known keep their vectors."""
        self._add_inputs()
        for name in ("syn1neg", "syn1"):
            if hasattr(self, name):
                self._grow_outputs(name)

    def _grow_outputs(self, name: str) -> None:
        """Give words that were added rows of zeros in an output table."""
        known = getattr(self, name)
        grown = np.zeros((len(self.wv), self.layer1_size), dtype=np.float32)
        grown[: len(known)] = known
        setattr(self, name, grown)

    def prepare_weights(self, update: bool = False) -> None:
        """Make the tables of a new vocabulary, or make room in them for words added."""
        if update:
            self.update_weights()
        else:
            self.init_weights()

    def seeded_vector(self, seed_string: str, vector_size: int | None = None) -> NDArray[Any]:
        """The random vector, (D,) float32, uniform in ±1 / D, that a string starts with."""
        width = vector_size or self.vector_size
        rows = padded_rows(1, width)
        start_rows(self._start_keys([seed_string]), self._seed(), width, rows)
        return rows[0, :width].copy()

    def _start_rows(
        self, keys: list[Any], leading: int = 0, trailing: int = 0
    ) -> NDArray[np.float32]:
        """A padded table: rows of zeros, one random row per key, rows of zeros."""
        end = leading + len(keys)
        rows = padded_rows(end + trailing, self.vector_size)
        if keys:
            start_rows(self._start_keys(keys), self._seed(), self.vector_size, rows[leading:end])
        return rows

    def _start_keys(self, words: list[Any]) -> NDArray[np.uint64]:
        """What decides each word's random vector: its hash, by ``hashfxn`` if there is one."""
        if self.hashfxn is None:
            return start_keys(words)
        hashes = [self.hashfxn(f"{word}{self.seed}") & MASK for word in words]
        return np.array(hashes, dtype=np.uint64)

    def _seed(self) -> int:
        return int(self.seed) & (MASK >> 1)

    # -- what the trainer takes

    def architecture(self) -> Architecture:
        """The settings that shape training."""
        from vectorsuite.models.vocabulary import sample_share

        total = int(self.wv.expandos["count"].sum()) if "count" in self.wv.expandos else 0
        return Architecture(
            kind="skip-gram" if self.sg else "cbow",
            vector_size=self.vector_size,
            window=self.window,
            negative=self.negative,
            hierarchical_softmax=bool(self.hs),
            cbow_mean=bool(self.cbow_mean),
            sample=sample_share(self.sample, total),
            ns_exponent=self.ns_exponent,
            shrink_windows=bool(self.shrink_windows),
        )

    def weights(self) -> Weights:
        """The tables that training changes.

        :raises RuntimeError: A table that the settings call for is missing, or has more rows than
            there are words.
        """
        rows, n = self._input_rows(), len(self.wv)
        for wanted, name in ((self.negative, "syn1neg"), (self.hs, "syn1")):
            if not wanted:
                continue
            if not hasattr(self, name):
                raise RuntimeError(
                    f"The model has no table {name}, so it cannot be trained, nor infer vectors: "
                    "it was loaded from vectors alone, or its training data were discarded."
                )
            if len(getattr(self, name)) > n:
                raise RuntimeError(
                    f"wv has {n} words and {name} has {len(getattr(self, name))} rows: words were "
                    "taken out of wv, so the model can no longer be trained, nor infer vectors."
                )
            if len(getattr(self, name)) < n:  # by wv.add_vector
                self._grow_outputs(name)
        return Weights(
            self.vector_size,
            rows,
            self._out_rows if self.negative else None,
            self._tree_rows if self.hs else None,
            self._locks(),
            tree_order=self.tree_order,
        )

    def _locks(self) -> NDArray[np.float32] | None:
        """Factors on the updates of each row, (V,) float32; None if all are 1.

        :raises ValueError: ``wv.vectors_lockf`` has another length.
        """
        return lock_factors(self.wv.vectors_lockf, len(self.wv), "wv.vectors_lockf", "word")


def lock_factors(values: Any, n: int, name: str, what: str) -> NDArray[np.float32] | None:
    """Factors on the updates of rows, (n,) float32; None if all are 1.

    :param values: One for each row, or one for all.
    :param name, what: Of the values and of a row, for errors.
    :raises ValueError: They are of another number.
    """
    factors = np.asarray(values, dtype=np.float32).reshape(-1)
    if len(factors) == 1:
        factors = np.broadcast_to(factors, (n,))
    if len(factors) != n:
        raise ValueError(f"{name} has {len(factors)} factors for {n} {what}s; give one per {what}.")
    return None if (factors == 1).all() else np.ascontiguousarray(factors)


def padded_copy(rows: Any, width: int) -> NDArray[np.float32]:
    """A copy of rows (R, width) in a table whose rows are whole cache lines.

    :raises ValueError: They are of another width.
    """
    rows = np.asarray(rows, dtype=np.float32)
    if rows.ndim != 2 or rows.shape[1] != width:
        raise ValueError(f"Rows of shape {rows.shape} do not fit vectors of width {width}.")
    table = padded_rows(len(rows), width)
    table[:, :width] = rows
    return table


def table_under(vectors: KeyedVectors, rows: NDArray[np.float32] | None) -> NDArray[np.float32]:
    """The padded table that ``vectors.vectors`` is a view of, for training.

    :param rows: The table that was there when last seen, or None.
    :returns: It, if its memory is still what users see; else a new one, which is put there.
    """
    if rows is not None and is_view(vectors.vectors, rows):
        return rows
    width = vectors.vector_size
    rows = padded_copy(vectors.vectors, width)
    vectors.vectors = rows[:, :width]
    return rows


def is_view(seen: NDArray[Any], rows: NDArray[np.float32]) -> bool:
    """Whether an array is a view of all rows of a padded table, of another width perhaps."""
    return (
        len(seen) == len(rows)
        and seen.dtype == rows.dtype
        and seen.strides == rows.strides
        and seen.ctypes.data == rows.ctypes.data
    )
