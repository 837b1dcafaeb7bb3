"""Encoders: spaCy's results, and windows that stay within their text."""

import importlib.util

import numpy as np
import pytest

from vectorsuite.errors import MissingExtraError
from vectorsuite.layers import BiLSTMEncoder, MaxoutWindowEncoder, MishWindowEncoder

ENCODERS = {
    "MaxoutWindowEncoder": (MaxoutWindowEncoder, {"maxout_pieces": 2}),
    "MishWindowEncoder": (MishWindowEncoder, {}),
}


def inputs(*lengths):
    rng = np.random.default_rng(0)
    return [rng.standard_normal((length, 4)).astype("f") for length in lengths]


@pytest.mark.parametrize("name", ENCODERS)
def test_one_text_is_encoded_as_by_spacy(name):
    tok2vec = pytest.importorskip("spacy.ml.models.tok2vec")
    encoder, options = ENCODERS[name]
    options = {"width": 4, "window_size": 1, "depth": 2, **options}
    X = inputs(6)
    theirs = getattr(tok2vec, name)(**options).initialize(X=X)
    ours = encoder(**options).initialize(X=X).from_bytes(theirs.to_bytes())
    (expected,), theirs_backprop = theirs(X, True)
    (got,), ours_backprop = ours(X, True)
    np.testing.assert_allclose(got, expected, atol=1e-5)
    dX, expected_dX = ours_backprop([got.copy()]), theirs_backprop([got.copy()])
    np.testing.assert_allclose(dX[0], expected_dX[0], rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("name", ENCODERS)
def test_texts_of_a_batch_do_not_see_each_other(name):
    encoder, options = ENCODERS[name]
    model = encoder(width=4, window_size=1, depth=2, **options)
    X = inputs(3, 5, 2)
    model.initialize(X=X)
    for together, alone in zip(model.predict(X), X, strict=True):
        np.testing.assert_allclose(together, model.predict([alone])[0], atol=1e-5)


def test_lstm_needs_torch(monkeypatch):
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "torch" else find_spec(name)
    )
    with pytest.raises(MissingExtraError, match=r"pip install 'vectorsuite\[torch\]'"):
        BiLSTMEncoder(4, depth=1, dropout=0.0)
    assert BiLSTMEncoder(4, depth=0, dropout=0.0).predict([1]) == [1]
