"""Counting and joining phrases against gensim.

    python tests/benchmarks/bench_phrases.py [--corpus FILE] [--words N] [--repeat N] [--json]

The corpus defaults to the 17 M word one beside the checkout. gensim and ours take turns on the same
lists of words, of which the best of N runs counts; both must find the same phrases. A file is
counted whole, against gensim's rate on lists, which leaves out that gensim would also read it.
"""

from __future__ import annotations

import argparse
import json
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from corpus_file import CORPUS

from vectorsuite.models.phrases import ENGLISH_CONNECTOR_WORDS, Phrases
from vectorsuite.training.readers import LineSentences


def head(source: LineSentences, n_words: int) -> list[list[str]]:
    """About so many words from the beginning of a corpus."""
    sentences, n = [], 0
    for sentence in source:
        sentences.append(sentence)
        n += len(sentence)
        if n >= n_words:
            break
    return sentences


def timed(function: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = function()
    return time.perf_counter() - start, result


def measure(path: Path, n_words: int, repeat: int) -> list[dict[str, Any]]:
    from gensim.models.phrases import Phrases as GensimPhrases

    source = LineSentences(path)
    lists = head(source, n_words)
    n = sum(map(len, lists))
    best: dict[str, tuple[float, int]] = {}

    def run(name: str, function: Callable[[], Any], words: int = n) -> Any:
        seconds, result = timed(function)
        if name not in best or seconds < best[name][0]:
            best[name] = seconds, words
        return result

    for _ in range(repeat):
        for what, settings in (
            ("", {}),
            (", connector words", {"connector_words": ENGLISH_CONNECTOR_WORDS}),
        ):
            joined, scores = [], []
            for who, kind in (("gensim", GensimPhrases), ("ours", Phrases)):
                model = run(f"{who}: count lists{what}", lambda: kind(lists, **settings))  # noqa: B023
                frozen = run(f"{who}: freeze{what}", model.freeze)
                joined.append(run(f"{who}: join lists{what}", lambda: list(frozen[lists])))  # noqa: B023
                scores.append(frozen.phrasegrams)
            if joined[0] != joined[1] or scores[0] != scores[1]:
                raise SystemExit("ours and gensim differ")
        total = run("ours: count file", lambda: Phrases(source)).corpus_word_count
        best["ours: count file"] = best["ours: count file"][0], total
    rows = []
    for name, (seconds, words) in best.items():
        peer = best[name.replace("ours", "gensim").replace("count file", "count lists")]
        rate = words / seconds
        times = rate * peer[0] / peer[1]
        rows.append(
            {"name": name, "words": words, "seconds": seconds, "words_per_second": rate,
             "times_gensim": times}
        )  # fmt: skip
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--words", type=int, default=2_000_000)
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    rows = measure(options.corpus, options.words, options.repeat)
    if options.json:
        print(json.dumps(rows))
        return
    print("| what | words | seconds | M words/s | × gensim |\n|---|---|---|---|---|")
    for row in rows:
        print(
            f"| {row['name']} | {row['words']:,} | {row['seconds']:.3f} "
            f"| {row['words_per_second'] / 1e6:.2f} | {row['times_gensim']:.1f} |"
        )


if __name__ == "__main__":
    main()
