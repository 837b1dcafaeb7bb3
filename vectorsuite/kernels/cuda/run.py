"""One run over tokens of an epoch: parts go to the device while it trains on the part before."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels import draws
from vectorsuite.kernels.cuda.crowding import shares
from vectorsuite.kernels.cuda.device import CudaDevice, Device
from vectorsuite.kernels.cuda.feed import Part, parts, read_part
from vectorsuite.kernels.cuda.layout import (
    JOB,
    MOST_CENTRES,
    SLICE_BYTES,
    TOTALS,
    UNITS,
    choose_launch,
    columns,
    plan_ints,
)
from vectorsuite.kernels.device import ops_of
from vectorsuite.kernels.job import ChunkTotals, EpochProgress, TrainingJob
from vectorsuite.kernels.reference import CHUNK_TOKENS


def supports(job: TrainingJob) -> bool:
    """Whether the CUDA loops know all that a job asks for: one row a word, negative sampling."""
    return (
        job.negative > 0
        and job.path_offsets is None
        and job.part_offsets is None
        and job.tags is None
        and not job.own_draws
    )


def train(
    job: TrainingJob, epoch: int, begin: int, end: int, progress: EpochProgress | None = None,
    device: Device | None = None,
) -> ChunkTotals:  # fmt: skip
    """Train on tokens [begin, end) of an epoch (from 0), on CuPy's current device.

    One block at a time gives the numbers of the reference, to rounding; several are Hogwild.
    ``deterministic`` jobs have one. Jobs that the CUDA loops do not know run in array operations.

    :param begin: A multiple of the chunk length: where another run may have stopped.
    :param device: Where the tables are; the tests give one that has no GPU.
    :raises ValueError: The tables are not rows of whole cache lines, or the work does not fit into
        the memory of the device.
    """
    if not supports(job):
        from vectorsuite.kernels.array import ArrayKernels

        return ArrayKernels(ops_of(job.in_rows)).train(job, epoch, begin, end, progress)
    if not 0 <= begin <= end <= len(job.ids) or begin % CHUNK_TOKENS:
        raise ValueError(
            f"begin = {begin} and end = {end} do not lie in a corpus of {len(job.ids)} tokens, or "
            f"begin is no multiple of {CHUNK_TOKENS}."
        )
    return _Run(job, epoch, device or CudaDevice()).train(begin, end, progress)


@dataclass
class _Slot:
    """Memory for one part: the next one is copied in while the device works on this one."""

    words: Any  # int32, on the host and on the device
    words_there: Any
    small: Any  # the learning rates of the chunks, and the counter of units
    small_there: Any
    totals: Any
    totals_there: Any


class _Run:
    """The device's memory and the arguments of the kernels, for one epoch."""

    def __init__(self, job: TrainingJob, epoch: int, device: Device) -> None:
        self.job, self.epoch, self.device = job, epoch, device
        self._check_job()
        self.launch = choose_launch(job, device.limits())
        self.token_key = draws.stream(job.seed, epoch, draws.TOKEN)
        self.slots: list[_Slot] = []
        launch = self.launch
        in_shares, out_shares = shares(job, launch.blocks)

        def upload(array: Any) -> Any:
            return None if array is None else device.upload(array)

        self.held = {
            "keep": device.upload(job.keep),
            "noise": device.upload(np.ascontiguousarray(job.noise)),
            "locks": upload(job.locks),
            "in_shares": upload(in_shares),
            "out_shares": upload(out_shares),
            "plan": device.empty(launch.chunks * plan_ints(job), np.int32),
            "work": device.empty(launch.blocks * launch.work_bytes, np.uint8)
            if launch.work_in_table_memory
            else None,
        }
        self.arguments = self._arguments()

    def _check_job(self) -> None:
        """Refuse what the kernels, which move 16 bytes at a time, would read beyond."""
        job = self.job
        shape = (len(job.keep), job.in_rows.shape[1])
        for name in ("in_rows", "out_rows"):
            table = getattr(job, name)
            if (
                table.shape != shape or table.dtype != np.float32 or not table.flags.c_contiguous
                or shape[1] % 4 or shape[1] < job.width or self.device.address(table) % 16
            ):  # fmt: skip
                raise ValueError(
                    f"{name} is {table.dtype} of shape {table.shape}; training on a GPU takes "
                    f"float32 of shape {shape} in C order, rows of at least {job.width} that start "
                    "at a multiple of 16 bytes: see padded_rows."
                )
        if not 1 <= job.shared < min(MOST_CENTRES + 1, shape[0]) or job.window < 1:
            raise ValueError(
                f"shared is {job.shared} and window {job.window}: shared must be from 1 to "
                f"{MOST_CENTRES} and below the number of words, {shape[0]}; window at least 1."
            )

    def _arguments(self) -> NDArray[Any]:
        """What all parts have in common."""
        job, launch, address = self.job, self.launch, self.device.address
        arguments = np.zeros((), dtype=JOB)
        values: dict[str, int] = {
            "in_rows": address(job.in_rows), "out_rows": address(job.out_rows),
            "chunk_tokens": CHUNK_TOKENS, "n_words": len(job.keep),
            "stride": job.in_rows.shape[1], "columns": columns(job.width),
            "window": job.window, "negative": job.negative, "shared": job.shared,
            "shrink": job.shrink, "cbow": job.cbow, "cbow_mean": job.cbow_mean,
            "token_key": self.token_key,
            "noise_key": draws.stream(job.seed, self.epoch, draws.NOISE),
            "units": UNITS, "score_parts": launch.score_parts,
            "work_size": launch.work_bytes // 16 if launch.work_in_table_memory else 0,
        }  # fmt: skip
        values |= {name: address(array) for name, array in self.held.items()}
        for name, value in values.items():
            arguments[name] = value
        return arguments

    def train(self, begin: int, end: int, progress: EpochProgress | None) -> ChunkTotals:
        """Keep one part waiting while the device works on another."""
        totals = ChunkTotals()
        under_way: tuple[Part, _Slot, Any] | None = None
        try:
            for number, part in enumerate(
                parts(self.job, self.token_key, begin, end, self.launch.chunks)
            ):
                begun = (part, *self._begin(number % 2, part))
                if under_way is not None:
                    self._end(*under_way, totals, progress)
                under_way = begun
                if not math.isfinite(totals.loss):
                    break
            if under_way is not None:
                self._end(*under_way, totals, progress)
        finally:
            self.device.finish()  # also after Ctrl-C: the kernels use the memory of this object
        return totals

    def _slot(self, index: int, words: int) -> _Slot:
        """Memory for a part, as large as the largest part that it will take; seldom made anew."""
        device, launch = self.device, self.launch
        if index == len(self.slots) or len(self.slots[index].words) < words:
            room = max(words, launch.chunks * CHUNK_TOKENS + 4096)
            room = min(room, max(words, len(self.job.ids)))
            sizes = (room, np.int32), (launch.chunks + 1, np.int32), (launch.chunks * UNITS, TOTALS)
            pairs = [
                array
                for n, dtype in sizes
                for array in (device.host_buffer(n, dtype), device.empty(n, dtype))
            ]
            self.slots[index : index + 1] = [_Slot(*pairs)]
        return self.slots[index]

    def _begin(self, index: int, part: Part) -> tuple[_Slot, Any]:
        """Send a part to the device and have it planned and trained on."""
        job, device, launch = self.job, self.device, self.launch
        slot = self._slot(index, part.stop - part.first)
        words = slot.words[: part.stop - part.first]
        read_part(job, part, words)
        starts = range(part.begin, part.end, CHUNK_TOKENS)
        rates = [job.learn_rate_at(self.epoch, start) for start in starts]
        slot.small[: len(rates)].view(np.float32)[:] = rates
        slot.small[-1] = 0
        device.copy_in(slot.words_there, words)
        device.copy_in(slot.small_there, slot.small)
        arguments = self.arguments.copy()
        rates_there = device.address(slot.small_there)
        values = {
            "ids": device.address(slot.words_there), "first": part.first, "n_ids": len(words),
            "begin": part.begin, "end": part.end, "rates": rates_there,
            "next_unit": rates_there + 4 * launch.chunks,
            "totals": device.address(slot.totals_there),
        }  # fmt: skip
        for name, value in values.items():
            arguments[name] = value
        device.launch("plan", part.chunks, SLICE_BYTES * launch.threads, launch, arguments)
        own = 0 if launch.work_in_table_memory else launch.work_bytes
        blocks = min(launch.blocks, part.chunks * UNITS)
        device.launch("train", blocks, own, launch, arguments)
        device.copy_out(slot.totals[: part.chunks * UNITS], slot.totals_there)
        return slot, device.mark()

    def _end(
        self, part: Part, slot: _Slot, mark: Any, totals: ChunkTotals,
        progress: EpochProgress | None,
    ) -> None:  # fmt: skip
        """Wait for a part; add its sums in the order of the corpus."""
        self.device.wait(mark)
        units = slot.totals[: part.chunks * UNITS]
        totals.loss += math.fsum(units["loss"]) if np.isfinite(units["loss"]).all() else math.nan
        totals.pairs += int(units["pairs"].sum())
        totals.products += int(units["products"].sum())
        totals.kept += int(units["kept"].sum())
        if progress is not None:
            rate = self.job.learn_rate_at(self.epoch, part.begin)
            progress(part.end, rate, totals.loss / max(1, totals.pairs))
