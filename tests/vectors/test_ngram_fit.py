"""Fitting n-grams to a table: what the fit is, and that held-out words get their vectors."""

import numpy as np
import pytest

from vectorsuite import Vectors
from vectorsuite.packed import PackedStrings
from vectorsuite.vectors import ngram_fit
from vectorsuite.vectors.ngram_fit import fit_ngrams
from vectorsuite.vectors.ngrams import NGrams

STEMS = [a + b + c for a in "bdgk" for b in "aou" for c in ("rst", "lm", "nd")]
ENDINGS = ["ing", "ed", "ness", "ly", "er", "ful", "able", "ous"]


def planted(width=12, seed=0):
    """Words of stem and ending, and vectors that are the sum of one of each."""
    random = np.random.default_rng(seed)
    stems = random.standard_normal((len(STEMS), width))
    endings = random.standard_normal((len(ENDINGS), width)) * 0.7
    words = [stem + ending for stem in STEMS for ending in ENDINGS]
    return words, (stems[:, None] + endings).reshape(len(words), width).astype(np.float32) * 3


def cosines(a, b):
    return (a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)


@pytest.fixture(scope="module")
def split():
    """A table of most planted words, and the words left out with their vectors."""
    words, vectors = planted()
    out = np.zeros(len(words), dtype=bool)
    out[np.random.default_rng(1).choice(len(words), 40, replace=False)] = True
    known = [word for word, gone in zip(words, out, strict=True) if not gone]
    unknown = [word for word, gone in zip(words, out, strict=True) if gone]
    return Vectors(data=vectors[~out], keys=known), unknown, vectors[out]


def test_words_left_out_get_their_vectors(split):
    table, unknown, vectors = split
    fitted, found = fit_ngrams(table)(unknown, table)
    assert found.all()
    assert fitted.dtype == np.float32
    assert cosines(fitted, vectors).mean() > 0.9
    mean = np.tile(table.data.mean(axis=0), (len(unknown), 1))
    assert cosines(mean, vectors).mean() < 0.4
    # on the scale of the table, but shorter: the less is known of a word, the less it counts
    lengths = np.linalg.norm(fitted, axis=1), np.linalg.norm(table.data, axis=1)
    assert 0.4 < np.median(lengths[0]) / np.median(lengths[1]) < 1


def test_facts_tell_what_was_measured(split):
    table, *_ = split
    told = []
    ngrams = fit_ngrams(table, held_out=0.2, progress=lambda *report: told.append(report))
    assert told == [("fit", 12, 12)]
    facts = ngrams.facts
    assert facts["words"] == 248
    assert facts["held_out"] == 49
    assert facts["rows"] == len(ngrams.rows.vectors) == len(ngrams.rows.buckets)
    assert facts["ridge"] in (0.005, 0.02, 0.08)
    assert 0.9 < facts["cosine"] < 1
    assert fit_ngrams(table, held_out=0).facts["cosine"] is None


def test_the_cosine_is_of_words_that_were_not_fitted():
    words, vectors = planted()
    noise = np.random.default_rng(3).standard_normal(vectors.shape).astype(np.float32)
    table = Vectors(data=noise, keys=words)
    ngrams = fit_ngrams(table, held_out=0.2)
    assert abs(ngrams.facts["cosine"]) < 0.15, "nothing can be known of them"
    assert cosines(ngrams(words, table)[0], noise).mean() > 0.3, "of fitted ones much can"


