"""The compiled training loops do what the NumPy reference says, at every CPU level."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_jobs import copy_of, make_job, random_rows, with_tree

from vectorsuite.kernels import _core, compiled, kernels_for, reference


def assert_same_training(job, epoch=0, begin=0, end=None):
    end = len(job.ids) if end is None else end
    ours, expected = copy_of(job), copy_of(job)
    got = compiled.train(ours, epoch, begin, end)
    want = reference.train(expected, epoch, begin, end)
    assert (got.pairs, got.kept) == (want.pairs, want.kept)
    assert got.loss == pytest.approx(want.loss, rel=1e-5)
    np.testing.assert_allclose(ours.in_rows, expected.in_rows, atol=2e-5)
    np.testing.assert_allclose(ours.out_rows, expected.out_rows, atol=2e-5)
    if job.tree_rows is not None:
        np.testing.assert_allclose(ours.tree_rows, expected.tree_rows, atol=2e-5)
    assert want.pairs > 0
    assert not np.allclose(ours.in_rows, job.in_rows, atol=1e-4)


@pytest.mark.parametrize("shared", [1, 2, 3, 4])
@pytest.mark.parametrize("width", [1, 16, 20, 33])
def test_compiled_loops_equal_the_reference(cpu_level, shared, width):
    assert_same_training(make_job([7, 1, 30, 0, 12, 2], shared=shared, width=width))


@pytest.mark.parametrize("cbow", [False, True])
@pytest.mark.parametrize("negative", [0, 5])
@pytest.mark.parametrize("tree", [False, True])
@pytest.mark.parametrize("locked", [False, True])
def test_every_model_equals_the_reference(cpu_level, cbow, negative, tree, locked):
    job = make_job([7, 1, 30, 0, 12, 2], cbow=cbow, negative=negative)
    if not negative and not tree:
        with pytest.raises(ValueError, match="neither negative sampling nor hierarchical softmax"):
            compiled.train(job, 0, 0, len(job.ids))
        return
    if tree:
        job = with_tree(job, cbow=cbow)
    if locked:
        factors = np.linspace(0, 1, len(job.keep)).astype(np.float32)
        job = replace(job, locks=factors)
    assert_same_training(job)
    if locked:
        trained = copy_of(job)
        compiled.train(trained, 0, 0, len(job.ids))
        np.testing.assert_array_equal(trained.in_rows[0], job.in_rows[0])


@pytest.mark.parametrize("cbow", [False, True])
def test_paths_longer_than_the_blocks_they_are_read_in(cpu_level, cbow):
    job = make_job([30, 9], n_words=40, negative=0)
    job = with_tree(job, counts=2 ** np.arange(40, 0, -1), cbow=cbow)
    assert np.diff(job.path_offsets).max() == 39
    assert_same_training(job)


def test_paths_without_room_after_the_last_are_refused():
    job = with_tree(make_job([9, 9]))
    job = replace(job, path_branches=job.path_branches[: job.path_offsets[-1]])
    with pytest.raises(ValueError, match="paths do not fit the vocabulary"):
        compiled.train(job, 0, 0, len(job.ids))


@pytest.mark.parametrize("shared", [1, 2, 3, 4])
@pytest.mark.parametrize("mean", [False, True])
def test_cbow_with_the_sum_and_fixed_windows(cpu_level, shared, mean):
    job = make_job([40, 9], n_words=20, shared=shared, cbow=True, cbow_mean=mean, shrink=False)
    assert_same_training(job)
    assert_same_training(with_tree(replace(job, negative=0), cbow=True))


@pytest.mark.parametrize(("window", "negative"), [(1, 1), (1, 40), (2, 9), (15, 5), (40, 13)])
def test_any_window_and_number_of_noise_words(cpu_level, window, negative):
    assert_same_training(make_job([60, 33], window=window, negative=negative, learn_rate=0.005))


@pytest.mark.parametrize("n_words", [5, 6, 9])
def test_tiny_vocabulary_repeats_words_on_both_sides(cpu_level, n_words):
    # words stand in a window twice and noise is drawn twice; centres are never their own noise
    assert_same_training(make_job([40, 9], n_words=n_words, shared=4, learn_rate=0.01))


def test_two_words_are_each_others_noise(cpu_level):
    assert_same_training(make_job([30], n_words=2, shared=1, learn_rate=0.01))


def test_second_epoch_draws_anew_and_learns_slower():
    job = make_job([40, 40])
    assert_same_training(job, epoch=1)
    first, second = copy_of(job), copy_of(job)
    compiled.train(first, 0, 0, 80)
    compiled.train(second, 1, 0, 80)
    assert not np.array_equal(first.in_rows, second.in_rows)


def test_sentence_across_chunks_is_not_cut(cpu_level):
    tokens = _core.CHUNK_TOKENS
    job = make_job([tokens - 5, 40, 2 * tokens], n_words=60, width=8)
    assert_same_training(job)
    whole, parts = copy_of(job), copy_of(job)
    compiled.train(whole, 0, 0, len(job.ids))
    for begin in range(0, len(job.ids), tokens):
        compiled.train(parts, 0, begin, min(len(job.ids), begin + tokens))
    np.testing.assert_array_equal(whole.in_rows, parts.in_rows)


@settings(max_examples=60, deadline=None)
@given(
    lengths=st.lists(st.integers(0, 25), min_size=1, max_size=8).filter(lambda n: sum(n) > 0),
    width=st.integers(1, 40), window=st.integers(1, 9), negative=st.integers(1, 20),
    shared=st.integers(1, 4), n_words=st.integers(6, 30), seed=st.integers(0, 2**64 - 1),
)  # fmt: skip
def test_loops_equal_the_reference_for_any_shape(
    lengths, width, window, negative, shared, n_words, seed
):
    job = make_job(
        lengths, n_words=n_words, width=width, window=window, negative=negative, shared=shared
    )
    job = replace(job, seed=seed, learn_rate=0.01)  # steps that shoot past amplify rounding
    ours, expected = copy_of(job), copy_of(job)
    got = compiled.train(ours, 0, 0, len(job.ids))
    want = reference.train(expected, 0, 0, len(job.ids))
    assert (got.pairs, got.kept) == (want.pairs, want.kept)
    np.testing.assert_allclose(ours.in_rows, expected.in_rows, atol=1e-4)
    np.testing.assert_allclose(ours.out_rows, expected.out_rows, atol=1e-4)


def test_same_bits_on_every_run_and_level_of_equal_lanes():
    results = {}
    for level in [*_core.cpu_levels(), *_core.cpu_levels()]:
        _core.set_cpu_level(level)
        job = make_job([50, 200, 30], width=50)
        compiled.train(job, 0, 0, 280)
        results.setdefault(_core.lanes(), []).append(job.in_rows.tobytes())
    _core.set_cpu_level(_core.cpu_levels()[0])
    for same_lanes in results.values():
        assert len(same_lanes) >= 2
        assert len(set(same_lanes)) == 1


def test_gradient_is_that_of_the_stated_loss():
    # finite differences of the loss of one step, in float64
    random = np.random.default_rng(0)
    x, y = random.normal(size=(3, 4)), random.normal(size=(5, 4))
    m = np.array([[1, 0, -1, -2, 0], [2, 1, -3, -6, 0], [0, 1, -1, -2, 0]], dtype=np.float64)

    def loss(x, y):
        z = x @ y.T
        return (np.abs(m) * np.log1p(np.exp(np.where(m > 0, -z, z)))).sum()

    table = y.copy()
    new_x, total = reference.pair_step(x, table, [0, 1, 2, 3, 4], m, 1.0)
    assert total == pytest.approx(loss(x, y))
    for i in range(3):
        for d in range(4):
            step = np.zeros_like(x)
            step[i, d] = 1e-6
            slope = (loss(x + step, y) - loss(x - step, y)) / 2e-6
            assert new_x[i, d] - x[i, d] == pytest.approx(-slope, abs=1e-6)
    for j in range(5):
        step = np.zeros_like(y)
        step[j, 0] = 1e-6
        slope = (loss(x, y + step) - loss(x, y - step)) / 2e-6
        assert table[j, 0] - y[j, 0] == pytest.approx(-slope, abs=1e-6)


def test_near_words_are_paired_more_often():
    # a window drawn from 1..5 reaches distance d in (5 - d + 1) / 5 of the cases
    job = make_job([200_000], n_words=100, window=5, keep=1.0)
    reaches = [t.reach for t in reference.kept_tokens(job, 0, 0, 20_000)]
    share = np.bincount(reaches, minlength=6)[1:] / len(reaches)
    np.testing.assert_allclose(share, 0.2, atol=0.015)  # 5 sd of a share of 20,000 draws
    totals = compiled.train(job, 0, 0, 200_000)
    # each of the 2 sides holds 3 words on average, less at the two ends of the sentence
    assert totals.pairs / totals.kept == pytest.approx(6, rel=0.01)


def test_overflow_stops_the_run_with_a_loss_that_is_not_finite(cpu_level):
    job = make_job([5000] * 10, learn_rate=1e30, width=50)
    with np.errstate(all="ignore"):
        totals = compiled.train(job, 0, 0, len(job.ids))
    assert not np.isfinite(totals.loss)


def test_several_workers_cover_the_same_pairs():
    one, two = make_job([3000] * 20, n_words=400), make_job([3000] * 20, n_words=400, workers=2)
    a = compiled.train(one, 0, 0, 60_000)
    b = compiled.train(two, 0, 0, 60_000)
    assert (a.pairs, a.kept) == (b.pairs, b.kept)
    assert a.loss == pytest.approx(b.loss, rel=0.05)


@pytest.mark.parametrize("model", ["skip-gram", "cbow", "paths"])
def test_deterministic_training_gives_the_same_bits_for_any_number_of_workers(model):
    tokens = 11 * _core.CHUNK_TOKENS - 100  # many rounds, the last one not full
    job = make_job([tokens // 4] * 4, n_words=300, width=20, learn_rate=0.001, deterministic=True)
    job = replace(job, cbow=model == "cbow")
    if model == "paths":
        job = with_tree(job)
    results = []
    for workers in (1, 2, 3, 5):
        trained = replace(copy_of(job), workers=workers)
        totals = compiled.train(trained, 0, 0, len(job.ids))
        results.append((trained.in_rows.tobytes(), trained.out_rows.tobytes(), totals.loss))
    assert len(set(results)) == 1
    assert not np.allclose(trained.in_rows, job.in_rows, atol=1e-3)


@pytest.mark.parametrize("n_words", [200, 3000])  # which no table of a chunk's copies has room for
def test_deterministic_training_equals_the_reference(n_words):
    job = make_job([4500], n_words=n_words, width=8, deterministic=True, workers=2)  # three rounds
    assert_same_training(replace(job, learn_rate=0.001, window=2, negative=2))


@pytest.mark.parametrize("cbow", [False, True])
def test_words_without_a_neighbour_use_no_row_of_deterministic_training(cpu_level, cbow):
    # else nodes near the root count as used by every chunk, and take too little of each change
    job = make_job([1] * 300 + [9] * 3, n_words=7, width=8, keep=1, deterministic=True)
    assert_same_training(with_tree(replace(job, learn_rate=0.01), cbow=cbow))


def test_deterministic_training_of_paths_learns_as_much():
    # nodes near the root are in every chunk; a single hidden row moves them little each time
    job = make_job([50] * 1200, n_words=300, width=20, negative=0, shared=1, keep=1)
    job = with_tree(job, counts=np.bincount(job.ids, minlength=300) + 1, cbow=True)
    job.in_rows[:] /= 20
    job.tree_rows[:] = 0
    lengths = []
    for deterministic in (False, True):
        trained = replace(copy_of(job), deterministic=deterministic, learn_rate=0.005)
        compiled.train(trained, 0, 0, 60_000)
        lengths.append(np.linalg.norm(trained.tree_rows))
    assert 0.7 < lengths[1] / lengths[0] < 1.4


@pytest.mark.parametrize("learn_rate", [0.025, 0.1])
def test_deterministic_training_of_parts_does_not_overflow(learn_rate):
    # frequent rows that all chunks change go the further, the higher the learning rate
    job = make_job([30] * 3000, n_words=2000, width=50, cbow=True, keep=1, epochs=5)
    random = np.random.default_rng(1)
    job = replace(
        job, part_offsets=np.arange(2001) * 8, parts=random.integers(0, 1000, 16000, np.int32),
        in_rows=random_rows(random, 1000, 50, 0.02), learn_rate=learn_rate, deterministic=True,
    )  # fmt: skip
    job.out_rows[:] = 0
    for epoch in range(5):
        assert np.isfinite(compiled.train(job, epoch, 0, len(job.ids)).loss)
    assert np.abs(job.in_rows).max() < 10


def test_progress_may_stop_the_run():
    job = make_job([1_000_000], n_words=1000, width=100, window=20, negative=30, learn_rate=1e-4)

    def stop(token, learn_rate, loss):
        assert 0 < learn_rate <= 1e-4
        raise RuntimeError(f"stopped at {token}")

    with pytest.raises(RuntimeError, match="stopped at"):
        compiled.train(job, 0, 0, 1_000_000, stop)


@pytest.mark.parametrize("wrong", [{"window": 0}, {"negative": -1}, {"shared": 5}, {"width": 0}])
def test_core_refuses_what_would_run_off_an_array(wrong):
    job = replace(make_job([10]), **wrong)
    with pytest.raises(ValueError, match="out of range"):
        compiled.train(job, 0, 0, 10)


def test_kernels_for_numpy_ops_are_compiled_and_others_are_array_operations(strict_ops):
    from thinc.api import NumpyOps

    assert kernels_for(None) is compiled
    assert kernels_for(NumpyOps()) is compiled
    assert kernels_for(NumpyOps(), "reference") is reference
    assert kernels_for(strict_ops).ops is strict_ops
    ops = NumpyOps()
    assert kernels_for(ops, "array").ops is ops
    with pytest.raises(ValueError, match="no training loops 'fast'; there are array, compiled"):
        kernels_for(ops, "fast")
    with pytest.raises(ValueError, match="compiled loops train on NumPy"):
        kernels_for(strict_ops, "compiled")
