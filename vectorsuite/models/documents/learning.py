"""The part of a model that learns vectors of tags, and infers those of new documents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels.cores import worker_count
from vectorsuite.kernels.job import TrainingJob
from vectorsuite.models.building import NULL_WORD
from vectorsuite.models.documents.inference import Empty, infer
from vectorsuite.models.documents.scan import DocumentScan, check_documents
from vectorsuite.models.documents.tags import (
    check_tag_counts,
    name_tags,
    put_means,
    start_tags,
    tag_rows,
)
from vectorsuite.models.state import lock_factors, table_under
from vectorsuite.models.vocabulary import TrimRule
from vectorsuite.models.word2vec import Word2Vec
from vectorsuite.packed import PackedStrings
from vectorsuite.protocols import Progress
from vectorsuite.query import KeyedVectors
from vectorsuite.training.checkpoint import digest
from vectorsuite.training.held_out_documents import HeldOutDocuments
from vectorsuite.training.inference import inference_job, no_documents
from vectorsuite.training.run_watch import RunWatch
from vectorsuite.training.tagged_readers import TaggedLineDocument
from vectorsuite.training.tagged_words import TagLists
from vectorsuite.training.weights import MAX_SHARED, Documents, Weights

# Chosen by the share of 10,000 paragraphs whose own vector is the nearest to one inferred anew.

#: Vectors start uniform in ±START / D. With 1, as in gensim, PV-DBOW of ten epochs found 68 %, and
#: with 2 it found 86 %: documents of few words hardly part. From 4 on PV-DM found fewer. Of 5,000
#: other lines of the corpus PV-DBOW found 15 % with 1 (gensim: 15 %), 36 % with 2 and 65 % with 4,
#: PV-DM 27 % (30 %), 40 % and 48 %; a classifier of genres is no worse with 2 than with 1.
START = 2
#: Neighbouring words that share noise, with PV-DM and in inference. PV-DM of ten epochs found 81 %
#: with 1, 76 % with 2 and 72 % with 4 (gensim: 76 %); 1 takes 1.5 times as long as 2. Windows that
#: are read end to end, whose rows are wide, share it by four: 26 %, as with 2 (gensim: 20 %).
SHARED_NOISE = 2


class DocumentLearner(Word2Vec):
    """Tags in ``dv``, trained with the words of their documents."""

    dv: KeyedVectors
    dbow_words: int
    dm_concat: int
    dm_tag_count: int

    _tag_table: NDArray[np.float32] | None = None
    _scanned: TagLists | None = None
    _documents: Documents | None = None  # of the corpus that is being trained on
    _inference: tuple[Any, TrainingJob] | None = None

    @property
    def layer1_size(self) -> int:
        """Width of the hidden layer: that of the vectors or, with dm_concat, of all end to end."""
        slots = self.dm_tag_count + 2 * self.window if self.dm_concat else 1
        return slots * self.vector_size

    def __getstate__(self) -> dict[str, Any]:
        """What copies and pickles hold: of the vectors, those under ``wv`` and ``dv`` alone."""
        return {**super().__getstate__(), "_tag_table": None, "_inference": None}

    # -- the corpus

    def _source(self, corpus_iterable: Any, corpus_file: Any, passes: int = 1) -> Any:
        if corpus_iterable is None and corpus_file is not None:
            return TaggedLineDocument(corpus_file)
        source = super()._source(corpus_iterable, corpus_file, passes)
        check_documents(source)
        return source

    def _scan(self, source: Any, trim_rule: TrimRule | None = None) -> DocumentScan:
        return DocumentScan(
            source, workers=self.workers, max_vocab_size=self.max_vocab_size, trim_rule=trim_rule
        )

    def _take_counts(self, scan: Any) -> None:
        super()._take_counts(scan)
        self._scanned = scan.tags

    # -- the tags

    def _set_words(self, words: list[Any], counts: Any) -> None:
        super()._set_words(words, counts)
        if self._scanned is not None:
            self._clear_tags()
            self._name_tags()

    def _add_words(self, words: list[Any]) -> None:
        super()._add_words(words)
        self._name_tags()

    def _name_tags(self) -> None:
        if self._scanned is not None:
            name_tags(self.dv, self._scanned)
            self._scanned = None

    def _clear_tags(self) -> None:
        self.dv.index_to_key, self.dv.key_to_index, self.dv.expandos = [], {}, {}
        self.dv.next_index = 0
        self.dv.vectors = np.zeros((0, self.vector_size), dtype=np.float32)
        self.dv.vectors_lockf = np.ones(1, dtype=np.float32)
        self._tag_table = None

    def _start_rows(
        self, keys: list[Any], leading: int = 0, trailing: int = 0
    ) -> NDArray[np.float32]:
        rows = super()._start_rows(keys, leading, trailing)
        rows *= START
        return rows

    def init_weights(self) -> None:
        """Give all words and tags random vectors; what was learned is lost."""
        super().init_weights()
        self._tag_table = start_tags(self.dv, self._seed(), START)

    def update_weights(self) -> None:
        """Make room for words and tags that were added; those known keep their vectors."""
        super().update_weights()
        self._tag_table = start_tags(self.dv, self._seed(), START, keep=True)

    def reset_from(self, other_model: Any) -> None:
        """Take over the words and tags of another model, with new random vectors."""
        self._clear_tags()
        theirs = other_model.dv
        self.dv.index_to_key = list(theirs.index_to_key)
        self.dv.key_to_index = dict(theirs.key_to_index)
        self.dv.next_index = len(theirs)
        self.dv.expandos = {name: values.copy() for name, values in theirs.expandos.items()}
        self.dv.vectors = np.zeros((len(theirs), self.vector_size), dtype=np.float32)
        super().reset_from(other_model)

    # -- training

    def train_scanned(
        self,
        scan: Any,
        progress: Progress | None = None,
        watch: RunWatch | None = None,
        held_out: Any = None,
    ) -> None:
        """Choose words and tags, and train, from a corpus that was read and encoded before.

        :param scan: Offers what ``DocumentScan`` does.
        :param watch: Watches the training.
        :param held_out: The same of documents to measure the loss on. Tags that these alone have
            get the means of the vectors that are inferred for their documents.
        """
        self._take_counts(scan)
        if held_out is not None:
            self._scanned = scan.tags.joined(held_out.tags)
        self.prepare_vocab()
        self.prepare_weights()
        self._check_training(self.epochs, self.corpus_count, self.corpus_total_words)
        measure = None
        if watch is not None and held_out is not None:
            measure = watch.held_out = self._measure(held_out)
        self._train_from(scan, self._schedule(self.epochs), progress=progress, watch=watch)
        if measure is not None:
            rows = measure.infer(self.weights())[:, : self.vector_size]
            put_means(self.dv, held_out.tags, rows, trained=tag_rows(self.dv, scan.tags))

    def _train_from(self, scan: Any, *arguments: Any, **named: Any) -> tuple[int, int]:
        self._documents = self._documents_of(scan.tags)
        try:
            return super()._train_from(scan, *arguments, **named)
        finally:
            self._documents = None

    def _documents_of(self, tags: TagLists) -> Documents:
        """What training needs to know of the tags of a corpus.

        :raises ValueError: A tag is unknown, or there is nothing that could learn.
        """
        if self.dm_concat:
            check_tag_counts(tags, self.dm_tag_count)
        if self.sg and not self.dbow_words and not len(tags.codes):
            raise ValueError(
                "No document has a tag, and dbow_words is 0: there is nothing to train."
            )
        self._tag_table = table_under(self.dv, self._tag_table)
        return Documents(
            self._tag_table, tag_rows(self.dv, tags), tags.offsets, self._words_predict(),
            self._null_row(), MAX_SHARED if self.sg or self.dm_concat else SHARED_NOISE,
            lock_factors(self.dv.vectors_lockf, len(self.dv), "dv.vectors_lockf", "tag"),
        )  # fmt: skip

    def _start_of_training(self) -> dict[str, Any]:
        made = self._documents
        if made is None:
            return super()._start_of_training()
        tags = {
            "checksum": digest(made.tags, made.offsets, made.rows), "shared": made.shared,
            "words_predict": made.words_predict, "concat": made.null_row >= 0,
        }  # fmt: skip
        return {**super()._start_of_training(), "tags": tags}

    def _words_predict(self) -> bool:
        return not self.sg or bool(self.dbow_words)

    def _null_row(self) -> int:
        return self.wv.key_to_index[NULL_WORD] if self.dm_concat else -1

    def weights(self) -> Weights:
        """The tables that training changes.

        :raises RuntimeError: A table that the settings call for is missing.
        """
        weights = super().weights()
        weights.documents = self._documents
        return weights

    def architecture(self) -> Any:
        """The settings that shape training."""
        made = super().architecture()
        return replace(made, shrink_windows=False) if self.dm_concat else made

    def _take_vectors(self, for_callbacks: bool = True) -> None:
        super()._take_vectors(for_callbacks)
        self.dv.changed()

    def held_out(self, sentences: Iterable[Any]) -> HeldOutDocuments:
        """Documents to measure the loss on: ``.loss(model.weights())`` is its mean per pair.

        They get vectors inferred from their first halves, and the loss is that of the others.
        Inference runs as the next training would: with the model's learning rates and epochs.

        :param sentences: ``TaggedDocument``s; their tags do not matter.
        """
        check_documents(sentences)
        with self._scan(sentences) as scan:
            return self._measure(scan)

    def _measure(self, scan: Any) -> HeldOutDocuments:
        self._check_inference()
        corpus = scan.encode(self.wv.index_to_key, self.wv.key_to_index)
        corpus.counts = self._counts()
        return HeldOutDocuments(
            corpus, self.architecture(), self._no_documents(),
            learn_rates(self.alpha, self.min_alpha, self.epochs), self._seed(), self.workers,
        )  # fmt: skip

    # -- inference

    def infer_vector(
        self,
        doc_words: Iterable[Any],
        alpha: float | None = None,
        min_alpha: float | None = None,
        epochs: int | None = None,
        *,
        empty: Empty = "error",
    ) -> NDArray[np.float32]:
        """Vector, (D,) float32, of a document that was not trained on; the model does not change.

        The same words get the same bits, whatever the number of threads and whatever else is
        inferred with them. Words that the model does not know change nothing.

        :param doc_words: A list of words.
        :param alpha: Learning rate of the first epoch; None: the model's.
        :param min_alpha: And of the last; it falls in equal steps.
        :param epochs: Passes over the document; None: the model's.
        :param empty: "error": refuse a document without a word that the model knows, of which
            gensim gives a random vector; "zero": give it a vector of zeros.
        :raises RuntimeError: The model has no output tables.
        :raises ValueError: It knows none of the words.
        """
        if isinstance(doc_words, str):
            raise TypeError(
                f"doc_words is the string {doc_words[:60]!r}; give a list of words: use .split()."
            )
        vectors = self.infer_vectors([doc_words], alpha, min_alpha, epochs, empty=empty)
        vector: NDArray[np.float32] = vectors[0]
        return vector

    def infer_vectors(
        self,
        documents: Iterable[Iterable[Any]],
        alpha: float | None = None,
        min_alpha: float | None = None,
        epochs: int | None = None,
        *,
        workers: int | None = None,
        empty: Empty = "error",
    ) -> NDArray[np.float32]:
        """Vectors, (N, D) float32, of many documents; those of :meth:`infer_vector`.

        :param documents: Lists of words, or ``TaggedDocument``s.
        :param workers: Threads; None: the model's, 0: all cores.
        :param empty: "error": refuse documents without a word that the model knows; "zero": give
            them vectors of zeros.
        """
        alpha, min_alpha = alpha or self.alpha, min_alpha or self.min_alpha
        epochs = epochs or self.epochs
        for name, value in (("alpha", alpha), ("min_alpha", min_alpha), ("epochs", epochs)):
            if not 0 < value < np.inf:
                raise ValueError(f"{name} is {value}; it must be a positive number.")
        job = self._inference_job()
        job.workers = worker_count(self.workers if workers is None else workers)
        rates = learn_rates(alpha, min_alpha, int(epochs))
        vectors = infer(job, dict_of(self.wv), documents, rates, empty)
        if self._inference is not None:
            self._inference[1].checked = True
        return vectors

    def _inference_job(self) -> TrainingJob:
        """The model's tables and settings; what takes time to make is kept for the next call."""
        self._check_inference()
        weights, architecture = super().weights(), self.architecture()
        made_for = (self.wv.expandos.get("count"), architecture, self._null_row())
        if self._inference is None or not _same(self._inference[0], made_for):
            words = PackedStrings.pack(str(key) for key in self.wv.index_to_key)
            weights.documents = self._no_documents()
            job = inference_job(words, self._counts(), weights, architecture, self._seed())
            self._inference = made_for, job
        return replace(
            self._inference[1], in_rows=weights.in_rows, out_rows=weights.out_rows,
            tree_rows=weights.tree_rows,
        )  # fmt: skip

    def _check_inference(self) -> None:
        """Refuse to infer vectors where that is impossible."""
        if not len(self.wv):
            raise RuntimeError("The model knows no words: train it first, or load one.")
        if self.dm_concat and self.dm_tag_count > 1:
            raise ValueError(
                f"With dm_concat=1 and dm_tag_count={self.dm_tag_count} a document has "
                f"{self.dm_tag_count} vectors, and one cannot be inferred without the others."
            )

    def _no_documents(self) -> Documents:
        return no_documents(
            words_predict=self._words_predict(), null_row=self._null_row(),
            shared=MAX_SHARED if self.dm_concat else SHARED_NOISE,
        )  # fmt: skip


def learn_rates(first: float, last: float, epochs: int) -> list[float]:
    """Learning rates of the epochs of inference, in equal steps."""
    rates: list[float] = np.linspace(first, last, epochs).tolist()
    return rates


def _same(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """Whether a job was made from the same array of counts and equal settings."""
    return one[0] is other[0] and one[1:] == other[1:]


def dict_of(vectors: KeyedVectors) -> dict[Any, int]:
    """Row of each key."""
    index = vectors.key_to_index
    return index if isinstance(index, dict) else dict(index.items())
