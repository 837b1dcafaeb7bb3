"""``spacy.ml.staticvectors``."""

from vectorsuite.layers import StaticVectors

__all__ = ["StaticVectors"]
