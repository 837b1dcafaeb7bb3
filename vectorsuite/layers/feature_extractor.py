"""Attributes of tokens as integers, the input of embedding layers."""

# no `from __future__ import annotations`: configs' readers need types of arguments, not their names

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from thinc.api import Model
from thinc.types import Ints2d

from vectorsuite.protocols import DocLike


def FeatureExtractor(columns: list[str | int]) -> Model[list[DocLike], list[Ints2d]]:  # noqa: N802
    """Read attributes of the tokens of docs or spans.

    :param columns: A names or ids of attributes, or a single one: "ORTH", "NORM", "SHAPE" …
    :returns: A layer whose output has one array (N, A) uint64 for a text of N tokens.
    """
    return Model("extract_features", _forward, attrs={"columns": columns})


def _forward(
    model: Model[list[DocLike], list[Ints2d]], docs: list[DocLike], is_train: bool
) -> tuple[list[Ints2d], Callable[[Any], list[Any]]]:
    columns = model.attrs["columns"]
    columns = [columns] if isinstance(columns, (str, int)) else list(columns)
    ops: Any = model.ops
    features: Any = [read_attributes(doc, columns) for doc in docs]
    if ops.xp is not np and features:  # to a device in one piece
        ends = np.cumsum([len(array) for array in features])
        whole = ops.asarray2i(np.concatenate(features), dtype="uint64")
        features = ops.xp.split(whole, ends[:-1].tolist())
    return features, lambda d_features: []


def read_attributes(text: Any, attributes: list[str | int] | int) -> NDArray[np.uint64]:
    """Attributes of a doc's or span's tokens, (N, A), or (N,) for a single attribute."""
    doc = getattr(text, "doc", text)
    array = np.asarray(doc.to_array(attributes), dtype=np.uint64)
    if isinstance(attributes, list):
        array = array.reshape(len(doc), len(attributes))
    # spaCy's Span.to_array takes neither names nor a single attribute
    return array if doc is text else array[text.start : text.end]
