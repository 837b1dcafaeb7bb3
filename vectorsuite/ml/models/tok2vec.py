"""``spacy.ml.models.tok2vec``."""

from vectorsuite.layers import (
    BiLSTMEncoder,
    CharacterEmbed,
    HashEmbedCNN,
    MaxoutWindowEncoder,
    MishWindowEncoder,
    MultiHashEmbed,
    Tok2Vec,
)

build_hash_embed_cnn_tok2vec = HashEmbedCNN
build_Tok2Vec_model = Tok2Vec  # noqa: N816

__all__ = [
    "BiLSTMEncoder",
    "CharacterEmbed",
    "MaxoutWindowEncoder",
    "MishWindowEncoder",
    "MultiHashEmbed",
    "build_Tok2Vec_model",
    "build_hash_embed_cnn_tok2vec",
]
