"""Encode the context of each token by a bidirectional LSTM."""

# no `from __future__ import annotations`: configs' readers need types of arguments, not their names

import importlib.util

from thinc.api import Model, PyTorchLSTM, noop, with_padded
from thinc.types import Floats2d

from vectorsuite.errors import MissingExtraError


def BiLSTMEncoder(  # noqa: N802
    width: int, depth: int, dropout: float
) -> Model[list[Floats2d], list[Floats2d]]:
    """Stack bidirectional LSTM layers; needs PyTorch.

    :param width: Width of input and output.
    :param depth: LSTM layers; with 0 the input is passed on.
    :param dropout: Rate between LSTM layers.
    :raises MissingExtraError: PyTorch is not installed.
    """
    if depth == 0:
        return noop()
    if importlib.util.find_spec("torch") is None:
        raise MissingExtraError("BiLSTMEncoder", "torch", "torch")
    return with_padded(PyTorchLSTM(width, width, bi=True, depth=depth, dropout=dropout))
