"""Which rows words of n-grams have, and that training them gives vectors of words never seen."""

import numpy as np
import pytest

from vectorsuite.io.fasttext_binary import ARGUMENTS, DEFAULTS
from vectorsuite.io.fasttext_model import FastTextModel
from vectorsuite.packed import PackedStrings
from vectorsuite.training.architecture import Architecture
from vectorsuite.training.corpus import count_and_encode
from vectorsuite.training.subwords import NGrams, subword_table, subword_weights
from vectorsuite.training.trainer import train_epochs
from vectorsuite.vectors.floret import FloretSettings


@pytest.mark.parametrize(("minn", "maxn"), [(3, 6), (1, 2), (2, 2), (0, 0), (5, 9)])
def test_rows_are_those_of_gensim(minn, maxn):
    gensim_inner = pytest.importorskip("gensim.models.fasttext_inner")
    words = ["a", "apple", "naïve", "日本語", "</x>", "b" * 30]
    rows, offsets = NGrams(minn, maxn, 1000).get_rows(PackedStrings.pack(words))
    for i, word in enumerate(words):
        hashes = gensim_inner.compute_ngrams_bytes(word, minn, maxn) if maxn else []
        expected = [gensim_inner.ft_hash_bytes(ngram) % 1000 for ngram in hashes]
        assert rows[offsets[i] : offsets[i + 1]].tolist() == expected


def test_composing_by_rows_is_what_files_of_fasttext_compose():
    words = PackedStrings.pack(["apple", "pear", "</s>"])
    grams = NGrams(3, 6, 50)
    table = np.random.default_rng(0).normal(size=(53, 4)).astype(np.float32)
    arguments = dict(zip(ARGUMENTS, DEFAULTS, strict=True))
    arguments |= {"dim": 4, "minn": 3, "maxn": 6, "bucket": 50}
    model = FastTextModel(
        arguments, 0.0, words, np.ones(3, np.int64), np.zeros(3, np.int8), 3, None, table, table
    )
    rows, offsets = grams.get_rows(words)
    for i, vector in enumerate(model.compose(words, np.arange(3))):
        own = np.vstack([table[i : i + 1], table[3 + rows[offsets[i] : offsets[i + 1]]]])
        np.testing.assert_allclose(vector, own.mean(axis=0), atol=1e-6)


def test_table_holds_used_buckets_alone_most_used_first():
    # word 0 (10 times): buckets 7, 3; word 1 (once): 3, 9, 9
    table = subword_table(
        np.array([7, 3, 3, 9, 9], np.int32), np.array([0, 2, 5]), np.array([10, 1]), 20
    )
    assert table.buckets.tolist() == [3, 7, 9]  # used 11, 10 and 2 times
    assert table.parts.offsets.tolist() == [0, 3, 7]
    assert table.parts.rows.tolist() == [0, 3, 2, 1, 2, 4, 4]  # own row, then 2 + place of bucket
    hashed = subword_table(
        np.array([7, 3, 3], np.int32), np.array([0, 2, 3]), np.array([10, 1]), 20, own_rows=False
    )
    assert hashed.parts.rows.tolist() == [1, 0, 0]


@pytest.mark.parametrize(
    "wrong", [{"minn": 4, "maxn": 3}, {"minn": -1}, {"bucket": 0}, {"bucket": 2**31}]
)
def test_ngrams_out_of_range_are_refused(wrong):
    with pytest.raises(ValueError, match="n-grams"):
        NGrams(**wrong)
    assert NGrams(maxn=0, bucket=0).bucket == 0


@pytest.mark.parametrize("kind", ["skip-gram", "cbow"])
@pytest.mark.parametrize("hashing", ["fastText", "floret"])
def test_words_that_share_contexts_come_near_and_so_do_unseen_forms(kind, hashing):
    subwords = FloretSettings(2, 4, 2, 1) if hashing == "floret" else NGrams(2, 4, 5000)
    random = np.random.default_rng(0)
    kinds = [["walk", "walked", "walker", "walks"], ["green", "greener", "greenest", "greens"]]
    near = [[f"{c}{i}" for i in range(8)] for c in "xy"]
    sentences = []
    for i in range(2000):
        group = i % 2
        sentences.append([random.choice(kinds[group]), *random.choice(near[group], size=4)])
    with count_and_encode(sentences, min_count=1) as corpus:
        architecture = Architecture(kind, 16, sample=0.0)
        weights, table = subword_weights(
            corpus.words, corpus.counts, architecture, subwords, 1, n_rows=5000
        )
        losses = train_epochs(
            corpus, corpus.counts, weights, architecture, epochs=3, learn_rate=0.05,
            min_learn_rate=1e-4, workers=1,
        )  # fmt: skip
    assert losses[-1].loss / losses[-1].pairs < losses[0].loss / losses[0].pairs
    n_own = len(weights.in_rows) - len(table.buckets)
    buckets = np.zeros((5000, 16), np.float32)
    buckets[table.buckets] = weights.vectors[n_own:]
    unseen = PackedStrings.pack(["walking", "greenish"])
    if isinstance(subwords, NGrams):
        rows, offsets = subwords.get_rows(unseen)
    else:
        rows, offsets = subwords.get_rows(unseen, 5000)
    new = [buckets[rows[offsets[i] : offsets[i + 1]]].mean(axis=0) for i in range(2)]
    index = {word: i for i, word in enumerate(corpus.words)}
    parts = weights.parts

    def vector(word):
        i = index[word]
        return weights.vectors[parts.rows[parts.offsets[i] : parts.offsets[i + 1]]].mean(axis=0)

    def cosine(a, b):
        return a @ b / np.linalg.norm(a) / np.linalg.norm(b)

    assert cosine(vector("walked"), vector("walks")) > cosine(vector("walked"), vector("greens"))
    assert cosine(new[0], vector("walk")) > cosine(new[0], vector("green"))
    assert cosine(new[1], vector("green")) > cosine(new[1], vector("walk"))
