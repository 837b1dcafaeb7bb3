"""Texts whose table is on a device: vectors lie there, similarities are Python's floats."""

import numpy as np
import pytest

from vectorsuite import Doc, Vectors, Vocab
from vectorsuite.kernels.device import on_host
from vectorsuite.tokens.similarity import similarity_matrix, vectors_of

WORDS = ["the", "cat", "sat", "on", "mats"]


def make_doc(ops=None, oov=None):
    data = np.random.default_rng(0).standard_normal((5, 4)).astype(np.float32)
    table = Vectors(data=data, keys=WORDS)
    if ops is not None:
        table.to_ops(ops)
    return Doc(Vocab(vectors=table, oov=oov), words=["the", "cat", "absent", "sat"])


@pytest.fixture
def host():
    return make_doc()


@pytest.fixture
def there(device_ops):
    return make_doc(device_ops)


def test_vectors_lie_where_the_table_is(host, there, device_ops):
    for pick in (lambda d: d, lambda d: d[0:2], lambda d: d[1], lambda d: d[2], lambda d: d[1:2]):
        vector = pick(there).vector
        assert isinstance(vector, device_ops.xp.ndarray)
        np.testing.assert_allclose(on_host(vector), pick(host).vector, rtol=0, atol=1e-6)
        assert type(pick(there).vector_norm) is float
        assert pick(there).vector_norm == pytest.approx(pick(host).vector_norm, abs=1e-6)
        assert pick(there).has_vector == pick(host).has_vector


def test_what_is_read_cannot_change_the_table(there):
    for thing in (there, there[0:1], there[1], there.vocab["cat"]):
        thing.vector[:] = 9
    assert float(on_host(there.vocab.vectors.data).max()) < 9


def test_similarities_are_floats(host, there):
    pairs = [(lambda d: d, lambda d: d[0:2]), (lambda d: d[0], lambda d: d[1])]
    pairs.append((lambda d: d[0:2], lambda d: d.vocab["sat"]))
    for one, other in pairs:
        found = one(there).similarity(other(there))
        assert type(found) is float
        assert found == pytest.approx(one(host).similarity(other(host)), abs=1e-6)


def test_many_at_once(host, there):
    def things(doc):
        return [doc, doc[0:2], doc[1:3], doc[0]]

    np.testing.assert_allclose(
        on_host(vectors_of(things(there))), vectors_of(things(host)), rtol=0, atol=1e-6
    )
    np.testing.assert_allclose(
        on_host(similarity_matrix(things(there))),
        similarity_matrix(things(host)),
        rtol=0,
        atol=1e-6,
    )


@pytest.mark.parametrize("policy", ["hash", "default_row", "spacy", "subwords", "spelling"])
def test_policies_for_missing_words(policy, device_ops):
    host, there = make_doc(oov=policy), make_doc(device_ops, oov=policy)
    np.testing.assert_allclose(on_host(there.vector), host.vector, rtol=0, atol=1e-6)


def test_the_vocab_edits_the_table(there):
    there.vocab.set_vector("absent", np.ones(4))
    assert on_host(there.vocab.get_vector("absent")).tolist() == [1] * 4
    assert there[2].has_vector
    assert on_host(there[2].vector).tolist() == [1] * 4
    assert there.vocab.prune_vectors(3)
    assert len(there.vocab.vectors) == 3
