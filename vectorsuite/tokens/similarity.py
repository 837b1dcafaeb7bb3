"""Vectors of texts and words, and how similar they are; written once for every pair of types.

A text is a Doc or Span, a word is a Token or Lexeme, ours or spaCy's.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels import device
from vectorsuite.tokens.attributes import attribute_name
from vectorsuite.vectors.gather import gather, has_rows, numpy_ops

_HOOKS_OF = {"Doc": "user_hooks", "Span": "user_span_hooks", "Token": "user_token_hooks"}


def vector_of(thing: Any) -> Any:
    """The vector of a text or word, (D,) float32, on its table's device, read-only.

    The one of its hook if it has one, or the one that was set; else, for a word, its row; for a
    text, the mean over the words that have a vector. Where the vocab has no table, the same of the
    rows of ``doc.tensor``. Zeros if there is none.

    :raises ValueError: A hook gave something else than one vector.
    """
    hook = hook_of(thing, "vector")
    if hook is not None:
        return _read_only(_checked(hook(thing), thing))
    if _was_set(thing):
        return _read_only(np.array(thing._vector, dtype=np.float32))
    tensor = _tensor_of(thing)
    if tensor is not None:
        return _read_only(tensor.mean(axis=0))
    table = thing.vocab.vectors
    if not hasattr(thing, "to_array") and has_rows(table):
        try:
            row = table[_key_of_word(thing, getattr(table, "attr", "ORTH"))]
        except KeyError:
            pass
        else:
            return _read_only(row if row.dtype == np.float32 else row.astype(np.float32))
    keys = keys_of(thing)
    vectors, known = _look_up(thing, keys)
    n_counted = len(keys) if _counts_missing(thing.vocab) else int(np.count_nonzero(known))
    return _read_only(_sum_of_rows(vectors) / max(n_counted, 1))


def has_vector(thing: Any) -> bool:
    """Whether a word, or any word of a text, has a vector: by hook, from the table or policy."""
    hook = hook_of(thing, "has_vector")
    if hook is not None:
        return bool(hook(thing))
    if _was_set(thing) or _tensor_of(thing) is not None:
        return True
    if not thing.vocab.vectors.shape[1]:
        return False
    return bool(_look_up(thing, keys_of(thing))[1].any())


def norm_of(thing: Any, vector: Any = None) -> float:
    """Euclidean length of the vector, or what the hook says, or what it was set to.

    :param vector: The thing's vector, if it is at hand.
    """
    hook = hook_of(thing, "vector_norm")
    if hook is not None:
        return float(hook(thing))
    norm = getattr(thing, "_norm", None)
    if norm is not None:
        return float(norm)
    return _length(thing.vector if vector is None else vector)


def similarity(this: Any, other: Any) -> float:
    """Cosine of the vectors of two things, or what the hook of the first one says.

    Equal words are 1.0 without a look at their vectors, even where they have none. If either
    vector is zero, the result is 0.0, with a warning if that is because there is no vector.

    :raises ValueError: The vectors have different widths.
    """
    hook = hook_of(this, "similarity")
    if hook is not None:
        return float(hook(this, other))
    if _same_words(this, other):
        return 1.0
    a, b = this.vector, other.vector
    norms = norm_of(this, a) * norm_of(other, b)
    if norms == 0:
        _warn_of_missing(this, other)
        return 0.0
    if a.shape != b.shape:
        raise ValueError(
            f"{this!r} has a vector of width {len(a)} and {other!r} one of width {len(b)}; "
            "only vectors of one table, or of aligned tables, can be compared."
        )
    return min(max(float((a @ b) / norms), -1.0), 1.0)  # in this order NaN stays NaN


def vectors_of(things: Sequence[Any]) -> Any:
    """Vectors of many texts or words, gathered at once.

    :returns: (n, D) float32; row i is ``things[i].vector``, on the device of the first table.
    :raises ValueError: Their tables have different widths.
    """
    if not len(things):
        return numpy_ops().alloc2f(0, 0)
    groups: dict[int, list[int]] = {}
    for number, thing in enumerate(things):
        special = hook_of(thing, "vector") is not None or _was_set(thing)
        special = special or _tensor_of(thing) is not None
        groups.setdefault(0 if special else id(thing.vocab), []).append(number)
    widths = {number: things[numbers[0]].vector.shape[0] for number, numbers in groups.items()}
    if len(set(widths.values())) > 1:
        raise ValueError(f"The things have vectors of widths {sorted(set(widths.values()))}.")
    ops = _ops_for(things[0].vocab.vectors)
    result = ops.alloc2f(len(things), next(iter(widths.values())))
    for group, numbers in groups.items():
        chosen = [things[number] for number in numbers]
        rows = ops.xp.stack([t.vector for t in chosen]) if group == 0 else _means(ops, chosen)
        result[ops.asarray1i(numbers)] = rows
    return result


def similarity_matrix(rows: Sequence[Any], columns: Sequence[Any] | None = None) -> Any:
    """Cosines of all pairs: one gather and one matrix product.

    :param columns: The rows themselves if None.
    :returns: (n, m) float32; 0 where either vector is zero.
    :raises ValueError: The vectors have different widths.
    """
    a = _unit_rows(vectors_of(rows))
    b = a if columns is None else _unit_rows(vectors_of(columns))
    if a.shape[1] != b.shape[1] and len(a) and len(b):
        raise ValueError(f"The rows have vectors of width {a.shape[1]}, the columns {b.shape[1]}.")
    if not len(a) or not len(b):
        return numpy_ops().alloc2f(len(a), len(b))
    return (a @ b.T).clip(-1.0, 1.0)


def keys_of(thing: Any, attr: int | str | None = None) -> NDArray[np.uint64]:
    """Keys of the words under an attribute, (N,) uint64; that of the vocab's table if None."""
    attr = getattr(thing.vocab.vectors, "attr", "ORTH") if attr is None else attr
    if not hasattr(thing, "to_array"):
        return np.array([_key_of_word(thing, attr)], dtype=np.uint64)
    doc = thing.doc
    keys = np.asarray(doc.to_array(attr), dtype=np.uint64)
    return keys if doc is thing else keys[thing.start : thing.end]


