"""Training against gensim: words per second, whole jobs, quality, memory.

    python tests/benchmarks/bench_train.py [speed] [job] [quality] [quality_cbow] [models] [memory]
        [--corpus FILE] [--json]

Without a name: speed and job. The corpus defaults to the 17 M word one beside the checkout.
Ours and the peer take turns in the same run, so ratios hold where absolute figures drift.

speed    words/s of one epoch: D 100 and 300, every CPU level, 1 and 2 threads; with the share of
         the multiply-adds that BLAS does in a large product on as many cores
job      5 epochs, file in and directory out, with the share of each stage
quality  skip-gram, 3 seeds, 5 epochs: WordSim-353, SimLex-999, analogies (restrict 30,000)
quality_cbow
         the same of CBOW with negative sampling and with hierarchical softmax, 3 epochs
models   words/s of skip-gram and CBOW with negative sampling, hierarchical softmax and both, each
         beside gensim's
memory   peak of a job on the corpus and on one four times as large
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from corpus_file import CORPUS, DATA, plain_text

from vectorsuite.kernels import _core
from vectorsuite.training.architecture import Architecture
from vectorsuite.training.corpus import EncodedCorpus, count_and_encode
from vectorsuite.training.readers import LineSentences
from vectorsuite.training.trainer import train_model, train_skip_gram

THREADS = 2
TURNS = 5
SKIP_GRAM = Architecture()
Row = dict[str, Any]


def gensim_model(path: Path, **settings: Any) -> Any:
    """A gensim model with its vocabulary built, skip-gram with word2vec's usual settings."""
    from gensim.models import Word2Vec

    defaults = {
        "sg": 1, "vector_size": 100, "window": 5, "negative": 5, "sample": 1e-3, "min_count": 5,
        "workers": THREADS,
    }  # fmt: skip
    model = Word2Vec(**(defaults | settings))
    model.build_vocab(corpus_file=str(path))
    return model


def train_gensim(model: Any, path: Path, epochs: int) -> float:
    """Seconds of training."""
    start = time.perf_counter()
    model.train(
        corpus_file=str(path), total_words=model.corpus_total_words,
        total_examples=model.corpus_count, epochs=epochs,
    )  # fmt: skip
    return time.perf_counter() - start


# ---- speed ----


def blas_rate() -> float:
    """Multiply-adds of one core in a second in a large product of matrices, in 1e9."""
    script = (
        "import numpy, time; a = numpy.ones((2048, 2048), dtype='f'); a @ a; t = time.time()\n"
        "for _ in range(5): a @ a\n"
        "print(5 * 2048**3 / (time.time() - t) / 1e9)"
    )
    one_core = {"OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", script]
    return float(subprocess.check_output(command, env=os.environ | one_core))


def speed(path: Path) -> Iterator[Row]:
    """One epoch each, best of two; every row beside gensim of the same width."""
    with count_and_encode(LineSentences(path)) as corpus:
        for width in (100, 300):
            model = gensim_model(path, vector_size=width)
            peer = corpus.raw_words / train_gensim(model, path, 1) / 1e6
            yield {"what": f"gensim, D {width}, {THREADS} workers", "M words/s": peer, "x": 1.0}
            runs = [("", THREADS), ("", 1)]
            runs += [(level, THREADS) for level in _core.cpu_levels()[1:]] if width == 100 else []
            for level, workers in runs:
                yield ours_speed(corpus, width, level, workers, peer)


def ours_speed(corpus: EncodedCorpus, width: int, level: str, workers: int, peer: float) -> Row:
    best = _core.cpu_level()
    if level:
        _core.set_cpu_level(level)
    runs = [train_skip_gram(corpus, vector_size=width, epochs=1, workers=workers) for _ in range(2)]
    row = {
        "what": f"ours, D {width}, {workers} threads, {_core.cpu_level()}",
        "M words/s": corpus.raw_words / min(run.seconds for run in runs) / 1e6,
    }
    row["x"] = row["M words/s"] / peer
    if not level:
        fastest = min(runs, key=lambda run: run.seconds)
        multiply_adds = 3 * width * fastest.products / fastest.seconds / 1e9
        row["of BLAS's multiply-adds"] = multiply_adds / (blas_rate() * workers)
    _core.set_cpu_level(best)
    return row


