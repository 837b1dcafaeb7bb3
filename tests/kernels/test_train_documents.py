"""Documents: windows end to end, and vectors for new documents, as the reference says."""

from dataclasses import replace

import numpy as np
import pytest
from small_jobs import TABLES, copy_of, random_rows

from vectorsuite.kernels import compiled, reference
from vectorsuite.kernels.job import TrainingJob, pack_branches, padded_rows

N_WORDS, N_TAGS = 40, 12


def make_job(lengths, n_tags=1, width=20, window=3, tree=False, negative=5, **settings):
    random = np.random.default_rng(1)
    ids = (random.zipf(1.3, size=sum(lengths)) % N_WORDS).astype(np.int32)
    keep = np.full(N_WORDS, int(0.7 * 2**32), dtype=np.uint32)
    keep[::3] = 0xFFFFFFFF
    concat = settings.get("concat", False)
    hidden = (n_tags + 2 * window) * width if concat else width
    alone = tree and not settings.get("cbow") and not settings.get("frozen")
    defaults = {"shared": 1 if alone else 3, "shrink": not concat}
    job = TrainingJob(
        ids=ids, offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64), width=width,
        in_rows=random_rows(random, N_WORDS, width), keep=keep, window=window, seed=7,
        learn_rate=0.02, min_learn_rate=1e-5, epochs=2, negative=negative,
        out_rows=random_rows(random, N_WORDS, hidden), null_row=N_WORDS - 1,
        noise=compiled.alias_table(np.bincount(ids, minlength=N_WORDS) + 1.0),
        **(defaults | settings),
    )  # fmt: skip
    job.tags = random_rows(random, N_TAGS, width)
    job.tag_offsets = np.arange(len(lengths) + 1, dtype=np.int64) * n_tags
    rows = [random.permutation(N_TAGS)[:n_tags] for _ in lengths]
    job.tag_rows = np.concatenate(rows).astype(np.int32)
    if tree:
        job.tree_rows = random_rows(random, N_WORDS, hidden)
        counts = random.integers(1, 1000, size=N_WORDS)
        job.path_offsets, *paths = compiled.huffman_paths(counts)
        job.path_branches = pack_branches(*paths)
    return job


def assert_same(ours, expected, before, changed=TABLES):
    for name in TABLES:
        if getattr(before, name) is None:
            continue
        np.testing.assert_allclose(getattr(ours, name), getattr(expected, name), atol=5e-5)
        same = np.array_equal(getattr(ours, name), getattr(before, name))
        assert same == (name not in changed), name


def assert_same_training(job, changed=TABLES):
    ours, expected = copy_of(job), copy_of(job)
    got = compiled.train(ours, 0, 0, len(job.ids))
    want = reference.train(expected, 0, 0, len(job.ids))
    assert (got.pairs, got.kept) == (want.pairs, want.kept)
    assert got.loss == pytest.approx(want.loss, rel=1e-5)
    assert_same(ours, expected, job, changed)


OUTPUTS = [{}, {"tree": True}, {"tree": True, "negative": 0}]


@pytest.mark.parametrize("outputs", OUTPUTS)
@pytest.mark.parametrize("n_tags", [1, 3])
@pytest.mark.parametrize("locked", [False, True])
def test_windows_end_to_end_equal_the_reference(cpu_level, outputs, n_tags, locked):
    job = make_job([7, 1, 30, 0, 12, 2], n_tags, concat=True, cbow=True, **outputs)
    if locked:
        job.locks = np.linspace(0, 1, N_WORDS).astype(np.float32)
    changed = [name for name in TABLES if name != "out_rows" or job.negative]
    assert_same_training(job, changed)


TRAINED = {
    "bag of words": {"words_predict": False},
    "words too": {},
    "mean": {"cbow": True},
    "sum": {"cbow": True, "cbow_mean": False},
    "end to end": {"cbow": True, "concat": True},
}


@pytest.mark.parametrize("kind", TRAINED)
@pytest.mark.parametrize("outputs", OUTPUTS)
@pytest.mark.parametrize("words_too", [False, True])
def test_tags_with_factors_equal_the_reference(cpu_level, kind, outputs, words_too):
    job = make_job([7, 1, 30, 0, 12, 2], 2, **TRAINED[kind], **outputs)
    job.tag_locks = np.linspace(0, 1.5, N_TAGS).astype(np.float32)
    if words_too:
        job.locks = np.linspace(1, 0, N_WORDS).astype(np.float32)
    unused = {"out_rows"} if not job.negative else set()
    unused |= {"in_rows"} if not job.words_predict else set()
    assert_same_training(job, [name for name in TABLES if name not in unused])


def test_factors_of_tags_that_fit_nothing_are_refused():
    job = make_job([10, 4], frozen=True, cbow=True)
    job.tag_locks = np.ones(N_TAGS, dtype=np.float32)
    with pytest.raises(ValueError, match="not frozen"):
        compiled.train(job, 0, 0, 14)
    with pytest.raises(ValueError, match="tag_locks do not fit"):
        compiled.train(replace(job, tag_locks=np.ones(3, dtype=np.float32)), 0, 0, 14)