def _key_of_word(word: Any, attr: int | str) -> int:
    return int(getattr(word, _word_property(attr)))


@cache
def _word_property(attr: int | str) -> str:
    """Name of the property of words that is an attribute's key."""
    return attribute_name(attr).lower()


def hook_of(thing: Any, name: str) -> Callable[..., Any] | None:
    """The user's function that replaces a property of docs, spans or tokens; None if none does."""
    doc = getattr(thing, "doc", None)
    if doc is None:
        return None
    hooks = getattr(doc, hooks_name(thing), None)
    return hooks.get(name) if hooks else None


def hooks_name(thing: Any) -> str:
    """Name of the hooks for a type, ours or spaCy's, or for a subclass of one."""
    return _hooks_name(type(thing))  # type: ignore[arg-type]


@cache
def _hooks_name(kind: type) -> str:
    return next(_HOOKS_OF[base.__name__] for base in kind.__mro__ if base.__name__ in _HOOKS_OF)


def _ops_for(table: Any) -> Any:
    """thinc's ops for the device of a table."""
    data = getattr(table, "data", None)
    return numpy_ops() if data is None or device.is_host(data) else device.ops_of(data)


def _was_set(thing: Any) -> bool:
    """Whether a doc or span of ours was given a vector."""
    return getattr(thing, "_vector", None) is not None


def _tensor_of(thing: Any) -> Any:
    """Rows of the doc's tensor where the vocab has no table, (N, W); None if there are none."""
    doc = getattr(thing, "doc", None)
    tensor = getattr(doc, "tensor", None)
    if tensor is None or not tensor.size or thing.vocab.vectors.shape[1]:
        return None
    if hasattr(thing, "i"):
        return tensor[thing.i : thing.i + 1]
    rows = tensor if doc is thing else tensor[thing.start : thing.end]
    return rows if len(rows) else None


