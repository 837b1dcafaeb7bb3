"""Text files joined as text: what iterating gives, however the text is cut into pieces."""

import gzip

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vectorsuite.models.phrases import Phrases
from vectorsuite.training import joined_text as module
from vectorsuite.training.joined_text import joined_text
from vectorsuite.training.readers import LineSentences

LEARNED_FROM = [["new", "york"], ["bank", "of", "america"], ["é", "ü"]] * 5
PHRASES = Phrases(LEARNED_FROM, min_count=1, threshold=1, connector_words={"of", "the"})
SECOND = Phrases([["new_york", "city"]] * 5, min_count=1, threshold=1)
PIECES = [
    "new",
    "york",
    "city",
    "of",
    "the",
    "bank",
    "america",
    "é",
    "ü",
    "x",
    " ",
    "\t ",
    "\n",
    "\r\n",
]


def joined(path, matchers, errors="strict", workers=0):
    source = LineSentences(path, errors=errors)
    return b"".join(joined_text(source, matchers, workers=workers)).decode("utf8")


def as_lines(sentences):
    return "".join(" ".join(words) + "\n" for words in sentences if words)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    text=st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join),
    n_bytes=st.integers(1, 120),
    wait=st.sampled_from([0, 5, 1 << 20]),
    workers=st.integers(1, 3),
)
def test_pieces_of_any_size_give_what_iterating_gives(
    tmp_path, monkeypatch, text, n_bytes, wait, workers
):
    monkeypatch.setattr(module, "READ_BYTES", n_bytes)
    monkeypatch.setattr(module, "LONGEST_WAIT", wait)
    monkeypatch.setattr(module, "PART_BYTES", 1)
    path = tmp_path / "text.txt"
    path.write_bytes(text.encode("utf8"))
    sentences = LineSentences(path)
    assert joined(path, [PHRASES.matcher()], workers=workers) == as_lines(PHRASES[sentences])
    both = [PHRASES.matcher(), SECOND.matcher()]
    assert joined(path, both, workers=workers) == as_lines(SECOND[PHRASES[sentences]])


def test_a_phrase_across_pieces_of_one_long_line(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "READ_BYTES", 1000)
    monkeypatch.setattr(module, "LONGEST_WAIT", 100)
    path = tmp_path / "text8"
    path.write_text(" new york bank of the of america x" * 5000)
    expected = " ".join(["new_york bank of the of america x"] * 5000) + "\n"
    assert joined(path, [PHRASES.matcher()]) == expected


def test_files_end_sentences(tmp_path):
    (tmp_path / "a.txt").write_text("x new")
    with gzip.open(tmp_path / "b.txt.gz", "wt") as file:
        file.write("york new york")
    assert joined(tmp_path, [PHRASES.matcher()]) == "x new\nyork new_york\n"


def test_bytes_that_are_not_utf8_are_named_or_replaced(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "READ_BYTES", 5)
    path = tmp_path / "text.txt"
    path.write_bytes(b"new york\nnew y\xc3 x\xff")
    with pytest.raises(ValueError, match=r"byte 14 of .*text\.txt is not UTF-8"):
        joined(path, [PHRASES.matcher()])
    expected = "new_york\nnew y\ufffd x\ufffd\n"
    assert joined(path, [PHRASES.matcher()], errors="replace") == expected
