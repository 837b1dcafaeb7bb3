"""gensim's corpus readers: what they yield, and which of them the compiled reader replaces."""

import bz2
import gzip
import io

import pytest

from vectorsuite.training import sentence_readers
from vectorsuite.training.sentence_readers import (
    BrownCorpus,
    LineSentence,
    PathLineSentences,
    Text8Corpus,
    compiled_reader,
)

TEXT = "a b\n\nc ü d\n"


def test_line_sentence_reads_plain_and_packed_files_again_and_again(tmp_path):
    (tmp_path / "t.txt").write_text(TEXT, "utf8")
    (tmp_path / "t.txt.gz").write_bytes(gzip.compress(TEXT.encode()))
    (tmp_path / "t.txt.bz2").write_bytes(bz2.compress(TEXT.encode()))
    for name in ("t.txt", "t.txt.gz", "t.txt.bz2"):
        reader = LineSentence(tmp_path / name)
        assert list(reader) == list(reader) == [["a", "b"], ["c", "ü", "d"]]


def test_line_sentence_reads_file_objects_from_their_start():
    for file in (io.BytesIO(TEXT.encode()), io.StringIO(TEXT)):
        file.read()
        assert list(LineSentence(file)) == [["a", "b"], ["c", "ü", "d"]]


def test_line_sentence_cuts_lines_and_stops_at_the_limit(tmp_path):
    (tmp_path / "t.txt").write_text(TEXT, "utf8")
    assert list(LineSentence(tmp_path / "t.txt", 2)) == [["a", "b"], ["c", "ü"], ["d"]]
    assert list(LineSentence(tmp_path / "t.txt", limit=1)) == [["a", "b"]]


def test_path_line_sentences_reads_files_by_name(tmp_path):
    (tmp_path / "2.txt").write_text("c", "utf8")
    (tmp_path / "1.txt").write_text("a\nb", "utf8")
    assert list(PathLineSentences(tmp_path)) == [["a"], ["b"], ["c"]]
    assert list(PathLineSentences(tmp_path / "1.txt")) == [["a"], ["b"]]
    with pytest.raises(ValueError, match="neither a file nor a folder"):
        PathLineSentences(tmp_path / "3.txt")


@pytest.mark.parametrize("n", range(1, 12))
def test_text8_never_cuts_words_or_characters(tmp_path, monkeypatch, n):
    monkeypatch.setattr(sentence_readers, "_READ_BYTES", n)
    words = ["ü€", "b", "𝄞𝄞", "ccc"] * 3
    (tmp_path / "text8").write_text(" ".join(words), "utf8")
    sentences = list(Text8Corpus(tmp_path / "text8", 5))
    assert [word for sentence in sentences for word in sentence] == words
    assert [len(sentence) for sentence in sentences] == [5, 5, 2]


def test_brown_keeps_words_with_the_start_of_their_tags(tmp_path):
    (tmp_path / "ca01").write_text("The/AT-TL dog/NN ,/, 1/2/3 x ''/''\n\n./.\nRuns/VBZ\n", "utf8")
    (tmp_path / "folder").mkdir()
    assert list(BrownCorpus(tmp_path)) == [["the/AT", "dog/NN"], ["runs/VB"]]


def test_a_model_reads_the_file_itself_where_it_can(tmp_path):
    (tmp_path / "t.txt").write_text(TEXT, "utf8")
    reader = compiled_reader(LineSentence(str(tmp_path / "t.txt")))
    assert [file.path.name for file in reader.files] == ["t.txt"]
    assert compiled_reader(Text8Corpus(tmp_path / "t.txt")).files
    limited = LineSentence(tmp_path / "t.txt", limit=1)
    assert compiled_reader(limited) is limited
    assert compiled_reader([["a"]]) == [["a"]]


def test_readers_print_what_they_read(tmp_path):
    assert repr(LineSentence("a.txt")) == "LineSentence('a.txt')"
    assert repr(BrownCorpus("brown")) == "BrownCorpus('brown')"


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbfa b\nc\n")
    assert list(LineSentence(path)) == [["a", "b"], ["c"]]
    assert list(LineSentence(path.open("rb"))) == [["a", "b"], ["c"]]
    assert list(LineSentence(path.open(encoding="utf8"))) == [["a", "b"], ["c"]]
    assert list(Text8Corpus(path)) == [["a", "b", "c"]]
