"""Sequences that are not language: item numbers and tuples through training and files."""

import numpy as np
import pytest

from vectorsuite.models import Word2Vec

# two kinds of sessions, whose items never meet
KINDS = [list(range(100, 110)), list(range(200, 210))]


def sessions(token, n=1000, seed=0):
    random = np.random.default_rng(seed)
    return [
        [token(int(item)) for item in random.choice(KINDS[i % 2], 6, replace=False)]
        for i in range(n)
    ]


def train(token, **settings):
    given = {"vector_size": 16, "sg": 1, "sample": 0, "epochs": 30, "alpha": 0.05, "workers": 1}
    given.update(min_count=1, **settings)
    return Word2Vec(sessions(token), **given)


def kinship(words, token):
    """How much nearer items are to those of their own sessions than to the others, on average."""
    own, other = ([token(item) for item in kind] for kind in KINDS)
    near = [words.similarity(a, b) for a in own for b in own if a != b]
    return np.mean(near) - np.mean([words.similarity(a, b) for a in own for b in other])


TOKENS = {
    "integers": lambda item: item,
    "NumPy integers": np.int64,
    "tuples": lambda item: ("shop", item // 100, (item,)),
    "strings": str,
}


@pytest.fixture(params=list(TOKENS))
def token(request):
    return TOKENS[request.param]


def test_neighbours_are_items_of_the_same_sessions(token):
    model = train(token)
    assert len(model.wv) == 20
    assert kinship(model.wv, token) > 0.15
    likely = [key for key, _ in model.predict_output_word([token(203), token(204)], topn=8)]
    assert set(likely) <= {token(item) for item in KINDS[1]}


def test_a_saved_model_keeps_types_and_trains_on(token, tmp_path):
    model = train(token, epochs=1)
    model.save(tmp_path / "model")
    loaded = Word2Vec.load(tmp_path / "model")
    assert list(loaded.wv.index_to_key) == list(model.wv.index_to_key)
    kinds = {type(key) for key in loaded.wv.index_to_key}
    assert kinds <= {int, str, tuple}
    before = loaded.wv[token(100)].copy()
    loaded.train(sessions(token), total_examples=1000, epochs=1)
    assert not np.array_equal(loaded.wv[token(100)], before)
    loaded.build_vocab([[token(999)] * 3], update=True)
    assert token(999) in loaded.wv


def test_numbers_and_their_texts_are_different_tokens():
    model = Word2Vec([[1, "1", 2, "2"]] * 50, vector_size=8, min_count=1, epochs=1, workers=1)
    assert len(model.wv) == 4
    assert model.wv.similarity(1, "1") < 0.95, "they do not start as one"


def test_item_numbers_left_out_by_min_count_are_unknown():
    model = Word2Vec([[5, 6, 7], [5, 6, 0]] * 3, vector_size=4, min_count=6, workers=1)
    assert sorted(model.wv.index_to_key) == [5, 6]
    assert 0 not in model.wv
    with pytest.raises(KeyError):
        model.wv[0]


def test_the_exponent_of_noise_may_be_negative():
    for exponent in (-1.0, -0.5, 0.0, 1.0):
        assert kinship(train(int, ns_exponent=exponent).wv, int) > 0.15


def test_other_types_train_but_are_not_saved(tmp_path):
    model = train(lambda item: frozenset([item]), epochs=1)
    assert model.wv.get_vector(frozenset([100])).shape == (16,)
    with pytest.raises(TypeError, match=r"cannot be saved.*Use str\(token\)"):
        model.save(tmp_path / "model")
    assert not list(tmp_path.iterdir())
