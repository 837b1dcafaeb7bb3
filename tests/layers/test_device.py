"""Layers on a device: the numbers of the CPU, and batches of which nothing comes back."""

from contextlib import contextmanager

import numpy as np
import pytest
from thinc.api import NumpyOps, Ragged, chain, get_current_ops, set_current_ops, use_ops

from vectorsuite import Doc, Vectors, Vocab
from vectorsuite.kernels.device import on_host
from vectorsuite.layers import (
    CharacterEmbed,
    Embed,
    FeatureExtractor,
    HashEmbedCNN,
    MultiHashEmbed,
    StaticVectors,
    add,
    remap_ids,
)
from vectorsuite.strings import string_keys

WORDS = ["the", "cat", "sat", "on", "mats"]


@contextmanager
def use_current(ops):
    """thinc's ``use_ops`` for ops that have no name."""
    before = get_current_ops()
    set_current_ops(ops)
    yield
    set_current_ops(before)


def make_docs(ops):
    data = np.random.default_rng(0).standard_normal((5, 4)).astype(np.float32)
    table = Vectors(data=data, keys=WORDS)
    table.to_ops(ops)
    vocab = Vocab(vectors=table)
    return [Doc(vocab, words=text.split()) for text in ("the cat absent sat", "", "on the mats")]


LAYERS = {
    "StaticVectors": lambda: StaticVectors(nO=3),
    "MultiHashEmbed": lambda: MultiHashEmbed(
        width=8, attrs=["NORM", "PREFIX"], rows=[20, 20], include_static_vectors=True
    ),
    "HashEmbedCNN": lambda: HashEmbedCNN(
        width=8,
        depth=1,
        embed_size=50,
        window_size=1,
        maxout_pieces=2,
        subword_features=True,
        pretrained_vectors=True,
    ),
    "CharacterEmbed": lambda: CharacterEmbed(
        width=8, rows=20, nM=4, nC=4, include_static_vectors=True
    ),
    "remap_ids": lambda: chain(
        FeatureExtractor(["ORTH"]),
        remap_ids({int(key): row for row, key in enumerate(string_keys(WORDS))}),
        Embed(3, 6),
    ),
    "add": lambda: add(StaticVectors(nO=3), StaticVectors(nO=3)),
}


def run(model, docs):
    """Output of a step of training, and the gradients of all parameters, on the host."""
    output, backprop = model(docs, True)
    flat = output.data if isinstance(output, Ragged) else model.ops.flatten(output)
    d_flat = model.ops.asarray(np.random.default_rng(1).random(flat.shape, dtype="f"))
    ends = np.cumsum([len(doc) for doc in docs])[:-1]
    starts = [0, *ends]
    d_output = (
        Ragged(d_flat, output.lengths)
        if isinstance(output, Ragged)
        else [d_flat[start:end] for start, end in zip(starts, [*ends, len(flat)], strict=True)]
    )
    backprop(d_output)
    gradients = [on_host(node.get_grad(name)) for node in model.walk() for name in node.grad_names]
    return on_host(flat), gradients


@pytest.mark.parametrize("make", LAYERS.values(), ids=LAYERS)
def test_outputs_and_gradients_are_those_of_the_cpu(make, on_device):
    with use_ops("numpy"):
        host = make()
        host.initialize(X=make_docs(host.ops))
        there = host.copy()
        expected, expected_gradients = run(host, make_docs(host.ops))
    there._to_ops(on_device)  # what to_gpu does
    found, gradients = run(there, make_docs(on_device))
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5)
    assert len(gradients) == len(expected_gradients)
    for one, other in zip(gradients, expected_gradients, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-4)


def test_static_vectors_take_nothing_back(strict_ops, traffic):
    with use_current(strict_ops):
        docs = make_docs(strict_ops)
        model = StaticVectors(nO=3)
        model.initialize(X=docs)
        model.predict(docs)
        counts = traffic()
        output, backprop = model(docs, True)
        backprop(output)
    assert (counts.to_host, counts.waits) == (0, 0)
    assert counts.to_device == 4  # lengths, rows, which are missing, which token has which


def test_a_table_on_the_host_moves_once(strict_ops, traffic):
    with use_current(strict_ops):
        docs = make_docs(NumpyOps())
        model = StaticVectors(nO=3)
        model.initialize(X=docs)
        model.predict(docs)
        counts = traffic()
        model.predict(docs)
    assert counts.to_device == 4  # not the table
