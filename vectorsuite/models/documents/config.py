"""Doc2Vec as ``[model] @models`` can name it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from vectorsuite.models.building import NULL_WORD
from vectorsuite.models.doc2vec import Doc2Vec as Model
from vectorsuite.packed import PackedStrings
from vectorsuite.protocols import Progress
from vectorsuite.training.corpus import EncodedCorpus
from vectorsuite.training.run_watch import RunWatch
from vectorsuite.training.schedule import Schedule
from vectorsuite.training.trainer import Trained

#: The file in the output that ``Doc2Vec.load`` opens.
MODEL_FILE = "doc2vec"


@dataclass(frozen=True)
class DocumentModel:
    """Documents and words, which a config named.

    :param settings: Arguments of ``Doc2Vec``.
    """

    settings: Mapping[str, Any]

    @property
    def vector_size(self) -> int:
        """Width of the vectors."""
        return int(self.settings["vector_size"])

    @property
    def _trains_words(self) -> bool:
        return bool(self.settings["dm"] or self.settings["dbow_words"])

    def train(
        self,
        corpus: EncodedCorpus,
        schedule: Schedule,
        *,
        ops: Any = None,
        progress: Progress | None = None,
        watch: RunWatch | None = None,
        held_out: EncodedCorpus | None = None,
    ) -> Trained:
        """Train vectors of words and tags; the output gets the whole model, too.

        :raises ValueError: The corpus has no tags, or more is asked for than documents offer.
        """
        if corpus.tags is None:
            raise ValueError(
                "Doc2Vec needs documents with tags: set [corpus] @readers = "
                '"vectorsuite.TaggedLines.v1".'
            )
        if watch is not None and watch.evaluate and not self._trains_words:
            raise ValueError(
                'Doc2Vec with kind = "dbow" trains no vectors of words, which [evaluation] would '
                "score: set dbow_words = true, or leave that section out."
            )
        if ops is not None and ops.xp is not np:
            raise ValueError(
                "Vectors of documents are trained on the CPU only: leave --gpu-id out."
            )
        model = Model(
            alpha=schedule.learn_rate, min_alpha=schedule.min_learn_rate, epochs=schedule.epochs,
            workers=schedule.workers, seed=schedule.seed, deterministic=schedule.deterministic,
            min_count=1, **self.settings,
        )  # fmt: skip
        rest = None if held_out is None else _EncodedScan(held_out)
        model.train_scanned(_EncodedScan(corpus), progress, watch, rest)
        n = len(corpus.words)  # without the null word
        return Trained(
            words=corpus.words,
            vectors=model.wv.vectors[:n],
            contexts=None,
            losses=model.epoch_losses,
            also=lambda folder: model.save(Path(folder) / MODEL_FILE),
        )


class _EncodedScan:
    """An encoded corpus as what models train on."""

    def __init__(self, corpus: EncodedCorpus) -> None:
        self.corpus = corpus
        self.tags = corpus.tags
        self.raw_words = int(corpus.raw_words)
        self.n_sentences = len(corpus.offsets) - 1
        self.raw_vocab = dict(zip(corpus.words, corpus.counts.tolist(), strict=True))

    def encode(self, keys: Iterable[Any], index: Mapping[Any, int]) -> EncodedCorpus:
        """The corpus, with the null word if there is one; rows are as they were."""
        corpus = self.corpus
        words = corpus.words
        if NULL_WORD in index:
            words = PackedStrings.pack([*words, NULL_WORD])
        return EncodedCorpus(
            words, corpus.counts, corpus.ids, corpus.offsets, raw_words=self.raw_words,
            raw_vocabulary=corpus.raw_vocabulary,
        )  # fmt: skip

    def __enter__(self) -> _EncodedScan:
        return self

    def __exit__(self, *error: object) -> None:
        pass


def Doc2Vec(  # noqa: N802 - the name of the model, as configs write it
    kind: Literal["dm", "dbow"] = "dm",
    vector_size: int = 100,
    window: int = 5,
    negative: int = 5,
    sample: float = 1e-3,
    ns_exponent: float = 0.75,
    hierarchical_softmax: bool = False,
    shrink_windows: bool = True,
    dm_mean: bool = True,
    dm_concat: bool = False,
    dm_tag_count: int = 1,
    dbow_words: bool = False,
) -> DocumentModel:
    """Doc2Vec, Le and Mikolov (2014, ICML).

    :param kind: "dm" predicts words from tags and the words around them, "dbow" from tags alone.
    :param vector_size, window, negative, sample, ns_exponent, hierarchical_softmax,
        shrink_windows: See ``Architecture``.
    :param dm_mean, dm_concat, dm_tag_count, dbow_words: See ``vectorsuite.Doc2Vec``.
    """
    settings: dict[str, Any] = {
        "dm": int(kind == "dm"), "vector_size": vector_size, "window": window,
        "negative": negative, "sample": sample, "ns_exponent": ns_exponent,
        "hs": int(hierarchical_softmax), "shrink_windows": shrink_windows,
        "dm_mean": int(dm_mean), "dm_concat": int(dm_concat), "dm_tag_count": dm_tag_count,
        "dbow_words": int(dbow_words),
    }  # fmt: skip
    model = Model(**settings)  # says what is wrong with them before anything is read
    if not model.hs and not model.negative:
        raise ValueError("negative is 0; it must be at least 1, or 0 with hierarchical softmax.")
    return DocumentModel(settings)
