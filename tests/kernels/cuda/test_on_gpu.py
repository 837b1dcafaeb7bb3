"""The CUDA kernels on a GPU: one block gives the reference's numbers, many its quality."""

from dataclasses import replace

import numpy as np
import pytest

from vectorsuite.kernels import compiled
from vectorsuite.kernels.cuda import layout, run
from vectorsuite.kernels.job import TrainingJob, padded_rows

pytestmark = pytest.mark.gpu


@pytest.fixture
def cupy(cupy_ops):
    return cupy_ops.xp


def make_job(n_tokens, n_words=300, width=20, sentence=40, **settings):
    random = np.random.default_rng(1)
    ids = (random.zipf(1.3, size=n_tokens) % n_words).astype(np.int32)
    rows = []
    for _ in range(2):
        table = padded_rows(n_words, width)
        table[:, :width] = random.normal(size=(n_words, width)) * 0.3
        rows.append(table)
    keep = np.full(n_words, int(0.7 * 2**32), dtype=np.uint32)
    defaults = {
        "window": 5, "negative": 5, "shared": 3, "seed": 1, "learn_rate": 0.01,
        "min_learn_rate": 1e-5, "epochs": 2, "blocks": 1,
    }  # fmt: skip
    return TrainingJob(
        ids=ids, offsets=np.append(np.arange(0, n_tokens, sentence), n_tokens),
        in_rows=rows[0], out_rows=rows[1], width=width, keep=keep,
        noise=compiled.alias_table(np.bincount(ids, minlength=n_words) + 1.0),
        **(defaults | settings),
    )  # fmt: skip


def on_gpu(job, cupy):
    return replace(job, in_rows=cupy.asarray(job.in_rows), out_rows=cupy.asarray(job.out_rows))


def on_cpu(job):
    tables = {}
    for name in ("in_rows", "out_rows"):
        tables[name] = padded_rows(len(job.keep), job.width)
        tables[name][:] = getattr(job, name)
    return replace(job, **tables)


def assert_same_training(job, cupy):
    ours, expected = on_gpu(job, cupy), on_cpu(job)
    got = run.train(ours, 0, 0, len(job.ids))
    want = compiled.train(expected, 0, 0, len(job.ids))
    assert (got.pairs, got.kept) == (want.pairs, want.kept)
    assert got.loss == pytest.approx(want.loss, rel=1e-5)
    np.testing.assert_allclose(ours.in_rows.get(), expected.in_rows, atol=1e-5)
    np.testing.assert_allclose(ours.out_rows.get(), expected.out_rows, atol=1e-5)


@pytest.mark.parametrize("cbow", [False, True])
@pytest.mark.parametrize("width", [1, 20, 100, 300])
def test_one_block_equals_the_compiled_loops(cupy, cbow, width):
    assert_same_training(make_job(5000, width=width, cbow=cbow), cupy)


@pytest.mark.parametrize(("window", "negative"), [(1, 1), (15, 20), (60, 3)])
@pytest.mark.parametrize("cbow", [False, True])
def test_other_windows_and_noise(cupy, window, negative, cbow):
    job = make_job(5000, window=window, negative=negative, cbow=cbow, learn_rate=0.002)
    assert_same_training(job, cupy)


def test_locks_and_sums(cupy):
    job = make_job(5000, cbow=True, cbow_mean=False, shrink=False)
    locks = np.linspace(0, 1, len(job.keep)).astype(np.float32)
    assert_same_training(replace(job, locks=locks), cupy)


@pytest.mark.parametrize("threads", [32, 64, 256, 512])
def test_any_number_of_threads(cupy, monkeypatch, threads):
    monkeypatch.setattr(layout, "threads_for", lambda job: threads)
    assert_same_training(make_job(3000), cupy)
    assert_same_training(make_job(3000, cbow=True), cupy)


def test_work_space_in_table_memory(cupy):
    job = make_job(3000, width=1000, window=40, negative=30, learn_rate=0.001)
    assert layout.work_bytes(job, 512, 1) > 232 << 10
    assert_same_training(job, cupy)


def test_one_block_gives_the_same_bits_again(cupy):
    job = make_job(20_000, deterministic=True, blocks=0)
    first, second = on_gpu(job, cupy), on_gpu(job, cupy)
    for trained in (first, second):
        run.train(trained, 0, 0, len(job.ids))
    np.testing.assert_array_equal(first.in_rows.get(), second.in_rows.get())


def test_many_blocks_and_parts_cover_all_pairs_and_learn(cupy, monkeypatch):
    monkeypatch.setattr(layout, "CHUNKS_OF_A_PART", 1)
    job = make_job(2_000_000, n_words=5000, blocks=32, learn_rate=0.025)
    ours, expected = on_gpu(job, cupy), on_cpu(job)
    parts = []
    got = run.train(ours, 0, 0, len(job.ids), lambda *at: parts.append(at))
    want = compiled.train(expected, 0, 0, len(job.ids))
    assert len(parts) > 10
    assert (got.pairs, got.kept) == (want.pairs, want.kept)
    assert got.loss == pytest.approx(want.loss, rel=0.05)


def test_table_that_is_not_finite_gives_a_loss_that_is_not(cupy):
    job = on_gpu(make_job(5000), cupy)
    job.in_rows[0] = cupy.nan
    assert not np.isfinite(run.train(job, 0, 0, 5000).loss)


def test_a_whole_training(cupy_ops):
    from vectorsuite.training.architecture import Architecture
    from vectorsuite.training.corpus import count_and_encode
    from vectorsuite.training.trainer import train_model

    sentences = [["red", "green", "blue"], ["one", "two", "three"]] * 3000
    with count_and_encode(sentences) as corpus:
        trained = train_model(corpus, Architecture(vector_size=10), epochs=3, ops=cupy_ops)
    assert isinstance(trained.vectors, cupy_ops.xp.ndarray)
    assert trained.losses[-1] < trained.losses[0]
