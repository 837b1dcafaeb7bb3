"""Counting and joining phrases against gensim.

    python tests/benchmarks/bench_phrases.py [--corpus FILE] [--words N] [--repeat N] [--json]

The corpus defaults to the 17 M word one beside the checkout. gensim and ours take turns on the same
lists of words, or a file of them, of which the best of N runs counts; both must find and write the
same phrases. The whole file is counted against gensim's rate on lists, which leaves out that gensim
would also read it.
"""

from __future__ import annotations

import argparse
import json
import logging
import tempfile
import time
from collections import deque
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
    from gensim.models.word2vec import LineSentence as GensimLineSentence
    from gensim.utils import save_as_line_sentence

    source = LineSentences(path)
    lists = head(source, n_words)
    best: dict[str, tuple[float, int]] = {}

    def run(name: str, function: Callable[[], Any], words: int) -> Any:
        seconds, result = timed(function)
        if name not in best or seconds < best[name][0]:
            best[name] = seconds, words
        return result

    with tempfile.TemporaryDirectory() as folder:
        text, joined = Path(folder, "text.txt"), Path(folder, "joined.txt")
        text.write_text("".join(" ".join(words) + "\n" for words in lists), "utf8")
        for settings in ({}, {"connector_words": ENGLISH_CONNECTOR_WORDS}):
            what = ", connector words" if settings else ""
            for _ in range(repeat):
                peer = Job(GensimPhrases, lists, settings, f"gensim: {{}}{what}", run)
                ours = Job(Phrases, lists, settings, f"ours: {{}}{what}", run)
                peer.write(
                    lambda p=peer: save_as_line_sentence(p[GensimLineSentence(text)], joined)
                )
                expected = joined.read_bytes()
                ours.write(lambda o=ours: o[LineSentences(text)].write(joined))
                if ours.results() != peer.results() or joined.read_bytes() != expected:
                    raise SystemExit("ours and gensim differ")
    total = Phrases(source).corpus_word_count
    for _ in range(repeat):
        run("ours: count whole file", lambda: Phrases(source), total)
    rows = []
    for name, (seconds, words) in best.items():
        peer = best[name.replace("ours", "gensim").replace("whole file", "lists")]
        rate = words / seconds
        times = rate * peer[0] / peer[1]
        rows.append(
            {"name": name, "words": words, "seconds": seconds, "words_per_second": rate,
             "times_gensim": times}
        )  # fmt: skip
    return rows


class Job:
    """What is timed of one of the two packages.

    :param name: Of the measurements, with a place for what is measured.
    :param run: Takes a name, a function and a number of words; times the function.
    """

    def __init__(
        self, kind: Any, lists: list[list[str]], settings: dict[str, Any], name: str, run: Any
    ) -> None:
        self.n_words = sum(map(len, lists))
        self.name = name
        self.run = run
        model = self.time("count lists", lambda: kind(lists, **settings))
        self.frozen = self.time("freeze", model.freeze)
        self.joined = self.time("join lists", lambda: list(self.frozen[lists]))
        self.time("join, keeping nothing", lambda: deque(self.frozen[lists], maxlen=0))
        self.time("join one by one", lambda: [self.frozen[sentence] for sentence in lists])
        self.second = self.time("count joined lists", lambda: kind(self.frozen[lists], **settings))

    def time(self, what: str, function: Callable[[], Any]) -> Any:
        return self.run(self.name.format(what), function, self.n_words)

    def write(self, function: Callable[[], Any]) -> None:
        self.time("join file to file", function)

    def __getitem__(self, sentences: Any) -> Any:
        return self.frozen[sentences]

    def results(self) -> Any:
        return self.joined, self.frozen.phrasegrams, len(self.second.vocab)


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
