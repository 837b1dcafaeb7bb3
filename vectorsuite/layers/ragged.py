"""thinc's combinators for what our embedding layers return: ragged batches."""

# no `from __future__ import annotations`: configs' readers need types of arguments, not their names

from collections.abc import Callable, Hashable
from typing import Any

import numpy as np
import thinc.api
from thinc.api import Model, Ops
from thinc.types import Ragged
from thinc.util import get_width, is_xp_array

from vectorsuite.kernels.device import on_host


def add(*layers: Model[Any, Any]) -> Model[Any, Any]:
    """Sum what layers make of one input; of ragged batches, lists of arrays, or arrays.

    Like thinc's ``add``, which cannot sum ragged batches. All outputs must have the type of the
    first one, except that a list of arrays goes with a ragged batch.

    :raises ValueError: No layers; or, calling it, outputs of different widths.
    """
    if not layers:
        raise ValueError("add needs at least one layer.")
    return Model("add", _add_forward, init=_add_init, dims={"nO": None}, layers=layers)


def remap_ids(
    mapping_table: dict[Any, int] | None = None, default: int = 0, dtype: str = "i"
) -> Model[Any, Any]:
    """Turn keys into rows by a dict; a key that it lacks becomes the default.

    Like thinc's ``remap_ids``, and takes what ``FeatureExtractor`` returns with one column: a
    list of arrays (N, 1), or a ragged batch, becomes a ragged batch of rows (N,).
    """
    attrs = {"mapping_table": mapping_table or {}, "dtype": dtype, "default": default}
    return Model("remap_ids", _remap_forward, attrs=attrs)


def Embed(nO: int | None = None, nV: int | None = None, **options: Any) -> Model[Any, Any]:  # noqa: N802
    """Learn one vector per row, (nV, nO); like thinc's ``Embed``, and takes ragged batches."""
    return thinc.api.with_array(thinc.api.Embed(nO, nV, **options))


def _flat(ops: Ops, batch: Any) -> Any:
    """The array behind a batch: the texts one after the other."""
    if isinstance(batch, Ragged):
        return batch.dataXd
    return ops.flatten(batch) if isinstance(batch, (list, tuple)) else batch


def _like(ops: Ops, template: Any, array: Any) -> Any:
    """An array in the form of another batch of as many tokens."""
    if isinstance(template, Ragged):
        return Ragged(array, template.lengths)
    if isinstance(template, (list, tuple)):
        return ops.unflatten(array, ops.asarray1i([len(item) for item in template]))
    return array


def _add_forward(
    model: Model[Any, Any], X: Any, is_train: bool
) -> tuple[Any, Callable[[Any], Any]]:
    outputs, callbacks = zip(*(layer(X, is_train) for layer in model.layers), strict=True)
    arrays = [_flat(model.ops, output) for output in outputs]
    widths = [array.shape[-1] for array in arrays if len(array)]
    if len(set(widths)) > 1:
        names = ", ".join(
            f"{layer.name} {width}" for layer, width in zip(model.layers, widths, strict=True)
        )
        raise ValueError(f"add needs outputs of one width; these are: {names}.")
    total = arrays[0].copy()
    for array in arrays[1:]:
        total += array

    def backprop(d_output: Any) -> Any:
        flat = _flat(model.ops, d_output)
        # every layer gets its own copy: backprop may write into what it is given
        gradients = [
            callback(_like(model.ops, output, flat.copy()))
            for callback, output in zip(callbacks, outputs, strict=True)
        ]
        return _sum_gradients(gradients)

    return _like(model.ops, outputs[0], total), backprop


def _sum_gradients(gradients: list[Any]) -> Any:
    # layers on docs return [], for docs have no gradient; the rest return arrays
    arrays = [gradient for gradient in gradients if is_xp_array(gradient)]
    return sum(arrays[1:], start=arrays[0]) if arrays else []


def _add_init(model: Model[Any, Any], X: Any = None, Y: Any = None) -> None:
    for layer in model.layers:
        if Y is not None and layer.has_dim("nO") is None:
            layer.set_dim("nO", get_width(Y))
        layer.initialize(X=X, Y=Y)
    for layer in model.layers:
        if layer.has_dim("nO"):
            model.set_dim("nO", layer.get_dim("nO"))
            break


def _remap_forward(
    model: Model[Any, Any], inputs: Any, is_train: bool
) -> tuple[Any, Callable[[Any], Any]]:
    ops: Any = model.ops
    table = model.attrs["mapping_table"]
    default, dtype = model.attrs["default"], model.attrs["dtype"]
    if not _is_batch(inputs):
        rows = [table.get(_hashable(key), default) for key in inputs]
        return ops.reshape2i(ops.asarray2i(rows, dtype=dtype), -1, 1), lambda d_rows: []
    keys = on_host(_flat(ops, inputs)).reshape(-1)
    lengths = [len(item) for item in inputs] if isinstance(inputs, list) else inputs.lengths
    if len(keys) != sum(int(length) for length in lengths):
        raise ValueError(
            f"remap_ids maps one key per token; there are {len(keys)} keys for "
            f"{sum(int(length) for length in lengths)} tokens. Give FeatureExtractor one column."
        )
    distinct, inverse = np.unique(keys, return_inverse=True)
    mapped = np.array([table.get(int(key), default) for key in distinct], dtype=dtype)
    output = Ragged(ops.asarray1i(mapped[inverse], dtype=dtype), ops.asarray1i(lengths))
    return output, lambda d_rows: []


def _is_batch(inputs: Any) -> bool:
    if isinstance(inputs, Ragged):
        return True
    return isinstance(inputs, list) and all(is_xp_array(x) and x.ndim > 0 for x in inputs)


def _hashable(key: Any) -> Hashable:
    return key.item() if hasattr(key, "item") else key
