"""The combinators that sum static and learned embeddings."""

import numpy as np
import pytest
from thinc.api import Linear, Model
from thinc.types import Ragged

from vectorsuite.layers import (
    Embed,
    FeatureExtractor,
    MaxoutWindowEncoder,
    StaticVectors,
    Tok2Vec,
    add,
    chain,
    remap_ids,
)


@pytest.fixture
def docs(make_vocab, make_docs):
    return make_docs(make_vocab(), "the king slept", "", "unseen queen")


@pytest.fixture
def summed(docs):
    strings = docs[0].vocab.strings
    key2row = {strings["king"]: 1, strings["queen"]: 2}
    model = add(
        StaticVectors(nO=3),
        chain(FeatureExtractor(["ORTH"]), remap_ids(key2row), Embed(nO=3, nV=4)),
    )
    return model.initialize(X=docs)


def find(model, name):
    return next(node for node in model.walk() if node.name == name)


def test_static_and_learned_embeddings_are_summed(summed, docs):
    E = np.array([[1] * 3, [10] * 3, [100] * 3, [1000] * 3], dtype="f")
    find(summed, "embed").set_param("E", E)
    output = summed.predict(docs)
    static = summed.layers[0].predict(docs)
    learned = output.data - static.data
    np.testing.assert_allclose(learned[:, 0], [1, 10, 1, 1, 100], atol=1e-4)
    assert output.lengths.tolist() == [3, 0, 2]


def test_both_sides_get_gradients(summed, docs):
    output, backprop = summed(docs, True)
    backprop(Ragged(np.ones_like(output.data), output.lengths))
    assert find(summed, "embed").get_grad("E")[:, 0].tolist() == [3, 1, 1, 0]
    expected = np.tile(docs[0].vocab.vectors.data[[0, 1, 5, 2]].sum(axis=0), (3, 1))
    np.testing.assert_allclose(find(summed, "static_vectors").get_grad("W"), expected, atol=1e-5)


def test_it_embeds_for_an_encoder(summed, docs, assert_gradients):
    model = Tok2Vec(summed, MaxoutWindowEncoder(3, 1, 2, 1)).initialize(X=docs)
    assert [array.shape for array in model.predict(docs)] == [(3, 3), (0, 3), (2, 3)]
    assert_gradients(model, docs, "E", node=find(model, "embed"), eps=1e-3, atol=5e-2)


def test_feature_extractor_takes_spans_and_gives_uint64(docs):
    model = FeatureExtractor(["ORTH", "SHAPE"])
    whole, span = model.predict([docs[0], docs[0][1:3]])
    assert whole.dtype == np.uint64
    np.testing.assert_array_equal(whole[1:3], span)
    assert whole[0, 0] == docs[0][0].orth
    assert model.predict([docs[1]])[0].shape == (0, 2)
    for single in ("ORTH", ["ORTH"], ("ORTH",)):
        orths = FeatureExtractor(single).predict(docs)
        assert [array.shape for array in orths] == [(len(doc), 1) for doc in docs]


def test_remap_ids_takes_plain_sequences_too():
    model = remap_ids({"a": 3, 5: 4}, default=9)
    assert model.predict(["a", "b", 5]).tolist() == [[3], [9], [4]]
    assert model.predict(np.array([5, 6])).tolist() == [[4], [9]]


def test_remap_ids_wants_one_column(docs):
    with pytest.raises(ValueError, match="one column"):
        chain(FeatureExtractor(["ORTH", "NORM"]), remap_ids({})).predict(docs)


def test_add_sums_arrays_and_their_gradients():
    model = add(Linear(2, 3), Linear(2, 3)).initialize()
    X = np.ones((4, 3), "f")
    output, backprop = model(X, True)
    np.testing.assert_allclose(output, sum(layer.predict(X) for layer in model.layers), atol=1e-6)
    dX = backprop(np.ones((4, 2), "f"))
    expected = sum(layer.get_param("W").sum(axis=0) for layer in model.layers)
    np.testing.assert_allclose(dX[0], expected, atol=1e-6)


def test_add_names_layers_of_different_widths(docs):
    model = add(StaticVectors(nO=3), StaticVectors(nO=4)).initialize(X=docs)
    with pytest.raises(ValueError, match="static_vectors 3, static_vectors 4"):
        model.predict(docs)


def test_add_names_a_layer_of_no_width():
    model = add(Linear(3, 3), Model("none", lambda model, X, is_train: (X[:, :0], None)))
    with pytest.raises(ValueError, match="one width; these are: linear 3, none 0"):
        model.initialize().predict(np.ones((2, 3), "f"))


def test_add_leaves_inputs_and_gradients_of_others_alone():
    def spoil(model, X, is_train):
        def backprop(dY):
            dY *= 0
            return dY

        return X, backprop

    model = add(Model("spoil", spoil), Model("spoil", spoil), Linear(3, 3)).initialize()
    X, dY = np.ones((2, 3), "f"), np.ones((2, 3), "f")
    output, backprop = model(X, True)
    assert (X == 1).all()
    dX = backprop(dY)
    assert (dY == 1).all()
    np.testing.assert_allclose(dX[0], model.layers[2].get_param("W").sum(axis=0), atol=1e-6)
    assert output.shape == (2, 3)
