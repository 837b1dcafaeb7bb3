"""gensim's own tests of Word2Vec, run on ours.

    python tests/peers/test_gensim_word2vec.py [NAME ...]

The tests are imported from the installed gensim with our classes in place of its own; nothing of
them is copied. Prints what passed, and for every test that fails why it is expected to.
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
import warnings
from pathlib import Path
from unittest import mock

import pytest

import vectorsuite.models.word2vec as our_word2vec
from vectorsuite.query import KeyedVectors

PICKLE = "opens a pickle, which can run any code; ours opens none"
# Tests that fail on purpose, and why.
EXPECTED = {
    "TestWord2VecModel.test_load_old_model": PICKLE,
    "TestWord2VecModel.test_load_old_model_separates": PICKLE,
    "TestWord2VecModel.test_load_old_models_1_x": PICKLE,
    "TestWord2VecModel.test_load_old_models_2_x": PICKLE,
    "TestWord2VecModel.test_load_old_models_3_x": PICKLE,
    "TestWord2VecModel.test_persistence_backwards_compatible": PICKLE,
}


def log_capture():
    """As of the package testfixtures, which gensim's tests import: hand a test what was logged."""

    class Lines(logging.Handler, list):
        def __init__(self):
            logging.Handler.__init__(self)

        def emit(self, record):
            self.append(record.getMessage())

        __str__ = list.__repr__
        __hash__ = object.__hash__

    def decorate(test):
        @functools.wraps(test)
        def captured(self):
            lines, root = Lines(), logging.getLogger()
            root.addHandler(lines)
            try:
                return test(self, lines)
            finally:
                root.removeHandler(lines)

        return captured

    return decorate


def run(only: set[str] = frozenset()) -> tuple[list[str], dict[str, str], dict[str, str]]:
    """Run the tests; the names that passed, and messages of those that failed or were skipped."""
    sys.modules.setdefault("testfixtures", types.SimpleNamespace(log_capture=log_capture))
    tests = importlib.import_module("gensim.test.test_word2vec")
    ours = types.SimpleNamespace(KeyedVectors=KeyedVectors)
    result, names = unittest.TestResult(), []
    with (
        mock.patch.object(tests, "word2vec", our_word2vec),
        mock.patch.object(tests, "keyedvectors", ours),
    ):
        for group in unittest.defaultTestLoader.loadTestsFromModule(tests):
            for test in group:
                if not only or only & {_name(test), _name(test).split(".")[1]}:
                    names.append(_name(test))
                    _run_in_own_folder(test, result)
    failed = {
        _name(test): trace.strip().splitlines()[-1]
        for test, trace in [*result.failures, *result.errors]
    }
    skipped = {_name(test): reason for test, reason in result.skipped}
    return [name for name in names if name not in {**failed, **skipped}], failed, skipped


def _run_in_own_folder(test: unittest.TestCase, result: unittest.TestResult) -> None:
    """Run a test whose files no other test sees: they all use the same names."""
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(tempfile, "tempdir", folder):
        os.chdir(folder)
        try:
            test.run(result)
        finally:
            os.chdir(here)


def _name(test: unittest.TestCase) -> str:
    return ".".join(test.id().split(".")[-2:])


@pytest.mark.slow
def test_all_pass_but_for_those_listed():
    pytest.importorskip("gensim")
    passed, failed, _ = run()
    assert set(failed) == set(EXPECTED)
    assert len(passed) >= 0.9 * (len(passed) + len(failed))


def main() -> None:
    logging.getLogger().addHandler(logging.NullHandler())
    warnings.simplefilter("ignore")
    passed, failed, skipped = run(set(sys.argv[1:]))
    for name, message in failed.items():
        print(f"FAILED {name}: {message}\n       {EXPECTED.get(name, 'NOT EXPECTED')}")
    for name, reason in skipped.items():
        print(f"SKIPPED {name}: {reason}")
    print(f"{len(passed)} of {len(passed) + len(failed)} of gensim's tests pass")


if __name__ == "__main__":
    main()
