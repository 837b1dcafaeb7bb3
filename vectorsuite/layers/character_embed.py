"""Embed a token by its first and last UTF-8 bytes and one hashed attribute."""

# no `from __future__ import annotations`: configs' readers need types of arguments, not their names

from collections.abc import Callable
from typing import Any

import numpy as np
from thinc.api import (
    HashEmbed,
    Model,
    chain,
    concatenate,
    list2ragged,
    ragged2list,
    uniform_init,
    with_array,
)
from thinc.types import Floats2d

from vectorsuite.layers.chain_texts import chain_texts
from vectorsuite.layers.feature_extractor import FeatureExtractor
from vectorsuite.layers.maxout import Maxout
from vectorsuite.layers.static_vectors import StaticVectors
from vectorsuite.protocols import DocLike


def CharacterEmbed(  # noqa: N802
    width: int,
    rows: int,
    nM: int,
    nC: int,
    include_static_vectors: bool = False,
    feature: int | str = "LOWER",
    *,
    oov: Any = None,
) -> Model[list[DocLike], list[Floats2d]]:
    """Concatenate byte embeddings, a hash-embedded attribute and, if wanted, static vectors,
    and mix them by one maxout layer; ``spacy.CharacterEmbed.v2``.

    :param width: Width of the output and of the attribute's table.
    :param rows: Rows of the attribute's table.
    :param nM: Width of the embedding of one byte, 16 to 64.
    :param nC: Bytes per word, taken in turn from its start and its end, 3 to 8.
    :param include_static_vectors: Also use the static vectors of the docs' vocab.
    :param feature: Attribute to hash-embed.
    :param oov: Policy for words without a vector, as in ``StaticVectors``.
    """
    parts: list[Model[Any, Any]] = [
        chain(ByteEmbed(nM=nM, nC=nC), list2ragged()),
        chain(
            FeatureExtractor([feature]),
            list2ragged(),
            with_array(HashEmbed(width, rows, column=0, seed=5)),
        ),
    ]
    concat_width = nM * nC + width
    if include_static_vectors:
        parts.append(StaticVectors(width, dropout=0.0, oov=oov))
        concat_width += width
    mix: Model[Any, Any] = with_array(Maxout(width, concat_width))
    return chain_texts(concatenate(*parts), mix, ragged2list(), width=width)


def ByteEmbed(nM: int, nC: int) -> Model[list[DocLike], list[Floats2d]]:  # noqa: N802
    """Embed nC bytes of every token, each place with a table of its own, (nC, 256, nM).

    Byte 255, which is not in UTF-8, stands where a word has fewer bytes.
    """
    return Model(
        "charembed",
        _forward,
        init=_init,
        dims={"nM": nM, "nC": nC, "nO": nM * nC, "nV": 256},
        params={"E": None},
    )


def _init(model: Model[Any, Any], X: Any = None, Y: Any = None) -> None:
    shape = tuple(model.get_dim(name) for name in ("nC", "nV", "nM"))
    model.set_param("E", uniform_init(model.ops, shape))


def _forward(
    model: Model[list[DocLike], list[Floats2d]], docs: list[Any], is_train: bool
) -> tuple[list[Floats2d], Callable[[list[Floats2d]], list[Any]]]:
    ops: Any = model.ops
    nC, nV, nM, nO = (model.get_dim(name) for name in ("nC", "nV", "nM", "nO"))
    lengths = ops.asarray1i([len(doc) for doc in docs])
    # the tables one below the other: byte b at place c is row c * nV + b
    places = np.arange(nC, dtype=np.int32) * nV
    cells = [doc.to_utf8_array(nr_char=nC).astype(np.int32) + places for doc in docs if len(doc)]
    rows = ops.asarray1i(np.concatenate(cells).reshape(-1) if cells else np.zeros(0, np.int32))
    table: Any = model.get_param("E")
    E = table.reshape((nC * nV, nM))
    output = E[rows].reshape((-1, nO))

    def backprop(d_output: Any) -> list[Any]:
        dE = ops.alloc2f(nC * nV, nM)
        d_bytes = ops.flatten(d_output).reshape((-1, nM))
        ops.scatter_add(dE, rows, ops.as_contig(d_bytes))
        model.inc_grad("E", dE.reshape((nC, nV, nM)))
        return []

    return ops.unflatten(output, lengths), backprop