# ---- whole job ----


def run_job(corpus: Path, output: Path, *overrides: str) -> tuple[float, float, dict[str, Any]]:
    """Seconds and peak memory (MB) of ``vectorsuite train``, and the settings it stored."""
    config = Path(__file__).resolve().parents[2] / "configs" / "sgns.cfg"
    command = [
        sys.executable, "-m", "vectorsuite", "train", str(config), "--quiet",
        "--paths.corpus", str(corpus), "--paths.output", str(output),
        "--training.epochs", "5", *overrides,
    ]  # fmt: skip
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=tempfile.gettempdir())
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status:
        raise SystemExit(f"{' '.join(command)} failed")
    import vectorsuite

    return seconds, usage.ru_maxrss / 1024, vectorsuite.load(output).table.settings or {}


def job(path: Path, packed: Path) -> Iterator[Row]:
    """File in, directory out, 5 epochs."""
    start = time.perf_counter()
    model = gensim_model(path)
    train_gensim(model, path, 5)
    with tempfile.TemporaryDirectory() as folder:
        model.wv.save(str(Path(folder, "gensim.kv")))
        peer = time.perf_counter() - start
        yield {"what": "gensim, 5 epochs, plain text", "seconds": peer, "x": 1.0}
        for name, corpus in {"plain text": path, packed.suffix: packed}.items():
            seconds, _, settings = run_job(corpus, Path(folder, "out" + name[-3:]))
            row = {"what": f"ours, 5 epochs, {name}", "seconds": seconds, "x": peer / seconds}
            yield row | settings.get("seconds", {})


# ---- quality ----


def scores(keyed_vectors: Any) -> Row:
    """Of a gensim KeyedVectors; ours are copied into one, so that one program judges both."""
    pairs = {"WordSim-353": "wordsim353.tsv", "SimLex-999": "simlex999.txt"}
    row: Row = {
        name: float(keyed_vectors.evaluate_word_pairs(str(DATA / file))[1][0])
        for name, file in pairs.items()
    }
    questions = str(DATA / "questions-words.txt")
    row["analogies"] = keyed_vectors.evaluate_word_analogies(questions, restrict_vocab=30_000)[0]
    return row


def quality(path: Path, architecture: Architecture = SKIP_GRAM, epochs: int = 5) -> Iterator[Row]:
    """Means over 3 seeds, D 100.

    gensim reads sentences here: with ``corpus_file`` each of its workers lowers the learning rate
    by its own share of the corpus alone, so that the rates of two end far above the lowest, and
    are others than ours.
    """
    from gensim.models import KeyedVectors
    from gensim.models.word2vec import LineSentence

    tree = architecture.hierarchical_softmax
    name = f"{architecture.kind}{', paths' if tree else ''}"
    peers, ours = [], []
    with count_and_encode(LineSentences(path)) as corpus:
        for seed in (1, 2, 3):
            model = gensim_model(
                path, seed=seed, sg=int(not architecture.cbow), hs=int(tree),
                negative=architecture.negative,
            )  # fmt: skip
            model.train(LineSentence(str(path)), total_words=corpus.raw_words, epochs=epochs)
            peers.append(scores(model.wv))
            trained = train_model(corpus, architecture, epochs=epochs, seed=seed, workers=THREADS)
            table = KeyedVectors(100)
            table.add_vectors(list(corpus.words), trained.vectors)
            ours.append(scores(table))
    for whose, rows in (("gensim", peers), ("ours", ours)):
        means = {key: float(np.mean([row[key] for row in rows])) for key in rows[0]}
        yield {"what": f"{name}, {whose}, mean of 3 seeds"} | means
    both = list(zip(ours, peers, strict=True))
    yield {"what": f"{name}, difference"} | {
        key: float(np.mean([own[key] - peer[key] for own, peer in both])) for key in ours[0]
    }


