"""The specification of training in plain NumPy: slow, readable, with the same random draws.

The compiled loops are tested against this module. It runs on the arrays of any thinc ops, since it
only gathers, multiplies and assigns rows.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels import _core
from vectorsuite.kernels.device import array_module
from vectorsuite.kernels.job import ChunkTotals, EpochProgress, TrainingJob, unpack_branches
from vectorsuite.kernels.reference_inputs import ComposedRows, EndToEnd, Inputs
from vectorsuite.kernels.reference_windows import Token, centre_groups, kept_tokens, noise_words

CHUNK_TOKENS: int = _core.CHUNK_TOKENS
ABREAST_TOKENS: int = _core.ABREAST_TOKENS
DETERMINISTIC_CHUNK_TOKENS: int = _core.DETERMINISTIC_CHUNK_TOKENS
CHUNKS_OF_A_ROUND = 8
PROGRESS_TO_SUM, PATH_PROGRESS_TO_SUM = 0.8, 6.4  # learning rate times uses of a row in a round
TABLES = ("in_rows", "out_rows", "tree_rows", "tags")


def softplus(x: Any, xp: Any) -> Any:
    """log(1 + exp(x)) without overflow."""
    return xp.maximum(x, 0) + xp.log1p(xp.exp(-xp.abs(x)))


def pair_step(x: Any, table: Any, outputs: list[int], m: Any, rate: float) -> tuple[Any, float]:
    """One update of input rows against distinct output rows.

    With score z = in . out, a coefficient m > 0 adds m * softplus(-z) to the loss (an observed
    pair), m < 0 adds -m * softplus(z) (noise), m = 0 nothing; both sides move along the negative
    gradient, all of it computed from the rows before the step (Mikolov et al., 2013, NIPS, eq. 4).

    :param x: Input rows, (n_in, D).
    :param table: Where the output rows stand; changed.
    :param outputs: Rows of ``table``, n_out of them, all different.
    :param m: (n_in, n_out).
    :returns: The new input rows, and the loss.
    """
    y = table[outputs]
    g, loss = pair_gradient(x, y, m, rate)
    table[outputs] = y + g.T @ x
    return x + g @ y, loss


def pair_gradient(x: Any, y: Any, m: Any, rate: float) -> tuple[Any, float]:
    """What `pair_step` multiplies rows with, (n_in, n_out), and the loss."""
    xp = array_module(x)
    m = xp.asarray(m)
    turned = xp.where(m > 0, -1, 1) * (x @ y.T)
    g = m / (1 + xp.exp(-turned)) * xp.float32(rate)
    return g, float((xp.abs(m) * softplus(turned, xp)).sum())


def noise_step(
    job: TrainingJob, epoch: int, group: list[Token], x: Any, observed: Any, rate: float
) -> tuple[Any, float]:
    """Negative sampling: input rows against the group's centres and its noise words.

    :param observed: How often each input is observed with each centre, (n_in, n_centres).
    """
    return pair_step(x, job.out_rows, *noise_pairs(job, epoch, group, observed), rate)


def noise_pairs(
    job: TrainingJob, epoch: int, group: list[Token], observed: Any
) -> tuple[list[int], Any]:
    """Outputs of negative sampling, and their coefficients (n_in, n_out)."""
    noise = noise_words(job, epoch, group)
    draws = np.array([list(noise.values())], dtype=np.float32)
    m = np.hstack([observed, -observed.sum(axis=1, keepdims=True) * draws])
    return [token.word for token in group] + list(noise), m


def path_step(job: Any, centre: int, x: Any, times: Any, rate: float) -> tuple[Any, float]:
    """Hierarchical softmax: input rows against the inner nodes on the way to one centre word.

    :param times: How often each input is observed with the centre, (n_in,).
    """
    nodes, signs = path_of(job, centre)
    m = np.outer(times, signs).astype(np.float32)
    return pair_step(x, job.tree_rows, nodes, m, rate)


def path_of(job: Any, word: int) -> tuple[list[int], Any]:
    """The inner nodes from the root to a word, and their signs."""
    path = slice(int(job.path_offsets[word]), int(job.path_offsets[word + 1]))
    nodes, signs = unpack_branches(job.path_branches[path])
    return nodes.tolist(), signs


def path_steps(job: Any, group: list[Token], hidden: Any, rate: float) -> tuple[Any, float]:
    """Hierarchical softmax: each hidden row against the path to its centre word.

    The gradients of all paths come from the rows before the step; then the paths are updated one
    after the other.
    """
    paths = [path_of(job, token.word) for token in group]
    x, total, gradients = hidden.copy(), 0.0, []
    for c, (nodes, signs) in enumerate(paths):
        g, loss = pair_gradient(hidden[c : c + 1], job.tree_rows[nodes], signs[None], rate)
        gradients.append(g)
        total += loss
    for c, ((nodes, _), g) in enumerate(zip(paths, gradients, strict=True)):
        y = job.tree_rows[nodes]
        x[c : c + 1] += g @ y
        job.tree_rows[nodes] = y + g.T @ hidden[c : c + 1]
    return x, total


def frozen_change(
    job: TrainingJob, epoch: int, group: list[Token], x: Any, observed: Any, rate: float
) -> Any:
    """What changes in input rows where nothing else does; of no loss.

    :param x: Input rows, (n_in, D).
    :param observed: How often each is observed with each centre, (n_in, n_centres).
    """
    change = 0 * x
    if job.negative:
        outputs, m = noise_pairs(job, epoch, group, observed)
        y = job.out_rows[outputs]
        change += pair_gradient(x, y, m, rate)[0] @ y
    for token, times in zip(group, observed.T, strict=True):
        if job.path_offsets is not None:
            nodes, signs = path_of(job, token.word)
            m = np.outer(times, signs).astype(np.float32)
            y = job.tree_rows[nodes]
            change += pair_gradient(x, y, m, rate)[0] @ y
    return change


def skip_gram_step(
    job: TrainingJob, epoch: int, group: list[Token], inputs: Inputs, observed: Any, rate: float
) -> tuple[float, int]:
    """Each word of the windows predicts the centres that it stands near."""
    before = inputs.read()
    x, loss = before, 0.0
    if job.frozen:
        inputs.add(frozen_change(job, epoch, group, x, observed, rate))
        return 0.0, int(observed.sum())
    if job.negative:
        x, more = noise_step(job, epoch, group, x, observed, rate)
        loss += more
    if job.path_offsets is not None:
        for c, centre in enumerate(group):
            x, more = path_step(job, centre.word, x, observed[:, c], rate)
            loss += more
    inputs.add(x - before)
    return loss, int(observed.sum())


def hidden_step(
    job: TrainingJob, epoch: int, group: list[Token], hidden: Any, rate: float
) -> tuple[Any, float]:
    """Each centre word is predicted from a hidden row of its own, (n_centres, width).

    :returns: The new rows, and the loss.
    """
    x, loss = hidden, 0.0
    own = np.eye(len(group), dtype=np.float32)
    if job.frozen:
        return x + frozen_change(job, epoch, group, x, own, rate), 0.0
    if job.negative:
        x, more = noise_step(job, epoch, group, x, own, rate)
        loss += more
    if job.path_offsets is not None:
        x, more = path_steps(job, group, x, rate)
        loss += more
    return x, loss


def cbow_step(
    job: TrainingJob, epoch: int, group: list[Token], inputs: Inputs, observed: Any, rate: float
) -> tuple[float, int]:
    """The mean (or sum) of each centre's window predicts the centre.

    As in word2vec.c, a mean gives its whole change to each of its words, and a sum gives each an
    equal part of it.
    """
    sizes = inputs.sizes() @ observed
    rows = inputs.read()
    means = observed.T @ rows / (sizes[:, None] if job.cbow_mean else 1)
    x, loss = hidden_step(job, epoch, group, means, rate)
    share = observed if job.cbow_mean else observed / sizes
    inputs.add(share @ (x - means))
    return loss, len(group)


def concat_step(
    job: TrainingJob, epoch: int, sentence: list[Token], group: list[Token], rate: float
) -> tuple[float, int]:
    """The vectors of the tags and of the window, end to end, predict the centre."""
    inputs = EndToEnd(job, sentence, group)
    hidden = inputs.read()
    x, loss = hidden_step(job, epoch, group, hidden, rate)
    inputs.add(x - hidden)
    return loss, len(group)


def group_step(
    job: TrainingJob,
    epoch: int,
    sentence: list[Token],
    group: list[Token],
    composed: ComposedRows | None,
    rate: float,
) -> tuple[float, int]:
    """All pairs of a group of centre words in one step; returns loss and number of pairs."""
    if job.concat:
        return concat_step(job, epoch, sentence, group, rate)
    observed: dict[int, NDArray[np.float32]] = {}  # input -> how often with each centre
    for c, centre in enumerate(group if job.words_predict else []):
        first = max(0, centre.place - centre.reach)
        for context in sentence[first : centre.place + centre.reach + 1]:
            if context.place != centre.place:
                name = context.word if composed is None else context.position
                counts = observed.setdefault(name, np.zeros(len(group), dtype=np.float32))
                counts[c] += 1
    inputs = Inputs(job, group[0].position, list(observed), composed)
    every = np.ones((len(inputs.tags), len(group)), dtype=np.float32)
    if not len(inputs):
        return 0.0, 0
    step = cbow_step if job.cbow else skip_gram_step
    return step(job, epoch, group, inputs, np.vstack([every, *observed.values()]), rate)


def train_chunk(job: TrainingJob, epoch: int, begin: int, end: int) -> ChunkTotals:
    """Train on tokens [begin, end); windows reach beyond them, sentences are never cut."""
    totals = ChunkTotals()
    rate = job.learn_rate_at(epoch, begin)
    first = int(np.searchsorted(job.offsets, begin, side="right")) - 1
    sentences = [
        kept_tokens(job, epoch, start, stop)
        for start, stop in pairwise(job.offsets[first:].tolist())
        if start < end
    ]
    composed = None
    if job.part_offsets is not None and not job.deterministic:
        composed = ComposedRows(job, [token.position for s in sentences for token in s])
    for sentence in sentences:
        centres = [token for token in sentence if begin <= token.position < end]
        totals.kept += len(centres)
        for group in centre_groups(centres, job.shared):
            if composed is not None:
                composed.move(group[0].position, group[-1].position)
            loss, pairs = group_step(job, epoch, sentence, group, composed, rate)
            totals.loss += loss
            totals.pairs += pairs
    if composed is not None:
        composed.finish()
    return totals


class CountingRows:
    """A table's private copy for one chunk, which counts the steps that change each row."""

    def __init__(self, table: Any) -> None:
        self.table = table.copy()
        self.uses = np.zeros(len(table), dtype=np.int64)

    def __getitem__(self, rows: list[int]) -> Any:
        return self.table[rows]

    def __setitem__(self, rows: list[int], values: Any) -> None:
        self.uses[rows] += 1
        self.table[rows] = values

    def __len__(self) -> int:
        return len(self.table)


