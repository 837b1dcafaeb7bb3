"""Structs and sizes are the same on both sides; launches fit the GPU."""

import ctypes
from dataclasses import replace

import numpy as np
import pytest

from vectorsuite.kernels import _core
from vectorsuite.kernels.cuda import layout
from vectorsuite.kernels.cuda.layout import JOB, TOTALS, Limits, choose_launch
from vectorsuite.kernels.job import TrainingJob, padded_rows
from vectorsuite.kernels.reference import CHUNK_TOKENS

H200 = Limits(132, 227 << 10, 228 << 10, 140 << 30)


def make_job(n_words=100_000, width=100, window=5, negative=5, n_tokens=17_000_000, **settings):
    return TrainingJob(
        ids=np.broadcast_to(np.int32(0), (n_tokens,)), offsets=np.array([0, n_tokens]),
        in_rows=padded_rows(1, 1), width=width, keep=np.broadcast_to(np.uint32(0), (n_words,)),
        window=window, seed=1, learn_rate=0.1, min_learn_rate=0, epochs=1, negative=negative,
        **({"shared": 3} | settings),
    )  # fmt: skip


def test_structs_have_the_sizes_of_the_device(emulation):
    assert emulation.job_bytes() == JOB.itemsize
    assert emulation.totals_bytes() == TOTALS.itemsize
    assert emulation.slice_bytes() == layout.SLICE_BYTES
    assert all(JOB[name].itemsize == 8 for name in JOB.names)


@pytest.mark.parametrize("cbow", [False, True])
@pytest.mark.parametrize(("width", "window", "negative"), [(100, 5, 5), (1, 1, 1), (301, 17, 23)])
@pytest.mark.parametrize("score_parts", [1, 4])
def test_sizes_are_those_of_the_device(emulation, cbow, width, window, negative, score_parts):
    job = make_job(width=width, window=window, negative=negative, cbow=cbow)
    there = np.zeros((), dtype=JOB)
    for name, value in {
        "window": window, "negative": negative, "shared": 3, "cbow": cbow,
        "columns": layout.columns(width), "score_parts": score_parts, "chunk_tokens": CHUNK_TOKENS,
    }.items():  # fmt: skip
        there[name] = value
    pointer = ctypes.c_void_p(there.ctypes.data)
    assert emulation.plan_ints(pointer) == layout.plan_ints(job)
    quads = emulation.work_quads(pointer, 128)
    assert quads * layout.QUAD_BYTES == layout.work_bytes(job, 128, score_parts)


def test_usual_settings_on_a_large_gpu():
    launch = choose_launch(make_job(), H200)
    assert (launch.threads, launch.score_parts) == (256, 2)  # 18 rows of 25 columns, 80 products
    assert launch.blocks == 132
    assert launch.chunks == launch.blocks * layout.CHUNKS_OF_A_PART
    assert not launch.work_in_table_memory
    assert choose_launch(make_job(), replace(H200, multiprocessors=80)).blocks == 160
    assert choose_launch(make_job(), replace(H200, multiprocessors=20)).blocks == 80
    wide = choose_launch(make_job(width=300), H200)
    assert wide.threads > launch.threads
    cbow = choose_launch(make_job(cbow=True), H200)
    assert cbow.score_parts == 8  # 24 products


def test_few_words_or_little_text_take_few_blocks():
    assert choose_launch(make_job(n_words=640), H200).blocks == 640 // layout.WORDS_A_BLOCK
    assert choose_launch(make_job(n_words=2), H200).blocks == 1
    assert choose_launch(make_job(n_tokens=CHUNK_TOKENS), H200).blocks == layout.UNITS
    assert choose_launch(make_job(n_tokens=0), H200).blocks == 1


def test_number_of_blocks_can_be_given():
    assert choose_launch(make_job(blocks=7), H200).blocks == 7
    assert choose_launch(make_job(blocks=7, n_words=2), H200).blocks == 7


def test_number_of_blocks_from_the_environment(monkeypatch):
    monkeypatch.setenv(layout.BLOCKS_VARIABLE, "9")
    assert choose_launch(make_job(), H200).blocks == 9
    assert choose_launch(make_job(blocks=7), H200).blocks == 7
    assert choose_launch(make_job(blocks=7, deterministic=True), H200).blocks == 1
    monkeypatch.setenv(layout.BLOCKS_VARIABLE, "many")
    with pytest.raises(ValueError, match="VECTORSUITE_GPU_BLOCKS is 'many'; give a number"):
        choose_launch(make_job(), H200)


def test_little_shared_memory_means_fewer_blocks_then_table_memory():
    job = make_job(width=300)
    space = choose_launch(job, H200).work_bytes
    small = replace(H200, multiprocessors=40, block_bytes=space, multiprocessor_bytes=3 * space)
    few = choose_launch(job, small)
    assert (few.blocks, few.work_in_table_memory) == (80, False)
    none = choose_launch(job, replace(H200, block_bytes=space - 1))
    assert none.work_in_table_memory


def test_launches_fit_into_free_memory():
    job = make_job()
    launch = choose_launch(job, replace(H200, free_bytes=100 << 20))
    assert launch.chunks * 4 * layout.plan_ints(job) <= 50 << 20
    with pytest.raises(ValueError, match=r"Windows of 5 words and 5 noise words take .* GB"):
        choose_launch(job, replace(H200, free_bytes=1 << 10))
    # work space of 1.2 GB each leaves room for some blocks
    large = choose_launch(make_job(window=20_000, negative=5000), replace(H200, free_bytes=8 << 30))
    assert large.work_in_table_memory
    assert large.blocks == 2
    assert large.blocks * large.work_bytes + large.chunks * 4 * layout.plan_ints(job) < 8 << 30
    with pytest.raises(ValueError, match="is the most for one stretch of text"):
        choose_launch(make_job(window=100_000, negative=10_000), H200)


def test_chunks_are_those_of_the_core():
    assert _core.CHUNK_TOKENS == CHUNK_TOKENS
    assert _core.MAX_SHARED == layout.MOST_CENTRES
