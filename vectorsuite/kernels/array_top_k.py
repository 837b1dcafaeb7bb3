"""The best columns of scores that come tile by tile, by array operations alone."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


class ArrayTopK:
    """The `keep` highest scores of each query so far, and their columns.

    Runs on the arrays of any module that has NumPy's functions; sorts every tile.

    :param xp: The module.
    :param queries: Q.
    """

    def __init__(self, xp: Any, queries: int, keep: int) -> None:
        self.xp = xp
        self.keep = keep
        self.columns = xp.full((queries, keep), -1, dtype="int64")
        self.scores = xp.full((queries, keep), -np.inf, dtype="float32")

    def feed(
        self,
        scores: Any,
        scale: Any,
        first: int,
        excluded: tuple[NDArray[np.int32], NDArray[np.int64]] | None = None,
    ) -> None:
        """Take in a tile; of equal scores the lower column stays in front.

        :param scores: (Q, r) float32; used up.
        :param scale: A factor on each column, (r,) float32; a column whose factor is NaN is never
            kept.
        :param first: The tile's first column. Tiles come in ascending order.
        :param excluded: For each query columns never to keep, end to end, and offsets (Q + 1,).
        """
        xp = self.xp
        scores *= scale
        scores = xp.where(xp.isnan(scores), np.float32(-np.inf), scores)
        if excluded is not None:
            packed, offsets = excluded
            here = (packed >= first) & (packed < first + scores.shape[1])
            if here.any():
                queries = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))[here]
                scores[xp.asarray(queries), xp.asarray(packed[here] - first)] = -np.inf
        columns = xp.arange(first, first + scores.shape[1])
        all_scores = xp.concatenate([self.scores, scores], axis=1)
        all_columns = xp.concatenate([self.columns, xp.broadcast_to(columns, scores.shape)], axis=1)
        # A stable sort keeps the lower of equal columns in front, as earlier tiles come first.
        order = xp.argsort(-all_scores, axis=1, kind="stable")[:, : self.keep]
        self.scores = xp.take_along_axis(all_scores, order, axis=1)
        self.columns = xp.take_along_axis(all_columns, order, axis=1)

    def finish(self) -> Any:
        """The columns, (Q, keep) int64, best first; -1 where there are fewer."""
        return self.xp.where(self.scores == -np.inf, -1, self.columns)