def _look_up(thing: Any, keys: NDArray[np.uint64]) -> tuple[Any, NDArray[np.bool_]]:
    vocab = thing.vocab
    table = vocab.vectors
    oov = getattr(vocab, "oov", None)
    return gather(table, keys, ops=_ops_for(table), oov=oov, strings=vocab.strings)


def _counts_missing(vocab: Any) -> bool:
    policy = getattr(vocab, "oov", None) or getattr(vocab.vectors, "oov", None)
    return bool(getattr(policy, "counted", False))


def _means(ops: Any, things: list[Any]) -> Any:
    """Mean vectors of things of one vocab, (n, D)."""
    keys = [keys_of(thing) for thing in things]
    if not any(len(part) for part in keys):
        return ops.alloc2f(len(things), things[0].vocab.vectors.shape[1])
    distinct, inverse = np.unique(np.concatenate(keys), return_inverse=True)
    vectors, known = _look_up(things[0], distinct)
    lengths = np.array([len(part) for part in keys])
    sums = ops.reduce_sum(vectors[ops.asarray1i(inverse)], ops.asarray1i(lengths))
    if not _counts_missing(things[0].vocab):
        bounds = np.concatenate([[0], np.cumsum(known[inverse])])
        ends = np.cumsum(lengths)
        lengths = bounds[ends] - bounds[ends - lengths]
    return sums / ops.asarray1f(np.maximum(lengths, 1))[:, None]


def _unit_rows(vectors: Any) -> Any:
    lengths = (vectors * vectors).sum(axis=1, keepdims=True) ** 0.5
    return vectors / (lengths + (lengths == 0))


def _same_words(this: Any, other: Any) -> bool:
    if not hasattr(other, "vocab") or _count_words(this) != _count_words(other):
        return False
    attrs = {getattr(thing.vocab.vectors, "attr", "ORTH") for thing in (this, other)}
    return len(attrs) == 1 and np.array_equal(keys_of(this), keys_of(other))


def _count_words(thing: Any) -> int:
    # the length of a token is that of its text
    return len(thing) if hasattr(thing, "to_array") else 1


def _warn_of_missing(this: Any, other: Any) -> None:
    lacking = [thing for thing in (this, other) if not thing.has_vector]
    if not lacking:
        return
    if not lacking[0].vocab.vectors.shape[1]:
        reason = "its vocab has no vectors; set vocab.vectors, or load a table"
    else:
        reason = "none of its words has one; an oov policy of the vocab could give them vectors"
    warnings.warn(
        f"similarity is 0 because {str(lacking[0])!r} has no vector: {reason}.",
        UserWarning,
        stacklevel=4,
    )


def _length(vector: Any) -> float:
    return math.sqrt(float(vector.dot(vector)))


def _sum_of_rows(vectors: Any) -> Any:
    # the method .sum takes twice as long for a few rows
    return np.add.reduce(vectors) if isinstance(vectors, np.ndarray) else vectors.sum(axis=0)


def _checked(vector: Any, thing: Any) -> Any:
    if getattr(vector, "ndim", None) != 1:
        raise ValueError(
            f"The hook {hooks_name(thing)}['vector'] gave {type(vector).__name__} of shape "
            f"{getattr(vector, 'shape', None)} for {thing!r}; a vector has one dimension."
        )
    return vector


def _read_only(vector: Any) -> Any:
    """A view that cannot be written to; on a GPU, where arrays have no such flag, a copy."""
    if not isinstance(vector, np.ndarray):
        return vector.copy()
    if type(vector) is np.ndarray and not vector.flags.writeable:
        return vector
    view = vector.view(np.ndarray)
    view.flags.writeable = False
    return view
