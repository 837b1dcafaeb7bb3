"""thinc's ``chain`` for layers on texts: a batch without a token goes around the layers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from thinc.api import Model, chain
from thinc.layers.chain import forward as chain_forward
from thinc.layers.chain import init as chain_init


def chain_texts(*layers: Model[Any, Any], width: int) -> Model[Any, Any]:
    """Chain layers that end in one array (N, width) per text.

    Some of thinc's layers cannot be trained on a batch of empty texts; for one this returns
    arrays (0, width) and no gradient. Name and layers are those of thinc's ``chain``, so that
    parameters saved by spaCy fit.
    """
    chained: Model[Any, Any] = chain(*layers)
    return Model(
        chained.name,
        partial(_forward, width),
        init=chain_init,
        layers=chained.layers,
        dims={"nO": width},
    )


def _forward(
    width: int, model: Model[Any, Any], docs: Any, is_train: bool
) -> tuple[Any, Callable[[Any], Any]]:
    if any(len(doc) for doc in docs):
        return chain_forward(model, docs, is_train)
    return [model.ops.alloc2f(0, width) for _ in docs], lambda d_outputs: []
