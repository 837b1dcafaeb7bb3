"""The loss on held-out documents: of their second halves, with vectors inferred from the first."""

import numpy as np
import pytest

from vectorsuite import Doc2Vec, TaggedDocument
from vectorsuite.kernels.compiled import huffman_paths
from vectorsuite.models.callbacks import CallbackAny2Vec, HeldOutLoss

KINDS = [[f"{kind}{i}" for i in range(12)] for kind in "xyz"]
PLAIN = {"vector_size": 16, "min_count": 1, "alpha": 0.05, "sample": 0, "workers": 1, "window": 3}


def make_documents(n=60, seed=0, length=31):
    random = np.random.default_rng(seed)
    return [
        TaggedDocument([str(word) for word in random.choice(KINDS[i % 3], size=length)], [i])
        for i in range(n)
    ]


@pytest.fixture(scope="module")
def paths_model():
    return Doc2Vec(make_documents(), dm=0, hs=1, negative=0, epochs=15, **PLAIN)


def test_the_loss_is_that_of_the_second_halves(paths_model):
    model, documents = paths_model, make_documents(3, seed=1)
    halves = [(d.words[:16], d.words[16:]) for d in documents]
    vectors = model.infer_vectors([first for first, _ in halves]).astype(np.float64)
    offsets, nodes, signs = huffman_paths(model.wv.expandos["count"])
    losses = []
    for vector, (_, second) in zip(vectors, halves, strict=True):
        for word in second:
            row = model.wv.key_to_index[word]
            path = slice(offsets[row], offsets[row + 1])
            losses.append(np.log1p(np.exp(-signs[path] * (model.syn1[nodes[path]] @ vector))).sum())
    loss = model.held_out(documents).loss(model.weights())
    assert loss == pytest.approx(np.mean(losses), rel=1e-4)


@pytest.mark.parametrize("kind", [{}, {"dm": 0, "dbow_words": 1}, {"dm_concat": 1, "window": 2}])
def test_measuring_changes_nothing_repeats_and_does_not_depend_on_workers(kind):
    model = Doc2Vec(make_documents(), epochs=3, **{**PLAIN, **kind})
    held_out = model.held_out(make_documents(40, seed=1))
    weights = model.weights()
    before = weights.copy_tables()
    first = held_out.loss(weights)
    held_out.workers = 3
    assert held_out.loss(weights) == first > 0
    assert all((table == before[name]).all() for name, table in weights.tables().items())


def test_documents_that_are_too_short_for_two_halves_have_no_loss(paths_model):
    documents = [TaggedDocument(words, [0]) for words in ([], ["x1"], ["unknown", "x2"])]
    assert np.isnan(paths_model.held_out(documents).loss(paths_model.weights()))
    longer = [*documents, *make_documents(2)]
    alone = paths_model.held_out(make_documents(2)).loss(paths_model.weights())
    together = paths_model.held_out(longer).loss(paths_model.weights())
    assert together == pytest.approx(alone, rel=1e-6)


@pytest.mark.parametrize("keep_best", [True, False])
def test_training_ends_by_it_with_the_best_tables(keep_best):
    class Seen(CallbackAny2Vec):
        def __init__(self):
            self.tables = []

        def on_epoch_end(self, model):
            self.tables.append((model.dv.vectors.copy(), model.syn1neg.copy()))

    watch, seen = HeldOutLoss(make_documents(20, seed=1), patience=2, keep_best=keep_best), Seen()
    settings = {**PLAIN, "alpha": 0.3, "min_alpha": 0.3, "epochs": 60}
    model = Doc2Vec(make_documents(), callbacks=[watch, seen], **settings)
    assert len(seen.tables) == watch.best_epoch + 2 < 60
    vectors, contexts = seen.tables[-3 if keep_best else -1]
    assert (model.dv.vectors == vectors).all() and (model.syn1neg == contexts).all()
