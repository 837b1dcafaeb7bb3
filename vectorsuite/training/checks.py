"""Checks of the values that a config gives to a function, by its signature and annotations."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
TYPE_NAMES = {int: "a whole number", float: "a number", str: "text", bool: "true or false"}


def require(condition: bool, message: str) -> None:
    """Raise ValueError with a message unless a condition holds.

    The condition is what must be true, so NaN, for which every comparison is false, fails it.
    """
    if not condition:
        raise ValueError(message + ".")


def check_arguments(
    section: str, function: Callable[..., Any], arguments: Mapping[str, Any]
) -> None:
    """Check that a function takes these arguments, by its signature and annotations.

    :raises ValueError: An unknown key, or one that is missing; lists those there are.
    :raises TypeError: A value that is not of the annotated type.
    """
    parameters = inspect.signature(function).parameters
    hints = _type_hints(function)
    kinds = {key: parameter.kind for key, parameter in parameters.items()}
    open_ended = inspect.Parameter.VAR_KEYWORD in kinds.values()
    named = [key for key, kind in kinds.items() if kind not in VARIADIC]
    for key, value in arguments.items():
        if key not in named and not open_ended:
            raise ValueError(f"[{section}] has no key {key!r}. There are: {', '.join(named)}.")
        if key in hints and not matches(value, hints[key]):
            raise TypeError(f"[{section}] {key} is {value!r}; expected {describe(hints[key])}.")
    missing = [key for key in named if parameters[key].default is inspect.Parameter.empty]
    for key in missing:
        if key not in arguments:
            raise ValueError(f"[{section}] lacks the key {key!r}. There are: {', '.join(named)}.")


def _type_hints(function: Any) -> dict[str, Any]:
    """Return annotations by argument; none where one names what only a type checker imports."""
    called = getattr(function, "__init__", None) if isinstance(function, type) else function
    try:
        return get_type_hints(called)
    except NameError:
        return {}


def matches(value: Any, annotation: Any) -> bool:
    """Whether a value read from a config fits an annotation; one not understood fits."""
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        return any(matches(value, choice) for choice in get_args(annotation))
    if origin is Literal:
        return value in get_args(annotation)
    if annotation in (None, NoneType):
        return value is None
    if _is_path(annotation):
        return isinstance(value, (str, Path))
    if annotation is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if annotation is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if annotation in (str, bool):
        return isinstance(value, annotation)
    if origin in (list, Sequence):
        items = get_args(annotation) or (Any,)
        listed = isinstance(value, origin) and not isinstance(value, str)
        return listed and all(matches(item, items[0]) for item in value)
    return True


def describe(annotation: Any) -> str:
    """Name a type the way a person who writes configs would."""
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        return " or ".join(dict.fromkeys(describe(choice) for choice in get_args(annotation)))
    if origin is Literal:
        return " or ".join(map(repr, get_args(annotation)))
    if annotation in (None, NoneType):
        return "null"
    if _is_path(annotation):
        return TYPE_NAMES[str]
    if origin in (list, Sequence):
        return "a list of " + describe(get_args(annotation)[0])
    return TYPE_NAMES.get(annotation, str(annotation))


def _is_path(annotation: Any) -> bool:
    kind = get_origin(annotation) or annotation
    return isinstance(kind, type) and issubclass(kind, Path | os.PathLike)
