"""Training floret tables: few rows that give every word a vector, known or not."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from vectorsuite.kernels.compiled import start_rows
from vectorsuite.kernels.job import padded_rows
from vectorsuite.training.architecture import Architecture
from vectorsuite.training.corpus import EncodedCorpus
from vectorsuite.training.subwords import SubwordTable, subword_weights
from vectorsuite.training.trainer import train_epochs
from vectorsuite.vectors.floret import FloretSettings
from vectorsuite.vectors.table import Vectors

#: The seed of the program floret.
HASH_SEED = 2166136261


def train_floret(
    corpus: EncodedCorpus,
    architecture: Architecture | None = None,
    *,
    bucket: int = 50_000,
    minn: int = 3,
    maxn: int = 6,
    hash_count: int = 2,
    hash_seed: int = HASH_SEED,
    seed: int = 1,
    epochs: int = 5,
    learn_rate: float = 0.025,
    min_learn_rate: float = 1e-4,
    **schedule: Any,
) -> Vectors:
    """Train a floret table (Boyd and Warmerdam, 2022), which real spaCy uses as it is.

    A word, and each of its n-grams, is hashed to ``hash_count`` of ``bucket`` rows; its vector is
    the mean of all of them. Write the table with ``write_pipeline`` as a directory that
    ``spacy.load`` opens, or through ``vectors.interchange.from_table`` as a ``.floret`` file.

    :param bucket: Rows of the table.
    :param minn: Least length of n-grams in characters ...
    :param maxn: ... and greatest.
    :param hash_count: Rows for each n-gram, 1 to 4.
    :param schedule: ``workers``, ``progress`` and more of :func:`train_epochs`.
    :returns: A table in floret mode, (bucket, D) float32.
    :raises ValueError: A setting is out of its range.
    """
    settings = check_floret(minn, maxn, bucket, hash_count, hash_seed)
    architecture = architecture or Architecture()
    weights, table = subword_weights(
        corpus.words, corpus.counts, architecture, settings, seed, n_rows=bucket
    )
    train_epochs(
        corpus, corpus.counts, weights, architecture, epochs=epochs, learn_rate=learn_rate,
        min_learn_rate=min_learn_rate, seed=seed, **schedule,
    )  # fmt: skip
    return floret_table(weights.vectors, table, settings, bucket, seed)


def check_floret(
    minn: int, maxn: int, bucket: int, hash_count: int, hash_seed: int
) -> FloretSettings:
    """Settings as the program floret has them; arguments as of :func:`train_floret`.

    :raises ValueError: One is out of its range.
    """
    if bucket < 1:
        raise ValueError(f"bucket is {bucket}; a floret table has at least one row.")
    settings = FloretSettings(minn, maxn, hash_count, hash_seed, lone_boundaries=minn > 1)
    settings.check()
    return settings


def floret_table(
    rows: Any, table: SubwordTable, settings: FloretSettings, bucket: int, seed: int
) -> Vectors:
    """A table in floret mode from the rows that words use, (U, D) float32."""
    # rows that no word has stay at random values: unseen words whose rows are zero would be too
    width = rows.shape[1]
    data = padded_rows(bucket, width)
    start_rows(np.arange(bucket, dtype=np.uint64), seed, width, data)
    data = np.ascontiguousarray(data[:, :width])
    data[table.buckets] = rows
    return Vectors(data=data, mode="floret", **asdict(settings))
