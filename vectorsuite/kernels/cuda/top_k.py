"""The best columns of scores that come tile by tile, on a GPU: top_k.cu behind CuPy."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

SOURCE = Path(__file__).with_name("top_k.cu")
THREADS = 256
BLOCKS = 1024  # that keep a GPU busy; few queries are shared by several blocks each
LEAST_CAPACITY, MOST_CAPACITY = 1024, 4096  # keys of 8 bytes in a block's own memory
MOST_KEPT = MOST_CAPACITY // 2
LOW = np.uint64(0xFFFFFFFF)
NONE = (np.uint64(0), np.uint64(0))  # null pointers

#: (blocks, bytes of a block's own memory, arguments of ``feed`` in top_k.cu)
Launch = Callable[[int, int, tuple[Any, ...]], None]


@lru_cache(maxsize=16)
def _kernel(device_id: int) -> Any:
    import cupy

    return cupy.RawModule(code=SOURCE.read_text("utf8"), options=("-std=c++17",)).get_function(
        "feed"
    )


def launch(blocks: int, own_bytes: int, arguments: tuple[Any, ...]) -> None:
    """Run the kernel on CuPy's current device; compiled once, and kept on disk by CuPy."""
    import cupy

    kernel = _kernel(cupy.cuda.Device().id)
    kernel((blocks,), (THREADS,), arguments, shared_mem=own_bytes)


def capacity_for(keep: int) -> int:
    """Keys that a block's own memory holds: a power of 2, at least twice as many as are kept."""
    return max(LEAST_CAPACITY, 1 << (2 * keep - 1).bit_length())


class CudaTopK:
    """What ``ArrayTopK`` does, in one pass over the scores.

    :param xp: CuPy.
    :param queries: Q.
    :param keep: At most `MOST_KEPT`.
    :param launch: Runs the kernel.
    """

    def __init__(self, xp: Any, queries: int, keep: int, launch: Launch = launch) -> None:
        self.xp = xp
        self.keep = keep
        self.parts = max(1, -(-BLOCKS // max(1, queries)))
        self.best = xp.zeros((queries, self.parts, keep), dtype="uint64")
        self._launch = launch
        self._excluded: tuple[Any, Any] = NONE

    def feed(
        self,
        scores: Any,
        scale: Any,
        first: int,
        excluded: tuple[NDArray[np.int32], NDArray[np.int64]] | None = None,
    ) -> None:
        """Take in a tile; see ``ArrayTopK.feed``.

        :param excluded: The same for every tile: it is sent to the GPU with the first.
        """
        xp, queries = self.xp, len(self.best)
        if not scores.size:
            return
        if excluded is not None and self._excluded is NONE:
            self._excluded = xp.asarray(excluded[0]), xp.asarray(excluded[1])
        capacity = capacity_for(self.keep)
        numbers = (scores.shape[1], first, self.keep, capacity, self.parts)
        arguments = (
            xp.ascontiguousarray(scores),
            xp.ascontiguousarray(scale),
            self.best,
            *self._excluded,
            *(np.int64(number) for number in numbers),
        )
        self._launch(queries * self.parts, 8 * capacity + 8, arguments)

    def finish(self) -> Any:
        """The columns, (Q, keep) int64, best first; -1 where there are fewer."""
        xp = self.xp
        keys = self.best.reshape(len(self.best), -1)
        if self.parts > 1:
            keys = xp.sort(keys, axis=1)[:, ::-1][:, : self.keep]
        columns = (LOW - (keys & LOW)).astype("int64")
        return xp.where(keys == 0, -1, columns)
