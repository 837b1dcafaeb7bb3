"""Word2Vec against gensim's, from Python lists and from a file, whole job, words per second.

    python tests/benchmarks/bench_word2vec.py [--words 2000000] [--json]

Both read, count, and train the same text for one epoch and more, on the same number of threads, in
one run. The text is the 17 M word corpus if it is beside the checkout, else made-up words.
"""

from __future__ import annotations

import argparse
import itertools
import json
import lzma
import tempfile
import time
from pathlib import Path

import numpy as np
from corpus_file import CORPUS

from vectorsuite.models import Word2Vec

ARCHITECTURES = {
    "skip-gram, negative sampling": {"sg": 1},
    "CBOW, negative sampling": {"sg": 0},
    "skip-gram, hierarchical softmax": {"sg": 1, "hs": 1, "negative": 0},
    "CBOW, hierarchical softmax": {"sg": 0, "hs": 1, "negative": 0},
}


def read_sentences(n_words: int) -> list[list[str]]:
    """The first sentences of the corpus, of so many words in all."""
    if not CORPUS.is_file():
        random = np.random.default_rng(1)
        ranks = np.minimum(random.zipf(1.2, n_words), 50_000)
        return [[f"w{rank}" for rank in part] for part in np.array_split(ranks, n_words // 20)]
    sentences, total = [], 0
    with lzma.open(CORPUS, "rt", encoding="utf8") as lines:
        for line in lines:
            sentences.append(line.split())
            total += len(sentences[-1])
            if total >= n_words:
                break
    return sentences


def measure(model: type, epochs: int, workers: int, **settings: object) -> float:
    """Seconds of a whole job."""
    start = time.perf_counter()
    model(vector_size=100, min_count=5, epochs=epochs, workers=workers, **settings)
    return time.perf_counter() - start


def main() -> None:
    from gensim.models import Word2Vec as Gensim

    parser = argparse.ArgumentParser()
    parser.add_argument("--words", type=int, default=1_000_000)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    sentences = read_sentences(options.words)
    n_words = sum(map(len, sentences)) * options.epochs
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "text.txt"
        path.write_text("\n".join(map(" ".join, sentences)), "utf8")
        sources = {"lists": {"sentences": sentences}, "file": {"corpus_file": str(path)}}
        for (name, kind), (source, given) in itertools.product(
            ARCHITECTURES.items(), sources.items()
        ):
            theirs = measure(Gensim, options.epochs, options.workers, **kind, **given)
            ours = measure(Word2Vec, options.epochs, options.workers, **kind, **given)
            rows.append(
                {"model": name, "from": source, "words/s": n_words / ours,
                 "gensim words/s": n_words / theirs, "times": theirs / ours}
            )  # fmt: skip
    if options.json:
        print(json.dumps(rows))
        return
    for row in rows:
        print(
            f"{row['model']:34} {row['from']:6} {row['words/s']:>12,.0f} words/s  "
            f"gensim {row['gensim words/s']:>9,.0f}  {row['times']:5.1f}×"
        )


if __name__ == "__main__":
    main()
