"""Searching, analogies and pruning against the matrix product alone, gensim and spaCy.

    python tests/benchmarks/bench_search.py [--rows N] [--width N] [--skip-peers] [--json]

Random vectors, 84,000 x 300. Each figure is the best of several runs, of which the slow ones have
one. gensim answers a part of the analogy questions, and its time is scaled up.
"""

from __future__ import annotations

import argparse
import json
import logging
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from vectorsuite import KeyedVectors, Vectors
from vectorsuite.vectors import prune

QUERIES, N, QUESTIONS, ASKED_OF_GENSIM, KEPT = 1000, 10, 19544, 1500, 20000


def best(run: Callable[[], Any], times: int = 1) -> float:
    """Seconds of the fastest of some runs."""
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def write_questions(path: Path, words: list[str], n: int) -> Path:
    rows = np.random.default_rng(1).integers(0, 905, (n, 4))
    lines = [" ".join(words[row] for row in question) for question in rows]
    path.write_text(": all\n" + "\n".join(lines) + "\n", "utf8")
    return path


def ours(words: list[str], data: np.ndarray, folder: Path) -> dict[str, float]:
    table = Vectors(data=data, keys=words)
    vectors = KeyedVectors.from_table(table)
    queries = data[:QUERIES]
    questions = write_questions(folder / "questions.txt", words, QUESTIONS)
    seconds = {
        "product": best(lambda: queries @ data.T, 5),
        "queries": best(lambda: table.most_similar(queries, n=N), 5),
        "one query": best(lambda: vectors.most_similar("w7", topn=N), 100),
        "analogies": best(lambda: vectors.evaluate_word_analogies(questions, None), 2),
    }
    for method in ("most_similar_cosmul", "pair_direction"):
        seconds[f"analogies, {method}"] = best(
            lambda name=method: vectors.evaluate_word_analogies(
                questions, None, similarity_function=name
            )
        )
    seconds["prune"] = best(lambda: prune(Vectors(data=data, keys=words), KEPT))
    return seconds


def gensim(words: list[str], data: np.ndarray, folder: Path) -> dict[str, float]:
    from gensim.models import KeyedVectors as GensimVectors

    vectors = GensimVectors(data.shape[1])
    vectors.add_vectors(words, data)
    vectors.fill_norms()
    few = write_questions(folder / "few.txt", words, ASKED_OF_GENSIM)
    asked = best(lambda: vectors.evaluate_word_analogies(str(few), len(words)))
    return {
        "one query": best(lambda: vectors.most_similar("w7", topn=N), 100),
        "analogies": asked * QUESTIONS / ASKED_OF_GENSIM,
    }


def spacy(words: list[str], data: np.ndarray) -> dict[str, float]:
    from spacy.vectors import Vectors as SpacyVectors
    from spacy.vocab import Vocab

    vocab = Vocab()
    for word in words:
        vocab.strings.add(word)
    vocab.vectors = SpacyVectors(strings=vocab.strings, data=data.copy(), keys=words)
    queries = data[:QUERIES].copy()
    return {
        "queries": best(lambda: vocab.vectors.most_similar(queries, n=N)),
        "one query": best(lambda: vocab.vectors.most_similar(data[:1].copy(), n=N), 3),
        "prune": best(lambda: vocab.prune_vectors(KEPT)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=84_000)
    parser.add_argument("--width", type=int, default=300)
    parser.add_argument("--skip-peers", action="store_true")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    words = [f"w{i}" for i in range(arguments.rows)]
    shape = (arguments.rows, arguments.width)
    data = np.random.default_rng(0).standard_normal(shape, dtype=np.float32)
    with tempfile.TemporaryDirectory() as folder:
        results = {"ours": ours(words, data, Path(folder))}
        if not arguments.skip_peers:
            results["gensim"] = gensim(words, data, Path(folder))
            results["spaCy"] = spacy(words, data)
    if arguments.json:
        print(json.dumps(results, indent=2))
        return
    print(f"{arguments.rows:,} x {arguments.width}; seconds, and how many times as long as ours")
    for task, seconds in results["ours"].items():
        line = f"{task:36}{seconds:10.4f}"
        for peer in ("gensim", "spaCy"):
            if task in results.get(peer, {}):
                other = results[peer][task]
                line += f"   {peer} {other:8.4f} ({other / seconds:.1f}x)"
        print(line)
    ratio = results["ours"]["queries"] / results["ours"]["product"]
    print(f"{QUERIES:,} queries take {ratio:.2f} times the matrix product alone")


if __name__ == "__main__":
    main()