def train_round(job: TrainingJob, epoch: int, chunks: list[tuple[int, int]]) -> ChunkTotals:
    """Train chunks that all start from the same tables, then add their changes in order.

    The row of a rare word gets the sum of its changes. A frequent word's row has gone most of the
    way to where it is drawn within each chunk, and the sum would shoot past it, ever further: it
    gets the mean. How far a row goes is about the learning rate times its uses; each use of a path
    by a hidden row is a single pair, and moves its nodes less. Words of several rows are one row
    within a chunk, whose change is one for each.
    """
    totals = ChunkTotals()
    tables = {name: getattr(job, name) for name in TABLES if getattr(job, name) is not None}
    starts, locks = dict(tables), job.locks
    if job.part_offsets is not None:
        starts["in_rows"] = composed_words(job)
        job = replace(job, locks=None)
    copies = []
    for begin, end in chunks:
        own: dict[str, Any] = {name: CountingRows(table) for name, table in starts.items()}
        totals.add(train_chunk(replace(job, **own), epoch, begin, end))
        copies.append(own)
    for name, table in tables.items():
        changes = [(own[name].table - starts[name], own[name].uses) for own in copies]
        of_parts = job.part_offsets is not None and name == "in_rows"
        rows = parts_of_words(job) if of_parts else np.arange(len(table))[:, None].tolist()
        of_paths = name == "tree_rows" and (job.cbow or not job.words_predict)
        progress = PATH_PROGRESS_TO_SUM if of_paths else PROGRESS_TO_SUM
        uses_to_sum = progress / job.learn_rate_at(epoch, chunks[0][0])
        add_changes(table, changes, rows, locks if of_parts else None, uses_to_sum)
    return totals


