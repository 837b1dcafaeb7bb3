"""Looking up many keys in any kind of table."""

import gc
from types import SimpleNamespace

import numpy as np
import pytest

from vectorsuite import Vectors
from vectorsuite.vectors.gather import gather, on_device
from vectorsuite.vectors.oov import Dictionary


class ListTable:
    """The least that a table can be: not an array, no rows."""

    shape = (2, 2)

    def __init__(self):
        self.strings = {9: "nine"}

    def __contains__(self, key):
        return key in (7, 8)

    def get_batch(self, keys):
        return np.array([[float(key), 1.0] for key in keys])


def keys(*numbers):
    return np.array(numbers, dtype=np.uint64)


def test_any_object_with_get_batch_is_a_table():
    vectors, known = gather(ListTable(), keys(8, 9, 7))
    assert vectors.tolist() == [[8, 1], [0, 0], [7, 1]]
    assert vectors.dtype == np.float32
    assert known.tolist() == [True, False, True]


def test_no_keys():
    vectors, known = gather(ListTable(), keys())
    assert vectors.shape == (0, 2)
    assert len(known) == 0


def test_the_policy_sees_the_missing_words_only():
    seen = []

    def policy(words, table):
        seen.extend(words)
        return np.array([[5.0, 5.0], [6.0, 6.0]]), np.array([True, False])

    table = ListTable()
    table.strings = {9: "nine", 10: "ten"}
    vectors, known = gather(table, keys(7, 9, 10), oov=policy)
    assert seen == ["nine", "ten"]
    assert vectors.tolist() == [[7, 1], [5, 5], [0, 0]]
    assert known.tolist() == [True, True, False]


def test_a_table_may_bring_its_own_policy():
    table = ListTable()
    table.oov = lambda words, table: (np.full((len(words), 2), 3.0), np.ones(len(words), bool))
    assert gather(table, keys(9))[0].tolist() == [[3, 3]]


def test_a_policy_without_words_says_what_is_missing():
    table = ListTable()
    del table.strings
    assert gather(table, keys(9))[0].tolist() == [[0, 0]]
    with pytest.raises(ValueError, match="give strings="):
        gather(table, keys(9), oov=Dictionary({"nine": "seven"}))


def test_policies_on_words_of_a_table_without_strings():
    table = Vectors(data=np.eye(2, dtype="f"), keys=["snow", "board"])
    bare = SimpleNamespace(data=table.data, shape=(2, 2), mode="default", find=table.find)
    vectors, known = gather(
        bare, keys(5), oov=Dictionary({"five": "snow missing"}), strings={5: "five"}
    )
    assert vectors.tolist() == [[1, 0]]
    assert known.all()


def test_a_plain_table_gives_zeros_not_its_last_row():
    spacy_vectors = pytest.importorskip("spacy.vectors")
    table = spacy_vectors.Vectors(data=np.ones((2, 3), "f"), keys=[11, 12])
    vectors, known = gather(table, keys(12, 99))
    assert vectors.tolist() == [[1, 1, 1], [0, 0, 0]]
    assert known.tolist() == [True, False]


def test_a_memory_map_is_read_as_a_plain_array(tmp_path):
    np.save(tmp_path / "t.npy", np.eye(3, dtype="f"))
    mapped = SimpleNamespace(data=np.load(tmp_path / "t.npy", mmap_mode="r"))
    ops = SimpleNamespace(name="numpy", xp=np, asarray=np.asarray)
    assert type(on_device(mapped, ops)) is np.ndarray


def test_a_table_is_copied_to_a_device_once_per_change():
    copies = []

    def asarray(data):
        copies.append(data.copy())
        return copies[-1]

    device = SimpleNamespace(name="far", xp=SimpleNamespace(ndarray=list), asarray=asarray)
    table = Vectors(data=np.ones((4, 2), "f"), keys=["a", "b"])
    assert on_device(table, device) is on_device(table, device)
    assert len(copies) == 1
    table.add("a", vector=[5, 5])
    assert on_device(table, device)[0].tolist() == [5, 5]
    table.data = np.zeros((4, 2), "f")
    gc.collect()
    assert not on_device(table, device).any()
    assert len(copies) == 3
