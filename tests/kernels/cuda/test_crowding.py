"""Rows that many blocks hold at once take a part of each change."""

import numpy as np

from vectorsuite.kernels import compiled
from vectorsuite.kernels.cuda import crowding
from vectorsuite.kernels.cuda.crowding import kept_frequencies, noise_frequencies, shares
from vectorsuite.kernels.job import TrainingJob, padded_rows


def make_job(ids, n_words, **settings):
    return TrainingJob(
        ids=np.asarray(ids, dtype=np.int32), offsets=np.array([0, len(ids)]),
        in_rows=padded_rows(n_words, 4), width=4, seed=1, learn_rate=0.1, min_learn_rate=0,
        keep=np.full(n_words, 0xFFFFFFFF, dtype=np.uint32), epochs=1,
        noise=compiled.alias_table(np.ones(n_words)),
        **({"window": 5, "negative": 5, "shared": 3} | settings),
    )  # fmt: skip


def test_frequencies_of_what_is_kept():
    job = make_job([0, 0, 0, 0, 1, 2], 4)
    job.keep[0] = 1 << 30  # a quarter of them stay
    np.testing.assert_allclose(kept_frequencies(job), [1 / 3, 1 / 3, 1 / 3, 0])
    assert kept_frequencies(make_job([], 3)).tolist() == [0, 0, 0]


def test_long_corpora_are_counted_in_samples(monkeypatch):
    monkeypatch.setattr(crowding, "SAMPLE_TOKENS", 6400)
    random = np.random.default_rng(0)
    job = make_job(random.choice(3, size=500_000, p=[0.7, 0.2, 0.1]), 3)
    np.testing.assert_allclose(kept_frequencies(job), [0.7, 0.2, 0.1], atol=0.03)
    job.ids[:250_000] = 2  # both halves are seen
    np.testing.assert_allclose(kept_frequencies(job)[2], 0.55, atol=0.03)


def test_frequencies_of_noise_are_those_of_its_table():
    weights = np.array([5.0, 1, 3, 0.5])
    np.testing.assert_allclose(
        noise_frequencies(compiled.alias_table(weights)), weights / weights.sum(), atol=1e-9
    )


def test_only_crowded_rows_take_less():
    # word 0 is every second token, so that of 13 places in reach 6.5 are that word
    ids = np.tile([0, 1, 0, 2, 0, 3, 0, 4], 100)
    in_shares, out_shares = shares(make_job(ids, 1000), 101)
    assert in_shares.dtype == np.float32
    most = crowding.MOST_AT_ONCE
    np.testing.assert_allclose(in_shares[0], most / (100 * 6.5))
    np.testing.assert_allclose(in_shares[1:5], most / (100 * 13 / 8))
    assert in_shares[5:].min() == 1
    # of the outputs, 3 centres of which 1.5 are word 0, and 5 of 1000 noise words
    np.testing.assert_allclose(out_shares[0], most / (100 * (1.5 + 5 / 1000)), rtol=1e-6)
    assert out_shares[5:].min() == 1


def test_few_blocks_and_rare_words_take_all():
    assert shares(make_job(np.zeros(100), 2), 1) == (None, None)
    assert shares(make_job(np.arange(1000), 1000), 132) == (None, None)
