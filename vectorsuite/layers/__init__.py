"""thinc layers over texts and their vectors table; one layer per file."""

from thinc.api import chain

from vectorsuite.layers.accept_table import accept_table
from vectorsuite.layers.character_embed import ByteEmbed, CharacterEmbed
from vectorsuite.layers.feature_extractor import FeatureExtractor
from vectorsuite.layers.hash_embed_cnn import HashEmbedCNN, MultiHashEmbedCNN
from vectorsuite.layers.lstm_encoder import BiLSTMEncoder
from vectorsuite.layers.multi_hash_embed import MultiHashEmbed
from vectorsuite.layers.ragged import Embed, add, remap_ids
from vectorsuite.layers.static_vectors import StaticVectors
from vectorsuite.layers.tok2vec import Tok2Vec
from vectorsuite.layers.window_encoders import MaxoutWindowEncoder, MishWindowEncoder

__all__ = [
    "BiLSTMEncoder",
    "ByteEmbed",
    "CharacterEmbed",
    "Embed",
    "FeatureExtractor",
    "HashEmbedCNN",
    "MaxoutWindowEncoder",
    "MishWindowEncoder",
    "MultiHashEmbed",
    "MultiHashEmbedCNN",
    "StaticVectors",
    "Tok2Vec",
    "accept_table",
    "add",
    "chain",
    "remap_ids",
]
