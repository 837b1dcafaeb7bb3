"""Training: from an encoded corpus to word vectors."""

from __future__ import annotations

import math
import os
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from vectorsuite.kernels import kernels_for
from vectorsuite.kernels.compiled import pack_rows, start_rows
from vectorsuite.kernels.job import SkipGramJob, padded_rows
from vectorsuite.packed import PackedStrings
from vectorsuite.protocols import Progress
from vectorsuite.strings.hashing import string_keys
from vectorsuite.training.corpus import EncodedCorpus
from vectorsuite.training.sampling import keep_thresholds, noise_table

#: Neighbouring centre words that share noise words. Of 1 to 4, 3 is the most that costs no quality
#: on 17 M words (analogies, WordSim-353 and SimLex-999 within the spread over seeds).
SHARED_NOISE = 3
#: Below this many words neighbours too often stand among each other's noise.
SMALL_VOCABULARY = 1000


@dataclass
class Trained:
    """What training returns.

    :param words: The vocabulary, (V,).
    :param vectors: Word vectors, (V, D) float32.
    :param contexts: Context (output) vectors, (V, D) float32, a view of padded rows.
    :param losses: Mean loss per (centre, context) pair with its noise words, by epoch, in nats.
    :param pairs: (centre, context) pairs of all epochs.
    :param seconds: Time spent in the loops.
    """

    words: PackedStrings
    vectors: Any
    contexts: Any
    losses: list[float] = field(default_factory=list)
    pairs: int = 0
    seconds: float = 0.0


def worker_count(workers: int) -> int:
    """Threads to use: ``workers``, or every core this process may run on for 0."""
    if workers < 0:
        raise ValueError(f"workers is {workers}; give a number of threads, or 0 for all cores.")
    if workers:
        return workers
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def train_skip_gram(
    corpus: EncodedCorpus,
    *,
    vector_size: int = 100,
    window: int = 5,
    negative: int = 5,
    sample: float = 1e-3,
    ns_exponent: float = 0.75,
    epochs: int = 5,
    learn_rate: float = 0.025,
    min_learn_rate: float = 1e-4,
    workers: int = 0,
    seed: int = 1,
    ops: Any = None,
    progress: Progress | None = None,
) -> Trained:
    """Train skip-gram with negative sampling (Mikolov et al., 2013, NIPS).

    One worker gives the same bits for the same seed on every run, and on every CPU level with the
    same number of lanes. Several workers update the tables without locks (Hogwild: Niu et al.,
    2011): about as good, never twice the same.

    :param vector_size: Width D of the vectors.
    :param window: Most words on either side; drawn from 1..window for each centre word.
    :param negative: Noise words for each pair.
    :param sample: Threshold of sub-sampling, a share of the corpus; 0: off.
    :param ns_exponent: Noise words are drawn in proportion to counts ** ns_exponent.
    :param learn_rate: At the start; falls linearly with the position in the corpus ...
    :param min_learn_rate: ... to this at the end of the last epoch.
    :param workers: Threads; 0: all cores.
    :param ops: thinc's; None: NumPy. Its kind decides which loops run.
    :param progress: Called with ("train", words done, words in all, epoch, learn_rate, loss).
    :raises ValueError: A setting is out of range, or the corpus has fewer than two words.
    :raises FloatingPointError: Values overflowed; the learning rate is too high.
    """
    _check(vector_size, window, negative, sample, epochs, learn_rate, min_learn_rate)
    n_words = len(corpus.words)
    if n_words < 2:
        raise ValueError(
            f"The vocabulary is {list(corpus.words)!r}: training needs at least two words, since "
            "a word is never its own noise. Lower min_count, or give more text."
        )
    kernels = kernels_for(ops)
    rows = padded_rows(n_words, vector_size)
    start_rows(string_keys(corpus.words), seed, vector_size, rows)
    contexts = padded_rows(n_words, vector_size)
    on_host = ops is None or ops.xp is np
    job = SkipGramJob(
        ids=corpus.ids, offsets=corpus.offsets,
        in_rows=rows if on_host else ops.asarray(rows),
        out_rows=contexts if on_host else ops.asarray(contexts),
        width=vector_size, keep=keep_thresholds(corpus.counts, sample),
        noise=noise_table(corpus.counts, ns_exponent), window=window, negative=negative,
        shared=SHARED_NOISE if n_words >= SMALL_VOCABULARY else 1, seed=seed,
        learn_rate=learn_rate, min_learn_rate=min_learn_rate, epochs=epochs,
        workers=worker_count(workers),
    )  # fmt: skip
    trained = Trained(corpus.words, None, job.out_rows[:, :vector_size])
    started = time.perf_counter()
    for epoch in range(epochs):
        _train_epoch(kernels, job, epoch, trained, progress)
    trained.seconds = time.perf_counter() - started
    packed = pack_rows(job.in_rows, vector_size) if on_host else job.in_rows[:, :vector_size]
    trained.vectors = packed
    return trained


def _train_epoch(
    kernels: Any, job: SkipGramJob, epoch: int, trained: Trained, progress: Progress | None
) -> None:
    """Run one epoch and add its loss; stop where values are no longer finite."""
    n_tokens = len(job.ids)

    def report(token: int, learn_rate: float, loss: float) -> None:
        if progress is not None:
            done, total = epoch * n_tokens + token, job.epochs * n_tokens
            progress("train", done, total, epoch=epoch + 1, learn_rate=learn_rate, loss=loss)

    totals = kernels.train_skip_gram(job, epoch, 0, n_tokens, report)
    if not math.isfinite(totals.loss):
        raise FloatingPointError(
            f"Values overflowed in epoch {epoch + 1}: the learning rate {job.learn_rate} is too "
            "high for this corpus. Nothing was written; try a lower one, such as 0.025."
        )
    if not totals.pairs:
        raise ValueError(
            "There is nothing to learn from: no two words stand within one sentence"
            + (" after sub-sampling." if totals.kept < n_tokens else ".")
        )
    trained.losses.append(totals.loss / totals.pairs)
    trained.pairs += totals.pairs
    report(n_tokens, job.learn_rate_at(epoch, n_tokens), trained.losses[-1])


def _check(
    vector_size: int, window: int, negative: int, sample: float, epochs: int, learn_rate: float,
    min_learn_rate: float,
) -> None:  # fmt: skip
    """Refuse settings that cannot be trained with."""
    counted = {
        "vector_size": vector_size, "window": window, "negative": negative, "epochs": epochs,
    }  # fmt: skip
    for name, value in counted.items():
        if value < 1:
            raise ValueError(f"{name} is {value}; it must be at least 1.")
    if not 0 <= sample < math.inf:
        raise ValueError(f"sample is {sample}; it must be 0 (off) or a share of the corpus.")
    if not 0 < learn_rate < math.inf:
        raise ValueError(f"learn_rate is {learn_rate}; it must be a positive number.")
    if not 0 <= min_learn_rate <= learn_rate:
        raise ValueError(
            f"min_learn_rate is {min_learn_rate}; it must lie between 0 and learn_rate "
            f"({learn_rate})."
        )
