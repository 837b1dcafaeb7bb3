"""The life of a model of documents: checkpoints of its training, and its bits."""

import numpy as np
import pytest

from vectorsuite import Doc2Vec, TaggedDocument
from vectorsuite.models.callbacks import CallbackAny2Vec

SETTINGS = {"min_count": 1, "vector_size": 4, "workers": 1, "window": 2}


class StopError(Exception):
    pass


class Stopper(CallbackAny2Vec):
    """Ends a training in an error after so many epochs, right before its checkpoint."""

    def __init__(self, epochs):
        self.epochs = epochs

    def on_epoch_end(self, model):
        self.epochs -= 1
        if not self.epochs:
            raise StopError


def make_documents(tags=lambda i: [i, f"t{i % 3}"]):
    return [TaggedDocument([f"w{i * j % 97}" for j in range(50)], tags(i)) for i in range(200)]


def built(documents, **kind):
    model = Doc2Vec(**SETTINGS, **kind)
    model.build_vocab(documents)
    return model


def bits(model):
    return [rows.tobytes() for rows in (model.wv.vectors, model.dv.vectors, model.syn1neg)]


@pytest.mark.parametrize(
    "kind", [{}, {"dm": 0, "hs": 1}, {"dm_concat": 1, "dm_tag_count": 2}], ids=str
)
def test_training_that_was_stopped_goes_on_from_its_checkpoint(tmp_path, kind):
    documents = make_documents()
    how = {"total_examples": 200, "epochs": 3}
    saving = {"checkpoint": tmp_path / "c", "checkpoint_every": 4096, **how}
    whole, stopped, again = (built(documents, **kind) for _ in range(3))
    whole.train(documents, **how)
    with pytest.raises(StopError):
        stopped.train(documents, callbacks=[Stopper(2)], **saving)
    again.train(documents, **saving)
    assert bits(again) == bits(whole)
    assert again.epoch_losses == pytest.approx(whole.epoch_losses, rel=1e-12)
    assert not (tmp_path / "c").exists()


@pytest.mark.parametrize("kind", [{}, {"dm": 0}, {"dm_concat": 1, "dm_tag_count": 2}], ids=str)
def test_deterministic_gives_the_same_bits_for_any_number_of_workers(kind):
    how = {**SETTINGS, "epochs": 2, "deterministic": True, **kind}
    one, three = (Doc2Vec(make_documents(), **{**how, "workers": n}) for n in (1, 3))
    assert bits(one) == bits(three)


def test_another_trainings_checkpoint_is_refused(tmp_path):
    documents = make_documents()
    saving = {"checkpoint": tmp_path / "c", "total_examples": 200, "epochs": 3}
    with pytest.raises(StopError):
        built(documents).train(documents, callbacks=[Stopper(2)], **saving)
    others = make_documents(lambda i: [i, f"t{i % 3}" if i else "t1"])
    with pytest.raises(ValueError, match=r"another job: there tags\.checksum is"):
        built(others).train(others, **saving)
    moved = built(documents)
    moved.dv.vectors[7] += np.float32(0.5)
    with pytest.raises(ValueError, match=r"another job: there tags\.checksum is"):
        moved.train(documents, **saving)
    words = built(documents, dm=0, dbow_words=1)
    with pytest.raises(ValueError, match=r"another job: there architecture\.kind is 'cbow'"):
        words.train(documents, **saving)