def parts_of_words(job: Any) -> list[list[int]]:
    """Rows of each word."""
    return [job.parts[a:b].tolist() for a, b in pairwise(job.part_offsets.tolist())]


def composed_words(job: TrainingJob) -> Any:
    """Rows of words made of several: their means, with CBOW their sums, (V, stride)."""
    sums = [(job.in_rows[rows].sum(axis=0), len(rows)) for rows in parts_of_words(job)]
    return array_module(job.in_rows).stack(
        [total if job.cbow else total / np.float32(n) for total, n in sums]
    )


def add_changes(
    table: Any,
    changes: list[tuple[Any, Any]],
    rows: list[list[int]],
    locks: Any,
    uses_to_sum: float,
) -> None:
    """Add the changes of chunks to a table.

    :param changes: Of each chunk: changes (n, stride) and how often each was used, (n,).
    :param rows: Rows of the table that take each change.
    :param uses_to_sum: Up to so many uses in all, a row gets the sum of its changes.
    """
    copies, uses = np.zeros(len(table)), np.zeros(len(table))
    for _, used in changes:
        for index in np.flatnonzero(used).tolist():
            np.add.at(copies, rows[index], 1)  # a word may have a row twice
            np.add.at(uses, rows[index], used[index])
    part = np.maximum(1 / np.maximum(1, copies), np.minimum(1, uses_to_sum / (uses + 1e-9)))
    if locks is not None:
        part = part * locks
    for change, used in changes:
        for index in np.flatnonzero(used).tolist():
            for row in rows[index]:
                table[row] += np.float32(part[row]) * change[index]