@pytest.mark.parametrize("window", [1, 5, 9])
@pytest.mark.parametrize("width", [1, 16, 33])
@pytest.mark.parametrize("shared", [1, 4])
def test_windows_end_to_end_of_any_size(cpu_level, window, width, shared):
    job = make_job([60, 3, 33], window=window, width=width, concat=True, cbow=True, shared=shared)
    assert_same_training(job)


@pytest.mark.parametrize("negative", [1, 2, 3, 4, 7, 8, 12, 23])
def test_windows_end_to_end_with_any_number_of_noise_words(cpu_level, negative):
    assert_same_training(make_job([60], negative=negative, concat=True, cbow=True, shared=4))


def test_a_lone_word_stands_between_null_words():
    job = make_job([1], window=2, concat=True, cbow=True)
    job.ids[:] = 0
    trained = copy_of(job)
    compiled.train(trained, 0, 0, 1)
    changed = np.flatnonzero((trained.in_rows != job.in_rows).any(axis=1))
    assert changed.tolist() == [job.null_row]


FROZEN = {
    "bag of words": {"words_predict": False},
    "mean": {"cbow": True},
    "sum": {"cbow": True, "cbow_mean": False},
    "end to end": {"cbow": True, "concat": True},
}


@pytest.mark.parametrize("kind", FROZEN)
@pytest.mark.parametrize("outputs", OUTPUTS)
@pytest.mark.parametrize("n_tags", [1, 2])
def test_frozen_training_changes_tags_alone_and_equals_the_reference(
    cpu_level, kind, outputs, n_tags
):
    job = make_job([7, 1, 30, 0, 12, 2], n_tags, frozen=True, **FROZEN[kind], **outputs)
    assert_same_training(job, changed=["tags"])


@pytest.mark.parametrize("width", [1, 16, 100, 130])
@pytest.mark.parametrize("negative", [1, 5, 20])
def test_frozen_rows_of_any_width(cpu_level, width, negative):
    for kind in ("bag of words", "mean"):
        job = make_job([17, 30], width=width, negative=negative, frozen=True, **FROZEN[kind])
        assert_same_training(job, changed=["tags"])


@pytest.mark.parametrize("kind", FROZEN)
@pytest.mark.parametrize("shared", [1, 2, 4])
def test_frozen_steps_of_any_number_of_centres(cpu_level, kind, shared):
    job = make_job([30, 45], frozen=True, tree=True, shared=shared, window=8, **FROZEN[kind])
    assert_same_training(job, changed=["tags"])


@pytest.mark.parametrize("kind", FROZEN)
def test_inference_equals_the_reference(cpu_level, kind):
    lengths = [7, 1, 30, 0, 12, 2]
    job = make_job(lengths, frozen=True, own_draws=True, **FROZEN[kind])
    job.tag_rows = np.arange(len(lengths), dtype=np.int32)
    ours, expected, rates = copy_of(job), copy_of(job), [0.05, 0.02, 0.01]
    compiled.infer(ours, rates)
    reference.infer(expected, rates)
    assert_same(ours, expected, job, changed=["tags"])


@pytest.mark.parametrize("kind", FROZEN)
def test_a_document_alone_is_the_same_as_among_others_on_many_threads(kind):
    lengths = [40, 9000, *[25] * 60]
    job = make_job(lengths, width=8, frozen=True, own_draws=True, workers=4, **FROZEN[kind])
    job.tags = random_rows(np.random.default_rng(2), len(lengths), 8)
    job.tag_rows = np.arange(len(lengths), dtype=np.int32)
    together = copy_of(job)
    compiled.infer(together, [0.05, 0.02])
    for document in (0, 1, 2, 61):
        alone = copy_of(job)
        alone.ids = job.ids[job.offsets[document] : job.offsets[document + 1]].copy()
        alone.offsets = np.array([0, lengths[document]])
        alone.tag_offsets, alone.tag_rows = np.array([0, 1]), np.array([document], dtype=np.int32)
        alone.workers = 1
        compiled.infer(alone, [0.05, 0.02])
        np.testing.assert_array_equal(alone.tags[document], together.tags[document])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"null_row": N_WORDS}, "null_row"),
        ({"shrink": True}, "whole windows"),
        ({"tags": None}, "need tags"),
        ({"out_rows": padded_rows(N_WORDS, 20)}, "aligned cache lines"),
        ({"tag_offsets": np.array([0, 2, 2])}, "same number of tags"),
    ],
)
def test_core_refuses_windows_that_do_not_fit(change, message):
    job = make_job([10, 4], concat=True, cbow=True)
    with pytest.raises(ValueError, match=message):
        compiled.train(replace(job, **change), 0, 0, 14)


def test_inference_of_a_job_that_is_not_frozen_is_refused():
    with pytest.raises(ValueError, match="not frozen"):
        compiled.infer(make_job([10]), [0.1])
