"""How pickle takes a table apart: into its bytes, or into its files for a child process.

Its strings and its policy for missing words go as objects, so that a vocab and its table, pickled
together, share one store of strings again.

A child process that starts while the table lies unchanged in a mapped directory opens the same
files and so shares their memory. Any other pickle holds the whole table, so that it outlives them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vectorsuite.vectors import serialize

if TYPE_CHECKING:
    from vectorsuite.vectors.table import Vectors


@dataclass(frozen=True)
class Origin:
    """The directory that a table is mapped from, and the table's generation when it was opened."""

    path: Path
    stamp: tuple[tuple[int, int], ...]
    generation: int

    @classmethod
    def of(cls, table: Vectors, path: Path) -> Origin:
        """The origin of a table that was just opened from a directory."""
        return cls(path.resolve(), _stamp(path), table.generation)


def _stamp(path: Path) -> tuple[tuple[int, int], ...]:
    """Size and time of the files that make up a table."""
    files = [path / name for name in ("vectors", "key2row", "vectors.cfg")]
    status = [file.stat() for file in files if file.exists()]
    return tuple((s.st_size, s.st_mtime_ns) for s in status)


def is_as_in(table: Any, path: Path) -> bool:
    """Whether a table is mapped from a directory, or the ``vocab`` in it, and was not changed."""
    origin = getattr(table, "_origin", None)
    if origin is None or origin.generation != table.generation:
        return False
    return origin.path in (path.resolve(), path.resolve() / "vocab") and path.exists()


def reduce_table(table: Vectors) -> tuple[Any, ...]:
    """What ``__reduce__`` of a table gives."""
    from multiprocessing.context import get_spawning_popen  # late: few tables are ever pickled

    origin = table._origin
    starting_a_process = get_spawning_popen() is not None
    if starting_a_process and origin is not None and origin.generation == table.generation:
        state = (table.strings, table.name, table.settings, _policy(table))
        return _open_same, (type(table), origin.path, origin.stamp, state)
    data = serialize.to_bytes(table, exclude=["strings"])
    return _from_bytes, (type(table), data, table.strings, _policy(table))


def _policy(table: Vectors) -> Any:
    """The policy for missing words, unless the table's files and bytes hold it."""
    return None if serialize.has_ngrams(table) else table.oov


def _open_same(cls: type[Vectors], path: Path, stamp: Any, state: tuple[Any, ...]) -> Vectors:
    strings, name, settings, policy = state
    table = cls(strings=strings).from_disk(path, exclude=["strings"])
    if _stamp(path) != stamp:
        raise RuntimeError(
            f"{path} was written to after the table was opened from it, so this process cannot "
            "open the same one. Keep the directory of a table in use, and write to another."
        )
    table.name, table.settings = name, settings
    return _with(table, policy)


def _from_bytes(
    cls: type[Vectors], data: bytes, strings: Any = None, policy: Any = None
) -> Vectors:
    return _with(cls(strings=strings).from_bytes(data), policy)


def _with(table: Vectors, policy: Any) -> Vectors:
    if policy is not None:
        table.oov = policy
    return table
