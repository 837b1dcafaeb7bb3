"""Embed several attributes of a token, and its static vector, into one vector."""

# no `from __future__ import annotations`: configs' readers need types of arguments, not their names

from typing import Any, cast

from thinc.api import (
    HashEmbed,
    Model,
    chain,
    concatenate,
    list2ragged,
    ragged2list,
    with_array,
)
from thinc.types import Floats2d, Ragged

from vectorsuite.layers.chain_texts import chain_texts
from vectorsuite.layers.feature_extractor import FeatureExtractor
from vectorsuite.layers.maxout import Maxout
from vectorsuite.layers.static_vectors import StaticVectors
from vectorsuite.protocols import DocLike

SUBWORDS = ["NORM", "PREFIX", "SUFFIX", "SHAPE"]


def MultiHashEmbed(  # noqa: N802
    width: int,
    attrs: list[str | int] | None = None,
    rows: int | list[int] = 2000,
    include_static_vectors: bool | None = None,
    *,
    also_embed_subwords: bool | None = None,
    also_use_static_vectors: bool | None = None,
    oov: Any = None,
) -> Model[list[DocLike], list[Floats2d]]:
    """Hash-embed attributes, add static vectors if wanted, mix them by one maxout layer.

    Two sets of arguments lead here. ``attrs``, ``rows`` (a list) and ``include_static_vectors``
    are those of ``spacy.MultiHashEmbed.v2``. ``rows`` (one number), ``also_embed_subwords`` and
    ``also_use_static_vectors`` are the older ones: NORM with that many rows and, with sub-words,
    PREFIX, SUFFIX and SHAPE with half as many each.

    :param width: Width of the output and of every table.
    :param attrs: Attributes to hash-embed; None: those of the older arguments.
    :param rows: Rows of each attribute's table, in the order of ``attrs``, or of the first one.
    :param include_static_vectors: Also use the static vectors of the docs' vocab.
    :param oov: Policy for words without a vector, as in ``StaticVectors``.
    :raises ValueError: ``rows`` and ``attrs`` of different lengths, or both sets of arguments.
    """
    if attrs is None:
        also_embed_subwords = True if also_embed_subwords is None else also_embed_subwords
    elif also_embed_subwords is not None:
        raise ValueError("MultiHashEmbed takes attrs or also_embed_subwords, not both.")
    attributes, sizes = _tables(attrs, rows, also_embed_subwords)
    static = _either(include_static_vectors, also_use_static_vectors)
    return _build(width, attributes, sizes, static, oov)


def _tables(
    attrs: list[str | int] | None, rows: int | list[int], subwords: bool | None
) -> tuple[list[str | int], list[int]]:
    """The attributes and their numbers of rows, from either set of arguments."""
    attributes: list[str | int] = list(attrs) if attrs is not None else list(SUBWORDS)
    if attrs is None and not subwords:
        attributes = attributes[:1]
    if not attributes:
        raise ValueError("MultiHashEmbed needs at least one attribute; attrs is empty.")
    if isinstance(rows, int):
        others = max(rows // 2, 1) if attrs is None else rows
        sizes = [rows] + [others] * (len(attributes) - 1)
    else:
        sizes = list(rows)
    if len(sizes) != len(attributes):
        raise ValueError(
            f"MultiHashEmbed needs one number of rows per attribute; rows has {len(sizes)} and "
            f"the attributes are {attributes}."
        )
    return attributes, sizes


def _either(new: bool | None, old: bool | None) -> bool:
    if new is not None and old is not None and new != old:
        raise ValueError(
            f"include_static_vectors={new} and also_use_static_vectors={old} are two names of "
            "one setting. Give one of them."
        )
    return bool(new if new is not None else old)


def _build(
    width: int, attrs: list[str | int], rows: list[int], static: bool, oov: Any
) -> Model[list[DocLike], list[Floats2d]]:
    tables: list[Model[Any, Any]] = [
        HashEmbed(width, n_rows, column=column, seed=8 + column, dropout=0.0)
        for column, n_rows in enumerate(rows)
    ]
    mix: Model[Any, Any] = with_array(Maxout(width, width * (len(tables) + static)))
    features: tuple[Model[Any, Any], ...] = (
        FeatureExtractor(attrs),
        list2ragged(),
        with_array(concatenate(*tables)),
    )
    if not static:
        return chain_texts(*features, mix, ragged2list(), width=width)
    learned = cast(Model[Any, Ragged], chain(*features))
    both: Model[Any, Any] = concatenate(learned, StaticVectors(width, dropout=0.0, oov=oov))
    return chain_texts(both, mix, ragged2list(), width=width)
