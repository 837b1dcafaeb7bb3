"""Single calls, as in a loop over words, against gensim's and spaCy's.

    python tests/benchmarks/bench_calls.py [--json]

A table of 50,000 x 100. Nanoseconds per call, the least of some repetitions, in turns. Batches are
measured by bench_table.py and bench_search.py.
"""

from __future__ import annotations

import argparse
import json
import timeit
from collections.abc import Callable
from typing import Any

import numpy as np

ROWS, WIDTH, REPEAT = 50_000, 100, 5
Calls = dict[str, tuple[Callable[[], Any], Callable[[], Any]]]


def of_gensim(words: list[str], data: Any) -> Calls:
    """Pairs of calls by name, gensim's and ours."""
    from gensim.models import KeyedVectors as Gensim

    from vectorsuite import KeyedVectors

    a, b = Gensim(WIDTH), KeyedVectors(WIDTH)
    for vectors in (a, b):
        vectors.add_vectors(words, data)
    one, two, ten = words[77], words[78], words[70:80]
    return {
        "word in vectors": (lambda: one in a, lambda: one in b),
        "vectors[word]": (lambda: a[one], lambda: b[one]),
        "vectors[ten words]": (lambda: a[ten], lambda: b[ten]),
        "get_vector(norm=True)": (
            lambda: a.get_vector(one, norm=True), lambda: b.get_vector(one, norm=True)
        ),
        "similarity": (lambda: a.similarity(one, two), lambda: b.similarity(one, two)),
        "n_similarity of ten words": (
            lambda: a.n_similarity(ten[:5], ten[5:]), lambda: b.n_similarity(ten[:5], ten[5:])
        ),
        "doesnt_match": (lambda: a.doesnt_match(ten[:4]), lambda: b.doesnt_match(ten[:4])),
        "most_similar": (lambda: a.most_similar(one), lambda: b.most_similar(one)),
    }  # fmt: skip


def of_spacy(words: list[str], data: Any) -> Calls:
    """The same, spaCy's and ours."""
    import spacy

    from vectorsuite import Doc, Vectors, Vocab

    theirs = spacy.blank("xx").vocab
    theirs.vectors = spacy.vectors.Vectors(strings=theirs.strings, data=data.copy(), keys=words)
    a, b = theirs.vectors, Vectors(data=data, keys=words)
    key = theirs.strings[words[77]]
    ten = [theirs.strings[word] for word in words[70:80]]
    ours = Vocab(vectors=b)
    docs = spacy.tokens.Doc(theirs, words[:10]), Doc(ours, words[:10])
    return {
        "key in table": (lambda: key in a, lambda: key in b),
        "table[key]": (lambda: a[key], lambda: b[key]),
        "table[string]": (lambda: a[words[77]], lambda: b[words[77]]),
        "find(key=key)": (lambda: a.find(key=key), lambda: b.find(key=key)),
        "get_batch of ten keys": (lambda: a.get_batch(ten), lambda: b.get_batch(ten)),
        "token.vector": (lambda: docs[0][3].vector, lambda: docs[1][3].vector),
        "a new doc's vector": (
            lambda: spacy.tokens.Doc(theirs, words[:10]).vector,
            lambda: Doc(ours, words[:10]).vector,
        ),
    }


def nanoseconds(pair: tuple[Callable[[], Any], Callable[[], Any]]) -> list[float]:
    """Of either call, in turns."""
    numbers = [max(20, timeit.Timer(call).autorange()[0] // 10) for call in pair]
    runs = [
        [timeit.timeit(call, number=n) / n for call, n in zip(pair, numbers, strict=True)]
        for _ in range(REPEAT)
    ]
    return [1e9 * min(times) for times in zip(*runs, strict=True)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    words = [f"w{number}" for number in range(ROWS)]
    data = np.random.default_rng(0).standard_normal((ROWS, WIDTH), dtype=np.float32)
    rows = []
    for peer, calls in (("gensim", of_gensim(words, data)), ("spaCy", of_spacy(words, data))):
        for name, pair in calls.items():
            theirs, ours = nanoseconds(pair)
            rows.append({"call": name, "peer": peer, "theirs ns": theirs, "ours ns": ours})
            if not options.json:
                print(f"{name:28} {peer} {theirs:>11,.0f} ns   ours {ours:>11,.0f} ns", flush=True)
    if options.json:
        print(json.dumps(rows))


if __name__ == "__main__":
    main()
