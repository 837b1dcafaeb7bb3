"""Training jobs small enough for the reference, over random corpora."""

from dataclasses import replace

import numpy as np

from vectorsuite.kernels import compiled
from vectorsuite.kernels.job import TrainingJob, pack_branches, padded_rows

#: What training changes.
TABLES = ("in_rows", "out_rows", "tree_rows", "tags")


def random_rows(random, n, width, scale=0.3):
    """A padded table, (n, width) and zeros."""
    rows = padded_rows(n, width)
    rows[:, :width] = random.normal(size=(n, width)) * scale
    return rows


def make_job(lengths, n_words=50, width=20, seed=1, keep=0.7, **settings):
    """A random corpus with sentences of the given lengths, and tables to train."""
    random = np.random.default_rng(seed)
    ids = (random.zipf(1.3, size=sum(lengths)) % n_words).astype(np.int32)
    counts = np.bincount(ids, minlength=n_words) + 1.0
    in_rows, out_rows = (random_rows(random, n_words, width, 0.5) for _ in range(2))
    chances = np.full(n_words, min(2**32 - 1, int(keep * 2**32)), dtype=np.uint32)
    chances[::3] = 0xFFFFFFFF
    defaults = {
        "window": 3, "negative": 5, "shared": 3, "seed": seed, "learn_rate": 0.05,
        "min_learn_rate": 1e-5, "epochs": 2, "workers": 1,
    }  # fmt: skip
    return TrainingJob(
        ids=ids, offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        in_rows=in_rows, out_rows=out_rows, width=width, keep=chances,
        noise=compiled.alias_table(counts**0.75), **(defaults | settings),
    )  # fmt: skip


def with_tree(job, counts=None, **changes):
    """The job with hierarchical softmax over a Huffman tree of these or random counts."""
    random = np.random.default_rng(5)
    tree_rows = random_rows(random, len(job.keep), job.width, 0.5)
    if counts is None:
        counts = random.integers(1, 1000, size=len(job.keep))
    offsets, nodes, signs = compiled.huffman_paths(counts)
    shared = job.shared if changes.get("cbow") else 1
    paths = {"path_offsets": offsets, "path_branches": pack_branches(nodes, signs)}
    return replace(job, tree_rows=tree_rows, shared=shared, **paths, **changes)


def copy_of(job):
    """The same job with tables of its own."""
    tables = {}
    for name in TABLES:
        rows = getattr(job, name)
        if rows is not None:
            tables[name] = padded_rows(len(rows), rows.shape[1])
            tables[name][:] = rows
    return replace(job, **tables)
