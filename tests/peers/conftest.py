"""Runs gensim's own tests, as they are installed, with other classes in the place of gensim's.

    python -m pytest -s tests/peers

prints how many pass, and for every test that does not why it is expected to fail.
"""

from __future__ import annotations

import functools
import importlib
import logging
import os
import sys
import tempfile
import types
import unittest
from collections.abc import Callable, Collection, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

#: (tests, module → name → stand-in, tests that open pickles, other test → why it must fail)
GensimTests = Callable[..., None]

PICKLE = "opens a pickle, which can run any code; ours opens none"
LEAST = 0.9


@pytest.fixture
def gensims_tests() -> GensimTests:
    """Run a module of gensim's tests: all pass but those listed, which are few.

    Tests that do nothing but open files that gensim pickled can only fail; at least `LEAST` of all
    others must pass. Prints the shares with them and without (``pytest -s`` shows it).
    """
    pytest.importorskip("gensim")
    return check


def check(
    tests: str,
    stand_ins: Mapping[str, Mapping[str, Any]],
    pickles: Collection[str] = (),
    others: Mapping[str, str] | None = None,
) -> None:
    """Run, print, and compare with what is expected."""
    expected = {**dict.fromkeys(pickles, PICKLE), **(others or {})}
    passed, failed, skipped = run(tests, stand_ins)
    n, n_fair = len(passed) + len(failed), len(passed) + len(failed) - len(pickles)
    print(f"\n{tests}: {len(passed)} of {n} pass ({len(passed) / n:.1%})", end="")
    print(f", {len(passed)} of {n_fair} ({len(passed) / n_fair:.1%}) without those for pickles")
    for name, message in failed.items():
        print(f"  FAILED {name}: {message:.100}\n      {expected.get(name, 'NOT EXPECTED')}")
    for name, reason in skipped.items():
        print(f"  SKIPPED {name}: {reason}")
    assert set(failed) == set(expected)
    assert len(passed) >= LEAST * n_fair


def run(
    tests: str, stand_ins: Mapping[str, Mapping[str, Any]]
) -> tuple[list[str], dict[str, str], dict[str, str]]:
    """Names of the tests that passed; last lines of those that failed; reasons of those skipped."""
    with ExitStack() as stack:
        stack.enter_context(mock.patch.dict(sys.modules))
        sys.modules.setdefault("testfixtures", testfixtures())
        for module, names in stand_ins.items():
            stack.enter_context(mock.patch.multiple(module, **names))
        sys.modules.pop(tests, None)  # imported anew, so that its own classes build on ours
        module = importlib.import_module(tests)
        result, names = unittest.TestResult(), []
        for group in unittest.defaultTestLoader.loadTestsFromModule(module):
            for test in group:
                if type(test).__module__ != tests:
                    continue  # the module imports it from other tests
                names.append(_name(test))
                _run_in_own_folder(test, result)
    failures = [*result.failures, *result.errors]
    failed = {_name(test): text.strip().splitlines()[-1] for test, text in failures}
    skipped = {_name(test): reason for test, reason in result.skipped}
    return [name for name in names if name not in {**failed, **skipped}], failed, skipped


def _run_in_own_folder(test: unittest.TestCase, result: unittest.TestResult) -> None:
    """Run a test in a folder that no other one sees: they use the same file names."""
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(tempfile, "tempdir", folder):
        os.chdir(folder)
        try:
            unittest.TestSuite([test]).run(result)  # with what its class sets up
        finally:
            os.chdir(here)


def testfixtures() -> types.SimpleNamespace:
    """What gensim's tests import of the package testfixtures: hands a test what was logged."""

    class Lines(logging.Handler, list):  # type: ignore[type-arg]
        def __init__(self) -> None:
            logging.Handler.__init__(self)

        def emit(self, record: logging.LogRecord) -> None:
            self.append(record.getMessage())

        __str__ = list.__repr__
        __hash__ = object.__hash__

    def decorate(test: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(test)
        def captured(self: Any) -> Any:
            lines, root = Lines(), logging.getLogger()
            root.addHandler(lines)
            try:
                return test(self, lines)
            finally:
                root.removeHandler(lines)

        return captured

    return types.SimpleNamespace(log_capture=lambda: decorate)


def _name(test: unittest.TestCase) -> str:
    return ".".join(test.id().split(".")[-2:])
