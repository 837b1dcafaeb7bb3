"""Maxout: thinc's results, and by hand."""

import numpy as np
import pytest
import thinc.api

from vectorsuite.layers.maxout import Maxout


def test_by_hand():
    model = Maxout(1, 2, 2).initialize()
    maxout = next(node for node in model.walk() if node.name == "maxout")
    maxout.set_param("W", np.array([[[1, 0], [0, 2]]], "f"))
    maxout.set_param("b", np.array([[0, -1]], "f"))
    best, backprop = maxout(np.array([[3, 1], [0, 2]], "f"), True)
    assert best.tolist() == [[3], [3]]  # max(3, 2 - 1) and max(0, 4 - 1)
    assert backprop(np.array([[1], [10]], "f")).tolist() == [[1, 0], [0, 20]]
    assert maxout.get_grad("W").tolist() == [[[3, 1], [0, 20]]]
    assert maxout.get_grad("b").tolist() == [[1, 10]]


def test_it_is_thincs():
    theirs = thinc.api.Maxout(5, 4, 3, normalize=True, dropout=0.0).initialize()
    ours = Maxout(5, 4, 3).initialize().from_bytes(theirs.to_bytes())
    X, dY = (np.random.default_rng(0).standard_normal((7, n)).astype("f") for n in (4, 5))
    results = []
    for model in (ours, theirs):
        thinc.api.set_dropout_rate(model, 0.4)
        np.random.seed(0)
        Y, backprop = model(X, True)
        dX = backprop(dY.copy())
        grads = [node.get_grad(name) for node in model.walk() for name in node.param_names]
        results.append([Y, dX, *grads])
    for got, expected in zip(*results, strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e-5)
    assert len(results[0]) == 6
    assert [node.name for node in ours.walk()] == [node.name for node in theirs.walk()]


def test_dimensions_are_needed():
    with pytest.raises(ValueError, match="nI"):
        Maxout(3, None).initialize()
