"""``gensim.models.keyedvectors``: the words, where gensim's users import them from."""

from vectorsuite.query import KeyedVectors

__all__ = ["KeyedVectors"]
