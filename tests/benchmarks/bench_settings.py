"""What settings do to vectors: windows, presets of configs/, context vectors added.

    python tests/benchmarks/bench_settings.py [windows] [presets] [contexts] [--corpus FILE]
        [--words MILLIONS] [--seeds N] [--json]

Means over seeds of WordSim-353 (how related people find two words), SimLex-999 (how similar, where
antonyms and mere company count little) and analogies among the 30,000 most frequent words.

windows   skip-gram, 3 epochs, windows of 2 to 50 words: narrow ones find words that can stand for
          each other, wide ones words of one subject
presets   configs/sgns.cfg with 5 epochs, the custom, beside configs/small.cfg; on --words 1, say
contexts  skip-gram, 5 epochs: word vectors, and their sums with context vectors
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from corpus_file import CORPUS, DATA, first_words, plain_text

from vectorsuite import KeyedVectors, Vectors
from vectorsuite.training.architecture import Architecture
from vectorsuite.training.corpus import EncodedCorpus, count_and_encode
from vectorsuite.training.readers import LineSentences
from vectorsuite.training.settings import read_config, read_settings
from vectorsuite.training.trainer import Trained, train_model

CONFIGS = Path(__file__).resolve().parents[2] / "configs"
PAIRS = {"WordSim-353": "wordsim353.tsv", "SimLex-999": "simlex999.txt"}
Row = dict[str, Any]


def scores(corpus: EncodedCorpus, vectors: Any) -> list[float]:
    """Of WordSim-353, SimLex-999 and analogies."""
    table = Vectors(data=np.ascontiguousarray(vectors), keys=corpus.words)
    known = KeyedVectors.from_table(table)
    found = [known.evaluate_word_pairs(DATA / file)[1].statistic for file in PAIRS.values()]
    questions = str(DATA / "questions-words.txt")
    return [*found, known.evaluate_word_analogies(questions, restrict_vocab=30_000)[0]]


def row_of(what: str, found: list[list[float]], seconds: float) -> Row:
    """Means over seeds."""
    means = np.mean(found, axis=0).tolist()
    return {"what": what} | dict(zip([*PAIRS, "analogies"], means, strict=True)) | {"s": seconds}


def windows(path: Path, seeds: int) -> Iterator[Row]:
    """Scores by window."""
    with count_and_encode(LineSentences(path)) as corpus:
        for window in (2, 5, 10, 15, 25, 50):
            start, found = time.perf_counter(), []
            for seed in range(1, seeds + 1):
                trained = train_model(corpus, Architecture(window=window), epochs=3, seed=seed)
                found.append(scores(corpus, trained.vectors))
            yield row_of(f"window {window}", found, (time.perf_counter() - start) / seeds)


def trained_by(name: str, path: Path, seed: int, **overrides: Any) -> tuple[EncodedCorpus, Trained]:
    """What a config trains on another text."""
    paths = {"paths.corpus": str(path), "paths.output": "unused", "training.seed": seed}
    settings = read_settings(read_config(CONFIGS / f"{name}.cfg", paths | overrides))
    corpus = count_and_encode(settings.corpus, **vars(settings.vocabulary))
    return corpus, settings.model.train(corpus, settings.training.schedule)


def presets(path: Path, seeds: int) -> Iterator[Row]:
    """Scores by config."""
    usual = {"training.epochs": 5}
    for name, overrides in (("sgns", usual), ("small", {})):
        start, found = time.perf_counter(), []
        for seed in range(1, seeds + 1):
            corpus, trained = trained_by(name, path, seed, **overrides)
            found.append(scores(corpus, trained.vectors))
            corpus.close()
        yield row_of(name, found, (time.perf_counter() - start) / seeds)


def contexts(path: Path, seeds: int) -> Iterator[Row]:
    """Scores of word vectors and of sums."""
    alone, sums = [], []
    with count_and_encode(LineSentences(path)) as corpus:
        start = time.perf_counter()
        for seed in range(1, seeds + 1):
            trained = train_model(corpus, Architecture(), seed=seed)
            alone.append(scores(corpus, trained.vectors))
            sums.append(scores(corpus, trained.vectors + trained.contexts))
        seconds = (time.perf_counter() - start) / seeds
    yield row_of("words", alone, seconds)
    yield row_of("words + contexts", sums, seconds)


EXPERIMENTS = {"windows": windows, "presets": presets, "contexts": contexts}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=["windows"])
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--words", type=float, default=17.0, help="millions of words")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path, _ = first_words(plain_text(options.corpus, folder), folder, int(options.words * 1e6))
        for name in options.names:
            for row in EXPERIMENTS[name](path, options.seeds):
                cells = {k: round(v, 3) if isinstance(v, float) else v for k, v in row.items()}
                print(json.dumps(cells) if options.json else cells, flush=True)


if __name__ == "__main__":
    main()
