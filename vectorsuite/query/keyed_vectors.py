"""KeyedVectors: words in, words out."""

from __future__ import annotations

from vectorsuite.query.distance import Distances
from vectorsuite.query.older_names import OlderNames


class KeyedVectors(OlderNames, Distances):
    """Vectors of words and the questions to ask of them, with the names of gensim 4.

    Each part has a module: keys and edits `word_table`, the ``Vectors`` table `backing`, counts and
    other attributes `attributes`, given words `similarity`, searches `neighbours`, documents
    `distance`, test sets `evaluation`, files `formats`, names of older gensim `older_names`.

    :param vector_size: Width of the vectors.
    :param count: Rows to set aside, whose keys come later by ``add_vector``.
    :param dtype: float16, float32 or float64.
    """
