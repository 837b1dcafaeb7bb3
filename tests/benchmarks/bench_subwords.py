"""Whole jobs with n-grams against gensim's FastText, fastText and floret: time and quality.

    python tests/benchmarks/bench_subwords.py [speed] [quality] [--words MILLIONS] [--epochs N]
        [--seeds N] [--only NAME ...] [--json]

Alike for all: D 100, window 5, negative 5, sample 1e-3, n-grams of 3 to 6 characters, two million
buckets (floret: 50,000 rows, 2 hashes), two threads. The learning rate is 0.025; of fastText 0.05
and of floret 0.1, with which their vectors are better. A whole job reads the text, trains, and has
the vectors of all words at the end.

speed    seconds of whole jobs, and of processor time, which other work on the machine changes less
quality  analogies among the 30,000 most frequent words; WordSim-353, apart for pairs with a word
         that was taken out of the text, so that its vector comes from its n-grams; over seeds
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from corpus_file import CORPUS, DATA, first_words, plain_text
from scipy.stats import spearmanr

from vectorsuite import FastText, KeyedVectors
from vectorsuite.training.architecture import Architecture
from vectorsuite.training.corpus import count_and_encode
from vectorsuite.training.floret import train_floret
from vectorsuite.training.readers import LineSentences

THREADS = 2
FLORET_ROWS = 50_000
Row = dict[str, Any]


def ours(path: Path, epochs: int, sg: int, seed: int) -> Any:
    return FastText(corpus_file=path, sg=sg, workers=THREADS, epochs=epochs, seed=seed).wv


def gensims(path: Path, epochs: int, sg: int, seed: int) -> Any:
    from gensim.models import FastText as GensimFastText

    return GensimFastText(
        corpus_file=str(path), sg=sg, workers=THREADS, epochs=epochs, seed=seed
    ).wv


def our_floret(path: Path, epochs: int, sg: int, seed: int) -> Any:
    with count_and_encode(LineSentences(path)) as corpus:
        table = train_floret(
            corpus, Architecture("skip-gram" if sg else "cbow"), bucket=FLORET_ROWS, epochs=epochs,
            workers=THREADS, seed=seed,
        )  # fmt: skip
        return KeyedVectors.from_table(table, corpus.words)


def program(module: str, path: Path, epochs: int, sg: int, _: int, **settings: Any) -> Any:
    """A model of fastText or floret, whose packages take no seed; threads make each run differ."""
    model = __import__(module).train_unsupervised(
        str(path), model="skipgram" if sg else "cbow", epoch=epochs, thread=THREADS, verbose=0,
        t=1e-3, **settings,
    )  # fmt: skip
    words = [word for word in model.words if word != "</s>"]
    made = KeyedVectors(100)
    made.add_vectors(words, np.array([model.get_word_vector(word) for word in words]))
    made.model = model
    return made


def fasttext(*arguments: Any) -> Any:
    return program("fasttext", *arguments, lr=0.05)  # its own default


def floret(*arguments: Any) -> Any:
    settings = {"mode": "floret", "hashCount": 2, "bucket": FLORET_ROWS}
    return program("floret", *arguments, lr=0.1, **settings)  # with less it learns half as much


TRAINERS = {
    "ours": ours, "gensim": gensims, "fasttext": fasttext, "ours, floret": our_floret,
    "floret": floret,
}  # fmt: skip


def timed(name: str, path: Path, epochs: int, sg: int, seed: int) -> tuple[Any, float, float]:
    """The vectors of a whole job, its seconds, and its seconds of processor time."""
    before, start = os.times(), time.perf_counter()
    wv = TRAINERS[name](path, epochs, sg, seed)
    seconds, after = time.perf_counter() - start, os.times()
    return wv, seconds, after.user + after.system - before.user - before.system


def speed(path: Path, n_words: int, options: argparse.Namespace) -> Iterator[Row]:
    """Each trainer's whole job, and how many times ours is faster."""
    for sg in (1, 0):
        base: list[float] = []
        for name in options.only or TRAINERS:
            _, seconds, cpu = timed(name, path, options.epochs, sg, 1)
            if name.startswith("ours"):
                base = [seconds, cpu]
            row: Row = {"what": f"{'skip-gram' if sg else 'CBOW'}, {name}", "seconds": seconds}
            row |= {"M words/s": n_words * options.epochs / seconds / 1e6, "CPU seconds": cpu}
            if base:
                row |= {"times": seconds / base[0], "times, CPU": cpu / base[1]}
            yield row


def pairs_of_words() -> list[tuple[str, str, float]]:
    """WordSim-353: two words and their similarity to people."""
    lines = (DATA / "wordsim353.tsv").read_text("utf8").splitlines()
    fields = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [
        (a.lower(), b.lower(), float(score))
        for a, b, score, *_ in fields
        if score.replace(".", "").isdigit()
    ]


def vector_of(wv: Any, word: str) -> Any:
    model = getattr(wv, "model", None)
    return wv[word] if model is None else model.get_word_vector(word)


def correlation(wv: Any, pairs: list[tuple[str, str, float]]) -> float:
    cosines = []
    for a, b, _ in pairs:
        x, y = vector_of(wv, a), vector_of(wv, b)
        cosines.append(float(x @ y / max(1e-9, np.linalg.norm(x) * np.linalg.norm(y))))
    return float(spearmanr(cosines, [score for *_, score in pairs]).statistic)


def quality(path: Path, n_words: int, options: argparse.Namespace) -> Iterator[Row]:
    """Mean and standard deviation over seeds."""
    pairs = pairs_of_words()
    left_out = {a for a, _, _ in pairs[::2]}
    unseen = [pair for pair in pairs if left_out & set(pair[:2])]
    seen = [pair for pair in pairs if not left_out & set(pair[:2])]
    with tempfile.TemporaryDirectory() as folder:
        cut = Path(folder, "cut.txt")
        with path.open() as text, cut.open("w") as out:
            for line in text:
                out.write(" ".join(word for word in line.split() if word not in left_out) + "\n")
        for name in options.only or TRAINERS:
            found = []
            for seed in range(1, options.seeds + 1):
                wv, _, cpu = timed(name, cut, options.epochs, 1, seed)
                analogies, _ = wv.evaluate_word_analogies(
                    str(DATA / "questions-words.txt"), restrict_vocab=30_000
                )
                found.append((analogies, correlation(wv, seen), correlation(wv, unseen), cpu))
            row: Row = {"what": name}
            columns = ("analogies", "WordSim, seen", "WordSim, unseen", "CPU seconds")
            for column, values in zip(columns, np.transpose(found), strict=True):
                row |= {column: float(values.mean()), f"± {column}": float(values.std())}
            yield row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=["speed"])
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--words", type=float, default=3.0, help="millions of words")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--only", nargs="*", choices=list(TRAINERS))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path, n_words = first_words(
            plain_text(options.corpus, folder), folder, int(options.words * 1e6)
        )
        for name in options.names:
            for row in {"speed": speed, "quality": quality}[name](path, n_words, options):
                cells = {k: round(v, 3) if isinstance(v, float) else v for k, v in row.items()}
                print(json.dumps(cells) if options.json else cells, flush=True)


if __name__ == "__main__":
    main()
