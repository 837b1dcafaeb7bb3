"""Parts of a corpus carry the tokens that windows reach, and marks where sentences start."""

import numpy as np
import pytest

from vectorsuite.kernels import compiled, draws, reference
from vectorsuite.kernels.cuda import feed, run
from vectorsuite.kernels.cuda.feed import Part, parts, read_part
from vectorsuite.kernels.cuda.layout import plan_ints
from vectorsuite.kernels.job import TrainingJob, padded_rows
from vectorsuite.kernels.reference import CHUNK_TOKENS


def make_job(lengths, keep=0.3, window=4, n_words=20):
    random = np.random.default_rng(0)
    ids = random.integers(0, n_words, size=sum(lengths)).astype(np.int32)
    thresholds = np.full(n_words, int(keep * 2**32), dtype=np.uint32)
    thresholds[0] = feed.ALWAYS
    return TrainingJob(
        ids=ids, offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        in_rows=padded_rows(n_words, 4), width=4, keep=thresholds, window=window, seed=3,
        learn_rate=0.1, min_learn_rate=0, epochs=1,
    )  # fmt: skip


def test_draws_are_those_of_the_reference():
    numbers = np.array([0, 1, 77, 2**40], dtype=np.uint64)
    expected = [draws.draw(0xFFFFFFFFFFFFFFF0, n) for n in numbers.tolist()]
    assert feed.draws(0xFFFFFFFFFFFFFFF0, numbers).tolist() == expected


def test_kept_tokens_are_those_of_the_reference():
    job = make_job([300])
    key = draws.stream(job.seed, 0, draws.TOKEN)
    expected = [t.position for t in reference.kept_tokens(job, 0, 50, 290)]
    assert (np.flatnonzero(feed.kept(job, key, 50, 290)) + 50).tolist() == expected


@pytest.mark.parametrize("keep", [0.01, 0.3, 0.9])
def test_parts_reach_as_far_as_windows(keep):
    lengths = [CHUNK_TOKENS - 3, 2, 5, 3 * CHUNK_TOKENS, 0, 900]
    job = make_job(lengths, keep=keep)
    key = draws.stream(job.seed, 0, draws.TOKEN)
    got = list(parts(job, key, 0, len(job.ids), 1))
    assert [part.begin for part in got] == list(range(0, len(job.ids), CHUNK_TOKENS))
    assert got[-1].end == len(job.ids)
    for part in got:
        sentence = np.searchsorted(job.offsets, part.begin, side="right") - 1
        before = reference.kept_tokens(job, 0, job.offsets[sentence], part.begin)[-job.window :]
        low = before[0].position if len(before) == job.window else job.offsets[sentence]
        assert part.first == (low if part.begin > job.offsets[sentence] else part.begin)
        if part.end in job.offsets:
            assert part.stop == part.end
            continue
        stop = job.offsets[np.searchsorted(job.offsets, part.end)]
        after = reference.kept_tokens(job, 0, part.end, stop)[: job.window]
        assert part.stop == (after[-1].position + 1 if len(after) == job.window else stop)


def test_words_come_with_marks_at_the_first_of_each_sentence():
    job = make_job([3, 0, 2, 1, 4, 0])
    out = np.zeros(6, dtype=np.int32)
    read_part(job, Part(4, 7, 2, 8), out)
    assert (out & 0x7FFFFFFF).tolist() == job.ids[2:8].tolist()
    assert (out < 0).tolist() == [False, True, False, True, True, False]


def make_negative_job(n_chunks):
    """A job for the kernels, and a device whose memory takes one chunk at a time."""
    job = make_job([n_chunks * CHUNK_TOKENS], keep=0.01)
    job.out_rows, job.negative, job.blocks = padded_rows(20, 4), 2, 1
    job.noise = compiled.alias_table(np.ones(20))
    return job, 8 * plan_ints(job)


def test_copies_begin_before_the_last_part_has_ended(make_device):
    # the second part is on its way while the first trains; the third waits for its memory
    job, memory = make_negative_job(5)
    device = make_device(free_bytes=memory)
    seen = []
    run.train(job, 0, 0, len(job.ids), lambda *at: seen.append(at), device=device)
    order = [entry for entry in device.log if isinstance(entry, str)]
    marks = [i for i, entry in enumerate(order) if entry == "mark"]
    waits = [i for i, entry in enumerate(order) if entry.startswith("wait")]
    assert len(marks) == len(waits) == 5
    assert marks[1] < waits[0] < marks[2] < waits[1] < marks[3] < waits[2]
    assert order[-1] == "finish"
    assert [token for token, _, _ in seen] == [n * CHUNK_TOKENS for n in range(1, 6)]
    assert seen[0][1] == job.learn_rate_at(0, 0)


def test_the_device_is_waited_for_after_an_interrupt(make_device):
    job, memory = make_negative_job(3)
    device = make_device(free_bytes=memory)

    def interrupt(*at):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run.train(job, 0, 0, len(job.ids), interrupt, device=device)
    assert device.log[-1] == "finish"
