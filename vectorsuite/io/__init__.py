"""File formats of word vectors: words and arrays in, words and arrays out."""

from vectorsuite.io.word_vectors import FloretSettings, ReadOptions, WordVectors

__all__ = ["FloretSettings", "ReadOptions", "WordVectors"]
