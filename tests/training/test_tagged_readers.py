"""Readers of tagged documents: lines with numbers or tags, packed or not, again and again."""

import gzip
import io

import pytest

from vectorsuite.training.tagged_readers import (
    TaggedBrownCorpus,
    TaggedDocument,
    TaggedLineDocument,
)

TEXT = "a b\n\nc\n"


def test_lines_are_tagged_with_their_numbers_and_empty_ones_count(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text(TEXT)
    reader = TaggedLineDocument(path)
    expected = [(["a", "b"], [0]), ([], [1]), (["c"], [2])]
    assert list(reader) == list(reader) == [TaggedDocument(*pair) for pair in expected]
    packed = tmp_path / "text.gz"
    packed.write_bytes(gzip.compress(TEXT.encode()))
    assert list(TaggedLineDocument(packed)) == list(reader)
    assert list(TaggedLineDocument(io.StringIO(TEXT))) == list(reader)


def test_tags_in_a_column_come_before_a_tab(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("labour 1997\ta b\n\tno tag\n")
    first, second = TaggedLineDocument(path, tags="column")
    assert first == TaggedDocument(["a", "b"], ["labour", "1997"])
    assert second == TaggedDocument(["no", "tag"], [])
    path.write_text("x\ty\nno column\n")
    with pytest.raises(ValueError, match=r"Line 2 of .*text.txt has no tab"):
        list(TaggedLineDocument(path, tags="column"))


def test_what_is_no_file_is_refused():
    with pytest.raises(TypeError, match="give a path"):
        TaggedLineDocument([TaggedDocument(["a"], [0])])
    with pytest.raises(ValueError, match="'number' and 'column'"):
        TaggedLineDocument("text.txt", tags="line")


def test_brown_sentences_are_tagged_with_file_and_line(tmp_path):
    (tmp_path / "ca01").write_text("The/at Jury/nn ./.\n\n./.\nSaid/vbd\n")
    assert [(d.words, d.tags) for d in TaggedBrownCorpus(tmp_path)] == [
        (["the/at", "jury/nn"], [f"{tmp_path / 'ca01'}_SENT_0"]),
        (["said/vb"], [f"{tmp_path / 'ca01'}_SENT_3"]),
    ]


def test_a_document_prints_its_words_and_tags():
    assert str(TaggedDocument(["a"], [1])) == "TaggedDocument<['a'], [1]>"


def test_readers_print_what_they_read():
    assert repr(TaggedLineDocument("a.txt")) == "TaggedLineDocument('a.txt', tags='number')"
    assert repr(TaggedBrownCorpus("brown")) == "TaggedBrownCorpus('brown')"
