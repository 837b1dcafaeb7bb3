"""Tables keep vectors of n-grams, which words that they lack get theirs from."""

import numpy as np
import pytest

from vectorsuite import Vectors, write_pipeline
from vectorsuite.io.checked_file import write_checked
from vectorsuite.packed import PackedStrings
from vectorsuite.vectors import open_pipeline
from vectorsuite.vectors.bucket_rows import BucketRows
from vectorsuite.vectors.ngram_vectors import KIND, VERSION, NGramVectors
from vectorsuite.vectors.ngrams import NGrams

GRAMS = NGrams(2, 3, 20)


@pytest.fixture
def policy():
    rows = np.random.default_rng(0).normal(size=(20, 3)).astype(np.float32)
    return NGramVectors(GRAMS, BucketRows(20, 3, None, rows))


@pytest.fixture
def table(policy):
    made = Vectors(data=np.eye(3, dtype="f"), keys=["one", "two", "three"])
    made.oov = policy
    return made


def test_a_missing_word_gets_the_mean_of_its_ngrams(table, policy):
    rows, _ = GRAMS.get_rows(PackedStrings.pack(["ab"]))
    assert len(rows) == 5  # <a ab b> <ab ab>
    found = table.get_batch(["two", "ab"])
    np.testing.assert_allclose(found[0], [0, 1, 0])
    np.testing.assert_allclose(found[1], policy.rows.vectors[rows].mean(axis=0), atol=1e-6)


def test_a_word_without_ngrams_is_not_found(policy, table):
    policy.ngrams = NGrams(5, 6, 20)
    vectors, found = policy(["abc", "ab"], table)
    assert found.tolist() == [True, False] and not vectors[1].any()


@pytest.mark.parametrize("mmap", [True, False])
def test_a_directory_keeps_them(table, tmp_path, mmap):
    write_pipeline(tmp_path / "table", table)
    again = open_pipeline(tmp_path / "table", mmap=mmap)
    np.testing.assert_array_equal(again.get_batch(["abc"]), table.get_batch(["abc"]))
    again.oov = None
    again.to_disk(tmp_path / "table" / "vocab")
    assert open_pipeline(tmp_path / "table").oov is None


def test_spacy_gives_such_vectors_through_our_table(table, tmp_path):
    spacy = pytest.importorskip("spacy")
    write_pipeline(tmp_path / "table", table)
    config = (tmp_path / "table" / "config.cfg").read_text()
    (tmp_path / "table" / "config.cfg").write_text(
        config.replace('"spacy.Vectors.v1"', '"vectorsuite.Vectors.v1"')
    )
    nlp = spacy.load(tmp_path / "table")
    np.testing.assert_allclose(nlp("abc").vector, table.get_batch(["abc"])[0], atol=1e-6)


def test_pruned_rows_are_left_out_of_means(tmp_path, table):
    rows, _ = GRAMS.get_rows(PackedStrings.pack(["ab"]))
    kept = np.unique(rows)[:2]
    pruned = NGramVectors(
        GRAMS, BucketRows(20, 3, kept, np.float32([[1, 0, 0], [3, 0, 0]]), counts_unused=False)
    )
    n = np.array([(rows == kept[0]).sum(), (rows == kept[1]).sum()])
    expected = (n * [1, 3]).sum() / n.sum()
    pruned.to_disk(tmp_path / "ngrams")
    for each in (pruned, NGramVectors.from_disk(tmp_path / "ngrams")):
        np.testing.assert_allclose(each.get_vectors(["ab"])[0], [expected, 0, 0])


def test_own_parts_undo_means():
    random = np.random.default_rng(0)
    own = random.normal(size=(2, 3)).astype(np.float32)
    buckets, offsets = GRAMS.get_rows(PackedStrings.pack(["abc", "x"]))
    for counts in (True, False):
        vectors = random.normal(size=(4, 3)).astype(np.float32)
        rows = BucketRows(20, 3, np.unique(buckets)[:4], vectors, counts)
        means = rows.means(buckets, offsets, own)
        np.testing.assert_allclose(rows.own_parts(means, buckets, offsets), own, atol=1e-5)


def test_other_widths_and_damaged_files_are_refused(table, policy, tmp_path):
    with pytest.raises(ValueError, match="width 3; the table has 2"):
        policy(["a"], Vectors(data=np.ones((1, 2), "f"), keys=["b"]))
    write_pipeline(tmp_path / "table", table)
    path = tmp_path / "table" / "vocab" / "vectors.ngrams"
    NGramVectors(GRAMS, BucketRows(20, 2, None)).to_disk(path)
    NGramVectors(GRAMS, BucketRows(20, 2, np.array([3]), np.ones((1, 2), "f"))).to_disk(path)
    with pytest.raises(ValueError, match="width 2; the table beside it has 3"):
        open_pipeline(tmp_path / "table")
    NGramVectors(GRAMS, BucketRows(20, 3, np.array([99]), np.ones((1, 3), "f"))).to_disk(path)
    with pytest.raises(ValueError, match="not below 20"):
        open_pipeline(tmp_path / "table")
    arrays = {"buckets": np.array([3]), "vectors": np.ones(3, "f")}
    state, _ = NGramVectors(GRAMS, BucketRows(20, 3, None)).to_state()
    write_checked(path, KIND, VERSION, state, arrays)
    with pytest.raises(ValueError, match=r"vectors\.ngrams is damaged"):
        open_pipeline(tmp_path / "table")
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(ValueError, match=r"vectors\.ngrams"):
        open_pipeline(tmp_path / "table")
