"""Looking at a training run from outside: where it is, when to pause, when to stop."""

from __future__ import annotations

from dataclasses import dataclass, field

from vectorsuite.kernels.job import ChunkTotals
from vectorsuite.training.weights import Weights


@dataclass
class Position:
    """How far a run is: everything before a token of an epoch has been trained on.

    :param epoch: From 0.
    :param token: Of this epoch; a multiple of ``_core.CHUNK_TOKENS``.
    :param sums: Of this epoch, up to the token.
    :param totals: Of each finished epoch.
    """

    epoch: int = 0
    token: int = 0
    sums: ChunkTotals = field(default_factory=ChunkTotals)
    totals: list[ChunkTotals] = field(default_factory=list)


class Watch:
    """Watches a run. This one does nothing; see ``run_watch.RunWatch``.

    :param pause_every: Tokens between pauses within an epoch; 0: none.
    """

    pause_every = 0

    def begin(self, weights: Weights) -> Position:
        """Say where the run starts; the tables may be filled with what was saved there."""
        return Position()

    def pause(self, position: Position, weights: Weights) -> None:
        """Take the tables as they are: within an epoch, or after :meth:`after_epoch`."""

    def after_epoch(self, position: Position, weights: Weights) -> bool:
        """Look at the tables after an epoch; returns whether the run is to end here."""
        return False

    def end(self, weights: Weights) -> None:
        """Take the tables for the last time; what they hold now is the result."""
