"""``gensim.models.keyedvectors``: the words, where gensim's users import them from."""

from vectorsuite.models.fasttext_vectors import FastTextKeyedVectors
from vectorsuite.query import KeyedVectors

__all__ = [
    "Doc2VecKeyedVectors",
    "EuclideanKeyedVectors",
    "FastTextKeyedVectors",
    "KeyedVectors",
    "Word2VecKeyedVectors",
]

# Names of gensim 3.
Word2VecKeyedVectors = Doc2VecKeyedVectors = EuclideanKeyedVectors = KeyedVectors
