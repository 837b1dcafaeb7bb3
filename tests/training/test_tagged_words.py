"""The tags of documents as lists end to end: parts of them, and parts put together."""

from itertools import pairwise

import numpy as np

from vectorsuite.training.tagged_words import TaggedWords


class Document:
    def __init__(self, words, tags):
        self.words, self.tags = words, tags


def listed(tags):
    names = [tags.name(code) for code in tags.codes.tolist()]
    return [names[a:b] for a, b in pairwise(tags.offsets)]


def test_parts_keep_their_documents_tags():
    expected = [[0, "a"], [], ["b"], [3, "a", "b"]]
    documents = TaggedWords([Document(["w"] * n, tags) for n, tags in enumerate(expected)])
    list(documents)
    tags = documents.tags()
    assert listed(tags) == expected
    chosen = np.array([True, False, False, True])
    first, second = tags.select(chosen), tags.select(~chosen)
    assert (listed(first), first.lengths.tolist()) == ([expected[0], expected[3]], [0, 3])
    assert (listed(second), second.lengths.tolist()) == ([[], ["b"]], [1, 2])
    whole = first.joined(second)
    assert listed(whole) == listed(first) + listed(second)
    assert whole.lengths.tolist() == [0, 3, 1, 2]
