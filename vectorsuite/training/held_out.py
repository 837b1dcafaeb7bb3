"""A part of a corpus that is not trained on, and the loss on it."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels.draws import HELD_OUT, draw, stream
from vectorsuite.training.architecture import Architecture
from vectorsuite.training.corpus import EncodedCorpus
from vectorsuite.training.schedule import Schedule
from vectorsuite.training.trainer import mean_loss
from vectorsuite.training.weights import Weights

_STRETCH = 1 << 20  # sentences, and about as many words, at a time


class Measure(Protocol):
    """What measures a loss while a model is trained."""

    def loss(self, weights: Weights) -> float:
        """Mean loss per pair, in nats; the tables stay as they are."""
        ...


@dataclass
class HeldOut:
    """Sentences to measure the loss on, always with the same windows and noise words.

    :param corpus: These sentences, with the counts of the whole corpus.
    """

    corpus: EncodedCorpus
    architecture: Architecture
    seed: int
    workers: int = 0
    ops: Any = None

    def loss(self, weights: Weights) -> float:
        """Mean loss per pair, in nats; the tables stay as they are."""
        return mean_loss(
            self.corpus, self.corpus.counts, weights, self.architecture, workers=self.workers,
            seed=self.seed, ops=self.ops,
        )  # fmt: skip


def measured(
    run: dict[str, Any],
    held_out: EncodedCorpus | None,
    architecture: Architecture,
    schedule: Schedule,
) -> dict[str, Any]:
    """The arguments of a run whose ``watch``, if it has one, measures the loss on a part.

    :raises ValueError: The part has no two words in one sentence.
    """
    if held_out is not None and np.diff(held_out.offsets).max(initial=0) < 2:
        raise ValueError(
            f"None of the {len(held_out.offsets) - 1} sentences held out has two known words, so "
            "there is no loss to measure; set training.held_out higher, or to 0."
        )
    if held_out is not None and run.get("watch") is not None:
        run["watch"].held_out = HeldOut(
            held_out, architecture, schedule.seed, schedule.workers, run.get("ops")
        )
    return run


def split_corpus(
    corpus: EncodedCorpus, share: float, seed: int
) -> tuple[EncodedCorpus, EncodedCorpus]:
    """Divide a corpus into sentences to train on and others, drawn from all over it.

    Each sentence is drawn by seed and place alone, so that a run that goes on from a checkpoint
    holds out the same. Both parts keep the words and counts of the whole, which decide sub-sampling
    and noise; their text lies in temporary files.

    :param share: Chance of a sentence to be in the second part, above 0 and below 1. Each part has
        one at least.
    :raises ValueError: The corpus has one sentence only.
    """
    n = len(corpus.offsets) - 1
    if n < 2:
        raise ValueError(
            f"The corpus has {n} sentences, too few to hold {share:.2%} out; set "
            "training.held_out to 0, or break the text into lines."
        )
    held_out = _drawn(n, share, seed)
    return _selected(corpus, ~held_out), _selected(corpus, held_out)


def _drawn(n: int, share: float, seed: int) -> NDArray[np.bool_]:
    """Which of n sentences are held out, (n,)."""
    key = stream(seed, 0, HELD_OUT)
    below = np.uint64(min(int(share * 2**64), 2**64 - 1))
    drawn = np.empty(n, dtype=np.bool_)
    for start in range(0, n, _STRETCH):
        places = np.arange(start, min(start + _STRETCH, n), dtype=np.uint64)
        drawn[start : start + _STRETCH] = draw(key, places) < below
    if drawn.all() or not drawn.any():
        drawn[stream(seed, 1, HELD_OUT) % n] ^= True
    return drawn


def _selected(corpus: EncodedCorpus, chosen: NDArray[np.bool_]) -> EncodedCorpus:
    """A corpus of some of the sentences, with their tags. chosen: (S,)."""
    lengths = np.diff(corpus.offsets)[chosen]
    offsets = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=offsets[1:])
    with tempfile.TemporaryFile(prefix="vectorsuite-") as file:
        starts = np.searchsorted(corpus.offsets, np.arange(0, len(corpus.ids), _STRETCH))
        bounds = np.unique([*starts, len(chosen)])
        for begin, end in pairwise(bounds):
            places = corpus.offsets[begin : end + 1]
            words = np.repeat(chosen[begin:end], np.diff(places))
            corpus.ids[places[0] : places[-1]][words].tofile(file)
        n = int(offsets[-1])
        ids = np.memmap(file, np.int32, "r", shape=(n,)) if n else np.empty(0, dtype=np.int32)
    part = EncodedCorpus(
        corpus.words, corpus.counts, ids, offsets, raw_words=corpus.raw_words,
        raw_vocabulary=corpus.raw_vocabulary, file_bytes=corpus.file_bytes,
        seconds=corpus.seconds,
    )  # fmt: skip
    part.tags = None if corpus.tags is None else corpus.tags.select(chosen)
    return part
