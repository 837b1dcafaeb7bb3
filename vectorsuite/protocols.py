"""What the layers ask of each other, as protocols, so that none imports a higher one."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

from numpy.typing import NDArray


class Progress(Protocol):
    """Takes reports of how far a long job has come; the command line shows them.

    Reporting is cheap, and ten times a second is plenty: the receiver thins it out.
    It is called from one thread at a time. What it raises stops the job.
    """

    def __call__(
        self, stage: str, done: int, total: int | None = None, /, **figures: float
    ) -> None:
        """Note that ``done`` of ``total`` units of a stage are finished.

        :param stage: "read", "count", "encode", "train", "fit" or "save"; a new name ends the stage
            before it. "evaluate" comes within "train", with scores.
        :param done: Units finished so far. Of "read", "count" and "encode": bytes of the file, or
            sentences where there is no file; of "train": words of all epochs, of "evaluate": of
            this one; of "fit": columns; of "save": rows.
        :param total: Units in all; None if not known.
        :param figures: Any of ``words`` (words seen so far, where ``done`` counts something else),
            ``epoch`` (the current one, from 1), ``learn_rate``, ``loss`` (mean per pair of the
            epoch so far, or of the last finished one). Of "evaluate": ``epoch``, how many have
            passed, and scores by name.
        """
        ...


class Table(Protocol):
    """A vectors table: ours, spaCy's, or any object with ``get_batch`` and ``shape``.

    A table in mode "default" also has ``data``, (R, D) float, and ``find(keys=)``, which returns
    rows, (N,) int32, −1 where a key has none.
    """

    shape: tuple[int, int]

    def get_batch(self, keys: Any) -> Any:
        """Vectors of keys, (N, D) float32."""
        ...


@runtime_checkable
class DocLike(Protocol):
    """A text of N tokens: our Doc and Span, or spaCy's."""

    vocab: Any

    def __len__(self) -> int: ...

    def to_array(self, attributes: Any) -> NDArray[Any]:
        """Attributes of the tokens: (N,) uint64 for one name, (N, A) for a list of A names."""
        ...
