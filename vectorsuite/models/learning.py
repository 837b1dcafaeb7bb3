"""Training a model, once its vocabulary is there."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels.job import ChunkTotals
from vectorsuite.models.aliases import older_arguments
from vectorsuite.models.building import VocabularyBuilder
from vectorsuite.models.callbacks import CallbackAny2Vec
from vectorsuite.models.corpus_scan import Scan, corpus_files
from vectorsuite.protocols import Progress
from vectorsuite.training.checkpoint import Checkpoint, corpus_digest, digest
from vectorsuite.training.corpus import EncodedCorpus
from vectorsuite.training.held_out import HeldOut, Measure
from vectorsuite.training.readers import PathLike
from vectorsuite.training.run_watch import RunWatch
from vectorsuite.training.trainer import train_epochs

logger = logging.getLogger(__name__)


class Learner(VocabularyBuilder):
    """The part of a model that learns its vectors."""

    alpha: float
    min_alpha: float
    epochs: int
    deterministic: bool

    def __init__(self) -> None:
        super().__init__()
        self.min_alpha_yet_reached = self.alpha
        self.train_count = 0
        self.total_train_time = 0.0
        self.running_training_loss = 0.0
        #: Mean loss per pair of each epoch of the last training, in nats.
        self.epoch_losses: list[float] = []
        self._stopped = False

    @older_arguments
    def train(
        self,
        corpus_iterable: Iterable[Iterable[Any]] | None = None,
        corpus_file: PathLike | None = None,
        total_examples: int | None = None,
        total_words: int | None = None,
        epochs: int | None = None,
        start_alpha: float | None = None,
        end_alpha: float | None = None,
        word_count: int = 0,
        queue_factor: int = 2,
        report_delay: float = 1.0,
        compute_loss: bool = False,
        callbacks: Iterable[CallbackAny2Vec] = (),
        progress: Progress | None = None,
        checkpoint: PathLike | None = None,
        checkpoint_every: int = 10_000_000,
    ) -> tuple[int, int]:
        """Learn from a corpus, going on from the vectors there are.

        The corpus is read once before the first epoch and kept as ids in temporary files, whatever
        the number of epochs: an iterable is iterated over once, a generator will do for one epoch,
        and what it gives later counts for nothing. The learning rate falls linearly with the
        position in the text that was read. Losses are summed in double precision, always.

        :param corpus_iterable: Lists of words, of the vocabulary's corpus or of another one; words
            without a vector are left out.
        :param corpus_file: Or a file or folder of text, one sentence a line, plain or packed.
        :param total_examples: Sentences of the corpus, such as ``model.corpus_count`` ...
        :param total_words: ... or its words, such as ``model.corpus_total_words``. One must be
            given. If it is the number counted for the vocabulary and the corpus has another, it
            has changed, which is an error; if it is any other number, a warning.
        :param epochs: Passes; must be given.
        :param start_alpha: Learning rate at the start; None: ``alpha``.
        :param end_alpha: And at the end; None: ``min_alpha``.
        :param word_count: Words of ``total_words`` trained before: the learning rate starts lower.
        :param queue_factor, report_delay: Accepted as in gensim; not used.
        :param compute_loss: Accepted; the loss is always there.
        :param progress: Told how far training is.
        :param checkpoint: A file to save the state of training to. If it is there from a run that
            was stopped, training goes on from it: with one worker, or deterministic, to the same
            bits. Removed at the end.
        :param checkpoint_every: Words between two savings, and at the end of each epoch.
        :returns: Words trained on, after sub-sampling, and words read, over all epochs.
        :raises RuntimeError: There are no words, or no tables to train.
        :raises ValueError: ``epochs`` or both totals are missing, nothing would be trained, or the
            corpus changed after the vocabulary was built.
        :raises FloatingPointError: Values overflowed; the learning rate is too high.
        """
        source = self._source(corpus_iterable, corpus_file, epochs or 1)
        self._check_training(epochs, total_examples, total_words)
        schedule = self._schedule(epochs or 1, start_alpha, end_alpha, word_count, total_words)
        with self._scan(source) as scan:
            self._check_unchanged(scan, corpus_files(source), total_examples, total_words)
            return self._train_from(
                scan, schedule, callbacks, progress, checkpoint, checkpoint_every
            )

    def _schedule(
        self,
        epochs: int,
        start_alpha: float | None = None,
        end_alpha: float | None = None,
        word_count: int = 0,
        total_words: int | None = None,
    ) -> dict[str, Any]:
        """How long, how fast and by which random numbers the next training runs."""
        self.epochs = epochs
        self.alpha = start_alpha or self.alpha
        self.min_alpha = end_alpha or self.min_alpha
        done = min(word_count / (total_words * epochs), 1.0) if total_words else 0.0
        learn_rate = self.alpha - (self.alpha - self.min_alpha) * done
        return {
            "epochs": epochs,
            "learn_rate": learn_rate,
            "min_learn_rate": min(self.min_alpha, learn_rate),
            "seed": self._seed() ^ self.train_count << 40,
            "deterministic": self.deterministic,
        }

    def _train_from(
        self,
        scan: Scan,
        schedule: dict[str, Any],
        callbacks: Iterable[CallbackAny2Vec] = (),
        progress: Progress | None = None,
        checkpoint: PathLike | None = None,
        checkpoint_every: int = 0,
        watch: RunWatch | None = None,
    ) -> tuple[int, int]:
        """Train on a corpus that was read already.

        :param watch: In place of a checkpoint of this training's own.
        """
        weights, hooks = self.weights(), _Hooks(self, tuple(callbacks))
        start = time.perf_counter()
        self._stopped = False
        self.running_training_loss, self.epoch_losses = 0.0, []
        try:
            with scan.encode(self.wv.index_to_key, self.wv.key_to_index) as corpus:
                own = self._watch(checkpoint, checkpoint_every, corpus, schedule)
                hooks.begin()
                totals = train_epochs(
                    corpus, self._counts(), weights, self.architecture(), **schedule,
                    workers=self.workers, progress=progress, on_epoch=hooks.after_epoch,
                    watch=watch or own,
                )  # fmt: skip
        finally:
            self._take_vectors()
        if own.checkpoint:
            own.checkpoint.remove()
        self.epoch_losses = [sums.loss / max(sums.pairs, 1) for sums in totals]
        self.running_training_loss = sum(sums.loss for sums in totals)
        self.train_count += 1
        seconds = time.perf_counter() - start
        self.total_train_time += seconds
        self.min_alpha_yet_reached = self.min_alpha
        kept, read = sum(epoch.kept for epoch in totals), scan.raw_words * len(totals)
        self.add_lifecycle_event("train", msg=_throughput(read, kept, seconds))
        hooks.call("on_train_end")
        return kept, read

    def _watch(
        self, path: PathLike | None, every: int, corpus: EncodedCorpus, schedule: dict[str, Any]
    ) -> RunWatch:
        """What saves checkpoints, if any are wanted: of this training and no other."""
        if path is None:
            return RunWatch()
        job = {
            "architecture": asdict(self.architecture()),
            "training": schedule,
            "corpus": {"checksum": corpus_digest(corpus)},
            **self._start_of_training(),
        }
        return RunWatch(Checkpoint(Path(path), job), every)

    def _start_of_training(self) -> dict[str, Any]:
        """What else decides the result of training: plain JSON, to tell one from another."""
        return {"vectors": {"checksum": digest(self._counts(), self.wv.vectors)}}

    def _take_vectors(self, for_callbacks: bool = True) -> None:
        """Note that training has changed the vectors: after each epoch, and at the end.

        :param for_callbacks: Whether anybody may look at them now.
        """
        self.wv.changed()

    def tables_changed(self) -> None:
        """Note that somebody wrote to :meth:`weights`: what follows from them is made anew."""
        self._take_vectors()

    def _counts(self) -> NDArray[np.int64]:
        """How often each word of the vocabulary occurs, (V,), at least once."""
        return np.maximum(self.wv.expandos["count"], 1)

    def held_out(self, sentences: Iterable[Any]) -> Measure:
        """Sentences to measure the loss on: ``.loss(model.weights())`` is its mean per pair."""
        with self._scan(sentences) as scan:
            corpus = scan.encode(self.wv.index_to_key, self.wv.key_to_index)
        corpus.counts = self._counts()
        return HeldOut(corpus, self.architecture(), self._seed(), self.workers)

    def _check_training(
        self, epochs: int | None, total_examples: int | None, total_words: int | None
    ) -> None:
        """Refuse to train where the result would be none."""
        if not self.hs and not self.negative:
            raise ValueError(
                "Nothing would be trained: hs and negative are both 0. Set hs=1 for hierarchical "
                "softmax or negative=5 for negative sampling."
            )
        if self.hs and self.negative:
            logger.warning(
                "Both hierarchical softmax and negative sampling are activated. Each pair is "
                "trained by both; set one of hs and negative to 0 if that is not wanted."
            )
        if self.alpha > self.min_alpha_yet_reached:
            logger.warning("Effective 'alpha' higher than previous training cycles")
        if not len(self.wv):
            raise RuntimeError(
                "There is no vocabulary to train: call build_vocab first; or the corpus has no "
                f"word that occurs at least min_count={self.effective_min_count} times."
            )
        if not len(self.wv.vectors):
            raise RuntimeError("The words have no vectors yet: call init_weights first.")
        if total_examples is None and total_words is None:
            raise ValueError(
                "Give total_examples or total_words, for the learning rate; after build_vocab of "
                "the same corpus, total_examples=model.corpus_count."
            )
        if epochs is None or epochs <= 0:
            raise ValueError(f"epochs is {epochs}; give a number such as epochs=model.epochs.")

    def _check_unchanged(
        self,
        scan: Scan,
        files: tuple[Path, ...],
        total_examples: int | None,
        total_words: int | None,
    ) -> None:
        """Compare a corpus with what was announced, and with what the vocabulary was built of.

        Files that changed since then are an error. Other sentences with the numbers of the first
        ones, ``total_examples=model.corpus_count``, are how many go on training.
        """
        for what, name, announced, counted, found in (
            ("sentences", "total_examples", total_examples, self.corpus_count, scan.n_sentences),
            ("words", "total_words", total_words, self.corpus_total_words, scan.raw_words),
        ):
            if not announced or announced == found:
                continue
            if announced == counted and files and files == self._counted_files:
                raise ValueError(
                    f"{files[0]} has {found} {what}; when the vocabulary was built it had "
                    f"{counted}. Build the vocabulary again; or, to train on it as it is now, give "
                    f"the new number: {name}={found}."
                )
            logger.warning(
                "The corpus has %i %s and %s=%i was announced.", found, what, name, announced
            )

    def stop_training(self) -> None:
        """Make :meth:`train` return after this epoch; for callbacks."""
        self._stopped = True

    def get_latest_training_loss(self) -> float:
        """Sum of the losses of all pairs of the current or last training, in nats."""
        return self.running_training_loss


class _Hooks:
    """Calls the callbacks of one training."""

    def __init__(self, model: Learner, callbacks: tuple[CallbackAny2Vec, ...]) -> None:
        self.model = model
        self.callbacks = callbacks
        self.started = time.perf_counter()

    def call(self, name: str) -> None:
        for callback in self.callbacks:
            method: Callable[[Any], None] = getattr(callback, name, _nothing)
            method(self.model)

    def begin(self) -> None:
        self.call("on_train_begin")
        self.call("on_epoch_begin")

    def after_epoch(self, epoch: int, totals: ChunkTotals) -> bool:
        """Note an epoch's loss; returns whether training is to stop."""
        model = self.model
        model.running_training_loss += totals.loss
        model.epoch_losses.append(totals.loss / max(totals.pairs, 1))
        model._take_vectors(for_callbacks=bool(self.callbacks))
        seconds = time.perf_counter() - self.started
        logger.info(
            "epoch %i: loss %.6f per pair, %i effective words took %.1fs, %.0f effective words/s",
            epoch + 1, model.epoch_losses[-1], totals.kept, seconds, totals.kept / seconds,
        )  # fmt: skip
        self.call("on_epoch_end")
        if epoch + 1 < model.epochs and not model._stopped:
            self.call("on_epoch_begin")
        self.started = time.perf_counter()
        return model._stopped


def _nothing(model: Any) -> None:
    pass


def _throughput(words: int, kept: int, seconds: float) -> str:
    return (
        f"training on {words} raw words ({kept} effective words) took {seconds:.1f}s, "
        f"{kept / seconds:.0f} effective words/s"
    )