def quality_cbow(path: Path) -> Iterator[Row]:
    """CBOW with either output layer."""
    yield from quality(path, Architecture("cbow"), 3)
    yield from quality(path, Architecture("cbow", negative=0, hierarchical_softmax=True), 3)


# ---- models ----


def models(path: Path) -> Iterator[Row]:
    """One epoch of every model of word2vec, D 100; ours also with `deterministic`.

    All take turns, and each figure is a median: one run of ours takes half a second, and whatever
    else the machine does makes some of them half as fast.
    """
    with count_and_encode(LineSentences(path)) as corpus:
        for kind in ("skip-gram", "cbow"):
            for negative, tree in ((5, False), (0, True), (5, True)):
                name = f"{kind}, negative {negative}{', paths' if tree else ''}"
                architecture = Architecture(kind, negative=negative, hierarchical_softmax=tree)
                model = gensim_model(path, sg=int(kind == "skip-gram"), negative=negative, hs=tree)
                turns = [
                    (
                        train_gensim(model, path, 1),
                        seconds_of_ours(corpus, architecture, deterministic=False),
                        seconds_of_ours(corpus, architecture, deterministic=True),
                    )
                    for _ in range(TURNS)
                ]
                peer, ours, same_bits = np.median(turns, axis=0)
                yield model_row(f"gensim, {name}", corpus, peer, peer)
                yield model_row(f"ours, {name}", corpus, ours, peer)
                yield model_row(f"ours, {name}, deterministic", corpus, same_bits, peer)


def seconds_of_ours(
    corpus: EncodedCorpus, architecture: Architecture, *, deterministic: bool
) -> float:
    run = train_model(corpus, architecture, epochs=1, workers=THREADS, deterministic=deterministic)
    return run.seconds


def model_row(what: str, corpus: EncodedCorpus, seconds: float, peer: float) -> Row:
    return {"what": what, "M words/s": corpus.raw_words / seconds / 1e6, "x": peer / seconds}


# ---- memory ----


def memory(path: Path) -> Iterator[Row]:
    """Peak of a job on the corpus, and on one four times as large."""
    with tempfile.TemporaryDirectory() as folder:
        large = [str(path)] * 4
        for name, corpus in (("17 M words", [str(path)]), ("68 M words", large)):
            seconds, peak, _ = run_job(
                path, Path(folder, name[:2]), "--corpus.path", json.dumps(corpus)
            )
            yield {"what": f"ours, {name}", "seconds": seconds, "peak MB": peak}
    rows = 84_237 * 112 * 4 * 2 / 1e6
    yield {"what": "two tables of 84,237 rows, padded", "peak MB": rows}


def show(rows: list[Row]) -> None:
    for row in rows:
        rest = (
            f"{key} {value:.3g}" if abs(value) < 10 else f"{key} {value:,.1f}"
            for key, value in row.items()
            if key != "what"
        )
        print(f"{row['what']:<44} {'   '.join(rest)}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("parts", nargs="*", default=[], help="see above; speed job")
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    parts: dict[str, Callable[[Path], Iterator[Row]]] = {
        "speed": speed, "job": lambda path: job(path, arguments.corpus), "quality": quality,
        "quality_cbow": quality_cbow, "models": models, "memory": memory,
    }  # fmt: skip
    result: dict[str, list[Row]] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = plain_text(arguments.corpus, folder)
        for name in arguments.parts or ["speed", "job"]:
            if name not in parts:
                raise SystemExit(f"There is no part {name!r}. There are: {', '.join(parts)}.")
            result[name] = []
            for row in parts[name](path):
                result[name].append(row)
                if not arguments.json:
                    show([row])
    if arguments.json:
        print(json.dumps(result))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak of this process: {peak:,.0f} MB", file=sys.stderr)


if __name__ == "__main__":
    main()
