"""Which table a model was trained with, in a few bytes that travel with the model."""

from __future__ import annotations

import hashlib
import weakref
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from vectorsuite.kernels.device import on_host, take_rows
from vectorsuite.vectors.attributes import ORTH

SAMPLED_ROWS = 1024


@dataclass(frozen=True)
class Fingerprint:
    """Shape, mode, attribute and a hash of up to 1,024 evenly spaced rows of a table.

    Rows behind the last one that a key has are left out: they are free, and words that are given
    them later do not make it another table.
    """

    rows: int
    width: int
    mode: str
    attr: int
    hash: str

    @classmethod
    def of(cls, table: Any) -> Fingerprint:
        """Read a table's fingerprint; of the data it reads no more than the sample."""
        return cls._of_rows(table, _used_rows(table))

    @classmethod
    def _of_rows(cls, table: Any, rows: int) -> Fingerprint:
        """The fingerprint of the first rows of a table."""
        width = int(table.shape[1])
        mode = getattr(table, "mode", "default")
        digest = hashlib.blake2b(digest_size=16)
        data = getattr(table, "data", None)
        if data is not None and rows:
            sample = np.linspace(0, rows - 1, min(rows, SAMPLED_ROWS)).astype(np.int64)
            picked = on_host(take_rows(data, sample))
            digest.update(np.ascontiguousarray(picked, dtype="<f4").tobytes())
        attr = int(getattr(table, "attr", ORTH))
        return cls(rows, width, str(getattr(mode, "value", mode)), attr, digest.hexdigest())

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for a model's attributes or a JSON file."""
        return asdict(self)

    def require(self, table: Any) -> None:
        """Raise ValueError unless a table has this fingerprint.

        Further rows behind those that the fingerprint is of are welcome: words that were added.
        """
        if len(table) >= self.rows and Fingerprint._of_rows(table, self.rows) == self:
            return
        other = Fingerprint.of(table)
        differences = ", ".join(
            f"{name} {mine!r} is now {theirs!r}"
            for (name, mine), theirs in zip(
                asdict(self).items(), asdict(other).values(), strict=True
            )
            if mine != theirs
        )
        hint = ""
        if self.attr != other.attr and self.hash == other.hash:
            hint = (
                "spaCy's own table forgets its attr when it is saved; "
                '[nlp.vectors] @vectors = "vectorsuite.Vectors.v1" keeps it. '
            )
        raise ValueError(
            f"This is not the vectors table that the model was trained with ({differences}). "
            f"{hint}Load the original table; or make a new one fit with "
            "vectorsuite.vectors.realign.realign(new, old) and tell the model with "
            "vectorsuite.layers.accept_table(model, table)."
        )


def _used_rows(table: Any) -> int:
    """Number of rows up to the last one that a key has; all of them where that is not known."""
    key2row = getattr(table, "key2row", None)
    if not key2row:
        return len(table)
    if hasattr(key2row, "entries"):  # ours
        return int(key2row.entries()[1].max()) + 1
    return max(key2row.values()) + 1


class TableCheck:
    """Compares each table that a layer meets with the expected fingerprint, once."""

    def __init__(self) -> None:
        self._table: Callable[[], Any] = lambda: None
        self._expected: dict[str, Any] | None = None

    def __call__(self, table: Any, expected: dict[str, Any] | None) -> None:
        """Raise ValueError if the table is another one than expected; None expects nothing."""
        if expected is None or self._is_passed(table, expected):
            return
        Fingerprint(**expected).require(table)
        self.passed(table, expected)

    def passed(self, table: Any, expected: dict[str, Any]) -> None:
        """Take a table as compared; it may then be edited in place."""
        try:
            self._table = weakref.ref(table)
        except TypeError:  # spaCy's class takes no weak references
            self._table = lambda: table
        self._expected = expected

    def _is_passed(self, table: Any, expected: dict[str, Any]) -> bool:
        return self._table() is table and self._expected == expected

    def __deepcopy__(self, memo: dict[int, Any]) -> TableCheck:
        return TableCheck()

    def __reduce__(self) -> tuple[Any, ...]:
        return TableCheck, ()
