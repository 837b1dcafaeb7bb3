"""What a model calls while it trains."""

from __future__ import annotations

from typing import Any


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
