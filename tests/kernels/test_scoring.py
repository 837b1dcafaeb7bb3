"""Compiled scores of sentences against sums over explicit paths, at every CPU level."""

from itertools import chain

import numpy as np
import pytest

from vectorsuite.kernels import _core
from vectorsuite.kernels.compiled import huffman_paths, score_sentences
from vectorsuite.kernels.job import padded_rows
from vectorsuite.models.scoring import path_log_chances

COUNTS = np.array([900, 400, 200, 100, 50, 20, 9, 5, 2, 1, 1], dtype=np.int64)  # deep paths


@pytest.fixture(params=[name for name in _core.cpu_levels() if name])
def level(request):
    before = _core.cpu_level()
    _core.set_cpu_level(request.param)
    yield request.param
    _core.set_cpu_level(before)


def tables(width, seed=0):
    random = np.random.default_rng(seed)
    made = [padded_rows(len(COUNTS), width) for _ in range(2)]
    for table in made:
        table[:, :width] = random.normal(size=(len(COUNTS), width))
    return made


def expected(in_rows, tree_rows, paths, sentence, window, cbow, mean):
    offsets, nodes, signs = paths
    total = 0.0
    for place, word in enumerate(sentence):
        context = [*sentence[max(0, place - window) : place], *sentence[place + 1 :][:window]]
        if not context:
            continue
        inputs = in_rows[context].astype(np.float64)
        if cbow:
            inputs = inputs.sum(axis=0, keepdims=True) / (len(context) if mean else 1)
        path = slice(offsets[word], offsets[word + 1])
        total += path_log_chances(inputs, tree_rows[nodes[path]], signs[path] < 0).sum()
    return total


@pytest.mark.parametrize("width", [1, 20, 100])
@pytest.mark.parametrize(("cbow", "mean"), [(False, True), (True, True), (True, False)])
@pytest.mark.parametrize("window", [1, 2, 7])
def test_scores_are_sums_along_the_paths(level, width, cbow, mean, window):
    in_rows, tree_rows = tables(width)
    paths = huffman_paths(COUNTS)
    random = np.random.default_rng(1)
    sentences = [random.integers(0, len(COUNTS), n).tolist() for n in (0, 1, 2, 5, 30, 3) * 5]
    ids = np.array([*chain.from_iterable(sentences)], dtype=np.int32)
    offsets = np.cumsum([0, *map(len, sentences)])
    settings = {"window": window, "cbow": cbow, "cbow_mean": mean}
    scores = score_sentences(in_rows, tree_rows, paths, ids, offsets, workers=1, **settings)
    oracle = [expected(in_rows, tree_rows, paths, s, window, cbow, mean) for s in sentences]
    assert scores == pytest.approx(oracle, rel=2e-5, abs=1e-6)
    threads = score_sentences(in_rows, tree_rows, paths, ids, offsets, workers=3, **settings)
    assert (threads == scores).all()


def test_values_that_overflowed_are_seen(level):
    in_rows, tree_rows = tables(4)
    in_rows[3, 2] = np.nan
    ids, offsets = np.array([1, 3, 5, 6], dtype=np.int32), np.array([0, 2, 4])
    settings = {"window": 2, "cbow": False, "cbow_mean": True}
    scores = score_sentences(in_rows, tree_rows, huffman_paths(COUNTS), ids, offsets, **settings)
    assert np.isnan(scores).tolist() == [True, False]


def test_wrong_arguments_are_errors_not_crashes():
    in_rows, tree_rows = tables(4)
    paths = huffman_paths(COUNTS)
    ids, offsets = np.array([1, 3], dtype=np.int32), np.array([0, 2])
    settings = {"window": 2, "cbow": False, "cbow_mean": True}
    wrong = [
        (in_rows[:, :4].copy(), tree_rows, paths, ids, offsets),
        (in_rows, tree_rows[:2], paths, ids, offsets),
        (in_rows, tree_rows, huffman_paths(COUNTS[:3]), ids, offsets),
        (in_rows, tree_rows, paths, ids + 10, offsets),
        (in_rows, tree_rows, paths, ids, offsets + 1),
        (in_rows, tree_rows, paths, ids, offsets[:0]),
        (in_rows, tree_rows, paths, ids, np.array([0, 2, 1])),
    ]
    for arguments in wrong:
        with pytest.raises(ValueError):
            score_sentences(*arguments, **settings)
