"""``spacy.vocab``: the vocab, where spaCy's documents import it from."""

from vectorsuite.tokens import Vocab

__all__ = ["Vocab"]