def train(
    job: TrainingJob, epoch: int, begin: int, end: int, progress: EpochProgress | None = None
) -> ChunkTotals:
    """Train on tokens [begin, end) of an epoch (from 0), chunk by chunk, on one thread."""
    totals = ChunkTotals()
    length = DETERMINISTIC_CHUNK_TOKENS if job.deterministic else CHUNK_TOKENS
    chunks = [(start, min(end, start + length)) for start in range(begin, end, length)]
    size = CHUNKS_OF_A_ROUND if job.deterministic else 1
    for first in range(0, len(chunks), size):
        if job.deterministic:
            totals.add(train_round(job, epoch, chunks[first : first + size]))
        else:
            totals.add(train_chunk(job, epoch, *chunks[first]))
        if progress is not None:
            start = chunks[first][0]
            rate = job.learn_rate_at(epoch, start)
            progress(start, rate, totals.loss / max(1, totals.pairs))
        if not np.isfinite(totals.loss):
            break
    return totals


def infer(job: TrainingJob, learn_rates: list[float]) -> None:
    """Train the tags of a frozen job, document by document, one learning rate for each epoch."""
    length = ABREAST_TOKENS if job.concat else CHUNK_TOKENS
    for start, stop in pairwise(job.offsets.tolist()):
        for epoch, rate in enumerate(learn_rates):
            now = replace(job, learn_rate=rate, min_learn_rate=rate)
            for begin in range(start, stop, length):
                train_chunk(now, epoch, begin, min(stop, begin + length))
