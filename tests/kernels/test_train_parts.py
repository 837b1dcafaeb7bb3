"""Words made of several rows, and documents: the compiled loops do what the reference says."""

from dataclasses import replace

import numpy as np
import pytest
from small_jobs import TABLES, copy_of, random_rows

from vectorsuite.kernels import _core, compiled, reference
from vectorsuite.kernels.job import TrainingJob, pack_branches

N_WORDS, N_ROWS, N_TAGS = 40, 90, 5


def make_job(lengths, seed=1, width=20, parts=False, tags=False, tree=False, **settings):
    random = np.random.default_rng(seed)
    ids = (random.zipf(1.3, size=sum(lengths)) % N_WORDS).astype(np.int32)
    keep = np.full(N_WORDS, int(0.7 * 2**32), dtype=np.uint32)
    keep[::3] = 0xFFFFFFFF
    defaults = {
        "window": 3, "negative": 5, "shared": 3, "seed": seed, "learn_rate": 0.02,
        "min_learn_rate": 1e-5, "epochs": 2,
    }  # fmt: skip
    job = TrainingJob(
        ids=ids, offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64), width=width,
        in_rows=random_rows(random, N_ROWS if parts else N_WORDS, width), keep=keep,
        out_rows=random_rows(random, N_WORDS, width),
        noise=compiled.alias_table(np.bincount(ids, minlength=N_WORDS) + 1.0),
        **(defaults | settings),
    )  # fmt: skip
    if parts:
        sizes = random.integers(1, 9, size=N_WORDS)
        job.part_offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        job.parts = random.integers(0, N_ROWS, size=sizes.sum()).astype(np.int32)
    if tags:
        sizes = random.integers(0, 4, size=len(lengths))
        job.tags = random_rows(random, N_TAGS, width)
        job.tag_offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        job.tag_rows = np.concatenate([random.permutation(N_TAGS)[:n] for n in sizes])
        job.tag_rows = job.tag_rows.astype(np.int32)
    if tree:
        job.tree_rows = random_rows(random, N_WORDS, width)
        counts = random.integers(1, 1000, size=N_WORDS)
        job.path_offsets, *paths = compiled.huffman_paths(counts)
        job.path_branches = pack_branches(*paths)
        job.shared = job.shared if job.cbow else 1
    return job


def assert_same_training(job, changed=TABLES):
    ours, expected = copy_of(job), copy_of(job)
    got = compiled.train(ours, 0, 0, len(job.ids))
    want = reference.train(expected, 0, 0, len(job.ids))
    assert (got.pairs, got.kept) == (want.pairs, want.kept)
    assert got.loss == pytest.approx(want.loss, rel=1e-5)
    for name in TABLES:
        if getattr(job, name) is None:
            continue
        np.testing.assert_allclose(getattr(ours, name), getattr(expected, name), atol=5e-5)
        assert np.allclose(getattr(ours, name), getattr(job, name), atol=1e-5) == (
            name not in changed
        )


@pytest.mark.parametrize("cbow", [False, True])
@pytest.mark.parametrize("tree", [False, True])
@pytest.mark.parametrize("tags", [False, True])
@pytest.mark.parametrize("locked", [False, True])
def test_words_of_several_rows_equal_the_reference(cpu_level, cbow, tree, tags, locked):
    job = make_job([7, 1, 30, 0, 12, 2], parts=True, tags=tags, tree=tree, cbow=cbow)
    if locked:
        job.locks = np.linspace(0, 1, N_ROWS).astype(np.float32)
    assert_same_training(job)


@pytest.mark.parametrize("cbow", [False, True])
@pytest.mark.parametrize("mean", [False, True])
@pytest.mark.parametrize("locked", [False, True])
def test_documents_equal_the_reference(cpu_level, cbow, mean, locked):
    job = make_job([7, 1, 30, 0, 12, 2, 9], tags=True, cbow=cbow, cbow_mean=mean)
    if locked:
        job.locks = np.linspace(0, 1, N_WORDS).astype(np.float32)
    assert_same_training(job)
    assert_same_training(
        replace(job, words_predict=False), changed=("out_rows", "tree_rows", "tags")
    )


@pytest.mark.parametrize("width", [1, 16, 33, 100, 300])
def test_words_of_several_rows_of_any_width(cpu_level, width):
    assert_same_training(make_job([17, 30], parts=True, width=width))


@pytest.mark.parametrize("window", [1, 2, 9, 40])
@pytest.mark.parametrize("shared", [1, 4])
def test_any_window(cpu_level, window, shared):
    job = make_job([60, 3, 33], parts=True, window=window, shared=shared, learn_rate=0.005)
    assert_same_training(job)


def test_chunks_end_with_all_changes_given_back():
    job = make_job([_core.CHUNK_TOKENS - 5, 40, 5000], parts=True, width=8, learn_rate=0.001)
    assert_same_training(job)
    whole, again = copy_of(job), copy_of(job)
    compiled.train(whole, 0, 0, len(job.ids))
    for begin in range(0, len(job.ids), _core.CHUNK_TOKENS):
        compiled.train(again, 0, begin, min(len(job.ids), begin + _core.CHUNK_TOKENS))
    np.testing.assert_array_equal(whole.in_rows, again.in_rows)


