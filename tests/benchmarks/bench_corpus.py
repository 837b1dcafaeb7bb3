"""Counting and encoding a text file against gensim's ``build_vocab``, which only counts.

    python tests/benchmarks/bench_corpus.py [--corpus FILE] [--repeat N] [--json]

The corpus defaults to the 17 M word one beside the checkout; a packed file is unpacked first.
Each figure is the best of N runs; the rows take turns, so that other load meets them alike.
"""

from __future__ import annotations

import argparse
import json
import logging
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from corpus_file import CORPUS, plain_text

from vectorsuite.training.corpus import count_and_encode
from vectorsuite.training.readers import LineSentences

LISTS = 3_000_000  # words of the rows that read lists of words


def gensim_file(path: Path) -> int:
    from gensim.models import Word2Vec

    model = Word2Vec(min_count=5, workers=2)
    model.build_vocab(corpus_file=str(path))
    return model.corpus_total_words


def gensim_lists(sentences: list[list[str]]) -> int:
    from gensim.models import Word2Vec

    model = Word2Vec(min_count=5)
    model.build_vocab(sentences)
    return model.corpus_total_words


def ours(source: object, workers: int, stages: dict[str, float]) -> int:
    with count_and_encode(source, workers=workers) as corpus:  # type: ignore[arg-type]
        stages.update(corpus.seconds)
        return corpus.raw_words


def head(path: Path, n_words: int) -> list[list[str]]:
    lines, n = [], 0
    for line in LineSentences(path):
        lines.append(line)
        n += len(line)
        if n >= n_words:
            break
    return lines


def measure(path: Path, packed: Path | None, repeat: int) -> list[dict[str, object]]:
    lists = head(path, LISTS)
    stages: list[dict[str, float]] = [{} for _ in range(6)]
    rows: list[tuple[str, Callable[[], int], dict[str, float]]] = [
        ("gensim build_vocab, file", lambda: gensim_file(path), stages[0]),
        ("ours, file, 1 thread", lambda: ours(LineSentences(path), 1, stages[1]), stages[1]),
        ("ours, file, 2 threads", lambda: ours(LineSentences(path), 2, stages[2]), stages[2]),
        ("gensim build_vocab, lists", lambda: gensim_lists(lists), stages[3]),
        ("ours, lists", lambda: ours(lists, 1, stages[4]), stages[4]),
    ]
    if packed is not None:
        source = LineSentences(packed)
        rows.append(
            (f"ours, {packed.suffix}, 2 threads", lambda: ours(source, 2, stages[5]), stages[5])
        )
    best: dict[str, dict[str, object]] = {}
    for _ in range(repeat):
        for name, run, stage in rows:
            start = time.perf_counter()
            words = run()
            seconds = time.perf_counter() - start
            if name not in best or seconds < best[name]["seconds"]:  # type: ignore[operator]
                best[name] = {"name": name, "words": words, "seconds": seconds, **stage}
    for row in best.values():
        peer = best["gensim build_vocab, " + ("lists" if "lists" in str(row["name"]) else "file")]
        rate = row["words"] / row["seconds"]  # type: ignore[operator]
        row["words_per_second"] = rate
        row["times_gensim"] = rate * peer["seconds"] / peer["words"]  # type: ignore[operator]
    return list(best.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        plain = plain_text(options.corpus, folder)
        packed = options.corpus if plain != options.corpus else None
        rows = measure(plain, packed, options.repeat)
    if options.json:
        print(json.dumps(rows))
        return
    print("| what | words | seconds | M words/s | × gensim | read | count | encode |")
    print("|---|---|---|---|---|---|---|---|")
    for row in rows:
        shares = " | ".join(
            f"{row[s]:.2f}" if s in row else "" for s in ("read", "count", "encode")
        )
        print(
            f"| {row['name']} | {row['words']:,} | {row['seconds']:.2f} "
            f"| {row['words_per_second'] / 1e6:.1f} | {row['times_gensim']:.1f} | {shares} |"
        )


if __name__ == "__main__":
    main()
