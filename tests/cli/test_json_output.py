"""``--json``: one line that any JSON reader takes."""

import io
import json
import sys

import pytest

from vectorsuite.cli.json_output import print_json, without_nan

WORDS = {"words": ["größe", "ñ", "日", "😀"]}


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "iso-8859-2", "cp1252"])
def test_letters_that_the_output_lacks_are_escaped_as_json_does(monkeypatch, encoding):
    # as the command line sets its output up
    output = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="backslashreplace")
    monkeypatch.setattr(sys, "stdout", output)
    print_json(WORDS)
    output.flush()
    text = output.buffer.getvalue().decode(encoding)
    assert json.loads(text) == WORDS
    assert ("日" in text) == (encoding == "utf-8")


def test_what_json_cannot_write_is_null():
    value = {"a": [float("nan"), 1.5], "b": (float("inf"), "x"), "c": {"d": float("-inf")}}
    assert without_nan(value) == {"a": [None, 1.5], "b": [None, "x"], "c": {"d": None}}
