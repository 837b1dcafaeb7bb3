"""Everything that needs a GPU, in one run of less than 8 minutes: checks, quality, speed.

    python tests/benchmarks/bench_gpu.py [tests] [parity] [quality] [speed] [search] [sanitizer]
        [--corpus FILE] [--data FOLDER] [--minutes 7.5] [--json]

Without a name: all of them, in this order, as far as the time goes. The corpus defaults to the 17 M
word one beside the checkout; where that is absent, the Python files of this Python's library are
read as text. Without the test sets in the data folder, quality is the loss alone.

tests      all tests with the marker ``gpu``
parity     one block against the compiled loops on one thread: largest difference of any value
quality    3 seeds, 5 epochs, D 100: GPU and one CPU thread, each judged by the same loops
speed      words/s of one epoch at D 100 and 300, for several numbers of blocks and threads; bytes
           moved beside those of a large copy
search     most_similar of 10,000 queries over 1M x 300 beside the matrix product alone
sanitizer  compute-sanitizer over a small training, where the machine has it
"""

from __future__ import annotations

import argparse
import json
import sys
import sysconfig
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from corpus_file import CORPUS, DATA, plain_text
from gpu_programs import Row, sanitizer, tests

from vectorsuite.kernels import compiled
from vectorsuite.training.architecture import Architecture
from vectorsuite.training.corpus import EncodedCorpus, count_and_encode
from vectorsuite.training.readers import LineSentences
from vectorsuite.training.trainer import make_job, mean_loss, train_model
from vectorsuite.training.weights import Weights, new_weights


def why_no_gpu() -> str | None:
    """The reason in one line, or None if there is a GPU."""
    from vectorsuite.gpu import require_gpu

    try:
        require_gpu()
    except (ImportError, ValueError) as error:
        return f"No GPU was used: {error}"
    return None


class Run:
    """What the parts share: the corpus, the time that is left, the ops.

    :param seconds: In all.
    """

    def __init__(self, corpus: Path, data: Path, seconds: float) -> None:
        from thinc.api import CupyOps

        self.ops = CupyOps()
        self.data = data
        self.end = time.perf_counter() + seconds
        self.folder = tempfile.TemporaryDirectory()
        self.path = plain_text(corpus, self.folder.name) if corpus.exists() else self.library_text()
        self._encoded: EncodedCorpus | None = None

    @property
    def left(self) -> float:
        """Seconds."""
        return self.end - time.perf_counter()

    @property
    def corpus(self) -> EncodedCorpus:
        """Counted and encoded when it is first asked for."""
        if self._encoded is None:
            self._encoded = count_and_encode(LineSentences(self.path))
        return self._encoded

    def library_text(self, most: int = 100 << 20) -> Path:
        """Python files end to end: no language of people, but as frequent and rare words as one."""
        path = Path(self.folder.name, "corpus.txt")
        with path.open("wb") as out:
            folders = {sysconfig.get_path(name) for name in ("stdlib", "purelib")}
            for file in (file for folder in folders for file in Path(folder).rglob("*.py")):
                text = file.read_text(encoding="utf8", errors="replace")
                for mark in "()[]{}.,:='\"":
                    text = text.replace(mark, f" {mark} ")
                out.write(text.encode() + b"\n")
                if out.tell() > most:
                    break
        return path


# ---- parity ----


def one_epoch(corpus: EncodedCorpus, architecture: Architecture, weights: Weights) -> Any:
    """The job that ``train_model`` would make."""
    job = make_job(corpus, corpus.counts, weights, architecture)
    job.learn_rate, job.min_learn_rate, job.epochs, job.seed = 0.025, 1e-4, 1, 1
    return job


def parity(run: Run) -> Iterator[Row]:
    """One block and one thread, the first 50 chunks."""
    from vectorsuite.kernels.cuda import run as cuda

    to_numpy = run.ops.to_numpy
    end = min(len(run.corpus.ids), 50 * 4096)
    for kind in ("skip-gram", "cbow"):
        for width in (100, 300):
            architecture = Architecture(kind, width)
            mine = new_weights(run.corpus.words, architecture, 1)
            theirs = new_weights(run.corpus.words, architecture, 1)
            mine.to_ops(run.ops)
            job = one_epoch(run.corpus, architecture, mine)
            job.blocks = 1
            got = cuda.train(job, 0, 0, end)
            want = compiled.train(one_epoch(run.corpus, architecture, theirs), 0, 0, end)
            yield {
                "what": f"parity, {kind}, D {width}",
                "same pairs": float(got.pairs == want.pairs),
                "loss, relative": abs(got.loss / want.loss - 1),
                "vectors, most": float(np.abs(to_numpy(mine.in_rows) - theirs.in_rows).max()),
                "contexts, most": float(np.abs(to_numpy(mine.out_rows) - theirs.out_rows).max()),
            }


