"""Docs, their vectors and similarities against spaCy's, on the same words and the same table.

    python tests/benchmarks/bench_texts.py [--json]

2,000 texts of 25 words, by Zipf's law, over a table of 20,000 x 300. Microseconds per doc, best of
three. spaCy keeps the vector of a doc once it was asked for; ours is looked up anew every time, so
spaCy's rows with vectors make the docs first.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from typing import Any

import numpy as np

TEXTS, WORDS, ROWS, WIDTH = 2000, 25, 20_000, 300


def best(work: Callable[[], Any]) -> float:
    """Least microseconds per doc of three runs, after one that does not count."""
    work()
    times = []
    for _ in range(3):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times) / TEXTS * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    import spacy
    from spacy.tokens import Doc as SpacyDoc

    from vectorsuite import Doc, Vectors, Vocab
    from vectorsuite.tokens import similarity_matrix, vectors_of

    rng = np.random.default_rng(0)
    words = [f"w{number}" for number in range(ROWS)]
    data = rng.random((ROWS, WIDTH)).astype("f")
    texts = [[words[i] for i in rng.zipf(1.3, WORDS) % ROWS] for _ in range(TEXTS)]
    theirs = spacy.blank("xx").vocab
    theirs.vectors = spacy.vectors.Vectors(strings=theirs.strings, data=data.copy(), keys=words)
    for word in words:
        theirs.strings.add(word)
    vocab = Vocab(vectors=Vectors(data=data, keys=words))

    def spacy_docs() -> list[Any]:
        return [SpacyDoc(theirs, words=text) for text in texts]

    docs, others = [Doc(vocab, words=text) for text in texts], spacy_docs()
    some = docs[:200]
    rows: dict[str, Callable[[], Any]] = {
        "make docs, spaCy": spacy_docs,
        "make docs, ours": lambda: [Doc(vocab, words=text) for text in texts],
        "make docs, their vectors, spaCy": lambda: [doc.vector for doc in spacy_docs()],
        "vectors, ours": lambda: [doc.vector for doc in docs],
        "vectors in bulk, ours": lambda: vectors_of(docs),
        "vectors in bulk, ours, of spaCy's docs": lambda: vectors_of(others),
        "200 x 200 similarities one by one, spaCy": lambda: [
            a.similarity(b) for a in others[:200] for b in others[:200]
        ],
        "200 x 200 similarities as a matrix, ours": lambda: similarity_matrix(some),
    }
    results = {name: best(work) for name, work in rows.items()}
    if options.json:
        print(json.dumps(results))
        return
    for name, microseconds in results.items():
        print(f"{name:42} {microseconds:8.1f} us per doc")


if __name__ == "__main__":
    main()
