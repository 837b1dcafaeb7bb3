"""Checkpoints: where a run is and its tables, in one file that is never torn."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.io.checked_file import read_checked, write_checked
from vectorsuite.kernels.job import ChunkTotals
from vectorsuite.training.corpus import EncodedCorpus
from vectorsuite.training.watch import Position
from vectorsuite.training.weights import Weights

KIND = "checkpoint of a training job"
VERSION = 1
TABLES = ("in_rows", "out_rows", "tree_rows")


class Checkpoint:
    """The file of one job. Saving replaces it; it is whole at any moment, or not there.

    :param path: Its name.
    :param job: All that decides the result, plain JSON: a checkpoint serves no other job.
    """

    def __init__(self, path: Path, job: Mapping[str, Any]) -> None:
        self.path = path
        self.job = dict(_flat(job))

    def save(self, position: Position, weights: Weights, held_out: list[float]) -> None:
        """Write the tables as they are at a position."""
        state = {"job": self.job, "position": asdict(position), "held_out": held_out}
        try:
            write_checked(self.path, KIND, VERSION, state, _tables(weights))
        except OSError as error:
            raise OSError(
                f"The checkpoint {self.path} cannot be written: {error.strerror or error}. Make "
                "room and run again: the job goes on from the last whole one, if there is one."
            ) from error

    def restore(self, weights: Weights) -> tuple[Position, list[float]] | None:
        """Fill the tables with what was saved; returns the position and held-out losses.

        :returns: None if there is no file.
        :raises ValueError: It is damaged, or of another job: says what differs.
        """
        if not self.path.exists():
            return None
        state, tables = read_checked(self.path, KIND, VERSION)
        self._check(state["job"])
        for name, saved in tables.items():
            rows = getattr(weights, name)
            rows[:, : weights.width] = saved if isinstance(rows, np.ndarray) else _like(rows, saved)
        place = state["position"]
        position = Position(
            place["epoch"],
            place["token"],
            ChunkTotals(**place["sums"]),
            [ChunkTotals(**sums) for sums in place["totals"]],
        )
        return position, list(state["held_out"])

    def remove(self) -> None:
        """Remove the file: the job is done."""
        self.path.unlink(missing_ok=True)

    def _check(self, saved: Mapping[str, Any]) -> None:
        for key in sorted({*saved, *self.job}):
            if saved.get(key) != self.job.get(key):
                raise ValueError(
                    f"{self.path} is the checkpoint of another job: there {key} is "
                    f"{saved.get(key)!r}, here {self.job.get(key)!r}. Run that job to its end, "
                    "give another output, or remove the file."
                )


def corpus_digest(corpus: EncodedCorpus) -> str:
    """A checksum of words, counts and text of a corpus."""
    words = corpus.words
    return digest(words.data, words.offsets, corpus.counts, corpus.ids, corpus.offsets)


def digest(*arrays: NDArray[Any]) -> str:
    """A checksum of the values of arrays."""
    value = 0
    for array in arrays:
        value = zlib.crc32(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data, value)
    return f"{value:08x}"


def _tables(weights: Weights) -> dict[str, NDArray[np.float32]]:
    """The tables that there are, on the host, without padding."""
    tables = {}
    for name in TABLES:
        rows = getattr(weights, name)
        if rows is not None:
            used = rows[:, : weights.width]
            tables[name] = used if isinstance(used, np.ndarray) else used.get()
    return tables


def _like(rows: Any, saved: NDArray[np.float32]) -> Any:
    """An array on the device of another."""
    from thinc.util import get_array_module

    return get_array_module(rows).asarray(saved)


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Nested settings by dotted path."""
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value
