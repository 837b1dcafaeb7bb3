"""Watching a run: checkpoints now and then, the held-out loss after each epoch, an early end."""

from __future__ import annotations

from vectorsuite.training.checkpoint import Checkpoint
from vectorsuite.training.held_out import HeldOut
from vectorsuite.training.watch import Position, Watch
from vectorsuite.training.weights import Weights


class RunWatch(Watch):
    """Saves, measures and stops as asked.

    :param checkpoint: Where to save, and where to go on from if it is there.
    :param every: Words of the vocabulary between two checkpoints, counted within each epoch.
    :param held_out: What to measure the loss on after each epoch.
    :param patience: End after so many epochs in a row without a lower held-out loss; 0: never.
    """

    def __init__(
        self,
        checkpoint: Checkpoint | None = None,
        every: int = 0,
        held_out: HeldOut | None = None,
        patience: int = 0,
    ) -> None:
        self.pause_every = every if checkpoint else 0
        self.checkpoint = checkpoint
        self.held_out = held_out
        self.patience = patience
        #: Held-out loss after each epoch.
        self.losses: list[float] = []
        #: Where the run went on, if it did.
        self.resumed_at: Position | None = None

    def begin(self, weights: Weights) -> Position:
        """Go on from the checkpoint, if there is one."""
        saved = self.checkpoint.restore(weights) if self.checkpoint else None
        if saved is None:
            return Position()
        position, self.losses = saved
        self.resumed_at = Position(position.epoch, position.token)
        return position

    def pause(self, position: Position, weights: Weights) -> None:
        """Save the tables."""
        if self.checkpoint:
            self.checkpoint.save(position, weights, self.losses)

    def after_epoch(self, position: Position, weights: Weights) -> bool:
        """Measure the held-out loss; True if it has not fallen for too long."""
        if self.held_out is None:
            return False
        self.losses.append(self.held_out.loss(weights))
        best = self.losses.index(min(self.losses))
        return 0 < self.patience <= len(self.losses) - 1 - best
