"""KeyIndex is a dict of keys to rows, one by one, in batches and over mapped arrays."""

import pickle
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorsuite.io.array_file import map_arrays, write_arrays
from vectorsuite.vectors import KeyIndex

# few keys, so that operations meet; the largest, because it is the edge of the type
KEYS = st.one_of(st.integers(0, 30), st.sampled_from([2**63, 2**64 - 1]))
ROWS = st.integers(0, 2**31 - 2)
OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("set"), KEYS, ROWS),
        st.tuples(st.just("pop"), KEYS),
        st.tuples(st.just("many"), st.lists(st.tuples(KEYS, ROWS), max_size=40)),
        st.tuples(st.just("clear")),
        st.tuples(st.just("map")),
    ),
    max_size=40,
)


def mapped(index, path):
    write_arrays(path, index.to_arrays(), {})
    return KeyIndex.from_arrays(map_arrays(path)[0])


def apply(operation, index, model, path):
    """Do the same to both; the index, which is another object after "map"."""
    kind, *rest = operation
    if kind == "set":
        index[rest[0]] = model[rest[0]] = rest[1]
    elif kind == "pop":
        assert index.pop(rest[0], None) == model.pop(rest[0], None)
    elif kind == "many":
        keys, rows = zip(*rest[0], strict=True) if rest[0] else ((), ())
        index.set_many(np.array(keys, dtype=np.uint64), np.array(rows, dtype=np.int32))
        model.update(rest[0])
    elif kind == "clear":
        index.clear()
        model.clear()
    else:
        index = mapped(index, path)
    return index


@settings(deadline=None)
@given(OPERATIONS)
def test_behaves_as_a_dict(tmp_path_factory, operations):
    path = tmp_path_factory.getbasetemp() / "key_index"
    index, model = KeyIndex(), {}
    for operation in operations:
        index = apply(operation, index, model, path)
        assert list(index.items()) == list(model.items())
        assert index == model
        assert len(index) == len(model)
    wanted = np.array([*range(31), 2**63, 2**64 - 1], dtype=np.uint64)
    assert index.find(wanted).tolist() == [model.get(key, -1) for key in wanted.tolist()]


@pytest.mark.parametrize("threads", [1, 3])
def test_batches_of_many_keys(threads):
    rng = np.random.default_rng(0)
    keys = rng.integers(0, 2**64, 50_000, dtype=np.uint64)
    index = KeyIndex()
    index.set_many(keys, np.arange(50_000, dtype=np.int32))
    asked = np.concatenate((keys[::-1], keys + np.uint64(1)))
    found = index.find(asked, threads)
    assert found.dtype == np.int32
    assert found[:50_000].tolist() == list(range(49_999, -1, -1))
    assert (found[50_000:] == -1).all()


def test_small_numbers_in_sequence_spread():
    # reserved symbols are 1, 2, 3, …: a bad mix would make every look-up walk the whole table
    n = 200_000
    index = KeyIndex()
    index.set_many(np.arange(n, dtype=np.uint64) * 64, np.arange(n, dtype=np.int32))
    assert index.find(np.arange(n, dtype=np.uint64) * 64).tolist() == list(range(n))
    slots = index.to_arrays()["slots"]
    runs = np.diff(np.flatnonzero(np.concatenate(([True], slots[:, 1] == 0, [True]))))
    assert runs.max() < 200


def test_mapping_methods():
    index = KeyIndex({5: 1, 3: 0})
    assert index[5] == 1
    assert index.get(4) is None
    assert index.get(4, -1) == -1
    assert 3 in index
    assert np.uint64(3) in index
    assert "a" not in index
    assert -1 not in index
    assert 2**64 not in index
    assert list(index) == list(index.keys()) == [5, 3]
    assert list(index.values()) == [1, 0]
    assert index.copy() == {5: 1, 3: 0} == index
    assert index != {5: 1}
    assert Counter(index.values())[1] == 1
    assert index.setdefault(9, 7) == 7
    index.update({5: 2})
    assert index == {5: 2, 3: 0, 9: 7}
    with pytest.raises(KeyError):
        index[4]
    with pytest.raises(KeyError):
        del index[4]
    with pytest.raises(ValueError, match="negative"):
        index[1] = -1
    assert pickle.loads(pickle.dumps(index)) == index


def test_every_change_raises_the_generation():
    index = KeyIndex()
    seen = [index.generation]
    for change in (
        lambda: index.update({1: 1, 2: 2}),
        lambda: index.set_many(np.array([3], np.uint64), np.array([3], np.int32)),
        lambda: index.pop(1),
        index.clear,
    ):
        change()
        seen.append(index.generation)
    assert seen == sorted(set(seen))


def test_a_mapped_index_copies_on_write(tmp_path):
    first = mapped(KeyIndex({1: 10, 2: 20}), tmp_path / "index")
    second = KeyIndex.from_arrays(map_arrays(tmp_path / "index")[0])
    assert first.mapped
    first[1] = 11
    first[3] = 30
    assert not first.mapped
    assert first == {1: 11, 2: 20, 3: 30}
    assert second.mapped
    assert second == {1: 10, 2: 20}


def test_slots_without_an_empty_place_end_the_search():
    arrays = KeyIndex({1: 1}).to_arrays()
    arrays["slots"] = np.ones_like(arrays["slots"])
    assert KeyIndex.from_arrays(arrays).get(2) is None


def test_arrays_that_do_not_fit_are_refused():
    arrays = KeyIndex({1: 1, 2: 2}).to_arrays()
    with pytest.raises(ValueError, match="capacity"):
        KeyIndex.from_arrays({**arrays, "rows": arrays["rows"][:1]})
