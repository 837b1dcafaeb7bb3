"""The table against spaCy's: look-up of a million keys, opening saved tables, memory of processes.

    python tests/benchmarks/bench_table.py [--sizes 10000 100000 1000000] [--width 300] [--json]

Tables of the largest size take 1.2 GB of disk, beside the checkout's temporary folder. Files are in
the page cache; every opening is measured in a new process, imports not counted.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from vectorsuite import StringStore, Vectors, write_pipeline
from vectorsuite.packed import PackedStrings

N_KEYS = 1_000_000

OPEN = """
import sys, time
from vectorsuite.vectors import open_pipeline
start = time.perf_counter()
table = open_pipeline(sys.argv[1])
vector = table[sys.argv[2]]
print(time.perf_counter() - start)
"""
OPEN_SPACY = """
import sys, time
from spacy.vectors import Vectors
start = time.perf_counter()
table = Vectors().from_disk(sys.argv[1] + "/vocab")
vector = table[sys.argv[2]]
print(time.perf_counter() - start)
"""
# Two processes hold the table and read all of it; what they share counts half for each in PSS.
HOLD = """
import re, sys
from vectorsuite.vectors import open_pipeline
table = open_pipeline(sys.argv[1])
total = float(table.data.sum()) + len(table.key2row.find(table.key2row.entries()[0]))
print("ready", flush=True)
sys.stdin.readline()
rollup = open("/proc/self/smaps_rollup").read()
print(*(int(re.search(rf"^{kind}:\\s+(\\d+)", rollup, re.M)[1]) for kind in ("Rss", "Pss")))
"""


def best(function: Callable[[], Any], repeat: int = 3) -> float:
    """Least seconds of some runs."""
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def words(n: int) -> list[str]:
    return [f"w{i:x}ord{i % 7}" for i in range(n)]


def row(what: str, ours: float, peer: str = "", theirs: float | None = None) -> dict[str, Any]:
    times = None if theirs is None else theirs / ours
    return {"what": what, "seconds": ours, "peer": peer, "peer_seconds": theirs, "times": times}


def bench_find() -> list[dict[str, Any]]:
    from spacy.vectors import Vectors as SpacyVectors

    names = words(N_KEYS)
    ours = Vectors(data=np.zeros((N_KEYS, 1), "f"), keys=PackedStrings.pack(names))
    keys = ours.key2row.entries()[0]
    theirs = SpacyVectors(data=np.zeros((N_KEYS, 1), "f"), keys=keys.tolist())
    asked = np.random.default_rng(0).permutation(keys)
    assert ours.find(keys=asked).tolist() == theirs.find(keys=asked).tolist()
    theirs_find = best(lambda: theirs.find(keys=asked), 2)
    assert (ours.get_batch(asked) == theirs.get_batch(asked)).all()
    rows = [
        row("find, 1M keys", best(lambda: ours.find(keys=asked)), "spaCy", theirs_find),
        row(
            "find, 1M keys, 1 thread",
            best(lambda: ours.key2row.find(asked, 1)),
            "spaCy",
            theirs_find,
        ),
        row(
            "get_batch, 1M keys, width 1",
            best(lambda: ours.get_batch(asked)),
            "spaCy",
            best(lambda: theirs.get_batch(asked), 2),
        ),
    ]
    single = keys[:100_000].tolist()
    rows.append(
        row(
            "100k keys one by one",
            best(lambda: [ours[key] for key in single]),
            "spaCy",
            best(lambda: [theirs[key] for key in single]),
        )
    )
    return rows


def bench_strings() -> list[dict[str, Any]]:
    from spacy.strings import StringStore as SpacyStringStore

    names = words(N_KEYS)
    packed = PackedStrings.pack(names)
    ours, theirs = StringStore(packed), SpacyStringStore(names)
    assert ours["w5ord5"] == theirs["w5ord5"]
    keys = [ours[name] for name in names[:100_000]]
    peer = best(lambda: SpacyStringStore(names), 1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "strings.json")
        ours.to_disk(path)
        rows = [
            row(
                "StringStore of 1M packed strings", best(lambda: StringStore(packed)), "spaCy", peer
            ),
            row("StringStore of 1M str", best(lambda: StringStore(names), 1), "spaCy", peer),
            row(
                "open a store of 1M strings",
                best(lambda: StringStore().from_disk(path)),
                "spaCy",
                best(lambda: SpacyStringStore().from_disk(path), 1),
            ),
        ]
    rows.append(
        row(
            "100k strings by key",
            best(lambda: [ours[key] for key in keys]),
            "spaCy",
            best(lambda: [theirs[key] for key in keys]),
        )
    )
    return rows


def bench_floret() -> list[dict[str, Any]]:
    from spacy.vectors import Vectors as SpacyVectors

    data = np.random.default_rng(0).random((50_000, 300), dtype=np.float32)
    settings = {"mode": "floret", "minn": 4, "maxn": 5, "hash_count": 2, "hash_seed": 2166136261}
    ours, theirs = Vectors(data=data, **settings), SpacyVectors(data=data, **settings)
    names = [f"{word}longer" for word in words(20_000)]
    assert np.allclose(ours.get_batch(names), theirs.get_batch(names), atol=1e-6)
    peer = best(lambda: theirs.get_batch(names), 1)
    return [row("floret vectors of 20k words", best(lambda: ours.get_batch(names)), "spaCy", peer)]


def run(code: str, *arguments: str) -> float:
    command = [sys.executable, "-c", code, *arguments]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def bench_open(n: int, width: int, path: Path) -> list[dict[str, Any]]:
    names = words(n)
    data = np.random.default_rng(0).random((n, width), dtype=np.float32)
    table = Vectors(data=data, keys=PackedStrings.pack(names))
    saving = best(lambda: write_pipeline(path, table, counts=np.arange(n)), 1)
    size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    ours = min(run(OPEN, str(path), names[n // 2]) for _ in range(3))
    theirs = run(OPEN_SPACY, str(path), names[n // 2])
    what = f"{n} × {width} ({size / 1e6:.0f} MB)"
    return [row(f"open and look up {what}", ours, "spaCy", theirs), row(f"save {what}", saving)]


def memory(path: Path) -> dict[str, Any]:
    """RSS and PSS in MB of two processes that have read the same table whole."""
    command = [sys.executable, "-c", HOLD, str(path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen(command, **pipes) for _ in range(2)]  # type: ignore[call-overload]
    for process in processes:
        process.stdout.readline()
    sizes = []
    for process in processes:  # both are alive while either is measured
        process.stdin.write("\n")
        process.stdin.flush()
        sizes.append([int(kb) / 1024 for kb in process.stdout.readline().split()])
    for process in processes:
        process.communicate()
    rss, pss = zip(*sizes, strict=True)
    return {
        "what": "two processes, MB",
        "rss": [round(x) for x in rss],
        "pss": [round(x) for x in pss],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--width", type=int, default=300)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    rows = bench_find() + bench_strings() + bench_floret()
    with tempfile.TemporaryDirectory() as folder:
        for n in arguments.sizes:
            rows += bench_open(n, arguments.width, Path(folder, str(n)))
        shared = memory(Path(folder, str(max(arguments.sizes))))
    if arguments.json:
        print(json.dumps([*rows, shared]))
        return
    for r in rows:
        theirs = (
            ""
            if r["times"] is None
            else (f"{r['peer']} {r['peer_seconds'] * 1e3:9.1f} ms   {r['times']:7.1f} ×")
        )
        print(f"{r['what']:45} {r['seconds'] * 1e3:9.2f} ms   {theirs}")
    print(f"{shared['what']:45} RSS {shared['rss']}, PSS {shared['pss']}")


if __name__ == "__main__":
    main()
