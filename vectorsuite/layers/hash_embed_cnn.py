"""spaCy's standard token-to-vector layer."""

# no `from __future__ import annotations`: configs' readers need types of arguments, not their names

from typing import Any

from vectorsuite.layers.multi_hash_embed import SUBWORDS, MultiHashEmbed
from vectorsuite.layers.tok2vec import Tok2Vec, Tok2VecModel
from vectorsuite.layers.window_encoders import MaxoutWindowEncoder


def HashEmbedCNN(  # noqa: N802
    *,
    width: int,
    depth: int,
    embed_size: int,
    window_size: int = 1,
    maxout_pieces: int = 3,
    subword_features: bool = True,
    pretrained_vectors: bool | None = None,
    oov: Any = None,
) -> Tok2VecModel:
    """Hash embeddings with sub-word features, then a convolutional encoder; spaCy's standard.

    :param width: Width of embeddings and output: 96, 128 or 300.
    :param depth: Convolutions, 2 to 8.
    :param embed_size: Rows of the NORM table; the sub-word tables have half as many.
    :param window_size: Tokens taken from either side by one convolution.
    :param maxout_pieces: Pieces of maxout, 1 to 3.
    :param subword_features: Also embed PREFIX, SUFFIX and SHAPE.
    :param pretrained_vectors: Also use the static vectors of the docs' vocab.
    :param oov: Policy for words without a vector, as in ``StaticVectors``.
    """
    attrs = SUBWORDS if subword_features else SUBWORDS[:1]
    rows = [embed_size] + [max(embed_size // 2, 1)] * (len(attrs) - 1)
    embed = MultiHashEmbed(width, list(attrs), rows, bool(pretrained_vectors), oov=oov)
    return Tok2Vec(embed, MaxoutWindowEncoder(width, window_size, maxout_pieces, depth))


def MultiHashEmbedCNN(  # noqa: N802
    width: int,
    depth: int = 4,
    rows: int = 2000,
    window_size: int = 1,
    maxout_pieces: int = 3,
    also_embed_subwords: bool = True,
    also_use_static_vectors: bool = False,
    oov: Any = None,
) -> Tok2VecModel:
    """``HashEmbedCNN`` under its first name and with the names of its first arguments."""
    return HashEmbedCNN(
        width=width,
        depth=depth,
        embed_size=rows,
        window_size=window_size,
        maxout_pieces=maxout_pieces,
        subword_features=also_embed_subwords,
        pretrained_vectors=also_use_static_vectors,
        oov=oov,
    )
