"""Pooled vectors of texts from a table on a device."""

import numpy as np
import pytest

from vectorsuite import Doc, Vectors, Vocab
from vectorsuite.tokens.text_vectors import TextVectors


@pytest.mark.parametrize("pooling", ["mean", "idf", "sif", "max"])
def test_texts_are_pooled_as_on_the_cpu(pooling, device_ops):
    data = np.random.default_rng(0).standard_normal((4, 3)).astype(np.float32)
    results = []
    for ops in (None, device_ops):
        table = Vectors(data=data, keys=["a", "b", "c", "d"])
        table.row_attrs["count"] = np.array([9, 5, 2, 1])
        if ops is not None:
            table.to_ops(ops)
        vectors = TextVectors(table, pooling)
        docs = [Doc(Vocab(), words=text.split()) for text in ("a b x", "c d d", "a c")]
        vectors.fit(docs)
        results.append((vectors.vectors_of(docs), vectors.similarity(docs[0], docs[1])))
    np.testing.assert_allclose(results[1][0], results[0][0], rtol=0, atol=1e-6)
    assert results[1][1] == pytest.approx(results[0][1], abs=1e-6)
