"""The parts of bench_gpu.py that run other programs: pytest and compute-sanitizer."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bench_gpu import Run

Row = dict[str, Any]
CHECKOUT = Path(__file__).resolve().parents[2]
SANITIZERS = ("/usr/local/cuda/bin", "/usr/local/cuda/compute-sanitizer", "/opt/cuda/bin")


def tests(run: Run) -> Iterator[Row]:
    """All with the marker ``gpu``."""
    command = [
        sys.executable, "-m", "pytest", "-q", "-m", "gpu", "-p", "no:cacheprovider",
        "--continue-on-collection-errors", "-c", str(CHECKOUT / "pyproject.toml"),
        "--rootdir", str(CHECKOUT), str(CHECKOUT / "tests"),
    ]  # fmt: skip
    start = time.perf_counter()
    try:
        done = subprocess.run(
            command, cwd=run.folder.name, capture_output=True, text=True,
            timeout=min(150, run.left),
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        yield {"what": "tests with the marker gpu", "result": "more than 150 s: stopped"}
        return
    lines = done.stdout.strip().splitlines() or done.stderr.strip().splitlines() or [""]
    for line in lines:
        if line.startswith(("FAILED", "ERROR")):
            yield {"what": line[:200]}
    yield {
        "what": "tests with the marker gpu", "seconds": time.perf_counter() - start,
        "result": lines[-1],
    }  # fmt: skip


SMALL_TRAINING = """
import cupy, numpy as np
cupy.cuda.set_allocator(None)  # each array an allocation of its own, so that its ends are known
from thinc.api import CupyOps
from vectorsuite.training.architecture import Architecture
from vectorsuite.training.corpus import count_and_encode
from vectorsuite.training.trainer import train_model
random = np.random.default_rng(0)
text = [[f"w{w}" for w in random.zipf(1.3, size=40) % 300] for _ in range(400)]
with count_and_encode(text, min_count=1) as corpus:
    for kind in ("skip-gram", "cbow"):
        trained = train_model(corpus, Architecture(kind, 20), epochs=1, ops=CupyOps())
        print(kind, trained.losses)
"""


def sanitizer(run: Run) -> Iterator[Row]:
    """memcheck, racecheck and synccheck."""
    found = shutil.which("compute-sanitizer") or shutil.which(
        "compute-sanitizer", path=os.pathsep.join(SANITIZERS)
    )
    if found is None:
        yield {"what": "compute-sanitizer", "result": "not on this machine"}
        return
    for tool in ("memcheck", "racecheck", "synccheck"):
        command = [found, "--tool", tool, "--error-exitcode", "9", sys.executable, "-c"]
        try:
            done = subprocess.run(
                [*command, SMALL_TRAINING],
                capture_output=True, text=True, cwd=run.folder.name,
                timeout=max(1, min(90, run.left)),
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            yield {"what": f"compute-sanitizer {tool}", "result": "took too long: stopped"}
            continue
        said = (done.stdout + done.stderr).strip().splitlines() or [""]
        clean = "clean" if done.returncode == 0 else f"exit {done.returncode}"
        yield {"what": f"compute-sanitizer {tool}", "result": f"{clean}; {said[-1][:150]}"}
