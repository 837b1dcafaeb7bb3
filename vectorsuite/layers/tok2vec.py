"""One vector per token in its context: an embedding layer, then an encoder."""

# no `from __future__ import annotations`: configs' readers need types of arguments, not their names

from collections.abc import Callable
from typing import Any

from thinc.api import Model
from thinc.types import Floats2d, Ragged
from thinc.util import get_width

from vectorsuite.protocols import DocLike

Tok2VecModel = Model[list[DocLike], list[Floats2d]]


def Tok2Vec(  # noqa: N802
    embed: Model[list[DocLike], Any], encode: Model[list[Floats2d], list[Floats2d]]
) -> Tok2VecModel:
    """Chain an embedding layer and an encoder.

    :param embed: Layer whose output is a list of arrays or, as that of ``StaticVectors``, a
        ragged batch, which is split into a list.
    :param encode: Layer on the embeddings, such as ``MaxoutWindowEncoder``.
    """
    name = f"{embed.name}>>{encode.name}"
    nO = encode.get_dim("nO") if encode.has_dim("nO") else None
    tok2vec: Tok2VecModel = Model(
        name, _forward, init=_init, dims={"nO": nO}, layers=[embed, encode]
    )
    tok2vec.set_ref("embed", embed)
    tok2vec.set_ref("encode", encode)
    return tok2vec


def _forward(
    model: Tok2VecModel, docs: list[DocLike], is_train: bool
) -> tuple[list[Floats2d], Callable[[list[Floats2d]], Any]]:
    embed, encode = model.layers
    if not any(len(doc) for doc in docs):
        # the encoders of thinc cannot be trained on a batch without a token
        return [model.ops.alloc2f(0, model.get_dim("nO")) for _ in docs], lambda d_output: []
    embedded, backprop_embed = embed(docs, is_train)
    if not isinstance(embedded, Ragged):
        output, backprop_encode = encode(embedded, is_train)
        return output, lambda d_output: backprop_embed(backprop_encode(d_output))
    lengths = embedded.lengths
    output, backprop_encode = encode(model.ops.unflatten(embedded.dataXd, lengths), is_train)

    def backprop(d_output: list[Floats2d]) -> Any:
        return backprop_embed(Ragged(model.ops.flatten(backprop_encode(d_output)), lengths))

    return output, backprop


def _init(model: Tok2VecModel, X: Any = None, Y: Any = None) -> None:
    embed, encode = model.layers
    if Y is not None and encode.has_dim("nO") is None:
        encode.set_dim("nO", get_width(Y))
    embed.initialize(X=X)
    embedded = None
    if X is not None:
        embedded = embed.predict(X)
        if isinstance(embedded, Ragged):
            embedded = model.ops.unflatten(embedded.dataXd, embedded.lengths)
    encode.initialize(X=embedded, Y=Y)
    if encode.has_dim("nO"):
        model.set_dim("nO", encode.get_dim("nO"))
