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
from vectorsuite.kernels.device import array_module, on_host
from vectorsuite.kernels.job import ChunkTotals
from vectorsuite.packed import PackedStrings
from vectorsuite.training.corpus import EncodedCorpus
from vectorsuite.training.watch import Position
from vectorsuite.training.weights import Weights

KIND = "checkpoint of a training job"
VERSION = 3
#: Before the names of the best tables, in the file.
BEST = "best_"


class Checkpoint:
    """The file of one job. Saving replaces it; it is whole at any moment, or not there.

    :param path: Its name.
    :param job: All that decides the result, plain JSON: a checkpoint serves no other job.
    """

    def __init__(self, path: Path, job: Mapping[str, Any]) -> None:
        self.path = path
        self.job = dict(_flat(job))

    def save(
        self,
        position: Position,
        weights: Weights,
        notes: Mapping[str, Any],
        best: Mapping[str, Any] | None = None,
    ) -> None:
        """Write the tables as they are at a position.

        :param notes: What else the run knows, plain JSON.
        :param best: Tables of an epoch before, to be kept beside those of now.
        """
        state = {"job": self.job, "position": asdict(position), "notes": dict(notes)}
        tables = {
            prefix + name: on_host(rows)
            for prefix, rows_by_name in (("", weights.tables()), (BEST, best or {}))
            for name, rows in weights.without_padding(rows_by_name).items()
        }
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_checked(self.path, KIND, VERSION, state, tables)
        except OSError as error:
            raise OSError(
                f"The checkpoint {self.path} cannot be written: {error.strerror or error}. Make "
                "room and run again: the job goes on from the last whole one, if there is one."
            ) from error

    def restore(
        self, weights: Weights
    ) -> tuple[Position, dict[str, Any], dict[str, Any] | None] | None:
        """Fill the tables with what was saved; returns the position, the notes and the best tables.

        :returns: None if there is no file; for the best tables, if there were none.
        :raises ValueError: It is damaged, or of another job: says what differs.
        """
        if not self.path.exists():
            return None
        try:
            state, tables = read_checked(self.path, KIND, VERSION)
        except ValueError as error:
            raise ValueError(f"{error} Remove the file to train from the start.") from error
        self._check(state["job"])
        best = {}
        for name, rows in weights.tables().items():
            if BEST + name in tables:
                best[name] = rows.copy()
                _fill(best[name], tables[BEST + name])
            _fill(rows, tables[name])
        place = state["position"]
        position = Position(
            place["epoch"],
            place["token"],
            ChunkTotals(**place["sums"]),
            [ChunkTotals(**sums) for sums in place["totals"]],
        )
        return position, state["notes"], best or None

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
    """A checksum of words, counts, text and tags of a corpus."""
    words, tags = corpus.words, corpus.tags
    text = words.data, words.offsets, corpus.counts, corpus.ids, corpus.offsets
    if tags is None:
        return digest(*text)
    names = PackedStrings.pack(str(name) for name in tags.names)
    return digest(*text, names.data, names.offsets, tags.codes, tags.offsets)


def digest(*arrays: NDArray[Any]) -> str:
    """A checksum of the values of arrays."""
    value = 0
    for array in arrays:
        value = zlib.crc32(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data, value)
    return f"{value:08x}"


def _fill(rows: Any, saved: NDArray[np.float32]) -> None:
    """Write what was saved into a table, wherever it is."""
    rows[:, : saved.shape[1]] = array_module(rows).asarray(saved)


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Nested settings by dotted path."""
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value
