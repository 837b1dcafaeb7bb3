"""Doc2Vec, with the names of gensim 4: vectors of documents, authors, years or other tags."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.models.aliases import older_arguments
from vectorsuite.models.callbacks import CallbackAny2Vec
from vectorsuite.models.documents.files import SavedDocuments
from vectorsuite.models.vocabulary import TrimRule
from vectorsuite.models.word2vec import FAST_VERSION
from vectorsuite.query import KeyedVectors
from vectorsuite.query.cosines import cosine
from vectorsuite.training.readers import PathLike
from vectorsuite.training.sentence_readers import MAX_SENTENCE
from vectorsuite.training.tagged_readers import (
    TaggedBrownCorpus,
    TaggedDocument,
    TaggedLineDocument,
)

__all__ = ["FAST_VERSION", "Doc2Vec", "TaggedBrownCorpus", "TaggedDocument", "TaggedLineDocument"]


class Doc2Vec(SavedDocuments):
    """Vectors of tagged documents (Le and Mikolov, 2014, ICML), and of words.

    Vectors of tags are in ``dv``, those of words in ``wv``; both are ``KeyedVectors``. A document
    may have several tags, and a tag several documents.

    :param documents: ``TaggedDocument``s, to be iterated over once; with them the model is trained
        right away.
    :param corpus_file: Or a file of text, one document a line, whose tag is its number from 0.
    :param dm: 1: PV-DM, which predicts each word from the tags and the words around it; 0: PV-DBOW,
        which predicts the words of a document from its tags.
    :param dm_mean: PV-DM predicts from the mean; 0: from the sum. None: the mean.
    :param dm_concat: 1: PV-DM predicts from the tags and all `window` words on either side, end to
        end: a larger and slower model, that knows the order of words.
    :param dm_tag_count: Tags that every document has, with `dm_concat`.
    :param dbow_words: 1: with PV-DBOW, words also predict the words around them: skip-gram.
    :param dv: Vectors to put the tags into; None: new ones.
    :param dv_mapfile: Accepted as in gensim; not used.
    :param epochs: Passes over the corpus, which is read once for all; also of inference.
    :param deterministic: The same bits for any number of workers; with `dm_concat`, which trains on
        one thread then, at its speed.

    The others are those of ``Word2Vec``.
    """

    @older_arguments
    def __init__(
        self,
        documents: Iterable[Any] | None = None,
        corpus_file: PathLike | None = None,
        vector_size: int = 100,
        dm_mean: int | None = None,
        dm: int = 1,
        dbow_words: int = 0,
        dm_concat: int = 0,
        dm_tag_count: int = 1,
        dv: KeyedVectors | None = None,
        dv_mapfile: PathLike | None = None,
        comment: str | None = None,
        trim_rule: TrimRule | None = None,
        callbacks: Iterable[CallbackAny2Vec] = (),
        window: int = 5,
        epochs: int = 10,
        shrink_windows: bool = True,
        *,
        alpha: float = 0.025,
        min_alpha: float = 0.0001,
        min_count: int = 5,
        max_vocab_size: int | None = None,
        max_final_vocab: int | None = None,
        sample: float = 1e-3,
        seed: int = 1,
        workers: int = 3,
        hs: int = 0,
        negative: int = 5,
        ns_exponent: float = 0.75,
        hashfxn: Callable[[str], int] | None = None,
        sorted_vocab: int = 1,
        batch_words: int = MAX_SENTENCE,
        compute_loss: bool = False,
        deterministic: bool = False,
    ) -> None:
        self.dbow_words, self.dm_concat = int(dbow_words), int(bool(dm and dm_concat))
        self.dm_tag_count = int(dm_tag_count)
        if self.dm_tag_count < 1:
            raise ValueError(f"dm_tag_count is {dm_tag_count}; it must be at least 1.")
        # `dv or`, as in gensim, would drop one that has no vectors yet
        self.dv = KeyedVectors(int(vector_size)) if dv is None else dv
        if self.dv.vector_size != vector_size:
            raise ValueError(
                f"dv holds vectors of width {self.dv.vector_size}; vector_size is {vector_size}."
            )
        alone = deterministic and self.dm_concat
        super().__init__(
            sentences=documents, corpus_file=corpus_file, vector_size=vector_size, alpha=alpha,
            window=window, min_count=min_count, max_vocab_size=max_vocab_size, sample=sample,
            seed=seed, workers=1 if alone else workers, min_alpha=min_alpha,
            sg=int(not dm), hs=hs, negative=negative, ns_exponent=ns_exponent,
            cbow_mean=1 if dm_mean is None else int(dm_mean), hashfxn=hashfxn, epochs=epochs,
            null_word=self.dm_concat, sorted_vocab=sorted_vocab, trim_rule=trim_rule,
            batch_words=batch_words, callbacks=callbacks, max_final_vocab=max_final_vocab,
            shrink_windows=shrink_windows, compute_loss=compute_loss, comment=comment,
            deterministic=deterministic and not alone,
        )  # fmt: skip

    # -- which model it is

    @property
    def dm(self) -> bool:
        """Whether it is PV-DM."""
        return not self.sg

    @property
    def dbow(self) -> int:
        """Whether it is PV-DBOW."""
        return self.sg

    @property
    def dm_mean(self) -> int:
        """Whether PV-DM predicts from the mean, not from the sum."""
        return self.cbow_mean

    def __str__(self) -> str:
        kind = f"dm/{'c' if self.dm_concat else 'm' if self.cbow_mean else 's'}"
        if self.sg:
            kind = "dbow+w" if self.dbow_words else "dbow"
        parts = [
            (self.comment, f'"{self.comment}"'),
            (True, f"{kind},d{self.vector_size}"),
            (self.negative, f"n{self.negative}"),
            (self.hs, "hs"),
            (not self.sg or self.dbow_words, f"w{self.window}"),
            (self.min_count > 1, f"mc{self.min_count}"),
            (self.sample > 0, f"s{self.sample:g}"),
            (self.workers > 1, f"t{self.workers}"),
        ]
        return f"{type(self).__name__}<{','.join(text for shown, text in parts if shown)}>"

    def __getitem__(self, tags: Any) -> NDArray[np.float32]:
        """Vector of a word or, if there is no such word, of a tag; or of several, (N, D).

        Whole numbers are tags.
        """
        if isinstance(tags, (int, np.integer)) or (isinstance(tags, str) and tags not in self.wv):
            return self.dv[tags]
        if isinstance(tags, str):
            return self.wv[tags]
        return np.vstack([self[tag] for tag in tags])

    def __contains__(self, tag: object) -> bool:
        """Whether there is such a word or tag."""
        return tag in self.wv or tag in self.dv

    # -- new documents

    def similarity_unseen_docs(
        self,
        doc_words1: Iterable[Any],
        doc_words2: Iterable[Any],
        alpha: float | None = None,
        min_alpha: float | None = None,
        epochs: int | None = None,
    ) -> float:
        """Cosine of the vectors inferred for two documents; see :meth:`infer_vector`."""
        documents = [doc_words1, doc_words2]
        return cosine(*self.infer_vectors(documents, alpha, min_alpha, epochs))

    # -- memory and files

    def estimated_lookup_memory(self) -> int:
        """About the bytes that finding the tags takes."""
        return 200 * len(self.dv)

    def estimate_memory(
        self, vocab_size: int | None = None, report: dict[str, int] | None = None
    ) -> dict[str, int]:
        """Bytes that so many words take, and the tags there are; see ``Word2Vec``."""
        report = {} if report is None else report
        report["doctag_lookup"] = self.estimated_lookup_memory()
        report["doctag_syn0"] = len(self.dv) * self.vector_size * 4
        return super().estimate_memory(vocab_size, report)

    def save_word2vec_format(
        self,
        fname: str | os.PathLike[str],
        doctag_vec: bool = False,
        word_vec: bool = True,
        prefix: str = "*dt_",
        fvocab: str | os.PathLike[str] | None = None,
        binary: bool = False,
    ) -> None:
        """Write vectors to a file in a format of word2vec's C tools.

        :param doctag_vec: Write those of tags.
        :param word_vec: Write those of words.
        :param prefix: Text before each tag, so that none is taken for a word.
        :param fvocab: Also write words, or tags if there are no words, and their counts here.
        :param binary: The binary format; else text.
        """
        total = len(self.wv) + len(self.dv) if doctag_vec else None
        if word_vec:
            self.wv.save_word2vec_format(fname, fvocab, binary, total)
        if doctag_vec:
            self.dv.save_word2vec_format(
                fname, None if word_vec else fvocab, binary, prefix=prefix, append=word_vec,
                write_header=not word_vec, sort_attr="doc_count",
            )  # fmt: skip

    def init_sims(self, replace: bool = False) -> None:
        """With `replace`, scale the vectors of tags to length 1: no more training."""
        if replace:
            self.dv.unit_normalize_all()
        else:
            self.dv.fill_norms()

    def delete_temporary_training_data(
        self,
        replace_word_vectors_with_normalized: bool = False,
        keep_doctags_vectors: bool = True,
        keep_inference: bool = True,
    ) -> None:
        """Drop what is no longer needed.

        :param replace_word_vectors_with_normalized: Scale the vectors of words to length 1, and
            drop the output tables.
        :param keep_doctags_vectors: Keep the vectors of tags.
        :param keep_inference: Keep the output tables, which training and inference need.
        """
        if replace_word_vectors_with_normalized or not keep_inference:
            super().delete_temporary_training_data(replace_word_vectors_with_normalized)
        if not keep_doctags_vectors:
            self._clear_tags()

    @property
    def docvecs(self) -> KeyedVectors:
        """Older name of `dv`."""
        return self.dv

    @docvecs.setter
    def docvecs(self, vectors: KeyedVectors) -> None:
        self.dv = vectors