def test_words_of_their_own_row_alone_are_plain_words_where_none_repeats():
    # with one part each and no word twice within reach, hidden rows are the rows themselves
    job = make_job([N_WORDS], window=2)
    job.keep = np.full(N_WORDS, 0xFFFFFFFF, dtype=np.uint32)
    job.ids = np.random.default_rng(0).permutation(N_WORDS).astype(np.int32)
    parts = copy_of(job)
    parts.part_offsets = np.arange(N_WORDS + 1, dtype=np.int64)
    parts.parts = np.arange(N_WORDS, dtype=np.int32)
    compiled.train(job, 0, 0, N_WORDS)
    compiled.train(parts, 0, 0, N_WORDS)
    np.testing.assert_allclose(job.in_rows, parts.in_rows, atol=1e-6)
    np.testing.assert_allclose(job.out_rows, parts.out_rows, atol=1e-6)


def test_equal_sentences_get_equal_draws_wherever_they_stand(cpu_level):
    job = make_job([30], own_draws=True)
    pair = replace(
        job, ids=np.tile(job.ids, 2), offsets=np.array([0, 30, 60]), own_draws=True, window=1
    )
    first = reference.kept_tokens(pair, 0, 0, 30)
    second = reference.kept_tokens(pair, 0, 30, 60)
    assert [(t.word, t.number, t.reach) for t in first] == [
        (t.word, t.number, t.reach) for t in second
    ]
    assert_same_training(make_job([30, 9, 30], own_draws=True, tags=True))


@pytest.mark.parametrize("rows", [{"parts": True}, {"tags": True}, {"parts": True, "tags": True}])
@pytest.mark.parametrize("cbow", [False, True])
@pytest.mark.parametrize("tree", [False, True])
def test_deterministic_training_gives_the_same_bits_for_any_number_of_workers(rows, cbow, tree):
    lengths = [700, 9, 0, 1100, 30] * 6  # six rounds, the last one not full
    job = make_job(lengths, **rows, cbow=cbow, tree=tree, deterministic=True, learn_rate=0.001)
    results = []
    for workers in (1, 2, 3, 5):
        trained = replace(copy_of(job), workers=workers)
        totals = compiled.train(trained, 0, 0, len(job.ids))
        tables = [getattr(trained, name) for name in TABLES]
        results.append((*(t is not None and t.tobytes() for t in tables), totals.loss))
    assert len(set(results)) == 1
    assert not np.array_equal(trained.in_rows, job.in_rows)


@pytest.mark.parametrize("cbow", [False, True])
@pytest.mark.parametrize("change", [{}, {"cbow_mean": False}, {"tree": True}, {"locked": True}])
def test_deterministic_training_equals_the_reference(cpu_level, cbow, change):
    # two rounds; documents within a chunk and across several
    change = dict(change)
    locked = change.pop("locked", False)
    job = make_job(
        [700, 9, 0, 200, 1300], parts=True, tags=True, width=8, cbow=cbow, window=2, negative=2,
        deterministic=True, workers=2, learn_rate=0.001, **change,
    )  # fmt: skip
    if locked:
        job.locks = np.linspace(0, 1, N_ROWS).astype(np.float32)
    assert_same_training(job)
    job.part_offsets = job.parts = None
    job.in_rows = job.in_rows[:N_WORDS]
    job.locks = None if job.locks is None else job.locks[:N_WORDS]
    assert_same_training(job)


def test_deterministic_training_starts_in_the_middle_of_an_epoch():
    job = make_job([700, 9, 0, 1100] * 8, parts=True, tags=True, deterministic=True)
    begin = _core.CHUNK_TOKENS  # where a round ends
    whole, parts = copy_of(job), copy_of(job)
    compiled.train(whole, 0, 0, len(job.ids))
    compiled.train(parts, 0, 0, begin)
    compiled.train(parts, 0, begin, len(job.ids))
    np.testing.assert_array_equal(whole.in_rows, parts.in_rows)
    np.testing.assert_array_equal(whole.tags, parts.tags)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"parts": np.full(40, N_ROWS, dtype=np.int32)}, "a row that the table lacks"),
        ({"part_offsets": np.zeros(N_WORDS + 1, dtype=np.int64)}, "span"),
        ({"part_offsets": None}, "in_rows do not fit"),
        ({"words_predict": False}, "without tags"),
        ({"locks": np.ones(N_WORDS, dtype=np.float32)}, "locks do not fit"),
    ],
)
def test_core_refuses_what_would_run_off_an_array(change, message):
    job = make_job([10], parts=True)
    job.part_offsets = np.arange(N_WORDS + 1, dtype=np.int64)
    job.parts = np.arange(N_WORDS, dtype=np.int32)
    with pytest.raises(ValueError, match=message):
        compiled.train(replace(job, **change), 0, 0, 10)
