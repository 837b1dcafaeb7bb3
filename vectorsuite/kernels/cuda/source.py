"""The CUDA text as one file: at run time there are no headers to include."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent
_INCLUDE = re.compile(r'^#include "([a-z_.]+)"$', re.MULTILINE)


@lru_cache(maxsize=1)
def cuda_text() -> str:
    """The kernels with all that they include put in its place, each file once."""
    seen: set[str] = set()

    def read(name: str) -> str:
        if name in seen:
            return ""
        seen.add(name)
        path = FOLDER / name
        if not path.exists():  # what the GPU and the CPU share lies one folder up
            path = FOLDER.parent / name
        text = path.read_text(encoding="utf8").replace("#pragma once\n", "")
        return _INCLUDE.sub(lambda include: read(include[1]), text)

    return read("kernels.cu")


def compile_options(threads: int, work_in_table_memory: bool) -> tuple[str, ...]:
    """Options for a compiler of CUDA; the architecture is the caller's to add."""
    return (
        "-std=c++17",
        f"-DVS_THREADS={threads}",
        f"-DVS_WORK_IN_TABLE_MEMORY={int(work_in_table_memory)}",
    )
