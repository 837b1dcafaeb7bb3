"""Vectors of words that a table lacks, by n-grams: everywhere a table is used, and on disk."""

import pickle

import numpy as np
import pytest

from vectorsuite import Doc, KeyedVectors, Vectors, Vocab, load, write_pipeline
from vectorsuite.layers import StaticVectors
from vectorsuite.packed import PackedStrings
from vectorsuite.vectors import open_pipeline
from vectorsuite.vectors.bucket_rows import BucketRows
from vectorsuite.vectors.ngram_vectors import NGramVectors
from vectorsuite.vectors.ngrams import NGrams
from vectorsuite.vectors.oov import FirstOf

GRAMS = NGrams(2, 3, 100_003)


def bucket(ngram):
    """Bucket of an n-gram that is as long as can be."""
    rows, _ = NGrams(len(ngram), len(ngram), GRAMS.bucket).get_rows(PackedStrings.pack([ngram]))
    return int(rows[1])  # of "<ngram>" the second


@pytest.fixture(params=[np.float16, np.float32])
def ngrams(request):
    """Vectors for "ab" and "bc" alone."""
    buckets = np.array([bucket("bc"), bucket("ab")])
    rows = np.array([[6, 8, 10], [2, 4, 6]], request.param)
    of_buckets = BucketRows(GRAMS.bucket, 3, buckets, rows, counts_unused=False)
    return NGramVectors(GRAMS, of_buckets, {"words": 9})


@pytest.fixture
def table(ngrams):
    made = Vectors(data=np.eye(3, dtype="f") * 4, keys=["x", "y", "z"])
    made.oov = ngrams
    return made


def test_a_word_is_the_mean_of_rows_that_there_are(ngrams, table):
    vectors, found = ngrams(["ab", "abc", "q", "bcbcab", ""], table)
    assert found.tolist() == [True, True, False, True, False]
    np.testing.assert_allclose(
        vectors, [[2, 4, 6], [4, 6, 8], [0, 0, 0], [14 / 3, 20 / 3, 26 / 3], [0, 0, 0]], rtol=1e-6
    )
    assert ngrams([], table)[0].shape == (0, 3)


def test_without_rows_nothing_is_found(table):
    empty = NGramVectors(GRAMS, BucketRows(GRAMS.bucket, 3, np.empty(0, np.int64), None, False))
    vectors, found = empty(["ab"], table)
    assert not found.any()
    assert not vectors.any()


def test_a_table_answers_for_words_it_has_never_seen(table):
    assert table.get_batch(["x", "abc", "q"]).tolist() == [[4, 0, 0], [4, 6, 8], [0, 0, 0]]
    assert table.get_batch(word for word in ["abc"]).tolist() == [[4, 6, 8]]
    assert table.get_batch(PackedStrings.pack(["ab"])).tolist() == [[2, 4, 6]]
    assert "abc" not in table, "it has no row"


def test_keyed_vectors_answer_too(table):
    words = KeyedVectors.from_table(table)
    assert words["abc"].tolist() == [4, 6, 8]
    assert not words["abc"].flags.writeable
    assert np.linalg.norm(words.get_vector("ab", norm=True)) == pytest.approx(1)
    assert "abc" in words
    assert "q" not in words
    assert [word for word, _ in words.most_similar("ab")] == ["z", "y", "x"]
    assert words.similarity("ab", "abc") == pytest.approx(80 / (56 * 116) ** 0.5)
    assert not words.has_index_for("abc")
    with pytest.raises(KeyError, match="'q' not present"):
        words["q"]
    with pytest.raises(KeyError, match="not present"):
        words[7]
    assert words.vectors_for_all(["x", "ab", "q"]).index_to_key[:] == ["x", "ab"]


def test_docs_and_layers_use_it(table):
    doc = Doc(Vocab(vectors=table), words=["x", "abc", "q"])
    assert [token.has_vector for token in doc] == [True, True, False]
    assert [token.is_oov for token in doc] == [False, True, True]
    assert doc.vector.tolist() == [4, 3, 4]
    layer = StaticVectors(3).initialize(X=[doc])
    layer.set_param("W", np.eye(3, dtype="f"))
    assert layer.predict([doc]).data.tolist() == [[4, 0, 0], [4, 6, 8], [0, 0, 0]]


@pytest.mark.parametrize("mmap", [True, False])
def test_it_is_saved_with_the_table(table, tmp_path, mmap):
    write_pipeline(tmp_path / "out", table)
    opened = open_pipeline(tmp_path / "out", mmap=mmap)
    assert opened.get_batch(["abc"]).tolist() == [[4, 6, 8]]
    assert opened.oov.ngrams == GRAMS
    assert opened.oov.facts == {"words": 9}
    assert load(tmp_path / "out", mmap=mmap)["abc"].tolist() == [4, 6, 8]
    again = KeyedVectors.load(tmp_path / "out")
    again.save(tmp_path / "again")
    assert load(tmp_path / "again")["ab"].tolist() == [2, 4, 6]


def test_bytes_and_pickles_hold_it(table):
    for copy in (Vectors().from_bytes(table.to_bytes()), pickle.loads(pickle.dumps(table))):
        assert copy.get_batch(["abc"]).tolist() == [[4, 6, 8]]
    words = pickle.loads(pickle.dumps(KeyedVectors.from_table(table)))
    assert words["ab"].tolist() == [2, 4, 6]


def test_what_is_loaded_replaces_it(table, tmp_path):
    plain = Vectors(data=np.eye(3, dtype="f"), keys=["x", "y", "z"])
    plain.to_disk(tmp_path / "plain")
    blob = plain.to_bytes()
    table.to_disk(tmp_path / "table")
    table.from_disk(tmp_path / "plain")
    assert table.oov is None
    assert table.from_disk(tmp_path / "table").oov.rows.width == 3
    assert table.from_bytes(blob).oov is None
    # a policy of the user's own stays, and is not saved
    table.oov = mine = FirstOf(["spelling"])
    assert table.from_disk(tmp_path / "plain").oov is mine
    table.to_disk(tmp_path / "table")
    assert Vectors().from_disk(tmp_path / "table").oov is None


def test_real_spacy_opens_the_directory_without_it(table, tmp_path):
    spacy = pytest.importorskip("spacy", reason="spaCy is not installed")
    write_pipeline(tmp_path / "out", table, lang="en")
    assert spacy.load(tmp_path / "out")("x")[0].vector.tolist() == [4, 0, 0]
    nlp = spacy.blank("en")
    nlp.add_pipe("vectorsuite", config={"vectors": str(tmp_path / "out")})
    assert nlp("abc").vector.tolist() == [4, 6, 8]
    nlp.to_disk(tmp_path / "pipeline")
    assert spacy.load(tmp_path / "pipeline")("abc").vector.tolist() == [4, 6, 8]


def test_a_damaged_file_says_so(table, tmp_path):
    table.to_disk(tmp_path)
    file = tmp_path / "vectors.ngrams"
    whole = file.read_bytes()

    def says(blob, message, mmap=True):
        file.write_bytes(blob)
        with pytest.raises(ValueError, match=message):
            Vectors().from_disk(tmp_path, mmap=mmap)

    says(whole[:-4], "vectors.ngrams: the header announces")
    says(whole[:5], "vectors.ngrams: not an array file")
    says(whole.replace(b"minn", b"nnim"), "vectors.ngrams is damaged")
    says(whole[:-2] + b"\x99\x99", "checksum of 'vectors'", mmap=False)
