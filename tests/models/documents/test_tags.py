"""Vectors of tags that no document was trained with."""

import numpy as np

from vectorsuite import KeyedVectors
from vectorsuite.models.documents.tags import name_tags, put_means
from vectorsuite.training.tagged_words import TagLists


def make_tags(names, *documents):
    """The tags of documents, each a list of codes; every document has two words."""
    offsets = np.cumsum([0, *map(len, documents)])
    return TagLists(names, np.concatenate(documents), offsets, np.full(len(documents), 2))


def test_untrained_tags_get_the_means_of_their_documents_with_words():
    held_out = make_tags(["both", "new"], [0, -1], [1, -1, -2], [-2], [2])
    dv = KeyedVectors(2)
    name_tags(dv, held_out)
    vectors = np.array([[1, 2], [3, 4], [5, 8], [0, 0]], dtype=np.float32)
    put_means(dv, held_out, vectors, trained=np.array([3], dtype=np.int32))  # "both"
    assert dv.index_to_key == [0, 1, 2, "both", "new"]
    np.testing.assert_array_equal(dv.vectors, [[1, 2], [3, 4], [0, 0], [0, 0], [4, 6]])