def test_the_fit_is_that_of_the_docstring(monkeypatch):
    monkeypatch.setattr(ngram_fit, "TOLERANCE", 1e-6)
    words, vectors = planted(width=3)
    words, vectors = words[:30], vectors[:30]
    ngrams = fit_ngrams(
        Vectors(data=vectors, keys=words), minn=3, maxn=4, bucket=97, min_words=1, ridge=0.1
    )
    rows, offsets = NGrams(3, 4, 97).get_rows(PackedStrings.pack(words))
    matrix = np.zeros((30, 97))
    np.add.at(matrix, (np.repeat(np.arange(30), np.diff(offsets)), rows), 1)
    uses = matrix.sum(axis=0)
    matrix /= matrix.sum(axis=1, keepdims=True)
    target = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    penalty = np.diag(0.1 * np.sqrt(np.maximum(uses, 1)))
    exact = np.linalg.solve(matrix.T @ matrix + penalty, matrix.T @ target)
    rows, scale = ngrams.rows, np.median(np.linalg.norm(vectors, axis=1))
    assert sorted(rows.buckets) == np.flatnonzero(uses).tolist()
    np.testing.assert_allclose(rows.vectors, exact[rows.buckets] * scale, atol=0.002 * scale)
    fitted = ngrams.get_vectors(words)
    np.testing.assert_allclose(fitted, matrix @ exact * scale, atol=0.002 * scale)


def test_the_result_depends_on_the_seed_alone(split):
    table, unknown, _ = split
    one, two = (fit_ngrams(table, held_out=0.2, threads=n) for n in (1, 3))
    np.testing.assert_array_equal(one.get_vectors(unknown), two.get_vectors(unknown))
    assert fit_ngrams(table, held_out=0.2, seed=5).facts["cosine"] != one.facts["cosine"]


def test_words_without_a_vector_do_not_count():
    words, vectors = planted()
    data = np.concatenate([vectors, np.zeros((1, 12), "f"), np.full((1, 12), np.nan, "f")])
    ngrams = fit_ngrams(Vectors(data=data, keys=[*words, "zero", "broken"]))
    assert ngrams.facts["words"] == len(words)
    assert np.isfinite(ngrams.rows.vectors).all()


@pytest.mark.parametrize("size", [1e-6, 1e6])
def test_vectors_of_any_size_are_fitted(size):
    words, vectors = planted()
    table = Vectors(data=vectors * np.float32(size), keys=words)
    fitted = fit_ngrams(table).get_vectors(words[:50])
    assert cosines(fitted / size, vectors[:50]).mean() > 0.9


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"held_out": 1.0}, "held_out is 1.0"),
        ({"ridge": 0.0}, "ridge is 0.0"),
        ({"minn": 5, "maxn": 4}, "5 to 4 characters"),
        ({"maxn": 0}, "at least 1"),
        ({"min_words": 0}, "at least 1"),
        ({"bucket": 0}, "bucket is 0"),
        ({"threads": -1}, "number of threads"),
        ({"min_words": 10**6}, "occurs 1000000 times"),
    ],
)
def test_settings_out_of_range_are_refused(split, options, message):
    with pytest.raises(ValueError, match=message):
        fit_ngrams(split[0], **options)


def test_tables_without_words_are_refused():
    with pytest.raises(ValueError, match="no words with vectors"):
        fit_ngrams(Vectors(data=np.zeros((3, 2), "f"), keys=["a", "b", "c"]))
    floret = Vectors(data=np.ones((5, 2), "f"), mode="floret", minn=2, maxn=3, hash_count=1)
    with pytest.raises(ValueError, match="every word a vector"):
        fit_ngrams(floret)


@pytest.mark.slow
def test_on_real_words(wiki17m):
    from vectorsuite.training.corpus import count_and_encode
    from vectorsuite.training.readers import LineSentences
    from vectorsuite.training.trainer import train_skip_gram

    with count_and_encode(LineSentences(wiki17m), min_count=20) as corpus:
        trained = train_skip_gram(corpus, vector_size=32, epochs=1, workers=2)
        table = Vectors(data=trained.vectors, keys=corpus.words)
    unit = table.data / np.linalg.norm(table.data, axis=1, keepdims=True)
    mean = unit.mean(axis=0)
    of_mean = float(np.mean(unit @ (mean / np.linalg.norm(mean))))
    facts = fit_ngrams(table).facts
    assert facts["held_out"] > 1000
    assert facts["cosine"] > of_mean + 0.04
