"""Which table a model was trained with, in a few bytes that travel with the model."""

from __future__ import annotations

import hashlib
import weakref
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from vectorsuite.kernels.device import on_host, take_rows

SAMPLED_ROWS = 1024


@dataclass(frozen=True)
class Fingerprint:
    """Shape, mode, attribute and a hash of up to 1,024 evenly spaced rows of a table."""

    rows: int
    width: int
    mode: str
    attr: int
    hash: str

    @classmethod
    def of(cls, table: Any) -> Fingerprint:
        """Read a table's fingerprint; takes the same time whatever the size of the table."""
        rows, width = (int(n) for n in table.shape)
        mode = getattr(table, "mode", "default")
        digest = hashlib.blake2b(digest_size=16)
        data = getattr(table, "data", None)
        if data is not None and rows:
            sample = np.linspace(0, rows - 1, min(rows, SAMPLED_ROWS)).astype(np.int64)
            picked = on_host(take_rows(data, sample))
            digest.update(np.ascontiguousarray(picked, dtype="<f4").tobytes())
        attr = int(getattr(table, "attr", 65))
        return cls(rows, width, str(getattr(mode, "value", mode)), attr, digest.hexdigest())

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for a model's attributes or a JSON file."""
        return asdict(self)

    def require(self, table: Any) -> None:
        """Raise ValueError unless a table has this fingerprint."""
        other = Fingerprint.of(table)
        if other == self:
            return
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
