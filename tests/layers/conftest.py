"""Real spaCy docs over a small table, and the comparison of a layer with its numeric gradient."""

import numpy as np
import pytest

WORDS = ["the", "king", "queen", "of", "France", "slept"]


@pytest.fixture
def make_vocab():
    """A function: width and words in, spaCy vocab with a table of random vectors out."""
    pytest.importorskip("spacy", reason="spaCy makes the docs here and is the oracle")
    import spacy
    from spacy.vectors import Vectors

    def make(width=5, words=WORDS, seed=0, dtype="float32"):
        vocab = spacy.blank("en").vocab
        data = np.random.default_rng(seed).standard_normal((len(words), width)).astype(dtype)
        for word in words:
            vocab.strings.add(word)
        vocab.vectors = Vectors(strings=vocab.strings, data=data, keys=words)
        return vocab

    return make


@pytest.fixture
def make_docs():
    """A function: vocab and texts in, spaCy docs out; words are split at spaces."""
    spacy_tokens = pytest.importorskip("spacy.tokens")

    def make(vocab, *texts):
        return [spacy_tokens.Doc(vocab, words=text.split()) for text in texts]

    return make


@pytest.fixture
def assert_gradients():
    """A function that compares the gradients of a layer's parameters with central differences."""

    def flat(output):
        if isinstance(output, list):
            return np.concatenate(output) if output else np.zeros(0)
        return getattr(output, "dataXd", output)

    def check(model, docs, name, *, node=None, eps=1e-2, atol=2e-3, is_train=False):
        node = node or model
        output, backprop = model(docs, is_train)
        weights = np.random.default_rng(1).standard_normal(flat(output).shape).astype("f")

        def loss():
            return float((flat(model(docs, is_train)[0]).astype(float) * weights).sum())

        d_output = weights
        if isinstance(output, list):
            d_output = np.split(weights, np.cumsum([len(doc) for doc in docs])[:-1])
        elif hasattr(output, "lengths"):
            d_output = type(output)(weights, output.lengths)
        backprop(d_output)
        got, param = node.get_grad(name), node.get_param(name)
        places = np.random.default_rng(2).integers(param.size, size=40)
        for place in zip(*np.unravel_index(places, param.shape), strict=True):
            kept = param[place]
            param[place] = kept + eps
            upper = loss()
            param[place] = kept - eps
            lower = loss()
            param[place] = kept
            assert got[place] == pytest.approx((upper - lower) / (2 * eps), abs=atol, rel=1e-2)

    return check
