"""Word2Vec, with the names of gensim 4; the older ones work too."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from vectorsuite.models.aliases import OlderNames, older_arguments
from vectorsuite.models.callbacks import CallbackAny2Vec
from vectorsuite.models.pairs import score_cbow_pair, score_sg_pair, train_cbow_pair, train_sg_pair
from vectorsuite.models.saving import ClassOnly, SavedModel
from vectorsuite.models.scoring import Scorer
from vectorsuite.models.vocabulary import TrimRule, Vocab
from vectorsuite.query import KeyedVectors
from vectorsuite.training.readers import PathLike
from vectorsuite.training.sentence_readers import (
    MAX_SENTENCE,
    BrownCorpus,
    LineSentence,
    PathLineSentences,
    Text8Corpus,
)

__all__ = [
    "FAST_VERSION",
    "BrownCorpus",
    "LineSentence",
    "PathLineSentences",
    "Text8Corpus",
    "Vocab",
    "Word2Vec",
    "score_cbow_pair",
    "score_sg_pair",
    "train_cbow_pair",
    "train_sg_pair",
]

logger = logging.getLogger(__name__)

#: That of gensim's compiled code, by which programs tell whether training will be slow.
FAST_VERSION = 1


class Word2Vec(SavedModel, Scorer, OlderNames):
    """Word vectors by skip-gram or CBOW (Mikolov et al., 2013, ICLR and NIPS).

    Each part has a module: the words `building`, training `learning`, the tables `state`,
    probabilities `scoring`, files `saving`, names of older gensim `aliases`. Vectors and all that
    can be asked of them are in ``wv``, a ``KeyedVectors`` that shares memory with training.

    :param sentences: Lists of words, to be iterated over once; with them the model is trained
        right away. Words may be any hashable objects; strings are fastest.
    :param corpus_file: Or a file or folder of text, one sentence a line, plain or packed.
    :param vector_size: Width D of the vectors.
    :param alpha: Learning rate at the start, which falls linearly ...
    :param min_alpha: ... to this.
    :param window: Most words on either side.
    :param min_count: Words that occur less often are dropped.
    :param max_vocab_size: While counting, forget rare words beyond so many different ones.
    :param sample: Threshold of sub-sampling, a share of the corpus (from 1 on: a count); 0: off.
    :param seed: Of everything random. One worker gives the same bits for it on every launch.
    :param workers: Threads; 0: all cores.
    :param sg: 1: skip-gram, 0: CBOW.
    :param hs: 1: hierarchical softmax.
    :param negative: Noise words of negative sampling; 0: none. With `hs` both are trained.
    :param ns_exponent: Noise words are drawn in proportion to counts ** ns_exponent.
    :param cbow_mean: CBOW predicts from the mean of a window; 0: from the sum.
    :param hashfxn: Makes the number that decides a word's first vector from word and seed; None:
        a stable hash.
    :param epochs: Passes over the corpus, which is read once for all.
    :param null_word: 1: add the word "\\0", which stands for none.
    :param trim_rule: Asked which words stay; see :meth:`build_vocab`. Not kept.
    :param sorted_vocab: 1: the most frequent words come first.
    :param batch_words: Accepted as in gensim; nothing is cut at it.
    :param compute_loss: Accepted; the loss is always there, in double precision.
    :param callbacks: Called while training; see ``CallbackAny2Vec``.
    :param comment: Any text, saved with the model.
    :param max_final_vocab: Largest vocabulary; raises the count needed.
    :param shrink_windows: Windows are drawn from 1..window for each word.
    :param deterministic: The same bits for any number of workers, at about a third of the speed.
    """

    @older_arguments
    def __init__(
        self,
        sentences: Iterable[Iterable[Any]] | None = None,
        corpus_file: PathLike | None = None,
        vector_size: int = 100,
        alpha: float = 0.025,
        window: int = 5,
        min_count: int = 5,
        max_vocab_size: int | None = None,
        sample: float = 1e-3,
        seed: int = 1,
        workers: int = 3,
        min_alpha: float = 0.0001,
        sg: int = 0,
        hs: int = 0,
        negative: int = 5,
        ns_exponent: float = 0.75,
        cbow_mean: int = 1,
        hashfxn: Callable[[str], int] | None = None,
        epochs: int = 5,
        null_word: int = 0,
        trim_rule: TrimRule | None = None,
        sorted_vocab: int = 1,
        batch_words: int = MAX_SENTENCE,
        compute_loss: bool = False,
        callbacks: Iterable[CallbackAny2Vec] = (),
        comment: str | None = None,
        max_final_vocab: int | None = None,
        shrink_windows: bool = True,
        deterministic: bool = False,
    ) -> None:
        self.vector_size, self.window = int(vector_size), int(window)
        self.alpha, self.min_alpha = float(alpha), float(min_alpha)
        self.min_count, self.max_vocab_size = min_count, max_vocab_size
        self.max_final_vocab = max_final_vocab
        self.sample, self.ns_exponent = sample, ns_exponent
        self.seed, self.hashfxn, self.workers = seed, hashfxn, int(workers)
        self.deterministic = bool(deterministic)
        self.sg, self.hs, self.negative = int(sg), int(hs), int(negative)
        self.cbow_mean, self.shrink_windows = int(cbow_mean), bool(shrink_windows)
        self.epochs, self.null_word, self.sorted_vocab = epochs, null_word, sorted_vocab
        self.batch_words, self.compute_loss = batch_words, bool(compute_loss)
        self.comment = comment
        self._check()
        self.random = np.random.RandomState(seed & 0xFFFFFFFF)
        self.wv = self._new_vectors()
        super().__init__()
        if sentences is not None or corpus_file is not None:
            self._learn_at_once(sentences, corpus_file, trim_rule, callbacks)
        elif trim_rule is not None or callbacks:
            logger.warning("trim_rule and callbacks are not kept: give them to build_vocab, train.")

    def _new_vectors(self) -> KeyedVectors:
        """What ``wv`` is before there are words."""
        return KeyedVectors(self.vector_size)

    def _check(self) -> None:
        """Refuse settings that mean nothing."""
        least = {"vector_size": 1, "window": 1, "epochs": 1, "negative": 0, "workers": 0}
        for name, lowest in least.items():
            value = getattr(self, name)
            if value < lowest:
                raise ValueError(f"{name} is {value}; it must be at least {lowest}.")
        if not isinstance(self.seed, (int, np.integer)):
            raise TypeError(f"seed is {self.seed!r}; all random numbers follow from a whole one.")
        for name in ("alpha", "min_alpha", "sample"):
            value = getattr(self, name)
            if not 0 <= value < np.inf:
                raise ValueError(f"{name} is {value}; it must be 0 or a positive number.")

    def _learn_at_once(
        self, sentences: Any, corpus_file: Any, trim_rule: Any, callbacks: Any
    ) -> None:
        """Build the vocabulary and train, reading the corpus once."""
        source = self._source(sentences, corpus_file, passes=self.epochs + 1)
        with self._scan(source, trim_rule) as scan:
            self._build_from(scan, trim_rule=trim_rule)
            self._check_training(self.epochs, self.corpus_count, self.corpus_total_words)
            self._train_from(scan, self._schedule(self.epochs), callbacks)
        self.add_lifecycle_event("created", params=str(self))

    def __str__(self) -> str:
        return (
            f"{type(self).__name__}<vocab={len(self.wv)}, vector_size={self.vector_size}, "
            f"alpha={self.alpha}>"
        )

    def __repr__(self) -> str:
        return str(self)

    # -- gensim 1.x, where it was more than another name

    log_accuracy = staticmethod(KeyedVectors.log_accuracy)
    log_evaluate_word_pairs = staticmethod(KeyedVectors.log_evaluate_word_pairs)

    def init_sims(self, replace: bool = False) -> None:
        """With `replace`, scale the vectors to length 1 and keep nothing else: no more training."""
        if replace:
            self.delete_temporary_training_data(replace_word_vectors_with_normalized=True)
        else:
            self.wv.fill_norms()

    def delete_temporary_training_data(
        self, replace_word_vectors_with_normalized: bool = False
    ) -> None:
        """Drop the output tables: the model can be asked, but no longer trained.

        :param replace_word_vectors_with_normalized: Scale the vectors to length 1, too.
        """
        if replace_word_vectors_with_normalized:
            self.wv.unit_normalize_all()
        self._in_rows = self._out_rows = self._tree_rows = None
        self.cum_table = self.raw_vocab = None

    @ClassOnly
    def load_word2vec_format(
        cls: Any,  # noqa: N805
        fname: str | os.PathLike[str],
        *arguments: Any,
        **options: Any,
    ) -> Any:
        """A model with the vectors of a file and nothing to train them with.

        See ``KeyedVectors.load_word2vec_format`` for the arguments.
        """
        wv = KeyedVectors.load_word2vec_format(fname, *arguments, **options)
        model = cls(vector_size=wv.vector_size)
        model.wv = wv
        return model
