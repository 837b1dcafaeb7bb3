"""Questions about words and their vectors: words in, words out."""

from vectorsuite.query.expression import parse_expression
from vectorsuite.query.keyed_vectors import KeyedVectors
from vectorsuite.query.load import load

__all__ = ["KeyedVectors", "load", "parse_expression"]
