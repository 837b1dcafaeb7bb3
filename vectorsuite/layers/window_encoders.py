"""Encode the context of each token by convolutions over a window."""

# no `from __future__ import annotations`: configs' readers need types of arguments, not their names

from typing import Any

from thinc.api import Mish, Model, chain, clone, expand_window, residual, with_array
from thinc.types import Floats2d

from vectorsuite.layers.maxout import Maxout

Encoder = Model[list[Floats2d], list[Floats2d]]


def MaxoutWindowEncoder(  # noqa: N802
    width: int, window_size: int, maxout_pieces: int, depth: int
) -> Encoder:
    """Stack residual convolutions with maxout and layer normalization.

    :param width: Width of input and output.
    :param window_size: Tokens taken from either side.
    :param maxout_pieces: Pieces of maxout, 2 or 3.
    :param depth: Convolutions; a token sees ``depth * window_size`` tokens on either side.
    """
    concat_width = _concat_width(width, window_size)
    layer = Maxout(width, concat_width, maxout_pieces)
    return _stack(layer, width, window_size, depth)


def MishWindowEncoder(width: int, window_size: int, depth: int) -> Encoder:  # noqa: N802
    """Stack residual convolutions with mish and layer normalization.

    :param width: Width of input and output.
    :param window_size: Tokens taken from either side.
    :param depth: Convolutions; a token sees ``depth * window_size`` tokens on either side.
    """
    layer = Mish(nO=width, nI=_concat_width(width, window_size), dropout=0.0, normalize=True)
    return _stack(layer, width, window_size, depth)


def _concat_width(width: int, window_size: int) -> int:
    return width * (window_size * 2 + 1)


def _stack(layer: Model[Any, Any], width: int, window_size: int, depth: int) -> Encoder:
    convolution: Model[Any, Any] = chain(expand_window(window_size=window_size), layer)
    model: Model[Any, Any] = clone(residual(convolution), depth)
    model.set_dim("nO", width)
    # padding keeps the texts of a batch out of each other's windows
    return with_array(model, pad=window_size * depth)
