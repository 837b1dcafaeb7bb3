"""Training in plain array operations, for any ops of thinc: batches of steps as matrix products.

Each step is that of ``reference``: neighbouring centre words share their noise words, so that a
window against them is one small matrix product. Many steps are done at once, all from the tables as
they were before the batch; with one step a batch this is the reference itself. The compiled loops
are faster on CPUs and CUDA on its GPUs; this path is for what has neither, and to check them by.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from thinc.api import NumpyOps

from vectorsuite.kernels.array_plan import Plan, Planner
from vectorsuite.kernels.job import ChunkTotals, EpochProgress, TrainingJob, unpack_branches
from vectorsuite.kernels.reference import CHUNK_TOKENS, softplus

USES_TO_SUM = 8  # changes of a row by one batch that are added up; more are averaged
GROUPS = 64  # steps of a batch: large products, few words that two steps change
WORDS_PER_GROUP = 8  # of the vocabulary, at least: fewer words meet in a batch too often
CHUNKS = 8  # that are drawn at once


class ArrayKernels:
    """Training loops over the arrays of a thinc ops.

    :param ops: thinc's; None: NumPy.
    :param groups: Steps of a batch; 0: as many as suit the vocabulary.
    """

    def __init__(self, ops: Any = None, groups: int = 0) -> None:
        self.ops = NumpyOps() if ops is None else ops
        self.groups = groups

    def train(
        self,
        job: TrainingJob,
        epoch: int,
        begin: int,
        end: int,
        progress: EpochProgress | None = None,
    ) -> ChunkTotals:
        """Train on tokens [begin, end) of an epoch (from 0); see ``compiled.train``.

        :raises ValueError: The job has n-grams or documents.
        """
        if job.part_offsets is not None or job.tags is not None:
            raise ValueError(
                "Vectors of n-grams and of documents are trained on the CPU only: leave --gpu-id "
                "(or ops) out."
            )
        groups = self.groups or min(GROUPS, max(1, len(job.keep) // WORDS_PER_GROUP))
        run = _Run(job, self.ops)
        for start in range(begin, end, CHUNKS * CHUNK_TOKENS):
            stop = min(end, start + CHUNKS * CHUNK_TOKENS)
            plan = run.planner.plan(epoch, start, stop)
            if groups > 1:
                run.damp(plan, -(-len(plan) // groups))
            with np.errstate(over="ignore", invalid="ignore"):
                for first in range(0, len(plan), groups):
                    run.step(plan.part(first, first + groups))
            run.totals.kept += plan.kept
            run.collect()
            if progress is not None:
                loss = run.totals.loss / max(1, run.totals.pairs)
                progress(start, job.learn_rate_at(epoch, start), loss)
            if not np.isfinite(run.totals.loss):
                break
        return run.totals


class _Run:
    """One call of `train`: the arrays of the job where the ops have them, and its sums."""

    def __init__(self, job: TrainingJob, ops: Any) -> None:
        self.job = job
        self.ops = ops
        self.xp = ops.xp
        self.planner = Planner(job, ops.xp)
        self.totals = ChunkTotals()
        self._losses: list[Any] = []
        self._pairs: list[Any] = []
        self.locks = None if job.locks is None else self.xp.asarray(job.locks)
        self.in_part: Any = None
        self.out_part: Any = None
        if job.path_offsets is not None:
            self.path_offsets = self.xp.asarray(job.path_offsets)
            branches = self.xp.asarray(job.path_branches)
            self.path_nodes, self.path_signs = unpack_branches(branches)
            self.longest_path = int(np.diff(job.path_offsets).max())

    def damp(self, plan: Plan, batches: int) -> None:
        """Work out how much of the changes of each row counts: all, but for frequent words.

        The steps of a batch do not see each other's changes. The row of a frequent word gets many
        of the same kind, and their sum would shoot past the aim, ever further.
        """
        none = len(self.job.keep)
        seen = plan.observed.any(axis=2)
        self.in_part = self._part(self.xp.where(seen, plan.words, none), batches)
        if self.job.negative:
            centres = self.xp.where(plan.exists, plan.centres, none)
            outputs = self.xp.concatenate([centres, plan.noise], axis=1)
            self.out_part = self._part(outputs, batches)

    def _part(self, rows: Any, batches: int) -> Any:
        """min(1, USES_TO_SUM / mean uses in a batch) of each row, (V,) float32.

        :param rows: Used ones, V for none.
        """
        xp = self.xp
        uses = xp.zeros(len(self.job.keep) + 1, dtype="float32")
        self.ops.scatter_add(uses, rows.reshape(-1), xp.ones(rows.size, dtype="float32"))
        return xp.minimum(np.float32(1), batches * USES_TO_SUM / xp.maximum(uses[:-1], 1))

    def step(self, plan: Plan) -> None:
        """All groups of a plan at once, each as ``reference.group_step``."""
        step = self._cbow if self.job.cbow else self._skip_gram
        before = self.job.in_rows[plan.words]
        changes = step(plan, before)
        for factors in (self.locks, self.in_part):
            if factors is not None:
                changes *= factors[plan.words][:, :, None]
        self._add(self.job.in_rows, plan.words, changes)

    def collect(self) -> None:
        """Add up what the steps counted; waits for them."""
        if self._losses:
            self.totals.loss += float(sum(self._losses))
            self.totals.pairs += int(float(sum(self._pairs)))
        self._losses, self._pairs = [], []

    def _skip_gram(self, plan: Plan, before: Any) -> Any:
        """Each word of the windows predicts the centres that see it; changes (G, P, D)."""
        observed = plan.observed
        if self.job.negative and self.job.path_offsets is not None:
            # a word that a window holds twice is one row, which the second part finds changed
            same = plan.words[:, :, None] == plan.words[:, None, :]
            first = same.argmax(axis=2)[:, None, :] == self.xp.arange(same.shape[1])[:, None]
            observed = self.xp.matmul(first.astype("float32"), observed)
        self._pairs.append(observed.sum(dtype="float64"))
        x = before
        if self.job.negative:
            x = self._noise_step(plan, x, observed)
        if self.job.path_offsets is not None:
            for c in range(self.job.shared):
                x = self._path_step(plan, c, x, observed[:, :, c])
        return x - before

    def _cbow(self, plan: Plan, before: Any) -> Any:
        """The mean (or sum) of each centre's window predicts the centre; changes (G, P, D)."""
        xp, observed = self.xp, plan.observed
        sizes = observed.sum(axis=1)
        divisors = xp.maximum(sizes, np.float32(1))
        turned = observed.transpose(0, 2, 1)
        means = xp.matmul(turned, before)
        if self.job.cbow_mean:
            means = means / divisors[:, :, None]
        seeing = (sizes > 0).astype("float32")
        self._pairs.append(seeing.sum(dtype="float64"))
        x = means
        if self.job.negative:
            own = xp.asarray(np.eye(self.job.shared, dtype=np.float32)) * seeing[:, :, None]
            x = self._noise_step(plan, x, own)
        if self.job.path_offsets is not None:
            x = self._path_steps(plan, x, seeing)
        share = observed if self.job.cbow_mean else observed / divisors[:, None, :]
        return xp.matmul(share, x - means)

    def _noise_step(self, plan: Plan, x: Any, observed: Any) -> Any:
        """``reference.noise_step``: inputs (G, N, D) against centres and noise.

        :param observed: (G, N, C).
        """
        xp = self.xp
        noise = observed.sum(axis=2, keepdims=True) * xp.ones(plan.noise.shape[1], dtype="float32")
        m = xp.concatenate([observed, -noise], axis=2)
        outputs = xp.concatenate([plan.centres, plan.noise], axis=1)
        return self._pair_step(x, self.job.out_rows, outputs, m, plan.rates, self.out_part)

    def _path_step(self, plan: Plan, c: int, x: Any, times: Any) -> Any:
        """``reference.path_step``: inputs (G, N, D) against the path to centre c of each group.

        :param times: (G, N).
        """
        nodes, signs = self._path(plan, c)
        m = times[:, :, None] * signs[:, None, :]
        return self._pair_step(x, self.job.tree_rows, nodes, m, plan.rates)

    def _path_steps(self, plan: Plan, hidden: Any, seeing: Any) -> Any:
        """``reference.path_steps``: hidden rows (G, C, D), each against the path to its centre.

        :param seeing: 1 where the centre has a window, else 0, (G, C).
        """
        table = self.job.tree_rows
        centres = [slice(c, c + 1) for c in range(self.job.shared)]
        paths = [self._path(plan, c) for c in range(self.job.shared)]
        gradients = [
            self._gradient(
                hidden[:, c], table[nodes], seeing[:, c, None] * signs[:, None], plan.rates
            )
            for c, (nodes, signs) in zip(centres, paths, strict=True)
        ]
        changed = []
        for c, (nodes, _), g in zip(centres, paths, gradients, strict=True):
            changed.append(hidden[:, c] + self.xp.matmul(g, table[nodes]))
            self._add(table, nodes, self.xp.matmul(g.transpose(0, 2, 1), hidden[:, c]))
        return self.xp.concatenate(changed, axis=1)

    def _path(self, plan: Plan, c: int) -> tuple[Any, Any]:
        """The path to centre c of each group: nodes, and signs that are 0 past its end, (G, O)."""
        xp = self.xp
        centres = plan.centres[:, c]
        places = self.path_offsets[centres][:, None] + xp.arange(self.longest_path)
        inside = (places < self.path_offsets[centres + 1][:, None]) & plan.exists[:, c : c + 1]
        places = xp.where(inside, places, 0)
        signs = xp.where(inside, self.path_signs[places], np.float32(0))
        return self.path_nodes[places], signs

    def _pair_step(
        self, x: Any, table: Any, outputs: Any, m: Any, rates: Any, part: Any = None
    ) -> Any:
        """``reference.pair_step`` for every group at once; returns the new inputs.

        :param x: Input rows, (G, N, D).
        :param outputs: Rows of ``table``, (G, O) int32; may repeat.
        :param m: (G, N, O).
        :param part: Factors on the changes of each row of ``table``, or None.
        """
        xp = self.xp
        y = table[outputs]
        g = self._gradient(x, y, m, rates)
        changes = xp.matmul(g.transpose(0, 2, 1), x)
        if part is not None:
            changes *= part[outputs][:, :, None]
        self._add(table, outputs, changes)
        return x + xp.matmul(g, y)

    def _gradient(self, x: Any, y: Any, m: Any, rates: Any) -> Any:
        """What x (G, N, D) and y (G, O, D) are multiplied with, (G, N, O); notes the loss."""
        xp = self.xp
        turned = xp.matmul(x, y.transpose(0, 2, 1))
        turned *= xp.where(m > 0, np.float32(-1), np.float32(1))
        g = m / (1 + xp.exp(-turned)) * rates[:, None, None]
        self._losses.append((xp.abs(m) * softplus(turned, xp)).sum(dtype="float64"))
        return g

    def _add(self, table: Any, rows: Any, changes: Any) -> None:
        """Add changes (G, N, D) to rows (G, N) of a table; those of one row add up."""
        flat = self.xp.ascontiguousarray(changes).reshape(-1, table.shape[1])
        self.ops.scatter_add(table, rows.reshape(-1).astype("int32"), flat)
