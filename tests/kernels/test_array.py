"""Training in array operations: the reference step by step, and the compiled loops' loss."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from small_jobs import copy_of, make_job, with_tree

from vectorsuite.kernels import _core, compiled, reference
from vectorsuite.kernels.array import ArrayKernels
from vectorsuite.kernels.array_plan import Planner
from vectorsuite.kernels.device import move, on_host
from vectorsuite.kernels.reference import centre_groups, kept_tokens, noise_words

TABLES = ("in_rows", "out_rows", "tree_rows")


def on_ops(job, ops):
    """The job with tables of its own where the ops compute."""
    job = copy_of(job)
    tables = {name: getattr(job, name) for name in TABLES if getattr(job, name) is not None}
    return replace(job, **{name: move(table, ops) for name, table in tables.items()})


def assert_same_training(job, ops, begin=0, end=None, epoch=0):
    end = len(job.ids) if end is None else end
    ours, expected = on_ops(job, ops), copy_of(job)
    got = ArrayKernels(ops, groups=1).train(ours, epoch, begin, end)
    want = reference.train(expected, epoch, begin, end)
    assert (got.pairs, got.kept) == (want.pairs, want.kept)
    assert got.loss == pytest.approx(want.loss, rel=1e-5)
    for name in TABLES:
        if getattr(job, name) is not None:
            trained = on_host(getattr(ours, name))
            np.testing.assert_allclose(trained, getattr(expected, name), rtol=0, atol=1e-5)
    assert want.pairs > 0
    assert not np.allclose(on_host(ours.in_rows), job.in_rows, atol=1e-4)


@pytest.mark.parametrize("shared", [1, 2, 3, 4])
def test_one_step_at_a_time_is_the_reference(shared, any_ops):
    assert_same_training(make_job([7, 1, 30, 0, 12, 2], shared=shared), any_ops)
    assert_same_training(make_job([40, 9], n_words=6, shared=shared, learn_rate=0.01), any_ops)


@pytest.mark.parametrize("cbow", [False, True])
@pytest.mark.parametrize("negative", [0, 5])
@pytest.mark.parametrize("tree", [False, True])
def test_every_model(cbow, negative, tree, any_ops):
    if not negative and not tree:
        return
    job = make_job([7, 1, 30, 0, 12, 2], cbow=cbow, negative=negative, n_words=20)
    factors = np.linspace(0, 1, len(job.keep)).astype(np.float32)
    job = replace(with_tree(job, cbow=cbow) if tree else job, locks=factors)
    assert_same_training(job, any_ops)


@pytest.mark.parametrize("settings", [
    {"cbow": True, "cbow_mean": False, "shrink": False},
    {"shrink": False, "window": 1, "negative": 1},
    {"window": 40, "negative": 13, "learn_rate": 0.005},
    {"own_draws": True},
])  # fmt: skip
def test_other_settings(settings, any_ops):
    assert_same_training(make_job([40, 33], **settings), any_ops)


def test_two_words_are_each_others_noise(any_ops):
    assert_same_training(make_job([30], n_words=2, shared=1, learn_rate=0.01), any_ops)


def test_chunks_and_epochs(any_ops):
    tokens = _core.CHUNK_TOKENS
    job = make_job([tokens - 5, 40, tokens], n_words=300, width=4, keep=0.1, learn_rate=0.01)
    job.keep[:] = int(0.1 * 2**32)
    assert_same_training(job, any_ops, begin=tokens, epoch=1)


@pytest.mark.parametrize("shared", [1, 3, 4])
@pytest.mark.parametrize("skewed", [False, True])
def test_the_draws_are_those_of_the_reference(shared, skewed):
    chunk = _core.CHUNK_TOKENS
    job = make_job([9, 300, 1, 77, 2, 3 * chunk], n_words=12, shared=shared, keep=0.2)
    if skewed:  # redraws give up: nearly all noise is a word that many groups have
        job.noise = compiled.alias_table(np.array([1e-9] * 11 + [1.0]))
    job.keep[:] = int(0.2 * 2**32)
    plan = Planner(job, np).plan(1, 0, len(job.ids))
    groups = []
    for start, stop in pairwise(job.offsets.tolist()):
        kept = kept_tokens(job, 1, start, stop)
        for begin in range(0, len(job.ids), chunk):
            inside = [token for token in kept if begin <= token.position < begin + chunk]
            groups += centre_groups(inside, shared)
    assert plan.exists.sum(axis=1).tolist() == [len(group) for group in groups]
    for g, group in enumerate(groups):
        assert plan.centres[g, : len(group)].tolist() == [token.word for token in group]
        words, times = np.unique(plan.noise[g], return_counts=True)
        drawn = noise_words(job, 1, group)
        assert dict(zip(words.tolist(), times.tolist(), strict=True)) == drawn


def test_nothing_kept_trains_nothing(any_ops):
    job = make_job([20, 20])
    job.keep[:] = 0
    totals = ArrayKernels(any_ops).train(on_ops(job, any_ops), 0, 0, 40)
    assert (totals.pairs, totals.kept, totals.loss) == (0, 0, 0.0)


@pytest.mark.parametrize("cbow", [False, True])
def test_many_steps_at_a_time_lose_as_much_as_the_compiled_loops(cbow):
    job = make_job([500] * 80, n_words=2000, width=16, cbow=cbow, learn_rate=0.025)
    job.epochs = 4
    job.keep[:10] = 2**32 // 50  # frequent words are sub-sampled
    losses = []
    for kernels in (compiled, ArrayKernels()):
        trained = copy_of(job)
        totals = [kernels.train(trained, epoch, 0, len(job.ids)) for epoch in range(4)]
        losses.append([each.loss / each.pairs for each in totals])
    # batches lag behind, most of all at the start
    assert losses[1][3] < 0.85 * losses[1][0]
    assert losses[1][3] == pytest.approx(losses[0][3], rel=0.03)


def test_frequent_words_do_not_make_large_batches_diverge():
    job = make_job([500] * 40, n_words=2000, width=16, learn_rate=0.025)  # one word in four
    expected = compiled.train(copy_of(job), 0, 0, len(job.ids))
    found = ArrayKernels(groups=256).train(job, 0, 0, len(job.ids))
    assert found.pairs == expected.pairs
    assert found.loss < 1.5 * expected.loss


def test_a_stretch_waits_for_the_device_a_few_times_and_not_once_a_batch(strict_ops, traffic):
    job = on_ops(make_job([500] * 20, n_words=2000), strict_ops)
    counts = traffic()
    ArrayKernels(strict_ops, groups=10).train(job, 0, 0, 10_000)
    assert counts.to_host == 0
    assert counts.waits < 15  # there are more than 200 batches


def test_progress_tells_of_each_stretch_and_overflow_ends_the_run():
    seen = []
    job = make_job([5000] * 10, learn_rate=1e30, width=50)
    totals = ArrayKernels().train(job, 0, 0, 50_000, lambda *report: seen.append(report[0]))
    assert not np.isfinite(totals.loss)
    assert seen == [0]


def test_other_inputs_are_refused():
    job = replace(make_job([10]), part_offsets=np.zeros(51, np.int64))
    with pytest.raises(ValueError, match="n-grams and of documents are trained on the CPU only"):
        ArrayKernels().train(job, 0, 0, 10)
