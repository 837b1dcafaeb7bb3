"""FastText, with the names of gensim 4: word vectors with n-grams."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels.compiled import TreeOrder
from vectorsuite.kernels.job import padded_rows
from vectorsuite.models.aliases import older_arguments
from vectorsuite.models.callbacks import CallbackAny2Vec
from vectorsuite.models.fasttext_vectors import FastTextKeyedVectors
from vectorsuite.models.saving import SETTINGS, ClassOnly
from vectorsuite.models.vocabulary import TrimRule
from vectorsuite.models.word2vec import FAST_VERSION, Word2Vec
from vectorsuite.packed import PackedStrings
from vectorsuite.training.readers import PathLike
from vectorsuite.training.sentence_readers import MAX_SENTENCE
from vectorsuite.training.subwords import SubwordTable, start_buckets, subword_table
from vectorsuite.training.weights import Weights
from vectorsuite.vectors.bucket_rows import BucketRows

__all__ = ["FAST_VERSION", "FastText", "FastTextKeyedVectors"]

#: About how many buckets each word of a vocabulary adds to those in use.
BUCKETS_OF_A_WORD = 6


class FastText(Word2Vec):
    """Word vectors that are means of the vectors of n-grams (Bojanowski et al., 2017, TACL).

    Words never seen get vectors from their n-grams: ``model.wv["unseen"]``. Buckets that no word
    of the vocabulary uses start, and stay, at zero, so that they add no noise to such vectors.

    :param min_n: Least length of n-grams in characters ...
    :param max_n: ... and greatest; 0: no n-grams.
    :param bucket: Rows that n-grams share.
    :param word_ngrams: 1; fastText uses more only for classifiers.

    The others are those of ``Word2Vec``.
    """

    wv: FastTextKeyedVectors
    file_kind = "FastText model"
    tree_order: TreeOrder = "queues"  # as in fastText's files
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
        self._subwords: SubwordTable | None = None
        super().__init__(
            sentences=sentences, corpus_file=corpus_file, sg=sg, hs=hs, vector_size=vector_size,
            alpha=alpha, window=window, min_count=min_count, max_vocab_size=max_vocab_size,
            sample=sample, seed=seed, workers=workers, min_alpha=min_alpha,
            negative=negative, ns_exponent=ns_exponent, cbow_mean=cbow_mean,
            hashfxn=hashfxn, epochs=epochs, null_word=null_word, sorted_vocab=sorted_vocab,
            trim_rule=trim_rule, batch_words=batch_words, callbacks=callbacks,
            max_final_vocab=max_final_vocab, shrink_windows=shrink_windows,
            compute_loss=compute_loss, comment=comment, deterministic=deterministic,
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

    def _start_inputs(self) -> None:
        table = self._subword_table()
        self.wv.bucket_rows = BucketRows.unused(self.bucket, self.vector_size)
        rows = self._start_rows(list(self.wv.index_to_key), trailing=len(table.buckets))
        start_buckets(table.buckets, self._seed(), self.vector_size, rows[len(self.wv) :])
        self._put_inputs(rows, table)

    def _add_inputs(self) -> None:
        known, table = self.wv.vectors_vocab, self._subword_table()
        old, n = len(known), len(self.wv)
        keys = list(self.wv.index_to_key)[old:]
        rows = self._start_rows(keys, leading=old, trailing=len(table.buckets))
        rows[:old, : self.vector_size] = known
        of_buckets = rows[n:]
        start_buckets(table.buckets, self._seed(), self.vector_size, of_buckets)
        learned = self.wv.bucket_rows.get(table.buckets)
        has_learned = learned.any(axis=1)
        of_buckets[has_learned, : self.vector_size] = learned[has_learned]
        self._put_inputs(rows, table)

    def _put_inputs(self, rows: NDArray[np.float32], table: SubwordTable) -> None:
        """Take a table of words and their buckets under ``wv``, which sees what training does.

        Where ``wv`` has vectors of other buckets too, it keeps a table of its own for buckets, and
        training works on copies.
        """
        wv, n = self.wv, len(self.wv)
        self._in_rows, self._subwords = rows, table
        wv.vectors_vocab = rows[:n, : self.vector_size]
        if len(np.setdiff1d(wv.bucket_rows.buckets, table.buckets, assume_unique=True)):
            wv.bucket_rows = wv.bucket_rows.whole()
            wv.bucket_rows.set(table.buckets, rows[n:, : self.vector_size])
        else:
            wv.bucket_rows = BucketRows(self.bucket, self.vector_size, table.buckets, rows[n:])
        wv.parts_changed()

    def _subword_table(self) -> SubwordTable:
        words = PackedStrings.pack(str(key) for key in self.wv.index_to_key)
        rows, offsets = self.wv.ngrams.get_rows(words)
        return subword_table(rows, offsets, self._counts(), self.bucket)

    def _input_rows(self) -> NDArray[np.float32]:
        wv, n, rows = self.wv, len(self.wv), self._in_rows
        table = self._subwords
        if table is None or len(table.parts.offsets) != n + 1:
            table = self._subword_table()
        own = wv.vectors_vocab
        if rows is None or not _is_start_of(rows, own) or len(rows) != n + len(table.buckets):
            rows = padded_rows(n + len(table.buckets), self.vector_size)
            rows[:n, : self.vector_size] = own
            rows[n:, : self.vector_size] = wv.bucket_rows.get(table.buckets)
            self._put_inputs(rows, table)
        elif not _is_start_of(rows[n:], wv.bucket_rows.vectors):
            rows[n:, : self.vector_size] = wv.bucket_rows.get(table.buckets)
        return rows

    def weights(self) -> Weights:
        """The tables that training changes.

        :raises RuntimeError: A table that the settings call for is missing.
        """
        weights = super().weights()
        table = self._subwords or self._subword_table()
        weights.parts = table.parts
        weights.locks = self._all_locks(weights.locks, table.buckets)
        return weights

    def _all_locks(self, of_words: Any, buckets: NDArray[np.int64]) -> Any:
        """Factors on the updates of words and buckets, (V + U,) float32; None if all are 1."""
        factors = np.asarray(self.wv.vectors_ngrams_lockf, dtype=np.float32).reshape(-1)
        if len(factors) not in (1, self.bucket):
            raise ValueError(
                f"wv.vectors_ngrams_lockf has {len(factors)} factors for {self.bucket} buckets; "
                "give one per bucket, or one for all."
            )
        of_buckets = factors[buckets] if len(factors) > 1 else np.repeat(factors, len(buckets))
        if of_words is None and (of_buckets == 1).all():
            return None
        if of_words is None:
            of_words = np.ones(len(self.wv), dtype=np.float32)
        return np.concatenate([of_words, of_buckets])

    def _take_vectors(self, for_callbacks: bool = True) -> None:
        """Let users see what training has changed."""
        table, rows = self._subwords, self._in_rows
        if not for_callbacks or table is None or rows is None:
            return
        of_buckets = rows[len(self.wv) :]
        if not _is_start_of(of_buckets, self.wv.bucket_rows.vectors):
            self.wv.bucket_rows.set(table.buckets, of_buckets[:, : self.vector_size])
        self.wv.parts_changed()

    def estimate_memory(
        self, vocab_size: int | None = None, report: dict[str, int] | None = None
    ) -> dict[str, int]:
        """Bytes that so many words take, with ``syn0_ngrams``: of buckets that they may use.

        :param report: A dictionary to add to.
        """
        report = super().estimate_memory(vocab_size, report)
        n, table = len(self.wv) if vocab_size is None else vocab_size, self._subwords
        known = table is not None and len(table.parts.offsets) == n + 1
        used = len(table.buckets) if known and table else min(self.bucket, BUCKETS_OF_A_WORD * n)
        report["syn0_ngrams"] = padded_rows(1, self.vector_size).nbytes * used
        report["total"] += report["syn0_ngrams"]
        return report

    # -- files

    @ClassOnly
    def load_fasttext_format(cls: Any, model_file: PathLike, encoding: str = "utf-8") -> Any:  # noqa: N805
        """Older name of :func:`~vectorsuite.models.fasttext_files.load_facebook_model`."""
        from vectorsuite.models.fasttext_files import load_facebook_model  # it imports this module

        return load_facebook_model(model_file, encoding=encoding)

    def _vector_arrays(self) -> dict[str, NDArray[Any]]:
        buckets = self.wv.bucket_rows
        used = np.flatnonzero(buckets.vectors.any(axis=1))
        return {
            "vectors": self.wv.vectors,
            "vectors_vocab": self.wv.vectors_vocab,
            "buckets": buckets.buckets[used],
            "vectors_ngrams": buckets.vectors[used],
        }

    def _restore(self, state: dict[str, Any], arrays: dict[str, Any], copy: bool) -> None:
        super()._restore(state, arrays, copy)
        used, rows = arrays["buckets"], arrays["vectors_ngrams"]
        self.wv.vectors_vocab = (
            np.array(arrays["vectors_vocab"]) if copy else arrays["vectors_vocab"]
        )
        self.wv.bucket_rows = BucketRows(
            self.bucket, self.vector_size, np.array(used), np.array(rows) if copy else rows
        )


def __getattr__(name: str) -> Any:
    """Readers and writers of Facebook's files, which gensim has in this module."""
    from vectorsuite.models import fasttext_files  # late: it imports this module

    if name in ("load_facebook_model", "load_facebook_vectors", "save_facebook_model"):
        return getattr(fasttext_files, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _is_start_of(rows: NDArray[Any], view: NDArray[Any]) -> bool:
    """Whether an array is a view of the first numbers of rows."""
    return (
        view.dtype == rows.dtype
        and view.strides == rows.strides
        and view.ctypes.data == rows.ctypes.data
    )
