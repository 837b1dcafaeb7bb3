"""A new table turned onto an old one."""

import numpy as np
import pytest

from vectorsuite import Vectors
from vectorsuite.vectors.realign import realign


@pytest.fixture
def old():
    data = np.random.default_rng(0).standard_normal((40, 6)).astype("f")
    return Vectors(data=data, keys=[f"w{i}" for i in range(40)], attr="LOWER", name="old")


def rotation(n, seed=1):
    return np.linalg.qr(np.random.default_rng(seed).standard_normal((n, n)))[0]


def test_a_rotated_table_is_turned_back(old):
    data = (old.data @ rotation(6)).astype("f")
    new = Vectors(data=data[::-1].copy(), keys=[f"w{i}" for i in range(39, -1, -1)], attr="LOWER")
    turned = realign(new, old)
    for key in old:
        np.testing.assert_allclose(turned[key], old[key], atol=1e-5)
    assert turned.attr == old.attr
    assert new.data[0].tolist() == data[-1].tolist()


def test_words_of_the_new_table_only_come_along(old):
    q = rotation(6)
    data = np.vstack([old.data @ q, [[1, 2, 3, 4, 5, 6] @ q]]).astype("f")
    new = Vectors(data=data, keys=[*(f"w{i}" for i in range(40)), "added"], attr="LOWER")
    np.testing.assert_allclose(realign(new, old)["added"], [1, 2, 3, 4, 5, 6], atol=1e-4)


def test_another_width(old):
    wide = np.hstack([old.data, np.zeros((40, 3))]) @ rotation(9)
    turned = realign(Vectors(data=wide.astype("f"), keys=list(old), attr="LOWER"), old)
    np.testing.assert_allclose(turned.data, old.data, atol=1e-5)


def test_too_few_shared_words(old):
    new = Vectors(data=np.ones((2, 6), "f"), keys=["w1", "x"])
    with pytest.raises(ValueError, match="share 1 keys; aligning them needs at least 5"):
        realign(new, old, min_shared=5)


def test_a_model_goes_on_with_the_turned_table(old):
    from vectorsuite import Doc, Vocab
    from vectorsuite.layers import StaticVectors, accept_table

    doc = Doc(Vocab(vectors=old), words=["w1", "W5"])
    model = StaticVectors(4).initialize(X=[doc])
    expected = model.predict([doc]).data
    new = Vectors(data=(old.data @ rotation(6)).astype("f"), keys=list(old), attr="LOWER")
    new.strings.add_many(old.strings)
    turned = realign(new, old)
    again = Doc(Vocab(vectors=turned), words=["w1", "W5"])
    with pytest.raises(ValueError, match="realign"):
        model.predict([again])
    accept_table(model, turned)
    np.testing.assert_allclose(model.predict([again]).data, expected, atol=1e-5)
