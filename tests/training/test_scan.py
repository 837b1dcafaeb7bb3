"""Scanning a corpus: words by first appearance, sentences, and encoding without a second look."""

import numpy as np
import pytest

from vectorsuite.packed import PackedStrings
from vectorsuite.training.readers import LineSentences
from vectorsuite.training.scan import ScannedCorpus

SENTENCES = [["b", "a", "b"], [], ["c", "b"]]


def test_counts_words_and_sentences_of_an_iterable():
    with ScannedCorpus(SENTENCES) as scan:
        assert list(scan.words) == ["b", "a", "c"]
        assert scan.counts.tolist() == [3, 1, 1]
        assert (scan.raw_words, scan.n_sentences) == (5, 3)


def test_encodes_without_reading_again():
    with ScannedCorpus(sentence for sentence in SENTENCES) as scan:
        corpus = scan.encode(PackedStrings.pack(["c", "b", "unknown"]))
    assert corpus.ids.tolist() == [1, 1, 0, 1]
    assert corpus.offsets.tolist() == [0, 2, 4]
    assert corpus.counts.tolist() == [1, 3, 0]


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("size", [4, 5, 7, 11, 23, 64, 1000])
def test_counts_the_lines_of_files_that_have_words(tmp_path, monkeypatch, size, workers):
    monkeypatch.setattr("vectorsuite.training.corpus.BLOCK_BYTES", size)
    random = np.random.default_rng(size)
    lines = ["x y z"[: 2 * n] for n in random.integers(0, 4, 50)]
    for name, ending in (("one", "\n"), ("two", "")):
        (tmp_path / name).write_text("\n".join(lines) + ending)
    with ScannedCorpus(LineSentences(tmp_path), workers=workers) as scan:
        assert scan.n_sentences == 2 * sum(bool(line.split()) for line in lines)


def test_an_empty_corpus_is_an_error():
    with pytest.raises(ValueError, match="empty"):
        ScannedCorpus([])


def test_keeps_empty_sentences_where_they_stand():
    sentences = [[], ["b", "a"], [], ["x"], ["b"], [], []]
    with ScannedCorpus(sentences, keep_empty=True) as scan:
        assert scan.n_sentences == 7
        corpus = scan.encode(PackedStrings.pack(["a", "b"]))
    assert corpus.ids.tolist() == [1, 0, 1]
    assert corpus.offsets.tolist() == [0, 0, 2, 2, 2, 3, 3, 3]


def test_keeps_empty_sentences_of_many_pieces():
    random = np.random.default_rng(3)
    lengths = random.integers(0, 3, 200_000) * random.integers(0, 5, 200_000)
    with ScannedCorpus((["a"] * n for n in lengths), keep_empty=True) as scan:
        corpus = scan.encode(PackedStrings.pack(["a"]))
    assert np.diff(corpus.offsets).tolist() == lengths.tolist()
