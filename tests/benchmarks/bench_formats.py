"""Reading and writing files of vectors against gensim and ``spacy init vectors``.

    python tests/benchmarks/bench_formats.py [--rows N] [--width D] [--repeat N] [--json]

The file is made here: normal numbers in six significant digits, as real files have them. Our rows
are the best of N runs; the peers, which take ten seconds and more, run once unless --repeat-peers
says otherwise. The rows take turns, so that other load meets them alike.
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

import numpy as np

from vectorsuite.io import WordVectors
from vectorsuite.io.open import load_any, save_any


def make_text(path: Path, n_rows: int, width: int) -> None:
    """Write a file of vectors with one number format per value, as most tools print them."""
    rng = np.random.default_rng(1)
    row_format = " ".join(["%.6g"] * width)
    with path.open("w", encoding="utf8") as file:
        file.write(f"{n_rows} {width}\n")
        for row in range(n_rows):
            file.write(f"word{row} {row_format % tuple(rng.normal(scale=0.05, size=width))}\n")


def seconds(job: Callable[[], object]) -> float:
    started = time.perf_counter()
    job()
    return time.perf_counter() - started


def command(*arguments: str) -> Callable[[], object]:
    return lambda: subprocess.run(
        [sys.executable, "-m", *arguments], check=True, capture_output=True
    )


def gensim_jobs(folder: Path) -> dict[str, Callable[[], object]]:
    from gensim.models import KeyedVectors

    vectors = KeyedVectors.load_word2vec_format(folder / "v.bin", binary=True)
    read = KeyedVectors.load_word2vec_format
    return {
        "read text": lambda: read(folder / "v.txt"),
        "read binary": lambda: read(folder / "v.bin", binary=True),
        "write text": lambda: vectors.save_word2vec_format(folder / "gensim.txt"),
        "write binary": lambda: vectors.save_word2vec_format(folder / "gensim.bin", binary=True),
    }


def our_jobs(folder: Path, vectors: WordVectors) -> dict[str, Callable[[], object]]:
    return {
        "read text": lambda: load_any(folder / "v.txt"),
        "read binary": lambda: load_any(folder / "v.bin"),
        "write text": lambda: save_any(folder / "ours.txt", vectors),
        "write binary": lambda: save_any(folder / "ours.bin", vectors),
        "init vectors, command": command(
            "vectorsuite", "init-vectors", "en", str(folder / "v.txt"), str(folder / "ours")
        ),
    }


def measure(folder: Path, repeat: int, repeat_peers: int) -> list[dict[str, object]]:
    vectors = load_any(folder / "v.txt")
    save_any(folder / "v.bin", vectors)
    ours = our_jobs(folder, vectors)
    peers = {name: ("gensim", job) for name, job in gensim_jobs(folder).items()}
    spacy = command("spacy", "init", "vectors", "en", str(folder / "v.txt"), str(folder / "spacy"))
    peers["init vectors, command"] = ("spaCy", spacy)
    rows = []
    for name, job in ours.items():
        peer, peer_job = peers[name]
        best_peer = best = float("inf")
        for turn in range(max(repeat, repeat_peers)):
            if turn < repeat_peers:
                best_peer = min(best_peer, seconds(peer_job))
            if turn < repeat:
                best = min(best, seconds(job))
        rows.append(
            {
                "what": name,
                "ours": best,
                "peer": peer,
                "theirs": best_peer,
                "times": best_peer / best,
            }
        )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=84_237)
    parser.add_argument("--width", type=int, default=300)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--repeat-peers", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_text(folder / "v.txt", arguments.rows, arguments.width)
        size = (folder / "v.txt").stat().st_size
        rows = measure(folder, arguments.repeat, arguments.repeat_peers)
    if arguments.json:
        print(json.dumps({"bytes of text": size, "rows": rows}))
        return
    print(f"{arguments.rows:,} × {arguments.width}, {size / 1e6:.0f} MB of text")
    for row in rows:
        print("{what:<22} {ours:7.3f} s   {peer:<7}{theirs:8.3f} s   {times:6.1f} ×".format(**row))


if __name__ == "__main__":
    main()
