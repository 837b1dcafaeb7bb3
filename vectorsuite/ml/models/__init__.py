"""``spacy.ml.models``."""

from vectorsuite.ml.models.tok2vec import (
    CharacterEmbed,
    MaxoutWindowEncoder,
    MishWindowEncoder,
    MultiHashEmbed,
)

__all__ = ["CharacterEmbed", "MaxoutWindowEncoder", "MishWindowEncoder", "MultiHashEmbed"]
