"""``spacy.util``: the registry, where spaCy's documents import it from."""

from vectorsuite.config import registry

__all__ = ["registry"]
