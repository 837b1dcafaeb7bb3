"""What a model calls while it trains."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any

from vectorsuite.training.run_watch import RunWatch
from vectorsuite.training.watch import Position

logger = logging.getLogger(__name__)


class CallbackAny2Vec:
    """Base of callbacks, as in gensim: override what is needed.

    To end training after an epoch, call ``model.stop_training()`` in :meth:`on_epoch_end`.
    """

    def on_train_begin(self, model: Any) -> None:
        """Called before the first epoch."""

    def on_epoch_begin(self, model: Any) -> None:
        """Called before every epoch."""

    def on_epoch_end(self, model: Any) -> None:
        """Called after every epoch; ``model.wv`` may be asked, ``model.epoch_losses`` read."""

    def on_train_end(self, model: Any) -> None:
        """Called after the last epoch."""


class HeldOutLoss(CallbackAny2Vec):
    """Measures the loss on sentences that are not trained on, and ends training by it.

    :param sentences: Lists of words; read once.
    :param patience: End after so many epochs in a row without a lower loss; 0: never.
    :param keep_best: Give the model the tables of the epoch with the lowest loss in the end, of
        which a copy is held until then.
    """

    def __init__(
        self, sentences: Iterable[Iterable[Any]], patience: int = 0, keep_best: bool = True
    ) -> None:
        self.sentences = sentences
        self.patience = patience
        self.keep_best = keep_best
        self._watch = RunWatch()
        #: Mean loss per pair after each epoch, in nats.
        self.losses: list[float] = []

    @property
    def best_epoch(self) -> int:
        """The epoch, from 1, with the lowest loss."""
        return self._watch.best_epoch

    def on_train_begin(self, model: Any) -> None:
        """Read the sentences."""
        held_out = model.held_out(self.sentences)
        self._watch = RunWatch(held_out=held_out, patience=self.patience, keep_best=self.keep_best)
        self.losses = self._watch.losses

    def on_epoch_end(self, model: Any) -> None:
        """Measure, and stop if it is time."""
        ends = self._watch.after_epoch(Position(len(self.losses) + 1), model.weights())
        logger.info("held-out loss after epoch %i: %.6f", len(self.losses), self.losses[-1])
        if ends:
            model.stop_training()

    def on_train_end(self, model: Any) -> None:
        """Go back to the best tables."""
        self._watch.end(model.weights())
        model.tables_changed()


class LiveEvaluation(CallbackAny2Vec):
    """Asks something of the vectors while they are trained.

    :param evaluate: Called with ``model.wv``, for example
        ``lambda wv: wv.evaluate_word_pairs("pairs.tsv")[1][0]``.
    :param every: Epochs from one call to the next.
    :raises ValueError: ``every`` is below 1.
    """

    def __init__(self, evaluate: Callable[[Any], Any], every: int = 1) -> None:
        if every < 1:
            raise ValueError(f"every is {every}; it must be at least 1.")
        self.evaluate = evaluate
        self.every = every
        #: What each call returned.
        self.results: list[Any] = []
        self._epochs = 0

    def on_epoch_end(self, model: Any) -> None:
        """Ask, if it is time."""
        self._epochs += 1
        if self._epochs % self.every == 0:
            self.results.append(self.evaluate(model.wv))
            logger.info("after epoch %i: %s", self._epochs, self.results[-1])
