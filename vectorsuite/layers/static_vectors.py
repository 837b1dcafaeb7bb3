"""Word vectors as fixed features of a network: look-up, then a learned projection."""

# no `from __future__ import annotations`: configs' readers need types of arguments, not their names

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from thinc.api import Model, glorot_uniform_init
from thinc.types import Floats1d, Floats2d, Ints1d, Ragged

from vectorsuite.layers.feature_extractor import read_attributes
from vectorsuite.protocols import DocLike
from vectorsuite.vectors.attributes import ORTH
from vectorsuite.vectors.fingerprint import Fingerprint, TableCheck
from vectorsuite.vectors.gather import gather
from vectorsuite.vectors.oov import as_policy

NO_TABLE = (
    "Doc {number} has no vectors: its vocab's table has width 0. Load a pipeline with vectors, "
    "set vocab.vectors, or leave static vectors out of the model."
)


def StaticVectors(  # noqa: N802
    nO: int | None = None,
    nM: int | None = None,
    *,
    dropout: float | None = None,
    init_W: Callable[..., Any] | None = None,
    key_attr: str = "ORTH",
    oov: Any = None,
) -> Model[list[DocLike], Ragged]:
    """Embed tokens by their row in ``doc.vocab.vectors`` times a learned matrix W, (nO, nM).

    The table is never changed, copied or saved with the model. Documents of one batch may have
    different tables of the same width. A word without a vector is zero, and adds nothing to the
    gradient of W. The model remembers the fingerprint of the table it was initialized with and
    refuses another one; see :func:`vectorsuite.layers.accept_table`.

    :param nO: Width of the output; taken from the output data if None.
    :param nM: Width of the table; taken from the first doc if None.
    :param init_W: Draws W; thinc's ``glorot_uniform_init`` if None.
    :param dropout: Rate; one mask of shape (nO,) for the whole batch.
    :param key_attr: Kept for old configs. The attribute is the table's own.
    :param oov: Policy for words without a vector, of ``vectorsuite.vectors.oov``, or its name.
    :raises ValueError: Calling it, if a doc has no table or one of another width, or if the
        table is not the one the model was made with.
    """
    check, policy = TableCheck(), as_policy(oov)
    return Model(
        "static_vectors",
        partial(_forward, check, policy),
        init=partial(_init, check, init_W or glorot_uniform_init),
        params={"W": None},
        attrs={"key_attr": key_attr, "dropout_rate": dropout, "fingerprint": None},
        dims={"nO": nO, "nM": nM},
    )


def _forward(
    check: TableCheck,
    oov: Any,
    model: Model[list[DocLike], Ragged],
    docs: list[DocLike],
    is_train: bool,
) -> tuple[Ragged, Callable[[Ragged], list[DocLike]]]:
    ops: Any = model.ops
    lengths = ops.asarray1i([len(doc) for doc in docs])
    if not any(len(doc) for doc in docs):
        return Ragged(ops.alloc2f(0, model.get_dim("nO")), lengths), lambda d_output: []
    W = model.get_param("W")
    mask = _dropout_mask(model) if is_train else None
    vectors, index = _distinct_vectors(model, check, docs, oov)
    # every distinct word is projected once, and its result copied to where the word stands
    projected = vectors @ W.T
    if mask is not None:
        projected *= mask
    output = Ragged(projected[index], lengths)

    def backprop(d_output: Ragged) -> list[DocLike]:
        d_projected = ops.alloc2f(*projected.shape)
        ops.scatter_add(d_projected, index, ops.as_contig(d_output.data))
        if mask is not None:
            d_projected *= mask
        model.inc_grad("W", d_projected.T @ vectors)
        return []

    return output, backprop


def _init(
    check: TableCheck,
    init_W: Callable[..., Any],
    model: Model[list[DocLike], Ragged],
    X: list[DocLike] | None = None,
    Y: Ragged | None = None,
) -> Model[list[DocLike], Ragged]:
    """Set nM from the first doc's table, nO from the output, and draw W."""
    if X is not None and len(X):
        table = X[0].vocab.vectors
        width = table.shape[1]
        if not width:
            raise ValueError(NO_TABLE.format(number=0))
        if model.has_dim("nM") and model.get_dim("nM") != width:
            raise ValueError(
                f"StaticVectors was made with nM={model.get_dim('nM')}, but the table of the docs "
                f"has width {width}. Leave nM out, or use a table of that width."
            )
        model.set_dim("nM", width)
        model.attrs["fingerprint"] = Fingerprint.of(table).to_dict()
        check.passed(table, model.attrs["fingerprint"])
    if Y is not None:
        model.set_dim("nO", Y.data.shape[1] if isinstance(Y, Ragged) else Y[0].shape[1])
    for dim, meaning in (("nM", "width of the table"), ("nO", "width of the output")):
        if not model.has_dim(dim):
            raise ValueError(
                f"StaticVectors does not know {dim}, the {meaning}. "
                f"Give {dim}, or initialize it with sample data."
            )
    model.set_param("W", init_W(model.ops, (model.get_dim("nO"), model.get_dim("nM"))))
    return model


def _distinct_vectors(
    model: Model[list[DocLike], Ragged], check: TableCheck, docs: list[DocLike], oov: Any
) -> tuple[Floats2d, Ints1d]:
    """Vectors of the distinct keys of each table, (U, nM), and which of them each token has."""
    ops: Any = model.ops
    tables: dict[int, list[int]] = {}
    for number, doc in enumerate(docs):
        if len(doc):
            tables.setdefault(id(doc.vocab.vectors), []).append(number)
    starts = np.cumsum([0, *(len(doc) for doc in docs)])
    index = np.empty(starts[-1], dtype=np.int32)
    pieces: list[Floats2d] = []
    for numbers in tables.values():
        vocab = docs[numbers[0]].vocab
        _check_table(model, check, vocab.vectors, numbers[0])
        keys, inverse = _distinct_keys([docs[number] for number in numbers])
        places: Any = slice(None)
        if len(tables) > 1:
            places = np.concatenate([np.arange(starts[n], starts[n + 1]) for n in numbers])
        index[places] = inverse + sum(len(piece) for piece in pieces)
        vectors, _ = gather(vocab.vectors, keys, ops=ops, oov=oov, strings=vocab.strings)
        pieces.append(vectors)
    return pieces[0] if len(pieces) == 1 else ops.xp.concatenate(pieces), ops.asarray1i(index)


def _distinct_keys(docs: list[DocLike]) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
    attr = getattr(docs[0].vocab.vectors, "attr", ORTH)
    keys = np.concatenate([read_attributes(doc, attr) for doc in docs])
    distinct, inverse = np.unique(keys, return_inverse=True)
    return distinct, inverse.astype(np.int32)


def _check_table(
    model: Model[list[DocLike], Ragged], check: TableCheck, table: Any, number: int
) -> None:
    width = table.shape[1]
    if not width:
        raise ValueError(NO_TABLE.format(number=number))
    if width != model.get_dim("nM"):
        raise ValueError(
            f"Doc {number} has vectors of width {width}; this model was made for vectors of width "
            f"{model.get_dim('nM')}. Load the table that the model was trained with."
        )
    check(table, model.attrs["fingerprint"])


def _dropout_mask(model: Model[list[DocLike], Ragged]) -> Floats1d | None:
    ops: Any = model.ops
    rate = model.attrs["dropout_rate"]
    return None if rate is None else ops.get_dropout_mask((model.get_dim("nO"),), rate)