# ---- quality ----


def scores(run: Run, vectors: Any) -> Row:
    """On the test sets that are there."""
    from vectorsuite import KeyedVectors

    table = KeyedVectors(vectors.shape[1])
    table.add_vectors(list(run.corpus.words), vectors)
    row: Row = {}
    for name, file in (("WordSim-353", "wordsim353.tsv"), ("SimLex-999", "simlex999.txt")):
        if (run.data / file).exists():
            row[name] = float(table.evaluate_word_pairs(str(run.data / file))[1][0])
    questions = run.data / "questions-words.txt"
    if questions.exists():
        row["analogies"] = table.evaluate_word_analogies(str(questions), restrict_vocab=30_000)[0]
    return row


def trained_scores(run: Run, kind: str, seed: int, ops: Any) -> Row:
    """Train 5 epochs and judge on the CPU: the loss by the compiled loops, with other draws."""
    architecture = Architecture(kind)
    trained = train_model(run.corpus, architecture, seed=seed, ops=ops, workers=1)
    weights = new_weights(run.corpus.words, architecture, seed)
    for name, values in (("in_rows", trained.vectors), ("out_rows", trained.contexts)):
        getattr(weights, name)[:, :100] = values if ops is None else ops.to_numpy(values)
    row = {"loss": mean_loss(run.corpus, run.corpus.counts, weights, architecture, seed=99)}
    row |= {"online loss": trained.losses[-1], "seconds": trained.seconds}
    return row | scores(run, np.ascontiguousarray(weights.vectors))


def quality(run: Run) -> Iterator[Row]:
    """Means over the seeds, and the spread of the CPU's."""
    for kind in ("skip-gram", "cbow"):
        ours, theirs = [], []
        for seed in (1, 2, 3):
            if run.left < 40:
                break
            ours.append(trained_scores(run, kind, seed, run.ops))
            theirs.append(trained_scores(run, kind, seed, None))
        for name, rows in (("GPU", ours), ("one CPU thread", theirs)):
            if rows:
                means = {key: float(np.mean([row[key] for row in rows])) for key in rows[0]}
                yield {"what": f"{kind}, {name}, mean of {len(rows)} seeds"} | means
        if theirs:
            spread = {key: float(np.std([row[key] for row in theirs])) for key in theirs[0]}
            yield {"what": f"{kind}, spread over seeds on the CPU"} | spread


# ---- speed ----


def copy_rate() -> float:
    """Bytes read and written in a second by a copy of 2 GB within the GPU, in 1e9."""
    import cupy

    source, target = (cupy.ones(1 << 29, dtype=np.float32) for _ in range(2))
    seconds = []
    for _ in range(10):
        start, end = cupy.cuda.Event(), cupy.cuda.Event()
        start.record()
        cupy.copyto(target, source)
        end.record()
        end.synchronize()
        seconds.append(cupy.cuda.get_elapsed_time(start, end) / 1e3)
    return 2 * source.nbytes / float(np.median(seconds)) / 1e9


def epoch_row(run: Run, kind: str, width: int, blocks: int, threads: int, copy: float) -> Row:
    """One epoch from the start, the best of two."""
    from vectorsuite.kernels.cuda import layout
    from vectorsuite.kernels.cuda import run as cuda

    chosen = layout.threads_for
    if threads:
        layout.threads_for = lambda job: threads
    try:
        seconds = []
        for _ in range(2):
            architecture = Architecture(kind, width)
            weights = new_weights(run.corpus.words, architecture, 1)
            weights.to_ops(run.ops)
            job = one_epoch(run.corpus, architecture, weights)
            job.blocks = blocks
            start = time.perf_counter()
            totals = cuda.train(job, 0, 0, len(job.ids))
            seconds.append(time.perf_counter() - start)
        launch = layout.choose_launch(job, cuda.CudaDevice().limits())
    finally:
        layout.threads_for = chosen
    best = min(seconds)
    # each kept word's row and the outputs of each step are read once and added to once
    rows = totals.kept * (1 + (job.shared + job.negative) / job.shared)
    moved = 2 * rows * 4 * width / best / 1e9
    # the loss after it: while training, that of one block is lower, since it sees its text in order
    after = mean_loss(run.corpus, run.corpus.counts, weights, architecture, seed=99, ops=run.ops)
    return {
        "what": f"{kind}, D {width}, {launch.blocks} blocks of {launch.threads}",
        "M words/s": run.corpus.raw_words / best / 1e6, "loss after": after,
        "GB/s": moved, "of copy": moved / copy,
    }  # fmt: skip


