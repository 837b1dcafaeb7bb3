"""Runs gensim's own tests, as they are installed, with other classes in the place of gensim's."""

from __future__ import annotations

import importlib
import sys
import unittest
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any
from unittest import mock

import pytest

#: (tests, module → name → stand-in, test → why it must fail, share=that passes)
GensimTests = Callable[..., None]


@pytest.fixture
def gensims_tests() -> GensimTests:
    """Run a module of gensim's tests: all pass but those listed, which are few.

    Prints what passed and failed (``pytest -s`` shows it).
    """
    pytest.importorskip("gensim")
    return check


def check(
    tests: str,
    stand_ins: Mapping[str, Mapping[str, Any]],
    expected: Mapping[str, str],
    share: float = 0.9,
) -> None:
    """Run, print, and compare with what is expected; at least this share must pass."""
    names, failed = run(tests, stand_ins)
    print(f"\n{len(names) - len(failed)} of {len(names)} of {tests} pass")
    for name, message in failed.items():
        print(f"  {name}: {message}\n      {expected.get(name, 'NOT EXPECTED')}")
    assert set(failed) == set(expected)
    assert len(names) - len(failed) >= share * len(names)


def run(tests: str, stand_ins: Mapping[str, Mapping[str, Any]]) -> tuple[list[str], dict[str, str]]:
    """The names of all tests, and the last line of what those that failed printed."""
    with ExitStack() as stack:
        stack.enter_context(mock.patch.dict(sys.modules))
        for module, names in stand_ins.items():
            stack.enter_context(mock.patch.multiple(module, **names))
        sys.modules.pop(tests, None)  # imported anew, so that its own classes build on ours
        module = importlib.import_module(tests)
        suite = unittest.defaultTestLoader.loadTestsFromModule(module)
        all_names = [_name(test) for group in suite for test in group]
        result = unittest.TestResult()
        suite.run(result)
    failures = [*result.failures, *result.errors]
    return all_names, {_name(test): text.strip().splitlines()[-1] for test, text in failures}


def _name(test: unittest.TestCase) -> str:
    return ".".join(test.id().split(".")[-2:])
