"""The identity of a table."""

import copy
import pickle

import numpy as np
import pytest

from vectorsuite import Vectors
from vectorsuite.vectors.fingerprint import Fingerprint, TableCheck


def make(**changes):
    options = {"data": np.arange(12, dtype="f").reshape(4, 3), "keys": ["a", "b"], **changes}
    return Vectors(**options)


def test_equal_tables_have_equal_fingerprints():
    assert Fingerprint.of(make()) == Fingerprint.of(make())
    assert Fingerprint(**Fingerprint.of(make()).to_dict()) == Fingerprint.of(make())


@pytest.mark.parametrize(
    ("other", "named"),
    [
        ({"data": np.ones((4, 3), "f")}, "hash"),
        ({"data": np.ones((1, 3), "f"), "keys": ["a"]}, "rows 2 is now 1"),
        ({"data": np.ones((4, 2), "f")}, "width 3 is now 2"),
        ({"attr": "LOWER"}, "attr 65 is now 66"),
    ],
)
def test_what_differs_is_named(other, named):
    with pytest.raises(ValueError, match=f"not the vectors table.*{named}"):
        Fingerprint.of(make()).require(make(**other))


def test_spacys_table_has_the_same_fingerprint():
    spacy_vectors = pytest.importorskip("spacy.vectors")
    theirs = spacy_vectors.Vectors(data=make().data, keys=[5, 6])
    assert Fingerprint.of(theirs) == Fingerprint.of(make())
    keyless = {"data": make().data, "keys": None}
    assert Fingerprint.of(spacy_vectors.Vectors(data=make().data)) == Fingerprint.of(
        make(**keyless)
    )


def test_words_may_be_added_behind_the_others():
    table = make()
    expected = Fingerprint.of(table)
    table.add("c", row=2, vector=[7, 7, 7])
    table.resize((9, 3))
    table.add("d", vector=[8, 8, 8])
    expected.require(table)
    Fingerprint(**{**expected.to_dict(), "rows": 2}).require(table)
    table.add("b", vector=[9, 9, 9])
    with pytest.raises(ValueError, match="hash"):
        expected.require(table)


def test_a_table_is_compared_once_and_may_then_be_edited():
    table = make()
    expected = Fingerprint.of(table).to_dict()
    check = TableCheck()
    check(table, expected)
    table.add("a", vector=[9, 9, 9])
    check(table, expected)
    with pytest.raises(ValueError, match="hash"):
        check(make(data=np.ones((4, 3), "f")), expected)
    for fresh in (pickle.loads(pickle.dumps(check)), copy.deepcopy(check)):
        with pytest.raises(ValueError, match="hash"):
            fresh(table, expected)
    check(table, None)


def test_a_forgotten_attr_has_a_reason():
    with pytest.raises(ValueError, match=r"forgets its attr when it is saved.*vectorsuite.Vectors"):
        Fingerprint.of(make(attr="LOWER")).require(make())
