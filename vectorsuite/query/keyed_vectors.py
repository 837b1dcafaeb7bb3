"""KeyedVectors: words in, words out."""

from __future__ import annotations

from vectorsuite.query.distance import Distances
from vectorsuite.query.evaluation import Evaluation


class KeyedVectors(Evaluation, Distances):
    """Vectors of words and the questions to ask of them, with the names of gensim 4."""
