"""The specification of input rows: words, words made of several rows, documents, whole windows."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels.device import array_module
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
            self.tags = tags_at(job, position)

    def __len__(self) -> int:
        return len(self.tags) + len(self.names)

    def read(self) -> Any:
        """The rows, (n, stride)."""
        parts = [] if not self.tags else [self.job.tags[self.tags]]
        if self.names and self.composed is not None:
            rows = [self.composed.rows[name] for name in self.names]
            parts.append(array_module(rows[0]).stack(rows))
        elif self.names:
            parts.append(self.job.in_rows[self.names])
        self.before = array_module(parts[0]).vstack(parts)
        return self.before

    def add(self, changes: Any) -> None:
        """Change the rows that were read, those of words as far as their locks let."""
        job, n = self.job, len(self.tags)
        if n:
            factors = 1 if job.tag_locks is None else job.tag_locks[self.tags][:, None]
            job.tags[self.tags] = self.before[:n] + factors * changes[:n]
        if job.frozen:
            return
        if self.composed is not None:
            for name, change in zip(self.names, changes[n:], strict=True):
                self.composed.rows[name] = self.composed.rows[name] + change
        elif self.names:
            factors = 1 if job.locks is None else job.locks[self.names][:, None]
            job.in_rows[self.names] = self.before[n:] + factors * changes[n:]

    def sizes(self) -> NDArray[np.float32]:
        """Rows that each stands for in the mean of a window, (n,)."""
        sizes = np.ones(len(self), dtype=np.float32)
        offsets: Any = self.job.part_offsets
        if offsets is not None:
            words = self.names if self.composed is None else self.job.ids[self.names]
            sizes[len(self.tags) :] = np.diff(offsets)[words]
        return sizes


class EndToEnd:
    """The vectors of tags and of a whole window, one after the other, for each of some centres.

    :param sentence: Its kept tokens.
    :param centres: Some of them.
    """

    def __init__(self, job: TrainingJob, sentence: list[Any], centres: list[Any]) -> None:
        self.job = job
        self.tags = tags_at(job, centres[0].position)
        self.words: list[list[int]] = []
        for centre in centres:
            places = range(centre.place - job.window, centre.place + job.window + 1)
            self.words.append(
                [
                    sentence[place].word if 0 <= place < len(sentence) else job.null_row
                    for place in places
                    if place != centre.place
                ]
            )

    def read(self) -> Any:
        """The hidden rows, (n_centres, stride of the outputs): all slots, and padding of zeros."""
        job = self.job
        tables: Any = [job.out_rows, job.tree_rows]
        stride = next(table.shape[1] for table in tables if table is not None)
        xp = array_module(job.in_rows)
        hidden = xp.zeros((len(self.words), stride), dtype=np.float32)
        for c, words in enumerate(self.words):
            slots = xp.vstack([job.tags[self.tags], job.in_rows[words]])[:, : job.width]
            hidden[c, : slots.size] = slots.reshape(-1)
        return hidden

    def add(self, changes: Any) -> None:
        """Change the rows of all slots, those of words as far as their locks let."""
        job, n = self.job, self.job.width
        for c, words in enumerate(self.words):
            slots = changes[c, : n * (len(self.tags) + len(words))].reshape(-1, n)
            for tag, change in zip(self.tags, slots[: len(self.tags)], strict=True):
                job.tags[tag, :n] += (
                    change if job.tag_locks is None else job.tag_locks[tag] * change
                )
            for word, change in zip(words, slots[len(self.tags) :], strict=True):
                if not job.frozen:
                    job.in_rows[word, :n] += (
                        change if job.locks is None else job.locks[word] * change
                    )


def tags_at(job: TrainingJob, position: int) -> list[int]:
    """Rows of the tags of the sentence that a token is in."""
    offsets: Any = job.tag_offsets
    rows: Any = job.tag_rows
    sentence = int(np.searchsorted(job.offsets, position, side="right")) - 1
    tags: list[int] = rows[offsets[sentence] : offsets[sentence + 1]].tolist()
    return tags
