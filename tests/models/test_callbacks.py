"""Callbacks: when they are called, and what those of this package do."""

import numpy as np
import pytest
from small_models import ALL, SENTENCES

from vectorsuite.models import (
    CallbackAny2Vec,
    FastText,
    HeldOutLoss,
    LiveEvaluation,
    Word2Vec,
)


class Recorder(CallbackAny2Vec):
    def __init__(self, stop_after=None):
        self.events, self.losses, self.stop_after = [], [], stop_after

    def on_train_begin(self, model):
        self.events.append("begin")

    def on_epoch_begin(self, model):
        self.events.append("epoch")

    def on_epoch_end(self, model):
        self.events.append("end of epoch")
        self.losses.append(model.get_latest_training_loss())
        lengths = np.linalg.norm(model.wv.vectors, axis=1)
        assert model.wv.norms == pytest.approx(lengths)
        if len(self.losses) == self.stop_after:
            model.stop_training()

    def on_train_end(self, model):
        self.events.append("end")


def test_callbacks_are_called_in_order_and_see_the_loss():
    recorder = Recorder()
    model = Word2Vec(SENTENCES, callbacks=[recorder], **{**ALL, "epochs": 2})
    epoch = ["epoch", "end of epoch"]
    assert recorder.events == ["begin", *epoch, *epoch, "end"]
    assert 0 < recorder.losses[0] < recorder.losses[1] == model.get_latest_training_loss()


def test_a_callback_can_end_training():
    recorder = Recorder(stop_after=2)
    model = Word2Vec(SENTENCES, callbacks=[recorder], **{**ALL, "epochs": 9})
    assert len(model.epoch_losses) == 2
    assert recorder.events[-2:] == ["end of epoch", "end"]


def test_the_held_out_loss_is_measured_and_ends_training():
    watch = HeldOutLoss(SENTENCES[-3:], patience=2)
    settings = {**ALL, "epochs": 40, "alpha": 0.5, "min_alpha": 0.5}
    model = Word2Vec(SENTENCES[:4] + SENTENCES[-1:], callbacks=[watch], **settings)
    assert len(watch.losses) == len(model.epoch_losses) < 40
    assert min(watch.losses) == watch.losses[-3]
    assert watch.best_epoch == len(watch.losses) - 2
    plain = Word2Vec(SENTENCES[:4] + SENTENCES[-1:], **{**settings, "epochs": 40})
    assert plain.wv.vectors.shape == model.wv.vectors.shape


@pytest.mark.parametrize("kind", [Word2Vec, FastText])
@pytest.mark.parametrize("keep_best", [True, False])
def test_the_model_ends_with_its_best_tables(kind, keep_best):
    class Seen(CallbackAny2Vec):
        def __init__(self):
            self.tables = []

        def on_epoch_end(self, model):
            self.tables.append((model.wv["graph"].copy(), model.syn1neg.copy()))

    watch, seen = HeldOutLoss(SENTENCES[-3:], patience=2, keep_best=keep_best), Seen()
    settings = {**ALL, "epochs": 40, "alpha": 0.5, "min_alpha": 0.5}
    model = kind(SENTENCES[:4] + SENTENCES[-1:], callbacks=[watch, seen], **settings)
    vector, contexts = seen.tables[-3 if keep_best else -1]
    assert len(seen.tables) == watch.best_epoch + 2
    assert (model.wv["graph"] == vector).all() and (model.syn1neg == contexts).all()
    assert not (seen.tables[-3][0] == seen.tables[-1][0]).all()


def test_vectors_can_be_evaluated_while_they_are_trained():
    live = LiveEvaluation(lambda wv: wv.similarity("graph", "trees"), every=2)
    model = Word2Vec(SENTENCES, callbacks=[live], **{**ALL, "epochs": 5})
    assert len(live.results) == 2
    assert live.results[0] != live.results[1] != model.wv.similarity("graph", "trees")
    with pytest.raises(ValueError, match="every is 0; it must be at least 1"):
        LiveEvaluation(live.evaluate, every=0)
