"""What a trained model says of sentences and of contexts."""

from __future__ import annotations

import functools
import logging
from array import array
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels.compiled import huffman_paths, score_sentences
from vectorsuite.models.state import ModelState, is_view, padded_copy

logger = logging.getLogger(__name__)

WORDS_AT_ONCE = 1 << 18


class Scorer(ModelState):
    """The part of a model that gives probabilities."""

    workers: int

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
        if not self.hs or self._tree_rows is None:
            raise RuntimeError(
                "Sentences are scored by hierarchical softmax only: train with hs=1, negative=0."
            )
        if not isinstance(self.wv.expandos.get("point"), np.ndarray):
            raise RuntimeError("The words have no Huffman codes: call create_binary_tree.")
        rows = self._in_rows
        if rows is None or not is_view(self.wv.vectors, rows):
            rows = padded_copy(self.wv.vectors, self.vector_size)
        score = functools.partial(
            score_sentences,
            rows,
            self._tree_rows,
            huffman_paths(np.maximum(self.wv.expandos["count"], 1), self.tree_order),
            window=self.window,
            cbow=not self.sg,
            cbow_mean=bool(self.cbow_mean),
            workers=self.workers,
        )
        scores = [score(*part) for part in self._stretches(sentences, total_sentences)]
        return np.concatenate(scores).astype(np.float32)

    def _stretches(
        self, sentences: Iterable[Iterable[Any]], most: int
    ) -> Iterator[tuple[NDArray[np.int32], NDArray[np.int64]]]:
        """Sentences as rows and offsets, some at a time; words that are not known are left out."""
        row_of = self.wv.key_to_index.get
        ids, offsets = array("i"), array("q", [0])
        for number, sentence in enumerate(sentences):
            if number >= most:
                logger.warning("stopped after %i sentences; raise total_sentences", number)
                break
            ids.extend([row for row in map(row_of, sentence) if row is not None])
            offsets.append(len(ids))
            if len(ids) > WORDS_AT_ONCE:
                yield np.array(ids, dtype=np.int32), np.array(offsets, dtype=np.int64)
                ids, offsets = array("i"), array("q", [0])
        yield np.array(ids, dtype=np.int32), np.array(offsets, dtype=np.int64)


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
