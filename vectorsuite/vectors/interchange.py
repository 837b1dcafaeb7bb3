"""From words and arrays, as files hold them, to a table, and back.

What only a table has is kept in ``extras``: ``oov``, its policy for words it lacks, and of a floret
table ``strings``, a list of the words that it knows.
"""

from __future__ import annotations

from dataclasses import asdict, replace

import numpy as np

from vectorsuite.io.fasttext_binary import is_model_of, plain_model
from vectorsuite.io.fasttext_model import FastTextModel
from vectorsuite.io.word_vectors import FloretSettings, WordVectors, drop_duplicates
from vectorsuite.kernels.device import on_host
from vectorsuite.packed import PackedStrings
from vectorsuite.strings import StringStore, string_keys
from vectorsuite.vectors.attributes import check_attribute
from vectorsuite.vectors.bucket_rows import BucketRows
from vectorsuite.vectors.ngram_vectors import NGramVectors
from vectorsuite.vectors.ngrams import NGrams
from vectorsuite.vectors.table import Vectors


def to_table(vectors: WordVectors, *, attr: int | str = "ORTH") -> Vectors:
    """Make a table of words and vectors, in their order; of equal words the first row stays.

    Uses the array as it is. Buckets of floret become a table in floret mode. With a model of
    fastText, other words get vectors from their n-grams: the table's ``oov`` sees to it.

    :param attr: Token attribute that the words stand for.
    :raises ValueError: If there is no such attribute.
    """
    check_attribute(attr)
    if vectors.floret is not None:
        settings = asdict(vectors.floret)
        # The program floret leaves lone boundary characters out, spaCy does not; they can only be
        # n-grams if minn is 1.
        boundaries = vectors.floret.minn > 1
        return Vectors(
            strings=StringStore(vectors.extras.get("strings", ())),
            data=vectors.data, mode="floret", attr=attr, lone_boundaries=boundaries, **settings,
        )  # fmt: skip
    vectors = drop_duplicates(vectors)
    words = vectors.words
    table = Vectors(
        strings=StringStore(words), data=vectors.data, keys=string_keys(words), attr=attr
    )
    if vectors.counts is not None:
        table.row_attrs["count"] = vectors.counts
    table.oov = ngram_vectors_of(vectors) or vectors.extras.get("oov")
    return table


def ngram_vectors_of(vectors: WordVectors) -> NGramVectors | None:
    """Vectors of n-grams that come with words, from a model of fastText or a table; None: none."""
    model = vectors.extras.get("fasttext")
    if model is None:
        policy = vectors.extras.get("oov")
        return policy if isinstance(policy, NGramVectors) else None
    ngrams = ngrams_of(model)
    return NGramVectors(ngrams, bucket_rows_of(model)) if ngrams.maxn else None


def with_fasttext_model(vectors: WordVectors) -> WordVectors:
    """Words and n-grams as a model of fastText in ``extras``, for its files to hold both.

    :returns: The same vectors where there are no n-grams, or such as fastText's files cannot hold:
        those of pruned models and those of ``fit_ngrams`` count only buckets that are in use.
    """
    policy = ngram_vectors_of(vectors)
    if policy is None or not policy.rows.counts_unused or is_model_of(vectors):
        return vectors
    n, ngrams = len(vectors), policy.ngrams
    data = vectors.data.astype(np.float32, copy=False)
    rows = np.zeros((n + ngrams.bucket, vectors.width), dtype=np.float32)
    rows[:n] = policy.rows.own_parts(data, *ngrams.get_rows(vectors.words))
    rows[n + policy.rows.buckets] = policy.rows.vectors
    model = plain_model(vectors)
    lengths = {"bucket": ngrams.bucket, "minn": ngrams.minn, "maxn": ngrams.maxn}
    model = replace(model, arguments=model.arguments | lengths, input=rows)
    return replace(
        vectors, extras={**vectors.extras, "fasttext": model}, n_duplicates=0, n_skipped=0
    )


def ngrams_of(model: FastTextModel) -> NGrams:
    """Which buckets words have by a model of fastText."""
    minn, maxn = model.ngram_lengths
    return NGrams(minn, maxn, model.arguments["bucket"] if maxn else 0)


def bucket_rows_of(model: FastTextModel) -> BucketRows:
    """Vectors of n-grams of a model of fastText, which are not copied."""
    n_buckets, width = ngrams_of(model).bucket, model.arguments["dim"]
    rows = model.rows()[model.n_words :]
    if model.pruned is None:
        return BucketRows(n_buckets, width, None, rows[:n_buckets])
    kept = model.pruned.astype(np.int64)
    return BucketRows(n_buckets, width, kept[:, 0], rows[kept[:, 1]], counts_unused=False)


def from_table(table: Vectors) -> WordVectors:
    """Return the words of a table and their vectors, in the order of the rows.

    Words that share a row get a copy each. A floret table gives its buckets.

    :raises KeyError: If the table's store does not know a key's string.
    """
    data = on_host(table.data)
    if table.mode == "floret":
        settings = FloretSettings(
            table.minn, table.maxn, table.hash_count, table.hash_seed, table.bow, table.eow
        )
        extras = {"strings": list(table.strings)}
        return WordVectors(PackedStrings.pack([]), data, floret=settings, extras=extras)
    keys, rows = table.key2row.entries()
    order = np.argsort(rows, kind="stable")
    keys, rows = keys[order], rows[order]
    words = PackedStrings.pack(table.strings[key] for key in keys.tolist())
    if not np.array_equal(rows, np.arange(len(data))):
        data = data[rows]
    counts = table.row_attrs.get("count")
    extras = {} if table.oov is None else {"oov": table.oov}
    return WordVectors(words, data, counts=None if counts is None else counts[rows], extras=extras)
