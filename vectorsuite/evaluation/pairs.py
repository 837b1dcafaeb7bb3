"""Scores on pairs of words that people have judged, such as WordSim-353 and SimLex-999."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from vectorsuite.query import KeyedVectors
from vectorsuite.query.correlation import Correlation
from vectorsuite.query.evaluation_sets import read_pairs


@dataclass(frozen=True)
class PairScores:
    """How well cosines agree with judgements.

    :param name: Name of the file.
    :param spearman: Correlation of ranks, which is what is usually reported, and its p-value.
    :param pearson: Linear correlation and its p-value.
    :param pairs: Pairs in the file.
    :param unknown: % of pairs with a word that has no vector; they are left out.
    """

    name: str
    spearman: Correlation
    pearson: Correlation
    pairs: int
    unknown: float

    def as_dict(self) -> dict[str, Any]:
        """The scores as plain JSON."""
        scores = asdict(self)
        scores["spearman"] = self.spearman._asdict()
        scores["pearson"] = self.pearson._asdict()
        return scores


def evaluate_pairs(
    vectors: KeyedVectors,
    path: str | os.PathLike[str],
    *,
    restrict_vocab: int | None = 300_000,
    delimiter: str = "\t",
) -> PairScores:
    """Score vectors on a file of judged pairs: word, word, score, a tab between.

    :param restrict_vocab: Only the first words count as known.
    :raises ValueError: If the file holds no pair, or none with two known words.
    """
    pearson, spearman, unknown = vectors.evaluate_word_pairs(
        path, delimiter=delimiter, restrict_vocab=restrict_vocab
    )
    return PairScores(Path(path).name, spearman, pearson, len(read_pairs(path, delimiter)), unknown)
