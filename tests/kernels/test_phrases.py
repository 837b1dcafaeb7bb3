"""Compiled phrase tables: the same for any number of threads, and safe from wrong arguments."""

from itertools import pairwise

import numpy as np
import pytest

from vectorsuite.kernels import _core
from vectorsuite.packed import PackedStrings


def tables(words, n_tables=1, connectors=()):
    counts = _core.PhraseCounts("_", n_tables)
    packed = PackedStrings.pack(words)
    counts.add_words(packed.data, packed.offsets)
    counts.set_connectors(list(connectors))
    return counts


def sorted_pairs(counts):
    runs = counts.runs()
    first, last, run, n = (column.tolist() for column in counts.pairs())
    return sorted(
        (a, tuple(runs[r]), b, times) for a, b, r, times in zip(first, last, run, n, strict=True)
    )


@pytest.mark.parametrize("n_tables", [1, 2, 5])
def test_any_number_of_threads_counts_what_a_dict_counts(n_tables):
    random = np.random.default_rng(1)
    ids = random.integers(0, 40, 20_000).astype(np.int32)
    offsets = np.unique([0, *random.integers(0, 20_000, 900), 20_000]).astype(np.int64)
    counts = tables([str(i) for i in range(40)], n_tables, ["0", "1", "2"])
    assert counts.count(ids, offsets, 1_000_000)
    expected = {}
    for start, end in pairwise(offsets):
        held = []
        for word in ids[start:end].tolist():
            if word < 3:
                held += [word] if held else []
                continue
            if held:
                key = held[0], tuple(held[1:]), word
                expected[key] = expected.get(key, 0) + 1
            held = [word]
    assert sorted_pairs(counts) == sorted((*key, n) for key, n in expected.items())
    assert counts.n_pairs == len(expected)


def test_counting_stops_at_its_bound():
    words = [str(i) for i in range(3000)]
    ids = np.random.default_rng(2).permutation(3000).astype(np.int32)
    offsets = np.arange(0, 3001, 100)
    assert not tables(words).count(ids, offsets, 200)
    bounded = tables(words)
    bounded.count_bounded(ids, offsets, 200)
    # 199 entries a sentence, each counted once: dropped whenever a second sentence has come
    assert len(bounded) <= 2 * 199
    assert bounded.min_reduce > 1


def test_wrong_arguments_are_errors_not_crashes():
    counts = tables(["a", "b"])
    ids = np.array([0, 1], dtype=np.int32)
    for wrong_ids, offsets in (
        (np.array([0, 2], dtype=np.int32), [0, 2]),
        (np.array([0, -1], dtype=np.int32), [0, 2]),
        (ids, [0, 3]),
        (ids, [2, 0]),
        (ids, []),
    ):
        with pytest.raises(ValueError):
            counts.count(wrong_ids, np.array(offsets, dtype=np.int64), 100)
    column = np.array([0], dtype=np.int32)
    for first, run, n in ((2, 0, 1), (0, 1, 1), (0, 0, 0), (0, 0, 2**40), (-1, 0, 1)):
        with pytest.raises(ValueError, match="out of range"):
            counts.add_pairs(
                np.array([first], dtype=np.int32), column, np.array([run], dtype=np.int32),
                np.array([n], dtype=np.int64),
            )  # fmt: skip
    with pytest.raises(ValueError, match="given twice"):
        tables(["a", "a"])
    matcher = _core.PhraseMatcher("_")
    packed = PackedStrings.pack(["a", "b"])
    for starts in ([0, 1], [0, 3], [1, 0]):
        with pytest.raises(ValueError, match="fewer than two"):
            matcher.add_phrases(packed.data, packed.offsets, np.array(starts, dtype=np.int64))
