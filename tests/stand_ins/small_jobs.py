"""Training jobs small enough for the reference, over random corpora."""

from dataclasses import replace

import numpy as np

from vectorsuite.kernels import compiled
from vectorsuite.kernels.job import TrainingJob, pack_branches, padded_rows


def make_job(lengths, n_words=50, width=20, seed=1, keep=0.7, **settings):
    """A random corpus with sentences of the given lengths, and tables to train."""
    random = np.random.default_rng(seed)
    ids = (random.zipf(1.3, size=sum(lengths)) % n_words).astype(np.int32)
    counts = np.bincount(ids, minlength=n_words) + 1.0
    in_rows, out_rows = padded_rows(n_words, width), padded_rows(n_words, width)
    in_rows[:, :width] = random.normal(size=(n_words, width)) * 0.5
    out_rows[:, :width] = random.normal(size=(n_words, width)) * 0.5
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


def with_tree(job, **changes):
    """The job with hierarchical softmax over a Huffman tree of random counts."""
    random = np.random.default_rng(5)
    tree_rows = padded_rows(len(job.keep), job.width)
    tree_rows[:, : job.width] = random.normal(size=(len(job.keep), job.width)) * 0.5
    offsets, nodes, signs = compiled.huffman_paths(random.integers(1, 1000, size=len(job.keep)))
    shared = job.shared if changes.get("cbow") else 1
    paths = {"path_offsets": offsets, "path_branches": pack_branches(nodes, signs)}
    return replace(job, tree_rows=tree_rows, shared=shared, **paths, **changes)


def copy_of(job):
    """The same job with tables of its own."""
    tables = {}
    for name in ("in_rows", "out_rows", "tree_rows"):
        if getattr(job, name) is not None:
            tables[name] = padded_rows(len(job.keep), job.width)
            tables[name][:] = getattr(job, name)
    return replace(job, **tables)
