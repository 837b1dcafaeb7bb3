"""The CUDA kernels, run on the CPU one block at a time, do what the NumPy reference says."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_jobs import copy_of
from small_jobs import make_job as random_job

from vectorsuite.kernels import compiled, kernels_for, reference
from vectorsuite.kernels.array import ArrayKernels
from vectorsuite.kernels.cuda import run
from vectorsuite.kernels.job import padded_rows
from vectorsuite.training import trainer
from vectorsuite.training.architecture import Architecture
from vectorsuite.training.corpus import count_and_encode
from vectorsuite.training.trainer import train_model


def make_job(lengths, **settings):
    return random_job(lengths, **({"learn_rate": 0.02, "blocks": 1} | settings))


def assert_same_training(job, device, epoch=0, begin=0, end=None):
    end = len(job.ids) if end is None else end
    ours, expected = copy_of(job), copy_of(job)
    got = run.train(ours, epoch, begin, end, device=device)
    want = reference.train(expected, epoch, begin, end)
    assert (got.pairs, got.kept) == (want.pairs, want.kept)
    assert got.loss == pytest.approx(want.loss, rel=1e-5)
    np.testing.assert_allclose(ours.in_rows, expected.in_rows, atol=1e-5)
    np.testing.assert_allclose(ours.out_rows, expected.out_rows, atol=1e-5)
    return got


@pytest.mark.parametrize("lanes", [1, 4, 7])
@pytest.mark.parametrize("cbow", [False, True])
@pytest.mark.parametrize("shared", [1, 2, 3, 4])
@pytest.mark.parametrize("width", [1, 16, 21])
def test_kernels_equal_the_reference(make_device, lanes, cbow, shared, width):
    job = make_job([7, 1, 30, 0, 12, 2], shared=shared, width=width, cbow=cbow)
    assert assert_same_training(job, make_device(lanes=lanes)).pairs > 0
    assert_same_training(job, make_device(lanes=lanes), epoch=1)


@pytest.mark.parametrize("width", [100, 300])
@pytest.mark.parametrize("cbow", [False, True])
def test_widths_of_real_vectors(make_device, width, cbow):
    job = make_job([40, 9], n_words=40, width=width, window=5, cbow=cbow)
    assert_same_training(job, make_device(lanes=4))


@pytest.mark.parametrize("cbow", [False, True])
@pytest.mark.parametrize(
    ("window", "negative"), [(1, 1), (1, 40), (2, 9), (15, 5), (40, 13), (100, 3)]
)
def test_any_window_and_number_of_noise_words(device, window, negative, cbow):
    job = make_job([60, 33, 150], window=window, negative=negative, learn_rate=0.002, cbow=cbow)
    assert_same_training(job, device)


@pytest.mark.parametrize("n_words", [2, 5, 6, 9])
@pytest.mark.parametrize("cbow", [False, True])
def test_tiny_vocabulary_repeats_words_on_both_sides(device, n_words, cbow):
    # words stand in a window twice and noise is drawn twice; centres are never their own noise
    shared = min(4, n_words - 1)
    job = make_job([40, 9], n_words=n_words, shared=shared, learn_rate=0.005, cbow=cbow)
    assert_same_training(job, device)


@pytest.mark.parametrize("mean", [False, True])
def test_cbow_with_the_sum_and_fixed_windows(device, mean):
    job = make_job([40, 9], n_words=20, cbow=True, cbow_mean=mean, shrink=False)
    assert_same_training(job, device)


@pytest.mark.parametrize("cbow", [False, True])
def test_locked_rows_take_a_part_of_their_updates(device, cbow):
    job = make_job([40, 9, 30], cbow=cbow)
    job = replace(job, locks=np.linspace(0, 1, len(job.keep)).astype(np.float32))
    assert_same_training(job, device)
    trained = copy_of(job)
    run.train(trained, 0, 0, len(job.ids), device=device)
    np.testing.assert_array_equal(trained.in_rows[0], job.in_rows[0])


def test_sentences_across_chunks_are_not_cut(device):
    tokens = reference.CHUNK_TOKENS
    job = make_job([tokens - 5, 40, 2 * tokens], n_words=60, width=4, learn_rate=0.001)
    assert_same_training(job, device)
    whole, halves = copy_of(job), copy_of(job)
    run.train(whole, 0, 0, len(job.ids), device=device)
    for begin in range(0, len(job.ids), tokens):
        end = min(len(job.ids), begin + tokens)
        run.train(halves, 0, begin, end, device=device)
    np.testing.assert_array_equal(whole.in_rows, halves.in_rows)


def test_parts_of_one_chunk_give_the_same_bits(make_device):
    # the less memory, the fewer chunks a launch takes
    tokens = reference.CHUNK_TOKENS
    job = make_job([3 * tokens + 77], n_words=300, width=4, keep=0.02, learn_rate=0.001)
    large, small = make_device(), make_device(free_bytes=1 << 20)
    one, other = copy_of(job), copy_of(job)
    run.train(one, 0, 0, len(job.ids), device=large)
    run.train(other, 0, 0, len(job.ids), device=small)
    assert sum(entry == "mark" for entry in small.log) == 4
    assert sum(entry == "mark" for entry in large.log) == 1
    np.testing.assert_array_equal(one.in_rows, other.in_rows)
    np.testing.assert_array_equal(one.out_rows, other.out_rows)


def test_chunks_that_sub_sampling_empties_train_nothing(device):
    job = make_job([reference.CHUNK_TOKENS * 2], n_words=30, width=4)
    job = replace(job, keep=np.zeros_like(job.keep))
    before = copy_of(job)
    totals = run.train(job, 0, 0, len(job.ids), device=device)
    assert (totals.kept, totals.pairs, totals.loss) == (0, 0, 0)
    np.testing.assert_array_equal(job.in_rows, before.in_rows)
    assert run.train(job, 0, 0, 0, device=device).kept == 0


def test_lanes_that_find_no_kept_token_pass_on_where_sentences_start(make_device):
    # of 150 tokens some 9 are kept, so that most lanes have none, in sentences of 3 to 60 tokens
    for seed in range(20):
        job = make_job([60, 3, 30, 4, 50, 3], seed=seed, keep=0.06)
        job.keep[:] = job.keep[1]
        assert_same_training(job, make_device(lanes=13))


@pytest.mark.parametrize("table", ["in_rows", "out_rows"])
def test_rows_take_their_share_of_a_change(device, monkeypatch, table):
    job = make_job([40, 9], blocks=1)
    parts = np.zeros(len(job.keep), dtype=np.float32)
    parts[:20] = 1
    some = (parts, None) if table == "in_rows" else (None, parts)
    monkeypatch.setattr(run, "shares", lambda job, blocks: some)
    trained = copy_of(job)
    run.train(trained, 0, 0, len(job.ids), device=device)
    same = (getattr(trained, table) == getattr(job, table)).all(axis=1)
    assert same[20:].all()
    assert not same[:20].all()
    other = "out_rows" if table == "in_rows" else "in_rows"
    assert not (getattr(trained, other) == getattr(job, other))[20:].all()


def test_work_space_beyond_a_multiprocessor_lies_in_table_memory(make_device):
    job = make_job([60, 33], window=9, negative=7)
    device = make_device(block_bytes=1000, lanes=2)
    assert_same_training(job, device)
    launches = [entry for entry in device.log if not isinstance(entry, str)]
    assert {entry.own_bytes for entry in launches if entry.kernel == "train"} == {0}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lengths=st.lists(st.integers(0, 25), min_size=1, max_size=8).filter(lambda n: sum(n) > 0),
    width=st.integers(1, 40), window=st.integers(1, 9), negative=st.integers(1, 20),
    shared=st.integers(1, 4), n_words=st.integers(6, 30), seed=st.integers(0, 2**64 - 1),
    cbow=st.booleans(), lanes=st.sampled_from([1, 4]), keep=st.sampled_from([0.1, 0.5, 1.0]),
)  # fmt: skip
def test_kernels_equal_the_reference_for_any_shape(
    make_device, lengths, width, window, negative, shared, n_words, seed, cbow, lanes, keep
):
    job = make_job(
        lengths, n_words=n_words, width=width, window=window, negative=negative, shared=shared,
        cbow=cbow, learn_rate=0.002, keep=keep,
    )  # fmt: skip
    assert_same_training(replace(job, seed=seed), make_device(lanes=lanes))


def test_a_learning_rate_of_0_measures_the_loss_and_changes_nothing(device):
    job = make_job([40, 9, 30], learn_rate=0, min_learn_rate=0)
    before = copy_of(job)
    assert run.train(job, 0, 0, len(job.ids), device=device).loss > 0
    np.testing.assert_array_equal(job.in_rows, before.in_rows)
    np.testing.assert_array_equal(job.out_rows, before.out_rows)


def test_overflow_ends_with_a_loss_that_is_not_finite(device):
    job = make_job([5000] * 10, learn_rate=1e30, width=50)
    with np.errstate(all="ignore"):
        totals = run.train(job, 0, 0, len(job.ids), device=device)
    assert not np.isfinite(totals.loss)


def test_jobs_of_other_kinds_run_in_array_operations(device, monkeypatch):
    seen = []
    monkeypatch.setattr(ArrayKernels, "train", lambda self, *job: seen.append((self.ops, job)))
    job = replace(make_job([20, 9]), own_draws=True)
    run.train(job, 0, 0, 29, device=device)
    assert device.log == []
    assert seen[0][0].xp is np
    assert seen[0][1] == (job, 0, 0, 29, None)


def test_cupy_ops_get_the_cuda_loops():
    class CupyOps:
        name, xp = "cupy", object()

    class OtherOps:
        name, xp = "mps", object()

    assert kernels_for(CupyOps()) is run
    assert kernels_for(CupyOps(), "cuda") is run
    assert isinstance(kernels_for(CupyOps(), "array"), ArrayKernels)
    for ops in (OtherOps(), None):
        with pytest.raises(ValueError, match="train on CuPy's arrays; use its ops"):
            kernels_for(ops, "cuda")


@pytest.mark.parametrize("kind", ["skip-gram", "cbow"])
def test_a_whole_training_gives_the_vectors_of_one_thread(device, monkeypatch, kind):
    sentences = [["red", "green", "blue", "red"], ["one", "two", "three"]] * 1500
    architecture = Architecture(kind, vector_size=10, sample=0.1)
    settings = {"epochs": 3, "workers": 1, "deterministic": False}
    seen = []
    with count_and_encode(sentences) as corpus:
        expected = train_model(corpus, architecture, **settings)
        monkeypatch.setenv("VECTORSUITE_GPU_BLOCKS", "1")
        monkeypatch.setattr(run, "CudaDevice", lambda: device)
        monkeypatch.setattr(trainer, "kernels_for", lambda ops, kind=None: run)
        trained = train_model(
            corpus, architecture, **settings, progress=lambda *at, **more: seen.append(at[1])
        )
    np.testing.assert_allclose(trained.vectors, expected.vectors, atol=1e-4)
    np.testing.assert_allclose(trained.losses, expected.losses, rtol=1e-5)
    assert (trained.pairs, trained.products) == (expected.pairs, expected.products)
    assert seen[-1] == 3 * 10_500


@pytest.mark.parametrize("wrong", [(1, 29), (0, 30), (-1, 5), (4096, 29)])
def test_stretches_outside_the_corpus_are_refused(device, wrong):
    with pytest.raises(ValueError, match="do not lie in a corpus of 29 tokens"):
        run.train(make_job([20, 9]), 0, *wrong, device=device)


@pytest.mark.parametrize(
    "wrong",
    [
        {"in_rows": np.zeros((50, 20), dtype=np.float64)},
        {"out_rows": np.zeros((49, 32), dtype=np.float32)},
        {"in_rows": np.zeros((50, 18), dtype=np.float32), "out_rows": padded_rows(50, 18)},
        {"width": 33},
        {"shared": 5},
        {"window": 0},
    ],
)
def test_what_would_run_off_an_array_is_refused(device, wrong):
    with pytest.raises(ValueError, match=r"see padded_rows|shared must be from 1 to 4"):
        run.train(replace(make_job([20, 9]), **wrong), 0, 0, 29, device=device)
    assert not device.log


def test_blocks_that_take_turns_reach_the_loss_of_one(make_device):
    # every block reads the tables before any of them changes them: the stalest there can be
    job = make_job([4000] * 12, n_words=2000, width=24, window=5, learn_rate=0.025)
    one, many = copy_of(job), replace(copy_of(job), blocks=24)
    alone = run.train(one, 0, 0, len(job.ids), device=make_device())
    together = run.train(many, 0, 0, len(job.ids), device=make_device())
    assert (together.pairs, together.kept) == (alone.pairs, alone.kept)
    assert not np.array_equal(one.in_rows, many.in_rows)
    still = [replace(trained, learn_rate=0, min_learn_rate=0) for trained in (one, many)]
    after = [compiled.train(same, 1, 0, len(job.ids)) for same in still]
    assert after[0].loss / after[0].pairs < 0.95 * alone.loss / alone.pairs
    assert after[1].loss < 1.02 * after[0].loss
