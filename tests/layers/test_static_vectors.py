"""StaticVectors: spaCy's results without its defects."""

import numpy as np
import pytest
from thinc.types import Ragged

from vectorsuite.layers import StaticVectors, accept_table

TEXTS = ("the king slept", "the queen of France", "unseen king", "")


def ones(output):
    return Ragged(np.ones_like(output.data), output.lengths)


@pytest.fixture
def vocab(make_vocab):
    return make_vocab()


@pytest.fixture
def docs(vocab, make_docs):
    return make_docs(vocab, *TEXTS)


def test_forward_and_backward_are_spacys(vocab, make_docs):
    from spacy.ml.staticvectors import StaticVectors as SpacyStaticVectors

    docs = make_docs(vocab, "the king slept", "the queen of the France")
    ours, theirs = StaticVectors(4), SpacyStaticVectors(4)
    for model in (ours, theirs):
        model.initialize(X=docs)
    ours.set_param("W", theirs.get_param("W").copy())
    expected, theirs_backprop = theirs(docs, True)
    got, ours_backprop = ours(docs, True)
    np.testing.assert_allclose(got.data, expected.data, atol=1e-5)
    np.testing.assert_array_equal(got.lengths, expected.lengths)
    gradient = np.random.default_rng(3).standard_normal(got.data.shape).astype("f")
    assert ours_backprop(Ragged(gradient.copy(), got.lengths)) == []
    theirs_backprop(Ragged(gradient.copy(), got.lengths))
    np.testing.assert_allclose(ours.get_grad("W"), theirs.get_grad("W"), atol=1e-5)


def test_dropout_draws_the_mask_that_spacy_draws(vocab, make_docs):
    from spacy.ml.staticvectors import StaticVectors as SpacyStaticVectors

    docs = make_docs(vocab, "the king slept")
    results = []
    for layer in (StaticVectors, SpacyStaticVectors):
        model = layer(8, dropout=0.5).initialize(X=docs)
        model.set_param("W", np.ones((8, 5), "f"))
        np.random.seed(0)
        output, backprop = model(docs, True)
        backprop(ones(output))
        results.append((output.data, model.get_grad("W")))
    np.testing.assert_allclose(results[0][0], results[1][0], atol=1e-5)
    np.testing.assert_allclose(results[0][1], results[1][1], atol=1e-5)
    assert (results[0][0] == 0).any()


def test_backprop_leaves_the_gradient_it_is_given_alone(docs):
    model = StaticVectors(4, dropout=0.5).initialize(X=docs)
    output, backprop = model(docs, True)
    gradient = ones(output)
    backprop(gradient)
    assert (gradient.data == 1).all()


def test_gradient_matches_the_numeric_one(docs, assert_gradients):
    model = StaticVectors(4).initialize(X=docs)
    assert_gradients(model, docs, "W")


def test_unknown_words_are_zero_and_have_no_gradient(vocab, make_docs):
    docs = make_docs(vocab, "unseen words only")
    model = StaticVectors(4).initialize(X=docs)
    output, backprop = model(docs, True)
    assert not output.data.any()
    backprop(ones(output))
    assert not model.get_grad("W").any()


def test_each_doc_is_looked_up_in_its_own_table(make_vocab, make_docs):
    first, second = make_vocab(seed=1), make_vocab(seed=2)
    docs = [
        *make_docs(first, "king of"),
        *make_docs(second, "the king"),
        *make_docs(first, "queen"),
    ]
    model = StaticVectors(4, 5).initialize()
    together = model.predict(docs).data
    apart = np.concatenate([model.predict([doc]).data for doc in docs])
    np.testing.assert_allclose(together, apart, atol=1e-6)
    assert abs(together[0] - together[3]).max() > 1e-3, "king differs between the tables"


@pytest.mark.parametrize("texts", [(), ("",), ("", "")])
def test_empty_batches(vocab, make_docs, texts):
    model = StaticVectors(4, 5).initialize()
    output, backprop = model(make_docs(vocab, *texts), True)
    assert output.data.size == 0
    assert len(output.lengths) == len(texts)
    assert backprop(output) == []


@pytest.mark.parametrize("dtype", ["float16", "float64"])
def test_tables_of_other_precision(make_vocab, make_docs, dtype):
    expected_docs = make_docs(make_vocab(), *TEXTS)
    model = StaticVectors(4, 5).initialize()
    expected = model.predict(expected_docs).data
    got = model.predict(make_docs(make_vocab(dtype=dtype), *TEXTS)).data
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, expected, atol=5e-3)


def test_floret_table(make_docs):
    spacy = pytest.importorskip("spacy")
    from spacy.ml.staticvectors import StaticVectors as SpacyStaticVectors
    from spacy.vectors import Vectors

    vocab = spacy.blank("en").vocab
    data = np.random.default_rng(0).standard_normal((50, 6)).astype("f")
    vocab.vectors = Vectors(
        strings=vocab.strings, data=data, mode="floret", minn=2, maxn=3, hash_count=2, hash_seed=7
    )
    docs = make_docs(vocab, "any words at all", "words")
    theirs = SpacyStaticVectors(3).initialize(X=docs)
    ours = StaticVectors(3).initialize(X=docs)
    ours.set_param("W", theirs.get_param("W"))
    np.testing.assert_allclose(ours.predict(docs).data, theirs.predict(docs).data, atol=1e-5)


