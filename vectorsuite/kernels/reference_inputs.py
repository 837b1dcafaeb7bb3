"""The specification of input rows: words, words made of several rows, and documents."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from thinc.util import get_array_module

from vectorsuite.kernels.job import TrainingJob


class ComposedRows:
    """Hidden rows of the tokens that windows reach.

    A token's hidden row is the mean of its word's rows (with CBOW their sum) as they were when the
    windows first reached it. Steps change it, and when no window reaches the token any more, each
    of its rows takes the whole change, as in fastText.

    :param positions: Tokens that sub-sampling left, in the order of the corpus.
    """

    def __init__(self, job: TrainingJob, positions: list[int]) -> None:
        self.job = job
        self.positions = positions
        self.place = {position: place for place, position in enumerate(positions)}
        self.rows: dict[int, Any] = {}
        self.before: dict[int, Any] = {}

    def parts(self, position: int) -> NDArray[np.int32]:
        """Rows of the word at a position."""
        job: Any = self.job
        word = int(job.ids[position])
        rows: NDArray[np.int32] = job.parts[job.part_offsets[word] : job.part_offsets[word + 1]]
        return rows

    def move(self, centre: int, last: int) -> None:
        """Make the rows that a step with centres from one position to another may reach."""
        low = self.place[centre] - self.job.window
        for position in [p for p in self.rows if self.place[p] < low]:
            self.give_back(position)
        reached = self.positions[max(0, low) : self.place[last] + self.job.window + 1]
        for position in reached:
            if position not in self.rows:
                parts = self.parts(position)
                total = self.job.in_rows[parts].sum(axis=0)
                row = total if self.job.cbow else total / np.float32(len(parts))
                self.rows[position] = self.before[position] = row

    def give_back(self, position: int) -> None:
        """Change the rows of a token, and forget its hidden row."""
        job, parts = self.job, self.parts(position)
        change = self.rows.pop(position) - self.before.pop(position)
        for row in parts.tolist():  # one after the other: a word may have a row twice
            job.in_rows[row] += change if job.locks is None else job.locks[row] * change

    def finish(self) -> None:
        """Give all back."""
        for position in list(self.rows):
            self.give_back(position)


class Inputs:
    """The input rows of a step: the tags of its sentence, then words.

    :param position: A token of the sentence.
    :param names: Words; or positions of tokens, if their rows are composed.
    """

    def __init__(
        self, job: TrainingJob, position: int, names: list[int], composed: ComposedRows | None
    ) -> None:
        self.job = job
        self.names = names
        self.composed = composed
        self.before: Any = None
        self.tags: list[int] = []
        if job.tags is not None:
            offsets: Any = job.tag_offsets
            rows: Any = job.tag_rows
            sentence = int(np.searchsorted(job.offsets, position, side="right")) - 1
            self.tags = rows[offsets[sentence] : offsets[sentence + 1]].tolist()

    def __len__(self) -> int:
        return len(self.tags) + len(self.names)

    def read(self) -> Any:
        """The rows, (n, stride)."""
        parts = [] if not self.tags else [self.job.tags[self.tags]]
        if self.names and self.composed is not None:
            rows = [self.composed.rows[name] for name in self.names]
            parts.append(get_array_module(rows[0]).stack(rows))
        elif self.names:
            parts.append(self.job.in_rows[self.names])
        self.before = get_array_module(parts[0]).vstack(parts)
        return self.before

    def add(self, changes: Any) -> None:
        """Change the rows that were read, those of words as far as their locks let."""
        job, n = self.job, len(self.tags)
        if n:
            job.tags[self.tags] = self.before[:n] + changes[:n]
        if self.composed is not None:
            for name, change in zip(self.names, changes[n:], strict=True):
                self.composed.rows[name] = self.composed.rows[name] + change
        elif self.names:
            factors = 1 if job.locks is None else job.locks[self.names][:, None]
            job.in_rows[self.names] = self.before[n:] + factors * changes[n:]

    def sizes(self) -> NDArray[np.float32]:
        """Rows that each stands for in the mean of a window, (n,)."""
        sizes = np.ones(len(self), dtype=np.float32)
        if self.composed is not None:
            sizes[len(self.tags) :] = [len(self.composed.parts(name)) for name in self.names]
        return sizes
