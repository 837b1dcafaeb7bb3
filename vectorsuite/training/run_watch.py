"""Watching a run: checkpoints, test scores and held-out losses as it goes, an early end."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from vectorsuite.protocols import Progress
from vectorsuite.training.checkpoint import Checkpoint
from vectorsuite.training.held_out import Measure
from vectorsuite.training.watch import Position, Watch
from vectorsuite.training.weights import Weights

#: Takes the tables as they are; returns scores by name.
Evaluate = Callable[[Weights], dict[str, float]]


class RunWatch(Watch):
    """Saves, measures and stops as asked.

    :param checkpoint: Where to save, and where to go on from if it is there.
    :param every: Words of the vocabulary between two checkpoints, counted within each epoch.
    :param held_out: What to measure the loss on after each epoch.
    :param patience: End after so many epochs in a row without a lower held-out loss; 0: never.
    :param keep_best: End with the tables of the epoch with the lowest held-out loss, of which a
        copy is held until then.
    :param evaluate: What to score the tables with after each epoch ...
    :param evaluate_every: ... and after so many words within each; 0: only then.
    :param n_tokens: Words of an epoch, to say when a score was taken.
    :param progress: Told the scores.
    """

    def __init__(
        self,
        checkpoint: Checkpoint | None = None,
        every: int = 0,
        held_out: Measure | None = None,
        patience: int = 0,
        *,
        keep_best: bool = True,
        evaluate: Evaluate | None = None,
        evaluate_every: int = 0,
        n_tokens: int = 0,
        progress: Progress | None = None,
    ) -> None:
        self.checkpoint = checkpoint
        self.held_out = held_out
        self.patience = patience
        self.keep_best = keep_best
        self.evaluate = evaluate
        self.n_tokens = n_tokens
        self.progress = progress
        self._every = every if checkpoint else 0
        self._evaluate_every = evaluate_every if evaluate else 0
        self.pause_every = min(filter(None, (self._every, self._evaluate_every)), default=0)
        self._paused_at = 0  # token of this epoch
        self._best_tables: dict[str, Any] | None = None
        #: Held-out loss after each epoch.
        self.losses: list[float] = []
        #: Scores by name, and "epoch": how many were done, a fraction within one.
        self.scores: list[dict[str, float]] = []
        #: Where the run went on, if it did.
        self.resumed_at: Position | None = None

    @property
    def best_epoch(self) -> int:
        """The epoch, from 1, with the lowest held-out loss; 0: none was measured."""
        losses = [math.inf if math.isnan(loss) else loss for loss in self.losses]
        lowest = min(losses, default=math.inf)
        return losses.index(lowest) + 1 if lowest < math.inf else 0

    def begin(self, weights: Weights) -> Position:
        """Go on from the checkpoint, if there is one."""
        saved = self.checkpoint.restore(weights) if self.checkpoint else None
        if saved is None:
            self._score(Position(), weights)  # so that a test that cannot be taken ends no long run
            return Position()
        position, notes, self._best_tables = saved
        self.losses, self.scores = list(notes["losses"]), list(notes["scores"])
        self.resumed_at = Position(position.epoch, position.token)
        self._paused_at = position.token
        return position

    def pause(self, position: Position, weights: Weights) -> None:
        """Score, within an epoch, and save, each if it is time."""
        within = position.token > 0  # after an epoch, the scores were taken before
        if within and self._is_due(self._evaluate_every, position.token):
            self._score(position, weights)
        if self.checkpoint and (not within or self._is_due(self._every, position.token)):
            notes = {"losses": self.losses, "scores": self.scores}
            self.checkpoint.save(position, weights, notes, self._best_tables)
        self._paused_at = position.token

    def after_epoch(self, position: Position, weights: Weights) -> bool:
        """Score, and measure the held-out loss; True if it has not fallen for too long."""
        if self.evaluate:
            self._score(position, weights)
        if self.held_out is None:
            return False
        self.losses.append(self.held_out.loss(weights))
        if self.keep_best and self.best_epoch == len(self.losses):
            self._best_tables = weights.copy_tables()
        return self.best_epoch > 0 and 0 < self.patience <= len(self.losses) - self.best_epoch

    def end(self, weights: Weights) -> None:
        """Go back to the best tables."""
        if self._best_tables is not None and self.best_epoch < len(self.losses):
            weights.put_tables(self._best_tables)
        self._best_tables = None

    def _is_due(self, every: int, token: int) -> bool:
        """Whether a multiple of so many words was passed since the last pause."""
        return bool(every) and token // every > self._paused_at // every

    def _score(self, position: Position, weights: Weights) -> None:
        if self.evaluate is None:
            return
        epochs = position.epoch + position.token / max(self.n_tokens, 1)
        scores = _numbers(self.evaluate(weights))
        self.scores.append({"epoch": epochs, **scores})
        if self.progress:
            self.progress("evaluate", position.token, self.n_tokens, epoch=epochs, **scores)


def _numbers(scores: Any) -> dict[str, float]:
    """Scores as plain numbers, which progress, checkpoints and reports can hold.

    :raises TypeError: They are no dictionary of names and numbers.
    :raises ValueError: One has the name that says when scores were taken.
    """
    if not isinstance(scores, Mapping):
        raise TypeError(
            f"The function of [evaluation] returned {scores!r:.60}; it is to return a dictionary "
            "of names and numbers."
        )
    if "epoch" in scores:
        raise ValueError("A score of [evaluation] cannot be named 'epoch'; give it another name.")
    numbers = {}
    for name, score in scores.items():
        try:
            numbers[str(name)] = float(score)
        except (TypeError, ValueError):
            raise TypeError(
                f"The score {name!r} of [evaluation] is {score!r:.60}; it is to be one number."
            ) from None
    return numbers
