"""What the kernels are given, and how large: structs, memory, launches. Arithmetic only."""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np

from vectorsuite.kernels.job import TrainingJob
from vectorsuite.kernels.reference import CHUNK_TOKENS

#: ``Job`` of job.cuh, by value; every field takes 8 bytes.
JOB = np.dtype(
    [
        (name, kind)
        for kind, names in (
            ("u8", "ids"),
            ("i8", "first n_ids begin end chunk_tokens"),
            ("u8", "in_rows out_rows locks in_shares out_shares"),
            ("i8", "n_words stride columns"),
            ("u8", "keep noise"),
            ("i8", "window negative shared shrink cbow cbow_mean"),
            ("u8", "token_key noise_key plan rates"),
            ("i8", "units score_parts"),
            ("u8", "work"),
            ("i8", "work_size"),
            ("u8", "next_unit totals"),
        )
        for name in names.split()
    ]
)
#: ``Totals`` of job.cuh, for each unit.
TOTALS = np.dtype([("loss", "f8"), ("pairs", "i8"), ("products", "i8"), ("kept", "i8")])

MOST_CENTRES = 4  # of a step (``most_centres`` of job.cuh)
UNITS = 8  # of a chunk: short ones, so that no block is long at work when the others have ended
CHUNKS_OF_A_PART = 4  # for each block: what one launch trains on
MOST_THREADS = 512
#: Blocks at work on the same row start from the same values and their changes add up (see
#: crowding.py), so a few large blocks are better than many small ones: one on each multiprocessor
#: of a large GPU, up to four where there are fewer.
MOST_BLOCKS, BLOCKS_A_MULTIPROCESSOR = 160, 4
#: For the same reason their number stays small beside the vocabulary.
WORDS_A_BLOCK = 64
#: Environment variable: blocks to train with, instead of as many as suit GPU and vocabulary.
BLOCKS_VARIABLE = "VECTORSUITE_GPU_BLOCKS"
SLICE_BYTES = 20  # of the plan kernel's own memory, a lane
QUAD_BYTES = 16
MOST_WORK_BYTES = 1 << 32  # of a block: what is in it is numbered by int32


@dataclass(frozen=True)
class Limits:
    """What a GPU has.

    :param multiprocessors: They run blocks independently of each other.
    :param block_bytes: Memory of a multiprocessor that one block may have.
    :param multiprocessor_bytes: Such memory in all.
    :param free_bytes: Of the GPU's main memory.
    """

    multiprocessors: int
    block_bytes: int
    multiprocessor_bytes: int
    free_bytes: int


@dataclass(frozen=True)
class Launch:
    """How a job is spread over a GPU.

    :param blocks: Each trains on one stretch of text at a time.
    :param threads: Of a block.
    :param score_parts: Threads that share the product of two rows.
    :param chunks: Of the corpus in one launch.
    :param work_bytes: Work space of a block.
    :param work_in_table_memory: It is larger than the memory of a multiprocessor.
    """

    blocks: int
    threads: int
    score_parts: int
    chunks: int
    work_bytes: int
    work_in_table_memory: bool


def columns(width: int) -> int:
    """Groups of four floats that hold a row."""
    return -(-width // 4)


def plan_ints(job: TrainingJob, chunk_tokens: int = CHUNK_TOKENS) -> int:
    """Size of a chunk's plan, in int32 (``plan_size`` of plan.cuh)."""
    places = chunk_tokens + 2 * job.window
    return 4 + 8 * places + 2 * (chunk_tokens + 1) + 2 * chunk_tokens * job.negative


def work_bytes(job: TrainingJob, threads: int, score_parts: int) -> int:
    """Size of a block's work space (``work_in`` of work.cuh)."""

    def quads(n: int) -> int:
        return -(-n // 4)

    row = columns(job.width) | 1
    reached, outputs = 2 * job.window + job.shared, job.shared + job.negative
    pairs = (job.shared if job.cbow else reached) * outputs
    rows = 2 * reached + outputs + (2 * job.shared if job.cbow else 0)
    scores = quads(pairs * score_parts) if score_parts > 1 else 0
    arrays = reached + scores + quads(pairs) + 2 * quads(outputs) + quads(reached) + 1
    return QUAD_BYTES * (rows * row + arrays + 2 * threads)


def usual_inputs(job: TrainingJob) -> int:
    """Places that the windows of a step cover, when the widest of those drawn rules."""
    return job.shared + (14 * job.window // 10 if job.shrink else 2 * job.window)


def threads_for(job: TrainingJob) -> int:
    """Threads of a block: about two groups of four floats for each in a step's rows."""
    cells = (usual_inputs(job) + job.shared + job.negative) * columns(job.width)
    threads = 32
    while threads < MOST_THREADS and threads * 3 <= cells:
        threads *= 2
    return threads


def score_parts_for(job: TrainingJob, threads: int) -> int:
    """Threads that share a product, so that most of a block's have one to compute."""
    inputs = job.shared if job.cbow else usual_inputs(job)
    pairs = inputs * (job.shared + job.negative)
    parts = 1
    while parts < 8 and parts * 2 * pairs <= threads and parts * 2 <= columns(job.width):
        parts *= 2
    return parts


def blocks_asked_for(job: TrainingJob) -> int:
    """Blocks that the job or the environment names; 0: neither does.

    :raises ValueError: The environment variable is no number.
    """
    if job.deterministic:
        return 1
    text = os.environ.get(BLOCKS_VARIABLE, "0")
    if job.blocks == 0 and not text.isdecimal():
        raise ValueError(f"{BLOCKS_VARIABLE} is {text!r}; give a number of blocks, or 0.")
    return job.blocks or int(text)


def choose_launch(job: TrainingJob, limits: Limits) -> Launch:
    """Spread a job over a GPU.

    :raises ValueError: Not even one chunk fits into the free memory.
    """
    threads = threads_for(job)
    parts = score_parts_for(job, threads)
    space = work_bytes(job, threads, parts)
    in_table_memory = space > limits.block_bytes
    resident = min(BLOCKS_A_MULTIPROCESSOR, max(1, MOST_BLOCKS // limits.multiprocessors))
    if not in_table_memory:
        resident = max(1, min(resident, limits.multiprocessor_bytes // (space + 1024)))
    usual = max(1, min(resident * limits.multiprocessors, len(job.keep) // WORDS_A_BLOCK))
    blocks = blocks_asked_for(job) or usual
    blocks = min(blocks, max(1, -(-len(job.ids) * UNITS // CHUNK_TOKENS)))
    plan, budget = 4 * plan_ints(job), limits.free_bytes // 2
    if in_table_memory:
        blocks = max(1, min(blocks, budget // 2 // space))
        budget -= blocks * space
    chunks = min(blocks * CHUNKS_OF_A_PART, budget // plan)
    if chunks < 1 or space > MOST_WORK_BYTES:
        needed = 2 * (plan + (space if in_table_memory else 0))
        raise ValueError(
            f"Windows of {job.window} words and {job.negative} noise words take "
            f"{needed / 1e9:.1f} GB of free memory on the GPU; there are "
            f"{limits.free_bytes / 1e9:.1f} GB, and {MOST_WORK_BYTES / 1e9:.0f} GB is the most for "
            "one stretch of text. Give smaller ones, or train on the CPU."
        )
    return Launch(blocks, threads, parts, int(chunks), space, in_table_memory)
