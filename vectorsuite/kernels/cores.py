"""How many threads to use."""

from __future__ import annotations

import os


def n_cores() -> int:
    """Cores this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def worker_count(workers: int) -> int:
    """Threads to use: ``workers``, or every core this process may run on for 0.

    :raises ValueError: A negative number.
    """
    if workers < 0:
        raise ValueError(f"workers is {workers}; give a number of threads, or 0 for all cores.")
    return workers or n_cores()
