"""FastText, with the names of gensim 4: word vectors with n-grams."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels.job import padded_rows
from vectorsuite.models.aliases import older_arguments
from vectorsuite.models.callbacks import CallbackAny2Vec
from vectorsuite.models.fasttext_vectors import FastTextKeyedVectors
from vectorsuite.models.saving import SETTINGS
from vectorsuite.models.vocabulary import TrimRule
from vectorsuite.models.word2vec import Word2Vec
from vectorsuite.packed import PackedStrings
from vectorsuite.training.readers import PathLike
from vectorsuite.training.sentence_readers import MAX_SENTENCE
from vectorsuite.training.subwords import SubwordTable, start_buckets, subword_table
from vectorsuite.training.weights import Weights


class FastText(Word2Vec):
    """Word vectors that are means of the vectors of n-grams (Bojanowski et al., 2017, TACL).

    Words never seen get vectors from their n-grams: ``model.wv["unseen"]``. Buckets that no word
    of the vocabulary uses start, and stay, at zero, so that they add no noise to such vectors.

    :param min_n: Least length of n-grams in characters ...
    :param max_n: ... and greatest; 0: no n-grams.
    :param bucket: Rows that n-grams share.
    :param word_ngrams: 1; fastText uses more only for classifiers.
    :param deterministic: Train on one thread, which always gives the same bits.

    The others are those of ``Word2Vec``.
    """

    wv: FastTextKeyedVectors
    file_kind = "FastText model"
    saved_settings = (*SETTINGS, "min_n", "max_n", "bucket", "word_ngrams")

    @older_arguments
    def __init__(
        self,
        sentences: Iterable[Iterable[Any]] | None = None,
        corpus_file: PathLike | None = None,
        sg: int = 0,
        hs: int = 0,
        vector_size: int = 100,
        alpha: float = 0.025,
        window: int = 5,
        min_count: int = 5,
        max_vocab_size: int | None = None,
        word_ngrams: int = 1,
        sample: float = 1e-3,
        seed: int = 1,
        workers: int = 3,
        min_alpha: float = 0.0001,
        negative: int = 5,
        ns_exponent: float = 0.75,
        cbow_mean: int = 1,
        hashfxn: Callable[[str], int] | None = None,
        epochs: int = 5,
        null_word: int = 0,
        min_n: int = 3,
        max_n: int = 6,
        sorted_vocab: int = 1,
        bucket: int = 2_000_000,
        trim_rule: TrimRule | None = None,
        batch_words: int = MAX_SENTENCE,
        callbacks: Iterable[CallbackAny2Vec] = (),
        max_final_vocab: int | None = None,
        shrink_windows: bool = True,
        compute_loss: bool = False,
        comment: str | None = None,
        deterministic: bool = False,
    ) -> None:
        if word_ngrams != 1:
            raise ValueError(f"word_ngrams is {word_ngrams}; word vectors are trained with 1.")
        self.word_ngrams = 1
        self._ngrams = (int(min_n), int(max_n), int(bucket))
        self._trained: tuple[Weights, SubwordTable] | None = None
        super().__init__(
            sentences=sentences, corpus_file=corpus_file, sg=sg, hs=hs, vector_size=vector_size,
            alpha=alpha, window=window, min_count=min_count, max_vocab_size=max_vocab_size,
            sample=sample, seed=seed, workers=1 if deterministic else workers,
            min_alpha=min_alpha, negative=negative, ns_exponent=ns_exponent, cbow_mean=cbow_mean,
            hashfxn=hashfxn, epochs=epochs, null_word=null_word, sorted_vocab=sorted_vocab,
            trim_rule=trim_rule, batch_words=batch_words, callbacks=callbacks,
            max_final_vocab=max_final_vocab, shrink_windows=shrink_windows,
            compute_loss=compute_loss, comment=comment,
        )  # fmt: skip

    def _new_vectors(self) -> FastTextKeyedVectors:
        min_n, max_n, bucket = self._ngrams
        return FastTextKeyedVectors(self.vector_size, min_n, max_n, bucket)

    @property
    def min_n(self) -> int:
        """Least length of n-grams, in characters."""
        return self.wv.min_n

    @property
    def max_n(self) -> int:
        """Greatest length of n-grams, in characters."""
        return self.wv.max_n

    @property
    def bucket(self) -> int:
        """Rows that n-grams share."""
        return self.wv.bucket

    # -- the tables

    def init_weights(self) -> None:
        """Give all words and n-grams random vectors; what was learned is lost."""
        super().init_weights()
        self.wv.vectors_vocab = np.array(self.wv.vectors)
        self.wv.vectors_ngrams = np.zeros((self.bucket, self.vector_size), dtype=np.float32)
        self._start_ngrams(self._subword_table().buckets)

    def update_weights(self) -> None:
        """Make room for words that were added; words and n-grams known keep their vectors."""
        known = self.wv.vectors_vocab
        super().update_weights()
        self.wv.vectors_vocab = np.array(self.wv.vectors)
        self.wv.vectors_vocab[: len(known)] = known
        used = self._subword_table().buckets
        self._start_ngrams(used[~self.wv.vectors_ngrams[used].any(axis=1)])

    def _start_ngrams(self, buckets: NDArray[np.int64]) -> None:
        """Give buckets random vectors."""
        buckets = np.sort(buckets)  # so that a large new table is walked through in order
        start = padded_rows(len(buckets), self.vector_size)
        start_buckets(buckets, self._seed(), self.vector_size, start)
        self.wv.vectors_ngrams[buckets] = start[:, : self.vector_size]
        self._in_rows = None  # training makes a table of its own, of words and n-grams
        self.wv.adjust_vectors()

    def _subword_table(self) -> SubwordTable:
        words = PackedStrings.pack(str(key) for key in self.wv.index_to_key)
        rows, offsets = self.wv.ngrams.get_rows(words)
        return subword_table(rows, offsets, self._counts(), self.bucket)

    def weights(self) -> Weights:
        """The tables that training changes: copies, which :meth:`train` puts back.

        :raises RuntimeError: A table that the settings call for is missing.
        """
        weights, table, n = super().weights(), self._subword_table(), len(self.wv)
        weights.in_rows = padded_rows(n + len(table.buckets), self.vector_size)
        weights.in_rows[:n, : self.vector_size] = self.wv.vectors_vocab
        weights.in_rows[n:, : self.vector_size] = self.wv.vectors_ngrams[table.buckets]
        weights.parts = table.parts
        if weights.locks is not None:
            free = np.ones(len(table.buckets), dtype=np.float32)
            weights.locks = np.concatenate([weights.locks, free])
        self._trained = weights, table
        return weights

    def _take_vectors(self, for_callbacks: bool = True) -> None:
        """Put trained tables back where users see them."""
        if self._trained is None or not for_callbacks:
            return
        weights, table = self._trained
        n = len(self.wv)
        self.wv.vectors_vocab[:] = weights.vectors[:n]
        self.wv.vectors_ngrams[table.buckets] = weights.vectors[n:]
        self.wv.adjust_vectors()

    def _train_from(self, *arguments: Any, **named: Any) -> tuple[int, int]:
        try:
            return super()._train_from(*arguments, **named)
        finally:
            self._trained = None

    # -- files

    def _vector_arrays(self) -> dict[str, NDArray[Any]]:
        used = np.flatnonzero(self.wv.vectors_ngrams.any(axis=1))
        return {
            "vectors": self.wv.vectors,
            "vectors_vocab": self.wv.vectors_vocab,
            "buckets": used,
            "vectors_ngrams": self.wv.vectors_ngrams[used],
        }

    def _restore(self, state: dict[str, Any], arrays: dict[str, Any], copy: bool) -> None:
        super()._restore(state, arrays, copy)
        self.wv.vectors_vocab = np.array(arrays["vectors_vocab"])
        self.wv.vectors_ngrams[arrays["buckets"]] = arrays["vectors_ngrams"]
