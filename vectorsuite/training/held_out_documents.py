"""The loss on documents that are not trained on, and so have no vectors of their own."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels.cores import worker_count
from vectorsuite.training.architecture import Architecture
from vectorsuite.training.corpus import EncodedCorpus
from vectorsuite.training.inference import infer_rows, inference_job
from vectorsuite.training.trainer import mean_loss
from vectorsuite.training.weights import Documents, Weights


@dataclass
class HeldOutDocuments:
    """Documents to measure the loss on, always with the same windows and noise words.

    Each gets a vector inferred from its first half, and the loss is that of the other half
    (document completion: Wallach et al., 2009, ICML).

    :param corpus: These documents, with the words of the tables and their counts.
    :param documents: How documents predict, without any.
    :param learn_rates: Of each epoch of inference.
    """

    corpus: EncodedCorpus
    architecture: Architecture
    documents: Documents
    learn_rates: list[float]
    seed: int
    workers: int = 0

    def loss(self, weights: Weights) -> float:
        """Mean loss per pair, in nats; the tables stay as they are."""
        rows = self.infer(weights, *self._halves(0))
        n = len(rows)
        documents = replace(
            self.documents, rows=rows, tags=np.arange(n, dtype=np.int32), offsets=np.arange(n + 1)
        )
        weights = replace(weights, documents=documents)
        counts = self.corpus.counts
        corpus = EncodedCorpus(
            self.corpus.words, counts, *self._halves(1), raw_words=0, raw_vocabulary=0
        )
        return mean_loss(
            corpus, counts, weights, self.architecture, workers=self.workers, seed=self.seed
        )

    def infer(
        self,
        weights: Weights,
        ids: NDArray[np.int32] | None = None,
        offsets: NDArray[np.int64] | None = None,
    ) -> NDArray[np.float32]:
        """Padded vectors of the documents, or of others, inferred from tables as they are.

        :param ids, offsets: Those of :func:`infer_rows`.
        """
        corpus = self.corpus
        weights = replace(weights, documents=self.documents)
        job = inference_job(corpus.words, corpus.counts, weights, self.architecture, self.seed)
        job.workers = worker_count(self.workers)
        if ids is None or offsets is None:
            ids, offsets = corpus.ids, corpus.offsets
        return infer_rows(job, ids, offsets, self.learn_rates)

    def _halves(self, which: int) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """First or second halves of all documents: ids end to end and where each starts."""
        lengths = np.diff(self.corpus.offsets)
        places = np.arange(len(self.corpus.ids)) - np.repeat(self.corpus.offsets[:-1], lengths)
        second = places >= np.repeat((lengths + 1) // 2, lengths)
        sizes = lengths // 2 if which else lengths - lengths // 2
        offsets = np.concatenate([[0], np.cumsum(sizes)])
        return self.corpus.ids[second == bool(which)], offsets
