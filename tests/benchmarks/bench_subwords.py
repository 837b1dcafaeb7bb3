"""Training with n-grams against gensim's FastText, fastText and floret: words/s and quality.

    python tests/benchmarks/bench_subwords.py [speed] [quality] [--json] [--corpus FILE]
        [--words MILLIONS]

speed    one epoch, D 100, window 5, negative 5, n-grams of 3 to 6 characters, two million buckets,
         two threads; training alone for gensim and ours, which report it; fastText and floret
         train and read in one, so theirs is the whole job, and so is ours beside it
quality  three epochs: WordSim-353, and cosines of words left out, from their n-grams
"""

from __future__ import annotations

import argparse
import json
import lzma
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from vectorsuite import FastText
from vectorsuite.training.architecture import Architecture
from vectorsuite.training.corpus import count_and_encode
from vectorsuite.training.floret import train_floret
from vectorsuite.training.readers import LineSentences

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
THREADS = 2
Row = dict[str, Any]
Cosine = Callable[[str, str], float]


def ours(path: Path, epochs: int, sg: int = 1) -> tuple[Any, float, float]:
    """The model, seconds of training, and seconds of the whole job."""
    start = time.perf_counter()
    model = FastText(corpus_file=path, sg=sg, workers=THREADS, epochs=epochs)
    return model.wv, model.total_train_time, time.perf_counter() - start


def gensims(path: Path, epochs: int, sg: int = 1) -> tuple[Any, float, float]:
    from gensim.models import FastText as GensimFastText

    start = time.perf_counter()
    model = GensimFastText(sg=sg, workers=THREADS, epochs=epochs)
    model.build_vocab(corpus_file=str(path))
    began = time.perf_counter()
    model.train(
        corpus_file=str(path), total_words=model.corpus_total_words,
        total_examples=model.corpus_count, epochs=epochs,
    )  # fmt: skip
    end = time.perf_counter()
    return model.wv, end - began, end - start


class Program:
    """fastText's model, or floret's, asked as gensim's is."""

    def __init__(self, model: Any) -> None:
        self.model = model

    def __getitem__(self, word: str) -> Any:
        return self.model.get_word_vector(word)


def programs(
    module: str, path: Path, epochs: int, sg: int = 1, **settings: Any
) -> tuple[Any, float, float]:
    package = __import__(module)
    start = time.perf_counter()
    model = package.train_unsupervised(
        str(path), model="skipgram" if sg else "cbow", epoch=epochs, thread=THREADS, verbose=0,
        lr=0.025, t=1e-3, **settings,
    )  # fmt: skip
    seconds = time.perf_counter() - start
    return Program(model), seconds, seconds


def our_floret(path: Path, epochs: int, sg: int = 1) -> tuple[Any, float, float]:
    start = time.perf_counter()
    with count_and_encode(LineSentences(path)) as corpus:
        began = time.perf_counter()
        architecture = Architecture("skip-gram" if sg else "cbow")
        table = train_floret(corpus, architecture, epochs=epochs, workers=THREADS)
        end = time.perf_counter()
    return table, end - began, end - start


def trainers() -> Iterator[tuple[str, Callable[..., tuple[Any, float, float]]]]:
    yield "ours", ours
    yield "gensim", gensims
    yield "fasttext", lambda *a, **k: programs("fasttext", *a, **k)
    yield "ours, floret", our_floret
    floret = {"mode": "floret", "hashCount": 2, "bucket": 50_000}
    yield "floret", lambda *a, **k: programs("floret", *a, **floret, **k)


def speed(path: Path, n_words: int) -> Iterator[Row]:
    """One epoch each."""
    for sg, kind in ((1, "skip-gram"), (0, "CBOW")):
        base = job = 0.0
        for name, train in trainers():
            _, seconds, whole = train(path, 1, sg=sg)
            if name.startswith("ours"):
                base, job = seconds, whole
            yield {
                "what": f"{kind}, {name}", "M words/s": n_words / seconds / 1e6,
                "ours is faster": seconds / base, "whole job": whole / job,
            }  # fmt: skip


def wordsim() -> list[tuple[str, str, float]]:
    """Pairs of words and their similarity to people."""
    path = next(DATA.rglob("*wordsim353*"))
    lines = [line.split("\t") for line in path.read_text().splitlines() if "\t" in line]
    pairs = []
    for line in lines:
        try:
            pairs.append((line[0].lower(), line[1].lower(), float(line[2])))
        except ValueError:
            continue
    return pairs


def rank_correlation(cosine: Cosine, pairs: list[tuple[str, str, float]]) -> float:
    from scipy.stats import spearmanr

    found = [cosine(a, b) for a, b, _ in pairs]
    return float(spearmanr(found, [score for *_, score in pairs]).statistic)


def quality(path: Path, n_words: int) -> Iterator[Row]:
    """Three epochs each. Left out: every word of a pair replaced by its n-grams' vector."""
    pairs = wordsim()
    hidden = {word for pair in pairs[::2] for word in pair[:1]}
    for name, train in trainers():
        with tempfile.TemporaryDirectory() as folder:
            cut = Path(folder, "cut.txt")
            with path.open() as text, cut.open("w") as out:
                for line in text:
                    out.write(" ".join(w for w in line.split() if w not in hidden) + "\n")
            wv, *_ = train(path, 3)
            without, *_ = train(cut, 3)

        def cosine(a: str, b: str, table: Any = wv) -> float:
            x, y = table[a], table[b]
            return float(x @ y / max(1e-9, np.linalg.norm(x) * np.linalg.norm(y)))

        unseen = [pair for pair in pairs if pair[0] in hidden or pair[1] in hidden]
        yield {
            "what": name, "WordSim-353": rank_correlation(cosine, pairs),
            "of unseen words": rank_correlation(
                lambda a, b, table=without: cosine(a, b, table), unseen
            ),
        }  # fmt: skip


def cut_corpus(corpus: Path, path: Path, limit: int) -> int:
    """Copy the first lines of a corpus, plain or .xz, up to so many words; returns their number."""
    n_words = 0
    opener = lzma.open if corpus.suffix == ".xz" else open
    with opener(corpus, "rt") as text, path.open("w") as out:
        for line in text:
            out.write(line)
            n_words += len(line.split())
            if n_words >= limit:
                break
    return n_words


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=["speed"])
    parser.add_argument("--corpus", type=Path, default=next(DATA.rglob("wiki17m*"), None))
    parser.add_argument("--words", type=float, default=3.0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "corpus.txt")
        n_words = cut_corpus(options.corpus, path, int(options.words * 1e6))
        for name in options.names:
            for row in {"speed": speed, "quality": quality}[name](path, n_words):
                cells = {k: round(v, 3) if isinstance(v, float) else v for k, v in row.items()}
                print(json.dumps(cells) if options.json else cells, flush=True)


if __name__ == "__main__":
    main()
