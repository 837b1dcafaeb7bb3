"""``spacy.ml.featureextractor``."""

from vectorsuite.layers import FeatureExtractor

__all__ = ["FeatureExtractor"]
