"""What a trained model says of sentences and of contexts."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.models.state import ModelState

logger = logging.getLogger(__name__)


class Scorer(ModelState):
    """The part of a model that gives probabilities."""

    def predict_output_word(
        self, context_words_list: Iterable[Any], topn: int = 10
    ) -> list[tuple[Any, float]] | None:
        """The words most probable in the middle of a context, by softmax over the output layer.

        :param context_words_list: Words, or rows; unknown words are left out.
        :returns: Words with their probabilities, or None if all words are unknown.
        :raises RuntimeError: The model has no output layer of negative sampling.
        """
        if not self.negative or not hasattr(self, "syn1neg"):
            raise RuntimeError(
                "Words are predicted from the output layer of negative sampling, which this model "
                "lacks: train it with negative > 0, and keep its training data."
            )
        rows = [self.wv.get_index(word) for word in context_words_list if word in self.wv]
        if not rows:
            logger.warning("None of the words of the context is in the vocabulary.")
            return None
        hidden = self.wv.vectors[rows].sum(axis=0, dtype=np.float64)
        if self.cbow_mean:
            hidden /= len(rows)
        scores = self.syn1neg @ hidden
        chances = np.exp(scores - scores.max())
        chances /= chances.sum()
        best = np.argsort(-chances, kind="stable")[:topn]
        return [(self.wv.index_to_key[row], float(chances[row])) for row in best.tolist()]

    def score(
        self,
        sentences: Iterable[Iterable[Any]],
        total_sentences: int = 1_000_000,
        chunksize: int = 100,
        queue_factor: int = 2,
        report_delay: float = 1,
    ) -> NDArray[np.float32]:
        """Log probability of each sentence, under hierarchical softmax; changes nothing.

        The sum over all pairs of a word and a context within ``window`` of log P(word | context),
        with CBOW over all words; of unknown words nothing is said (Taddy, 2015, ACL).

        :param total_sentences: Score no more than so many.
        :param chunksize, queue_factor, report_delay: Accepted as in gensim; not used.
        :returns: (S,) float32, in nats.
        :raises RuntimeError: There is no vocabulary, or no hierarchical softmax.
        """
        if not len(self.wv):
            raise RuntimeError("There is no vocabulary: call build_vocab, and train, first.")
        if not self.hs or not hasattr(self, "syn1"):
            raise RuntimeError(
                "Sentences are scored by hierarchical softmax only: train with hs=1, negative=0."
            )
        if not isinstance(self.wv.expandos.get("point"), np.ndarray):
            raise RuntimeError("The words have no Huffman codes: call create_binary_tree.")
        known = self.wv.key_to_index
        scores: list[float] = []
        for sentence in sentences:
            if len(scores) >= total_sentences:
                logger.warning("stopped after %i sentences; raise total_sentences", len(scores))
                break
            scores.append(self._score([known[word] for word in sentence if word in known]))
        return np.array(scores, dtype=np.float32)

    def _score(self, rows: list[int]) -> float:
        """Log probability of one sentence."""
        total = 0.0
        vectors = self.wv.vectors
        for place, row in enumerate(rows):
            first = max(0, place - self.window)
            context = rows[first:place] + rows[place + 1 : place + 1 + self.window]
            if not context:
                continue
            inputs = vectors[context].astype(np.float64)
            if not self.sg:
                inputs = inputs.sum(axis=0, keepdims=True)
                inputs /= len(context) if self.cbow_mean else 1
            total += path_log_chances(
                inputs,
                self.syn1[self.wv.expandos["point"][row]],
                self.wv.expandos["code"][row],
            ).sum()
        return float(total)


def path_log_chances(
    inputs: NDArray[Any], nodes: NDArray[Any], code: NDArray[np.uint8]
) -> NDArray[np.float64]:
    """Log probability of one word under each input: log σ(± node · input) summed along its path.

    Mikolov et al. (2013, NIPS), eq. 3.

    :param inputs: (N, D) float.
    :param nodes: Vectors of the inner nodes on the path, (L, D) float.
    :param code: The turns, (L,): 0 for left, whose sign is +, 1 for right.
    :returns: (N,) float64.
    """
    signs = 1.0 - 2.0 * code.astype(np.float64)
    return -np.logaddexp(0, -(inputs @ nodes.T.astype(np.float64)) * signs).sum(axis=1)
