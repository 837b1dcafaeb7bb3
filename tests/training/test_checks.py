"""Checks of the values that a config gives."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Optional, Union

import pytest

from vectorsuite.training.checks import check_arguments, describe, matches, require


@dataclass
class Sample:
    size: int
    rate: float = 0.5


@pytest.mark.parametrize(
    ("value", "annotation", "fits"),
    [
        (1, int, True),
        (True, int, False),
        (1.0, int, False),
        ("1", int, False),
        (1, float, True),
        (True, float, False),
        (True, bool, True),
        (1, bool, False),
        ("x", str, True),
        (None, str, False),
        (None, str | None, True),
        (None, Optional[str], True),  # noqa: UP045
        (3, Union[str, None], False),  # noqa: UP007
        ("x", Path, True),
        (3, Path, False),
        ("x", os.PathLike[str], True),
        (3, os.PathLike[str], False),
        (["x"], Sequence[str | os.PathLike[str]], True),
        (("x",), Sequence[str], True),
        ([3], Sequence[str], False),
        ("x", Sequence[str], False),
        (["a"], str | list[str], True),
        (["a", 1], str | list[str], False),
        ("a", Literal["a", "b"], True),
        ("c", Literal["a", "b"], False),
        ([], list, True),
        (3, list, True),  # a bare list says nothing of its items; it is not understood
        ({}, Any, True),
        (object(), Sample, True),
    ],
)
def test_a_value_matches_a_type_or_not(value, annotation, fits):
    assert matches(value, annotation) is fits


@pytest.mark.parametrize(
    ("annotation", "text"),
    [
        (int, "a whole number"),
        (int | None, "a whole number or null"),
        (str | Path | list[str], "text or a list of text"),
        (bool, "true or false"),
        (Literal["a", "b"] | None, "'a' or 'b' or null"),
    ],
)
def test_a_type_is_named_for_people(annotation, text):
    assert describe(annotation) == text


def test_an_unknown_key_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match=r"\[s\] has no key 'sizes'. There are: size, rate\."):
        check_arguments("s", Sample, {"sizes": 3})


def test_a_missing_key_is_named():
    with pytest.raises(ValueError, match=r"\[s\] lacks the key 'size'"):
        check_arguments("s", Sample, {"rate": 1})


def test_a_wrong_type_is_named_with_its_path():
    with pytest.raises(TypeError, match=r"\[s\] size is 'big'; expected a whole number\."):
        check_arguments("s", Sample, {"size": "big"})


def test_functions_that_take_anything_take_anything():
    check_arguments("s", lambda *names, **values: None, {"x": 1})


def test_annotations_that_cannot_be_resolved_are_not_checked():
    def read(path: "OnlyForTypeCheckers"):  # noqa: F821
        return path

    check_arguments("s", read, {"path": 3})
    with pytest.raises(ValueError, match="has no key 'pth'"):
        check_arguments("s", read, {"pth": 3})


def test_require_refuses_nan():
    with pytest.raises(ValueError, match=r"^x is nan\.$"):
        require(float("nan") > 0, "x is nan")
