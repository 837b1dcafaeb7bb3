"""Vectors: spaCy's API without the defects."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from vectorsuite import StringStore, Vectors
from vectorsuite.packed import PackedStrings
from vectorsuite.strings import string_key

A, B, C = (string_key(word) for word in "ABC")


@pytest.fixture
def data():
    return np.array([[1, 2], [3, 4], [5, 6]], dtype="f")


@pytest.fixture
def table(data):
    return Vectors(data=data, keys=["A", "B", "C"])


def test_empty_table():
    table = Vectors()
    assert table.shape == (0, 0)
    assert len(table) == table.size == table.n_keys == 0
    assert table.is_full
    assert "A" not in table
    assert list(table) == list(table.values()) == []
    assert table.get_batch(["A"]).shape == (1, 0)


def test_table_by_shape_hands_out_rows_in_order():
    table = Vectors(shape=(2, 3))
    assert not table.is_full
    assert table.data.dtype == np.float32
    assert table.add("A", vector=[1, 2, 3]) == 0
    assert table.add("B") == 1
    assert table.is_full
    with pytest.raises(ValueError, match="resize"):
        table.add("C")
    assert table.add("A", vector=np.zeros(3)) == 0  # a known key keeps its row


def test_rows_of_given_data_are_never_handed_out(data):
    table = Vectors(data=data, keys=["A"])
    assert table.is_full
    with pytest.raises(ValueError, match="No row is free"):
        table.add("B")
    assert Vectors().from_bytes(table.to_bytes()).is_full


def test_several_keys_share_a_row(table):
    assert table.add("also B", row=1) == 1
    assert len(table) == 3
    assert table.n_keys == 4
    assert table["also B"].tolist() == [3, 4]
    table["also B"] = [0, 9]
    assert table["B"].tolist() == [0, 9]


def test_strings_of_keys_are_in_the_store(table):
    assert list(table.strings) == ["A", "B", "C"]
    table.add("D", row=0)
    assert table.strings[string_key("D")] == "D"


def test_store_may_be_spacys(data):
    store = pytest.importorskip("spacy.strings").StringStore()
    table = Vectors(data=data, keys=["A", "B"], strings=store)
    table.add("C", row=2)
    assert list(store) == ["A", "B", "C"]


def test_membership_by_string_and_by_hash(table):
    assert "A" in table
    assert A in table
    assert "a" not in table
    assert None not in table
    assert -1 not in table


def test_unknown_key(table):
    with pytest.raises(KeyError, match="unknown"):
        table["unknown"]
    with pytest.raises(KeyError, match="unknown"):
        table["unknown"] = [1, 2]


def test_get_batch_gives_zeros_for_missing_keys(table):
    expected = [[5, 6], [0, 0], [1, 2]]
    batch = table.get_batch(["C", "unknown", "A"])
    assert batch.dtype == np.float32
    assert batch.tolist() == expected
    assert table.get_batch(np.array([C, 77, A], dtype=np.uint64)).tolist() == expected
    assert table.get_batch([C, "unknown", A]).tolist() == expected
    batch[:] = 7
    assert table["C"].tolist() == [5, 6]  # a batch is a copy


def test_find(table):
    table.add("also A", row=0)
    assert table.find(key="B") == table.find(key=B) == 1
    assert table.find(key="unknown") == -1
    rows = table.find(keys=["C", "unknown", A])
    assert rows.dtype == np.int32
    assert rows.tolist() == [2, -1, 0]
    assert table.find(row=0) == A  # the first key, not the last
    keys = table.find(rows=[2, 0])
    assert keys.dtype == np.uint64
    assert keys.tolist() == [C, A]
    with pytest.raises(KeyError, match="Row 7"):
        table.find(row=7)
    with pytest.raises(ValueError, match="exactly one"):
        table.find(key="A", row=0)
    with pytest.raises(ValueError, match="exactly one"):
        table.find()


def test_iteration(table):
    assert list(table) == list(table.keys()) == [A, B, C]
    assert [vector.tolist() for vector in table.values()] == [[1, 2], [3, 4], [5, 6]]
    assert [(key, vector.tolist()) for key, vector in table.items()] == [
        (A, [1, 2]), (B, [3, 4]), (C, [5, 6]),
    ]  # fmt: skip


def test_values_leave_out_free_rows():
    table = Vectors(shape=(3, 1))
    table.add("A", row=1, vector=[5])
    assert [vector.tolist() for vector in table.values()] == [[5]]


def test_vectors_are_read_only_views(table):
    vector = table["A"]
    assert np.shares_memory(vector, table.data)
    with pytest.raises(ValueError, match="read-only"):
        vector[0] = 9


@pytest.mark.parametrize("row", [-1, 3])
def test_add_refuses_rows_outside(table, row):
    with pytest.raises(ValueError, match=f"Row {row} "):
        table.add("D", row=row)
    assert "D" not in table


def test_a_vector_of_another_width_changes_nothing(table):
    for change in (
        lambda: table.add("A", vector=[1, 2, 3]),
        lambda: table.add("new", row=0, vector=[1, 2, 3]),
        lambda: table.__setitem__("A", [1]),
    ):
        with pytest.raises(ValueError, match="width 2"):
            change()
    assert table["A"].tolist() == [1, 2]
    assert "new" not in table


def test_more_keys_than_rows(data):
    with pytest.raises(ValueError, match="4 keys"):
        Vectors(data=data, keys="ABCD")


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_float_types_are_kept(dtype):
    table = Vectors(data=np.array([[1.5, 2]], dtype=dtype), keys=["A"])
    assert table.data.dtype == dtype
    assert table.get_batch(["A"]).dtype == np.float32
    assert Vectors().from_bytes(table.to_bytes()).data.dtype == dtype


def test_other_numbers_become_float32():
    assert Vectors(data=np.array([[1, 2]])).data.dtype == np.float32
    assert Vectors(data=[[1, 2]]).data.dtype == np.float32
    assert Vectors(data=np.array([[1, 2]], dtype=">f8")).data.dtype == np.dtype("<f8")
    with pytest.raises(TypeError, match="complex"):
        Vectors(data=np.array([[1j]]))
    with pytest.raises(ValueError, match="two-dimensional"):
        Vectors(data=np.zeros(3))


def test_attr_by_name_and_number():
    assert [Vectors(attr=a).attr for a in ("ORTH", "text", "lower", "nonsense", 66)] == [
        65, 65, 66, 65, 66,
    ]  # fmt: skip


def test_unknown_mode():
    with pytest.raises(ValueError, match="default, floret"):
        Vectors(mode="other")


def test_resize_returns_what_is_gone(table):
    assert table.resize((2, 3)) == [(C, 2)]
    assert table.data.tolist() == [[1, 2, 0], [3, 4, 0]]
    assert "C" not in table
    assert table.resize((4, 1)) == []
    assert table.data.tolist() == [[1], [3], [0], [0]]
    assert table.add("D", vector=[8]) == 2
    with pytest.raises(ValueError, match="width"):
        table.resize((4, 2), inplace=True)
    with pytest.raises(ValueError, match="shape"):
        table.resize((-1, 2))


def test_rows_that_come_back_are_zero(table):
    table.resize((1, 2))
    table.resize((3, 2))
    assert table.data.tolist() == [[1, 2], [0, 0], [0, 0]]


def test_resize_leaves_the_callers_array(data):
    table = Vectors(data=data)
    table.resize((5, 2))
    table.data[:] = 9
    assert data.tolist() == [[1, 2], [3, 4], [5, 6]]


def test_growing_row_by_row_takes_amortised_time():
    table = Vectors(shape=(1, 4))
    addresses = set()
    for n in range(1, 2000):
        table.resize((n, 4))
        addresses.add(table.data.__array_interface__["data"][0])
        table.add(n, vector=[n] * 4)
    assert len(addresses) < 40
    assert table.data[:, 0].tolist() == list(range(1, 2000))


def test_clear(table):
    table.clear()
    assert table.key2row == {}
    assert "A" not in table
    assert not table.is_full
    assert table.shape == (3, 2)


def test_changes_raise_the_generation(table, data):
    seen = [table.generation]
    for change in (
        lambda: table.add("D", row=0),
        lambda: table.add("A", vector=[7, 7]),
        lambda: table.__setitem__("B", [7, 7]),
        lambda: table.resize((9, 2)),
        lambda: table.key2row.pop(A),
        lambda: setattr(table, "key2row", {A: 1}),
        lambda: setattr(table, "data", data),
        table.clear,
        table.touch,
    ):
        change()
        seen.append(table.generation)
    assert seen == sorted(set(seen))


def test_key2row_may_be_given_as_a_dict(table):
    table.key2row = {A: 2}
    assert table["A"].tolist() == [5, 6]
    assert table.n_keys == 1


def test_equality(table, data):
    same = Vectors(data=data.copy(), keys=["A", "B", "C"])
    assert same == table
    same["A"] = [0, 0]
    assert same != table
    assert Vectors(data=data, keys=["A", "B", "C"], attr="LOWER") != table
    assert Vectors(data=data, keys=["A", "B"]) != table
    assert table != 3


def test_row_attributes_follow_the_rows(table):
    table.row_attrs["count"] = np.array([9, 8, 7])
    table.resize((2, 2))
    assert table.row_attrs["count"].tolist() == [9, 8]
    table.resize((4, 2))
    assert table.row_attrs["count"].tolist() == [9, 8, 0, 0]


class TableAgainstDict(RuleBasedStateMachine):
    """Random edits of a table of width 1 and of a dict of values by key."""

    def __init__(self):
        super().__init__()
        self.table = Vectors(shape=(3, 1), strings=StringStore())
        self.row_of = {}
        self.value_of = {}  # by row

    keys = st.sampled_from(["a", "b", "c", "d", "LAW", ""])

    @rule(key=keys, value=st.integers(-9, 9))
    def add(self, key, value):
        free = [row for row in range(len(self.table)) if row not in self.value_of]
        if key in self.row_of or free:
            row = self.row_of.get(key, free[0] if free else None)
            assert self.table.add(key, vector=[value]) == row
            self.row_of[key], self.value_of[row] = row, value
        else:
            with pytest.raises(ValueError, match="free"):
                self.table.add(key, vector=[value])

    @precondition(lambda self: self.value_of)
    @rule(key=keys, data=st.data())
    def alias(self, key, data):
        row = data.draw(st.sampled_from(sorted(self.value_of)))
        self.table.add(key, row=row)
        self.row_of[key] = row

    @rule(rows=st.integers(0, 6))
    def resize(self, rows):
        removed = self.table.resize((rows, 1))
        assert sorted(row for _, row in removed) == sorted(
            row for row in self.row_of.values() if row >= rows
        )
        self.row_of = {key: row for key, row in self.row_of.items() if row < rows}
        self.value_of = {row: self.value_of[row] for row in set(self.row_of.values())}

    @rule()
    def save_and_load(self):
        self.table = Vectors().from_bytes(self.table.to_bytes())

    @invariant()
    def agrees(self):
        table = self.table
        assert {key: table.find(key=key) for key in self.row_of} == self.row_of
        assert table.n_keys == len(self.row_of)
        assert table.is_full == (len(self.value_of) == len(table))
        batch = table.get_batch([*self.row_of, "missing"])[:, 0].tolist()
        assert batch == [self.value_of[row] for row in self.row_of.values()] + [0]


TestTableAgainstDict = TableAgainstDict.TestCase
TestTableAgainstDict.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)


def test_packed_keys(data):
    table = Vectors(data=data, keys=PackedStrings.pack(["A", "LAW", "C"]))
    assert table["LAW"].tolist() == [3, 4]
    assert sorted(table.strings) == ["A", "C"]
    assert table.get_batch(PackedStrings.pack(["C", "no"])).tolist() == [[5, 6], [0, 0]]


def test_the_definition_of_a_word_vector(table):
    """The snippet that spaCy's page explains word vectors with."""

    def what_is_a_word_vector(word_id, key2row, vectors_table, *, default_row=0):
        return vectors_table[key2row.get(word_id, default_row)]

    assert what_is_a_word_vector(C, table.key2row, table.data).tolist() == [5, 6]
    assert what_is_a_word_vector(77, table.key2row, table.data).tolist() == [1, 2]
    assert what_is_a_word_vector(77, table.key2row, table.data, default_row=1).tolist() == [3, 4]


def test_nan_equals_itself(data):
    data[0, 0] = np.nan
    assert Vectors(data=data, keys=["A"]) == Vectors(data=data.copy(), keys=["A"])
    assert Vectors(data=data) != Vectors(data=data.astype("f8"))


def test_looking_up_while_another_thread_adds():
    table = Vectors(shape=(60_000, 1))
    keys = np.arange(1, 60_001, dtype=np.uint64) * 1_000_003
    done = threading.Event()

    def look_up():
        while not done.is_set():
            rows = table.find(keys=keys)
            known = rows >= 0
            assert (rows[known] == np.flatnonzero(known)).all()

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(look_up) for _ in range(2)]
        for row, key in enumerate(keys.tolist()):
            table.key2row[key] = row
        done.set()
        for reader in readers:
            reader.result()
    assert table.n_keys == 60_000


def test_a_row_that_loses_its_key_does_not_become_free(tmp_path):
    table = Vectors(shape=(3, 2))
    table.add("a")
    table.to_disk(tmp_path)
    for looked in (False, True):
        again = Vectors().from_disk(tmp_path)
        assert not looked or not again.is_full
        again.add("a", row=2)
        assert again.add("b") == 1