def speed(run: Run) -> Iterator[Row]:
    """The defaults, then other numbers of blocks and threads."""
    import cupy

    copy = copy_rate()
    yield {"what": "copy of 2 GB within the GPU", "GB/s": copy}
    epoch_row(run, "skip-gram", 100, 0, 0, copy)  # compile
    for kind in ("skip-gram", "cbow"):
        for width in (100, 300):
            yield epoch_row(run, kind, width, 0, 0, copy)
    several = cupy.cuda.Device().attributes["MultiProcessorCount"]
    for threads in (64, 128, 256):
        for times in (1, 2, 4):
            if run.left > 60:
                yield epoch_row(run, "skip-gram", 100, times * several, threads, copy)


# ---- search ----


def search(run: Run, rows: int = 1_000_000, width: int = 300, n: int = 10_000) -> Iterator[Row]:
    """Best of three each, in the same process; the product writes all scores, block by block."""
    import cupy

    from vectorsuite import Vectors

    random = np.random.default_rng(0)
    data = random.standard_normal((rows, width), dtype=np.float32)
    vectors = Vectors(data=data, keys=np.arange(1, rows + 1, dtype=np.uint64))
    vectors.to_ops(run.ops)
    queries = run.ops.asarray(random.standard_normal((n, width), dtype=np.float32))
    table, block = run.ops.asarray(data), 1000
    out = cupy.empty((block, rows), dtype=np.float32)

    def product() -> None:
        for start in range(0, n, block):
            cupy.matmul(queries[start : start + block], table.T, out=out)

    times: dict[str, float] = {}
    work: dict[str, Callable[[], Any]] = {
        "matrix product alone": product,
        "most_similar": lambda: vectors.most_similar(queries, n=10),
    }
    for name, run_once in work.items():
        seconds = []
        for _ in range(3):
            start = time.perf_counter()
            run_once()
            cupy.cuda.Device().synchronize()
            seconds.append(time.perf_counter() - start)
        times[name] = min(seconds)
    for name, seconds_ in times.items():
        share = times["matrix product alone"] / seconds_
        yield {
            "what": f"{n:,} queries over {rows:,} x {width}, {name}", "seconds": seconds_,
            "of the product's speed": share,
        }  # fmt: skip


# ---- all of them ----


def show(row: Row) -> None:
    """Print a row of the table."""
    rest = []
    for key, value in row.items():
        if key != "what":
            number = f"{value:.4g}" if isinstance(value, float) else str(value)
            rest.append(f"{key} {number}")
    print(f"{row['what']:<52} {'   '.join(rest)}", flush=True)


PARTS: dict[str, Callable[[Run], Iterator[Row]]] = {
    "tests": tests, "parity": parity, "quality": quality, "speed": speed, "search": search,
    "sanitizer": sanitizer,
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("parts", nargs="*", default=[], help=", ".join(PARTS))
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with the test sets")
    parser.add_argument("--minutes", type=float, default=7.5, help="most that all may take")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.parts if name not in PARTS]
    if unknown:
        raise SystemExit(f"There is no part {unknown[0]!r}. There are: {', '.join(PARTS)}.")
    reason = why_no_gpu()
    if reason is not None:
        raise SystemExit(reason)
    run = Run(arguments.corpus, arguments.data, arguments.minutes * 60)
    result: dict[str, list[Row]] = {}
    for name in arguments.parts or PARTS:
        result[name] = []
        try:
            for row in PARTS[name](run) if run.left > 0 else ():
                result[name].append(row)
                if not arguments.json:
                    show(row)
        except Exception as error:  # the other parts still have something to say
            traceback.print_exc(file=sys.stderr)
            row = {"what": name, "result": f"failed: {type(error).__name__}: {error}"[:300]}
            result[name].append(row)
            if not arguments.json:
                show(row)
    if arguments.json:
        print(json.dumps(result))


if __name__ == "__main__":
    main()
