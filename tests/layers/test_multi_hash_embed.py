"""MultiHashEmbed and CharacterEmbed: spaCy's results, under both sets of arguments."""

import numpy as np
import pytest

from vectorsuite.layers import ByteEmbed, CharacterEmbed, HashEmbedCNN, MultiHashEmbed

TEXTS = ("the king slept", "the king of France slept", "queen")
ATTRS = ["NORM", "PREFIX", "SUFFIX", "SHAPE"]


@pytest.fixture
def docs(make_vocab, make_docs):
    return make_docs(make_vocab(), *TEXTS)


def gradients(model, docs):
    outputs, backprop = model(docs, True)
    backprop([np.cos(output) for output in outputs])
    return {
        (number, name): node.get_grad(name)
        for number, node in enumerate(model.walk())
        for name in node.param_names
        if node.has_grad(name)
    }


def assert_same(ours, theirs, docs):
    """Same outputs and same gradients with the parameters that spaCy saved."""
    ours.from_bytes(theirs.to_bytes())
    for got, expected in zip(ours.predict(docs), theirs.predict(docs), strict=True):
        np.testing.assert_allclose(got, expected, atol=1e-5)
    got, expected = gradients(ours, docs), gradients(theirs, docs)
    assert got.keys() == expected.keys() != set()
    for name in expected:
        np.testing.assert_allclose(got[name], expected[name], rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("static", [True, False])
def test_multi_hash_embed_is_spacys(docs, static):
    tok2vec = pytest.importorskip("spacy.ml.models.tok2vec")
    arguments = {"attrs": ATTRS, "rows": [20, 10, 10, 10], "include_static_vectors": static}
    theirs = tok2vec.MultiHashEmbed(width=6, **arguments).initialize(X=docs)
    assert_same(MultiHashEmbed(6, **arguments).initialize(X=docs), theirs, docs)


@pytest.mark.parametrize("static", [True, False])
def test_hash_embed_cnn_is_spacys(docs, static):
    tok2vec = pytest.importorskip("spacy.ml.models.tok2vec")
    arguments = {
        "width": 6, "depth": 2, "embed_size": 20, "window_size": 1, "maxout_pieces": 2,
        "subword_features": True, "pretrained_vectors": static,
    }  # fmt: skip
    theirs = tok2vec.build_hash_embed_cnn_tok2vec(**arguments).initialize(X=docs)
    assert_same(HashEmbedCNN(**arguments).initialize(X=docs), theirs, docs)


def test_character_embed_is_spacys_where_no_byte_repeats(make_vocab, make_docs):
    # spaCy's backprop loses all but one gradient of a byte that stands twice in one place
    tok2vec = pytest.importorskip("spacy.ml.models.tok2vec")
    docs = make_docs(make_vocab(words=["cab", "dye"]), "cab dye")
    arguments = {"width": 4, "rows": 10, "nM": 3, "nC": 2, "include_static_vectors": True}
    theirs = tok2vec.CharacterEmbed(**arguments).initialize(X=docs)
    for node in theirs.walk():
        if node.name == "charembed":
            node.set_param("E", np.random.default_rng(0).random((2, 256, 3)).astype("f"))
    assert_same(CharacterEmbed(**arguments).initialize(X=docs), theirs, docs)


def test_gradient_of_bytes_matches_the_numeric_one(docs):
    model = ByteEmbed(nM=2, nC=3).initialize()
    output, backprop = model(docs, True)
    backprop([np.ones_like(array) for array in output])
    # "the" stands twice, "queen" has no place for a third byte but its second: q n u
    dE = model.get_grad("E")
    assert dE[0, ord("t")].tolist() == [2, 2]
    assert dE[1, ord("e")].tolist() == [3, 3], "the, the, France end in e"
    assert dE[2, ord("i")].tolist() == [2, 2]
    assert dE.sum() == 2 * 3 * 9


def test_short_words_are_padded(make_vocab, make_docs):
    model = ByteEmbed(nM=1, nC=4).initialize()
    model.set_param("E", np.arange(4 * 256, dtype="f").reshape(4, 256, 1))
    (output,) = model.predict(make_docs(make_vocab(), "ab"))
    assert output.tolist() == [[ord("a"), 256 + ord("b"), 2 * 256 + 255, 3 * 256 + 255]]


@pytest.mark.parametrize(("subwords", "sizes"), [(True, [7, 3, 3, 3]), (False, [7])])
def test_first_arguments(subwords, sizes):
    model = MultiHashEmbed(
        width=4, rows=7, also_embed_subwords=subwords, also_use_static_vectors=True
    )
    tables = [node for node in model.walk() if node.name == "hashembed"]
    assert [table.get_dim("nV") for table in tables] == sizes
    assert any(node.name == "static_vectors" for node in model.walk())


def test_contradictions_are_errors():
    with pytest.raises(ValueError, match="rows has 1 and the attributes are"):
        MultiHashEmbed(4, attrs=["NORM", "SHAPE"], rows=[5])
    with pytest.raises(ValueError, match="at least one attribute"):
        MultiHashEmbed(4, attrs=[], rows=[], include_static_vectors=True)
    with pytest.raises(ValueError, match="not both"):
        MultiHashEmbed(4, attrs=["NORM"], rows=[5], also_embed_subwords=True)
    with pytest.raises(ValueError, match="two names of one setting"):
        MultiHashEmbed(4, include_static_vectors=True, also_use_static_vectors=False)


@pytest.mark.parametrize("texts", [(), ("",), ("", "")])
def test_empty_batches_train(make_vocab, make_docs, docs, texts):
    for model in (
        MultiHashEmbed(4, include_static_vectors=True),
        CharacterEmbed(4, 10, 2, 2),
        HashEmbedCNN(width=4, depth=1, embed_size=10, pretrained_vectors=True),
    ):
        model.initialize(X=docs)
        outputs, backprop = model(make_docs(make_vocab(), *texts), True)
        assert [output.shape for output in outputs] == [(0, 4)] * len(texts)
        backprop(outputs)


def test_one_row_is_the_least(docs):
    for model in (HashEmbedCNN(width=1, depth=1, embed_size=1), MultiHashEmbed(1, rows=1)):
        outputs, backprop = model.initialize(X=docs)(docs, True)
        backprop(outputs)
        assert [output.shape for output in outputs] == [(len(doc), 1) for doc in docs]


def test_every_part_learns_and_the_table_stays(docs, assert_gradients):
    model = MultiHashEmbed(4, include_static_vectors=True).initialize(X=docs)
    table = docs[0].vocab.vectors.data.copy()
    for node in model.walk():
        if node.name in ("static_vectors", "hashembed"):
            name = node.param_names[0]
            node.set_param(name, node.get_param(name) * 3)
    static = next(node for node in model.walk() if node.name == "static_vectors")
    assert_gradients(model, docs, "W", node=static, eps=1e-3, atol=5e-2)
    np.testing.assert_array_equal(docs[0].vocab.vectors.data, table)
    assert all(node.has_grad("E") for node in model.walk() if node.name == "hashembed")
