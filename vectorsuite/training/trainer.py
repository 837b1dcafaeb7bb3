"""Training: from an encoded corpus to word vectors."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels import kernels_for
from vectorsuite.kernels.compiled import huffman_paths
from vectorsuite.kernels.cores import worker_count
from vectorsuite.kernels.job import ChunkTotals, TrainingJob, pack_branches
from vectorsuite.kernels.reference import (
    CHUNK_TOKENS,
    CHUNKS_OF_A_ROUND,
    DETERMINISTIC_CHUNK_TOKENS,
)
from vectorsuite.packed import PackedStrings
from vectorsuite.protocols import Progress
from vectorsuite.training.architecture import Architecture
from vectorsuite.training.corpus import EncodedCorpus
from vectorsuite.training.sampling import keep_thresholds, noise_table
from vectorsuite.training.watch import Position, Watch
from vectorsuite.training.weights import Weights, new_weights
from vectorsuite.vectors.table import Vectors

#: Words that pauses are multiples of: so that they part neither chunks nor rounds of them.
PAUSE_UNIT = max(CHUNK_TOKENS, CHUNKS_OF_A_ROUND * DETERMINISTIC_CHUNK_TOKENS)

#: Called after each epoch with its number (from 0) and its sums; True ends the training.
EpochEnd = Callable[[int, ChunkTotals], bool | None]


@dataclass
class Trained:
    """What training returns.

    :param words: The vocabulary, (V,).
    :param vectors: Word vectors, (V, D) float32.
    :param contexts: Context vectors of negative sampling, (V, D) float32, or None.
    :param losses: Mean loss per pair with its noise words or its path, by epoch, in nats.
    :param pairs: Pairs of all epochs: (centre, context) ones, with CBOW one a centre word.
    :param products: Scores computed in all epochs.
    :param seconds: Time spent in the loops.
    :param table: A table that holds more than words and vectors: n-grams, for unseen words.
    :param also: Writes what no table holds into a folder: documents.
    """

    words: PackedStrings
    vectors: Any
    contexts: Any
    losses: list[float] = field(default_factory=list)
    pairs: int = 0
    products: int = 0
    seconds: float = 0.0
    table: Vectors | None = None
    also: Callable[[Path], None] | None = None


def train_epochs(
    corpus: EncodedCorpus,
    counts: NDArray[np.int64],
    weights: Weights,
    architecture: Architecture,
    *,
    epochs: int,
    learn_rate: float,
    min_learn_rate: float,
    workers: int = 0,
    seed: int = 1,
    first_epoch: int = 0,
    deterministic: bool = False,
    ops: Any = None,
    kernels: str | None = None,
    progress: Progress | None = None,
    on_epoch: EpochEnd | None = None,
    watch: Watch | None = None,
) -> list[ChunkTotals]:
    """Train tables over an encoded corpus, in place.

    One worker gives the same bits for the same seed on every run, and on every CPU level with the
    same number of lanes; the draws depend on seed, epoch and position alone, so a run that goes on
    from saved tables ends with the bits of an undisturbed one. Several workers update the tables
    without locks (Hogwild: Niu et al., 2011): about as good, never twice the same.

    :param counts: How often each word occurs, (V,) int64: decides sub-sampling, noise and paths.
    :param epochs: Epochs of the whole schedule; ``first_epoch`` of them are done already.
    :param learn_rate: At the start; falls linearly with the position in the corpus ...
    :param min_learn_rate: ... to this at the end of the last epoch.
    :param workers: Threads; 0: all cores.
    :param deterministic: Give the same bits for any number of workers, more slowly: chunks are
        trained on copies of the rows they touch, and the changes are added in the corpus' order.
        On a GPU, where ``workers`` means nothing, one stretch of text is trained at a time.
    :param ops: thinc's; None: NumPy. Its kind decides which loops run ...
    :param kernels: ... unless they are named here; see ``kernels_for``.
    :param progress: Called with ("train", words done, words in all, epoch, learn_rate, loss).
    :param watch: Says where to start, if not at ``first_epoch``; saves the tables now and then.
    :returns: Sums by epoch, those of epochs before the start included if ``watch`` knows them.
        Without any pairs there was nothing to learn from, or sub-sampling left nothing.
    :raises ValueError: A setting is out of range.
    :raises FloatingPointError: Values overflowed; the learning rate is too high.
    """
    _check_schedule(epochs, learn_rate, min_learn_rate)
    job = make_job(corpus, counts, weights, architecture)
    job.learn_rate, job.min_learn_rate, job.epochs = learn_rate, min_learn_rate, epochs
    job.workers, job.seed, job.deterministic = worker_count(workers), seed, deterministic
    loops = kernels_for(ops, kernels)
    watch = watch or Watch()
    position = watch.begin(weights)
    position.epoch = max(position.epoch, first_epoch)
    while position.epoch < epochs:
        _train_epoch(loops, job, position, progress, watch, weights)
        totals = position.totals[-1]
        ends = on_epoch is not None and on_epoch(position.epoch - 1, totals)
        if watch.after_epoch(position, weights) or ends:
            position.epoch = epochs
        watch.pause(position, weights)
    watch.end(weights)
    return position.totals


def mean_loss(
    corpus: EncodedCorpus,
    counts: NDArray[np.int64],
    weights: Weights,
    architecture: Architecture,
    *,
    workers: int = 0,
    seed: int = 1,
    ops: Any = None,
) -> float:
    """Mean loss per pair of a corpus in nats, NaN if it has none; the tables stay as they are.

    Windows, sub-sampling and noise are drawn anew, but alike for the same seed.

    :param counts: Of the corpus that was trained on, (V,) int64.
    """
    job = make_job(corpus, counts, weights, architecture)
    job.workers, job.seed, job.epochs = worker_count(workers), seed, 1
    sums = kernels_for(ops).train(job, 0, 0, len(job.ids), _no_report)  # at a learning rate of 0
    return sums.loss / sums.pairs if sums.pairs else math.nan


def train_model(
    corpus: EncodedCorpus,
    architecture: Architecture,
    *,
    epochs: int = 5,
    learn_rate: float = 0.025,
    min_learn_rate: float = 1e-4,
    workers: int = 0,
    seed: int = 1,
    deterministic: bool = False,
    ops: Any = None,
    kernels: str | None = None,
    progress: Progress | None = None,
    watch: Watch | None = None,
    weights: Weights | None = None,
) -> Trained:
    """Train one vector per word of a corpus; see :func:`train_epochs`.

    :param weights: Tables to start from; None: new ones. With parts, the vectors returned are those
        of the parts.
    :raises ValueError: A setting is out of range, or there is nothing to learn from.
    """
    _check_schedule(epochs, learn_rate, min_learn_rate)
    worker_count(workers)
    _check_vocabulary(corpus.words)
    if weights is None:
        weights = new_weights(corpus.words, architecture, seed)
    if ops is not None:
        weights.to_ops(ops)
    started = time.perf_counter()
    totals = train_epochs(
        corpus, corpus.counts, weights, architecture, epochs=epochs, learn_rate=learn_rate,
        min_learn_rate=min_learn_rate, workers=workers, seed=seed, deterministic=deterministic,
        ops=ops, kernels=kernels, progress=progress,
        on_epoch=lambda _, sums: _check_pairs(sums, len(corpus.ids)), watch=watch,
    )  # fmt: skip
    seconds = time.perf_counter() - started
    return Trained(
        words=corpus.words,
        contexts=weights.contexts,
        vectors=weights.take_vectors(),
        losses=[epoch.loss / epoch.pairs for epoch in totals],
        pairs=sum(epoch.pairs for epoch in totals),
        products=sum(epoch.products for epoch in totals),
        seconds=seconds,
    )


def train_skip_gram(
    corpus: EncodedCorpus,
    *,
    vector_size: int = 100,
    window: int = 5,
    negative: int = 5,
    sample: float = 1e-3,
    ns_exponent: float = 0.75,
    **schedule: Any,
) -> Trained:
    """Train skip-gram with negative sampling; ``schedule`` as in :func:`train_model`."""
    architecture = Architecture(
        "skip-gram", vector_size, window, negative, sample=sample, ns_exponent=ns_exponent
    )
    return train_model(corpus, architecture, **schedule)


def make_job(
    corpus: EncodedCorpus,
    counts: NDArray[np.int64],
    weights: Weights,
    architecture: Architecture,
) -> TrainingJob:
    """The arrays of a run; the schedule is filled in by the caller."""
    _check_vocabulary(corpus.words)
    path_offsets = path_branches = None
    if architecture.hierarchical_softmax:
        path_offsets, nodes, signs = huffman_paths(
            np.ascontiguousarray(counts, dtype=np.int64), weights.tree_order
        )
        path_branches = pack_branches(nodes, signs)
    parts, documents = weights.parts, weights.documents
    shared = architecture.shared(len(counts))
    if documents is not None:
        shared = min(shared, documents.shared)
    return TrainingJob(
        ids=corpus.ids, offsets=corpus.offsets, in_rows=weights.in_rows, width=weights.width,
        keep=keep_thresholds(counts, architecture.sample), window=architecture.window, seed=0,
        learn_rate=0, min_learn_rate=0, epochs=0, cbow=architecture.cbow,
        cbow_mean=architecture.cbow_mean, shrink=architecture.shrink_windows,
        shared=shared, locks=weights.locks,
        negative=architecture.negative, out_rows=weights.out_rows,
        noise=noise_table(counts, architecture.ns_exponent) if architecture.negative else None,
        tree_rows=weights.tree_rows, path_offsets=path_offsets,
        path_branches=path_branches,
        part_offsets=None if parts is None else parts.offsets,
        parts=None if parts is None else parts.rows,
        tags=None if documents is None else documents.rows,
        tag_offsets=None if documents is None else documents.offsets,
        tag_rows=None if documents is None else documents.tags,
        tag_locks=None if documents is None else documents.locks,
        words_predict=documents is None or documents.words_predict,
        concat=documents is not None and documents.null_row >= 0,
        null_row=-1 if documents is None else documents.null_row,
    )  # fmt: skip


def _train_epoch(
    loops: Any,
    job: TrainingJob,
    position: Position,
    progress: Progress | None,
    watch: Watch,
    weights: Weights,
) -> None:
    """Run the rest of an epoch, with its pauses; stop where values are no longer finite."""
    n_tokens, epoch, sums = len(job.ids), position.epoch, position.sums

    def report(token: int, learn_rate: float, loss: float) -> None:
        if progress is not None:
            done, total = epoch * n_tokens + token, job.epochs * n_tokens
            progress("train", done, total, epoch=epoch + 1, learn_rate=learn_rate, loss=loss)

    step = -(-watch.pause_every // PAUSE_UNIT) * PAUSE_UNIT or max(n_tokens, 1)
    while position.token < n_tokens:
        end = min(position.token // step * step + step, n_tokens)
        sums.add(loops.train(job, epoch, position.token, end, report))
        if not math.isfinite(sums.loss):
            raise FloatingPointError(
                f"Values overflowed in epoch {epoch + 1}: the learning rate {job.learn_rate} is "
                "too high for this corpus. Nothing was written; try a lower one, such as "
                f"{min(0.025, job.learn_rate / 10):g}."
            )
        position.token = end
        if end < n_tokens:
            watch.pause(position, weights)
    report(n_tokens, job.learn_rate_at(epoch, n_tokens), sums.loss / max(sums.pairs, 1))
    position.epoch, position.token, position.sums = epoch + 1, 0, ChunkTotals()
    position.totals.append(sums)


def _no_report(token: int, learn_rate: float, loss: float) -> None:
    pass


def _check_pairs(sums: ChunkTotals, n_tokens: int) -> None:
    """Refuse an epoch without a pair."""
    if not sums.pairs:
        sampled = (
            " after sub-sampling. Give more text, or sample = 0" if sums.kept < n_tokens else ""
        )
        raise ValueError(
            f"There is nothing to learn from: no two words stand within one sentence{sampled}."
        )


def _check_vocabulary(words: PackedStrings) -> None:
    """Refuse a vocabulary in which nothing can be told from anything."""
    if len(words) < 2:
        raise ValueError(
            f"The vocabulary is {list(words)!r}: training needs at least two words, since a word "
            "is never its own noise. Lower min_count, or give more text."
        )


def _check_schedule(epochs: int, learn_rate: float, min_learn_rate: float) -> None:
    """Refuse a schedule that cannot be followed."""
    if epochs < 1:
        raise ValueError(f"epochs is {epochs}; it must be at least 1.")
    if not 0 < learn_rate < math.inf:
        raise ValueError(f"learn_rate is {learn_rate}; it must be a positive number.")
    if not 0 <= min_learn_rate <= learn_rate:
        raise ValueError(
            f"min_learn_rate is {min_learn_rate}; it must lie between 0 and learn_rate "
            f"({learn_rate})."
        )
