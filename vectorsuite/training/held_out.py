"""A part of a corpus that is not trained on, and the loss on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vectorsuite.training.architecture import Architecture
from vectorsuite.training.corpus import EncodedCorpus
from vectorsuite.training.trainer import mean_loss
from vectorsuite.training.weights import Weights


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


def split_corpus(corpus: EncodedCorpus, share: float) -> tuple[EncodedCorpus, EncodedCorpus]:
    """Divide a corpus into its beginning and its last sentences, as views.

    Both keep the words and counts of the whole, which decide sub-sampling and noise.

    :param share: Of the sentences in the second part, above 0 and below 1; one at least.
    :raises ValueError: The corpus has one sentence only.
    """
    n = len(corpus.offsets) - 1
    last = max(1, round(n * share))
    if last >= n:
        raise ValueError(
            f"The corpus has {n} sentences, too few to hold {share:.0%} out; set "
            "training.held_out to 0, or break the text into lines."
        )
    cut = int(corpus.offsets[n - last])
    parts = (
        (corpus.ids[:cut], corpus.offsets[: n - last + 1]),
        (corpus.ids[cut:], corpus.offsets[n - last :] - cut),
    )
    first, second = (
        EncodedCorpus(
            corpus.words, corpus.counts, ids, offsets, raw_words=corpus.raw_words,
            raw_vocabulary=corpus.raw_vocabulary, file_bytes=corpus.file_bytes,
            seconds=corpus.seconds,
        )
        for ids, offsets in parts
    )  # fmt: skip
    return first, second
