"""Rows of words: what the dict says, in the order of the documents."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorsuite.kernels import compiled

WORDS = st.one_of(st.text(max_size=2), st.integers(0, 5), st.tuples(st.integers(0, 2)))


@given(st.lists(st.lists(WORDS, max_size=40), max_size=8), st.lists(WORDS, unique=True))
def test_rows_are_those_of_the_dict(documents, known):
    index = {word: row for row, word in enumerate(known)}
    rows, offsets = compiled.word_rows(index, documents)
    assert (rows.dtype, offsets.dtype) == (np.int32, np.int64)
    found = [[index[word] for word in words if word in index] for words in documents]
    parts = [rows[start:stop].tolist() for start, stop in pairwise(offsets)]
    assert parts == found
    assert (offsets[0], offsets[-1]) == (0, len(rows))


def test_a_word_that_cannot_be_a_key_is_refused():
    with pytest.raises(TypeError, match="unhashable"):
        compiled.word_rows({"a": 0}, [["a", []]])


def test_a_document_that_is_no_list_is_refused():
    with pytest.raises(TypeError, match="no list"):
        compiled.word_rows({"a": 0}, [("a",)])


def test_a_list_that_shrinks_while_it_is_read_ends_early():
    class Shrinking:
        def __hash__(self):
            return hash("a")

        def __eq__(self, other):
            words.clear()
            return False

    words = [Shrinking(), *["a"] * 50]
    rows, offsets = compiled.word_rows({"a": 0}, [words])
    assert (rows.tolist(), offsets.tolist()) == ([], [0, 0])
