"""N-grams fitted to a table afterwards: seconds, and the cosine of words held out.

    python tests/benchmarks/bench_subword_backoff.py [--json] [--corpus FILE] [--table FILE]
        [--width D]

Without --table, a table is trained on the corpus (skip-gram, five epochs). One word in twenty is
taken out of it; each way of making up vectors then gives these words one, from the words that are
left. The cosine is with the vector that was taken out, over all words taken out; a word without an
answer counts as 0. "centred" has the mean of the table taken from both vectors first: the part of
a vector that is not the same for every word.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from corpus_file import CORPUS
from numpy.typing import NDArray

from vectorsuite import Vectors, load
from vectorsuite.training.corpus import count_and_encode
from vectorsuite.training.readers import LineSentences
from vectorsuite.training.trainer import train_skip_gram
from vectorsuite.vectors.ngram_fit import fit_ngrams
from vectorsuite.vectors.oov import NearestSpelling, Policy, SubWords, Zeros

THREADS = 2
SHARE = 0.05
Array = NDArray[Any]


def words_and_vectors(arguments: argparse.Namespace) -> tuple[list[str], Array]:
    if arguments.table:
        words = load(arguments.table)
        return [str(key) for key in words.index_to_key], words.vectors
    with count_and_encode(LineSentences(arguments.corpus or CORPUS)) as corpus:
        trained = train_skip_gram(corpus, vector_size=arguments.width, epochs=5, workers=THREADS)
        return list(corpus.words), np.array(trained.vectors)


def cosines(a: Array, b: Array) -> float:
    lengths = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    return float(np.mean((a * b).sum(axis=1) / np.where(lengths > 0, lengths, 1)))


class MeanVector(Policy):
    """The mean of the table for every word."""

    def __call__(self, words: list[str], table: Any) -> tuple[Array, Array]:
        mean = np.asarray(table.data, dtype=np.float32).mean(axis=0)
        return np.tile(mean, (len(words), 1)), np.ones(len(words), dtype=bool)


def measure(words: list[str], vectors: Array) -> list[dict[str, Any]]:
    random = np.random.default_rng(0)
    out = np.zeros(len(words), dtype=bool)
    out[random.choice(len(words), int(SHARE * len(words)), replace=False)] = True
    known = [word for word, gone in zip(words, out, strict=True) if not gone]
    unknown = [word for word, gone in zip(words, out, strict=True) if gone]
    table = Vectors(data=vectors[~out], keys=known)
    makers: dict[str, Callable[[], Policy]] = {
        "zeros": Zeros,
        "mean vector": MeanVector,
        "nearest spelling": NearestSpelling,
        "known parts": SubWords,
        "fitted n-grams": lambda: fit_ngrams(table, threads=THREADS),
        "fitted n-grams, ridge given": lambda: fit_ngrams(
            table, ridge=0.02, held_out=0, threads=THREADS
        ),
    }
    centre = table.data.mean(axis=0)
    report = []
    for name, make in makers.items():
        start = time.perf_counter()
        policy = make()
        fitted = time.perf_counter()
        made, found = policy(unknown, table)
        end = time.perf_counter()
        report.append({
            "vectors": name,
            "cosine": round(cosines(made, vectors[out]), 4),
            "centred": round(cosines((made - centre) * found[:, None], vectors[out] - centre), 4),
            "found": round(float(found.mean()), 3),
            "fit s": round(fitted - start, 2),
            "us per word": round((end - fitted) / len(unknown) * 1e6, 1),
        })  # fmt: skip
    return report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--table", type=Path)
    parser.add_argument("--width", type=int, default=300)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    words, vectors = words_and_vectors(arguments)
    report = measure(words, vectors)
    if arguments.json:
        print(json.dumps({"table": vectors.shape, "held out": SHARE, "results": report}))
        return
    print(f"{vectors.shape[0]} × {vectors.shape[1]}, {SHARE:.0%} of the words held out")
    names = list(report[0])
    for row in [dict(zip(names, names, strict=True)), *report]:
        print("  ".join(f"{row[name]!s:>{27 if name == 'vectors' else 11}}" for name in names))


if __name__ == "__main__":
    main()
