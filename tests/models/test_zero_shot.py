"""Classification by the nearest label."""

import numpy as np
import pytest

from vectorsuite import Doc, Vectors, Vocab
from vectorsuite.models.zero_shot import ZeroShot
from vectorsuite.tokens.text_vectors import TextVectors


@pytest.fixture
def texts():
    data = np.array([[1, 0], [0.9, 0.2], [0, 1], [0.1, 0.8]], "f")
    return TextVectors(Vectors(data=data, keys=["sport", "ball", "food", "bread"]))


def docs(*texts):
    vocab = Vocab()
    return [Doc(vocab, words=text.split()) for text in texts]


def test_the_nearest_label_wins(texts):
    model = ZeroShot(texts, ["sport", "food"])
    assert model.predict(docs("a ball", "some bread", "food")) == ["sport", "food", "food"]
    np.testing.assert_allclose(model.cosines(docs("sport x")), [[1, 0]], atol=1e-6)


def test_labels_may_be_described(texts):
    model = ZeroShot(texts, {"B": "ball bread", "S": ["sport"]})
    np.testing.assert_allclose(model.cosines(docs("ball bread")), [[1, 0.7071]], atol=1e-4)


def test_probabilities_follow_the_temperature(texts):
    sharp, soft = (ZeroShot(texts, ["sport", "food"], t) for t in (0.01, 1.0))
    text = docs("ball", "unknown")
    expected = np.exp(soft.cosines(text))
    np.testing.assert_allclose(
        soft.predict_proba(text), expected / expected.sum(axis=1, keepdims=True), rtol=1e-5
    )
    assert sharp.predict_proba(text)[0, 0] > 0.999
    assert sharp.predict_proba(text)[1].tolist() == [0.5, 0.5]
    assert sharp.predict_proba([]).shape == (0, 2)


def test_bad_labels(texts):
    with pytest.raises(ValueError, match=r"label 'art' \('art'\) has a vector"):
        ZeroShot(texts, ["sport", "art"])
    with pytest.raises(ValueError, match="'sport' is there twice"):
        ZeroShot(texts, ["sport", "food", "sport"])
    with pytest.raises(TypeError, match="not 'sport'"):
        ZeroShot(texts, "sport")
    with pytest.raises(TypeError, match="not 1 of type int"):
        ZeroShot(texts, {1: "sport"})
    with pytest.raises(ValueError, match="needs labels"):
        ZeroShot(texts, [])
    with pytest.raises(ValueError, match="positive, not 0"):
        ZeroShot(texts, ["sport"], 0)