def test_memory_mapped_table(vocab, docs, tmp_path):
    model = StaticVectors(4).initialize(X=docs)
    expected = model.predict(docs).data
    np.save(tmp_path / "table.npy", vocab.vectors.data)
    vocab.vectors.data = np.load(tmp_path / "table.npy", mmap_mode="r")
    np.testing.assert_array_equal(model.predict(docs).data, expected)


def test_training_leaves_the_table_alone(vocab, docs):
    before = vocab.vectors.data.tobytes()
    model = StaticVectors(4).initialize(X=docs)
    for _ in range(3):
        output, backprop = model(docs, True)
        backprop(output)
        model.finish_update(lambda key, W, dW: (W - 0.1 * dW, dW * 0))
    assert vocab.vectors.data.tobytes() == before


def test_saved_model_has_no_table(make_vocab, make_docs):
    few, many = make_vocab(), make_vocab(words=[f"w{i}" for i in range(2000)])
    sizes = [
        len(StaticVectors(4).initialize(X=make_docs(vocab, "the")).to_bytes())
        for vocab in (few, many)
    ]
    assert abs(sizes[0] - sizes[1]) < 16


def test_edits_of_the_table_show_at_once(vocab, docs):
    model = StaticVectors(4).initialize(X=docs)
    before = model.predict(docs).data.copy()
    vocab.set_vector("king", np.full(5, 9, dtype="f"))
    after = model.predict(docs).data
    changed = abs(after - before).max(axis=1) > 1e-3
    assert changed.tolist() == [t == "king" for text in TEXTS for t in text.split()]


def test_doc_without_a_table_is_named(make_docs):
    spacy = pytest.importorskip("spacy")
    docs = make_docs(spacy.blank("en").vocab, "the king")
    with pytest.raises(ValueError, match="Doc 0 has no vectors"):
        StaticVectors(4).initialize(X=docs)
    with pytest.raises(ValueError, match="Doc 0 has no vectors"):
        StaticVectors(4, 5).initialize().predict(docs)


def test_width_that_does_not_match_is_told(make_vocab, make_docs, docs):
    model = StaticVectors(4).initialize(X=docs)
    narrow = make_docs(make_vocab(width=3), "the king")
    with pytest.raises(ValueError, match=r"Doc 1 has vectors of width 3.*width 5"):
        model.predict([docs[0], *narrow])
    with pytest.raises(ValueError, match=r"nM=7.*width 5"):
        StaticVectors(4, 7).initialize(X=docs)


@pytest.mark.parametrize(("nO", "nM", "missing"), [(None, 5, "nO"), (4, None, "nM")])
def test_missing_dimension_is_named(nO, nM, missing):
    with pytest.raises(ValueError, match=f"does not know {missing}"):
        StaticVectors(nO, nM).initialize()


def test_a_loaded_model_refuses_another_table(make_vocab, make_docs, docs):
    saved = StaticVectors(4).initialize(X=docs).to_bytes()
    loaded = StaticVectors(4).from_bytes(saved)
    loaded.predict(docs)
    loaded.predict(make_docs(make_vocab(), "the king"))  # equal bytes, another object
    other = make_docs(make_vocab(seed=9), "the king")
    with pytest.raises(ValueError, match=r"not the vectors table.*hash"):
        loaded.predict(other)
    assert accept_table(loaded, other[0].vocab.vectors) == 1
    loaded.predict(other)
    with pytest.raises(ValueError, match="width 5; this table has width 3"):
        accept_table(loaded, make_vocab(width=3).vectors)


def test_policy_gives_unknown_words_vectors(vocab, make_docs):
    def all_ones(word):
        return None if word == "b" else np.ones(5)

    docs = make_docs(vocab, "a b king")
    model = StaticVectors(4, oov=all_ones).initialize(X=docs)
    output = model.predict(docs).data
    np.testing.assert_allclose(output[0], model.get_param("W").sum(axis=1), atol=1e-5)
    assert not output[1].any()


def test_spans_are_texts_too(docs):
    model = StaticVectors(4).initialize(X=docs)
    whole = model.predict(docs[:1]).data
    np.testing.assert_allclose(model.predict([docs[0][1:3]]).data, whole[1:3], atol=1e-6)


@pytest.mark.gpu
def test_on_a_gpu():
    cupy = pytest.importorskip("cupy", reason="no CuPy, so no GPU to compute on")
    from thinc.api import CupyOps, use_ops

    from vectorsuite import Doc, Vectors, Vocab
    from vectorsuite.tokens import similarity_matrix

    host = Vectors(data=np.random.default_rng(0).random((3, 4)).astype("f"), keys=["a", "b", "c"])
    docs = [Doc(Vocab(vectors=host), words=["a", "x", "c"]), Doc(Vocab(vectors=host), words=["b"])]
    model = StaticVectors(2).initialize(X=docs)
    expected, matrix = model.predict(docs).data, similarity_matrix(docs)
    with use_ops("cupy"):
        far = StaticVectors(2, 4).initialize().from_bytes(model.to_bytes())
        np.testing.assert_allclose(far.predict(docs).data.get(), expected, atol=1e-5)
        host.to_ops(CupyOps())
        output, backprop = far(docs, True)
        np.testing.assert_allclose(output.data.get(), expected, atol=1e-5)
        backprop(output)
        assert isinstance(docs[0].vector, cupy.ndarray)
        np.testing.assert_allclose(similarity_matrix(docs).get(), matrix, atol=1e-5)
