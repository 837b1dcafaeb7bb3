"""FastText and floret as ``[model] @models`` can name them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from vectorsuite.kernels.device import on_host
from vectorsuite.training.architecture import Architecture
from vectorsuite.training.floret import HASH_SEED, check_floret, floret_table
from vectorsuite.training.held_out import measured
from vectorsuite.training.schedule import Schedule
from vectorsuite.training.subwords import SubwordTable, subword_weights
from vectorsuite.training.trainer import Trained, train_model
from vectorsuite.vectors.bucket_rows import BucketRows
from vectorsuite.vectors.floret import FloretSettings
from vectorsuite.vectors.ngram_vectors import NGramVectors
from vectorsuite.vectors.ngrams import NGrams
from vectorsuite.vectors.table import Vectors

if TYPE_CHECKING:
    from vectorsuite.training.corpus import EncodedCorpus

Kind = Literal["skip-gram", "cbow"]


@dataclass(frozen=True)
class SubwordModel:
    """Words made of n-grams, which a config named.

    :param bucket: Rows that n-grams share.
    """

    architecture: Architecture
    subwords: NGrams | FloretSettings
    bucket: int

    @property
    def vector_size(self) -> int:
        """Width of the vectors."""
        return self.architecture.vector_size

    def train(
        self,
        corpus: EncodedCorpus,
        schedule: Schedule,
        *,
        held_out: EncodedCorpus | None = None,
        **run: Any,
    ) -> Trained:
        """Train a table that has vectors for unseen words too; see :func:`train_model`."""
        seed = schedule.seed
        run = measured(run, held_out, self.architecture, schedule)
        weights, table = subword_weights(
            corpus.words, corpus.counts, self.architecture, self.subwords, seed, n_rows=self.bucket
        )
        parts = weights.parts
        trained = train_model(corpus, self.architecture, weights=weights, **asdict(schedule), **run)
        rows = on_host(trained.vectors)
        if isinstance(self.subwords, FloretSettings):
            trained.table = floret_table(rows, table, self.subwords, self.bucket, seed)
            trained.table.strings.add_many(corpus.words)
            trained.vectors = trained.table.data
        elif parts is not None:
            trained.vectors = parts.compose(rows)
            trained.table = ngram_table(corpus, trained.vectors, rows, table, self.subwords)
        return trained


def ngram_table(
    corpus: EncodedCorpus, vectors: Any, rows: Any, table: SubwordTable, ngrams: NGrams
) -> Vectors:
    """A table of a corpus' words that gives other words vectors by their n-grams.

    :param rows: Of words, then of buckets, (V + U, D) float32.
    """
    made = Vectors(data=vectors, keys=corpus.words)
    of_buckets = np.array(rows[len(corpus.words) :])  # so that those of words can be forgotten
    facts = {"minn": ngrams.minn, "maxn": ngrams.maxn, "buckets in use": len(table.buckets)}
    made.oov = NGramVectors(
        ngrams, BucketRows(ngrams.bucket, rows.shape[1], table.buckets, of_buckets), facts
    )
    return made


def FastText(  # noqa: N802 - the name of the model, as configs write it
    kind: Kind = "skip-gram",
    vector_size: int = 100,
    window: int = 5,
    negative: int = 5,
    sample: float = 1e-3,
    ns_exponent: float = 0.75,
    hierarchical_softmax: bool = False,
    cbow_mean: bool = True,
    shrink_windows: bool = True,
    minn: int = 3,
    maxn: int = 6,
    bucket: int = 2_000_000,
) -> SubwordModel:
    """FastText, Bojanowski et al. (2017, TACL).

    :param kind, vector_size, window, negative, sample, ns_exponent, hierarchical_softmax,
        cbow_mean, shrink_windows: See :class:`Architecture`.
    :param minn, maxn, bucket: See :class:`NGrams`.
    """
    architecture = Architecture(
        kind, vector_size, window, negative, hierarchical_softmax, cbow_mean, sample, ns_exponent,
        shrink_windows,
    )  # fmt: skip
    return SubwordModel(architecture, NGrams(minn, maxn, bucket), bucket)


def Floret(  # noqa: N802
    kind: Kind = "skip-gram",
    vector_size: int = 100,
    window: int = 5,
    negative: int = 5,
    sample: float = 1e-3,
    ns_exponent: float = 0.75,
    hierarchical_softmax: bool = False,
    cbow_mean: bool = True,
    shrink_windows: bool = True,
    minn: int = 3,
    maxn: int = 6,
    bucket: int = 50_000,
    hash_count: int = 2,
    hash_seed: int = HASH_SEED,
) -> SubwordModel:
    """Floret, Boyd and Warmerdam (2022): a small table that has a vector for every word.

    :param kind, vector_size, window, negative, sample, ns_exponent, hierarchical_softmax,
        cbow_mean, shrink_windows: See :class:`Architecture`.
    :param minn, maxn, bucket, hash_count, hash_seed: See :func:`train_floret`.
    """
    architecture = Architecture(
        kind, vector_size, window, negative, hierarchical_softmax, cbow_mean, sample, ns_exponent,
        shrink_windows,
    )  # fmt: skip
    return SubwordModel(
        architecture, check_floret(minn, maxn, bucket, hash_count, hash_seed), bucket
    )
