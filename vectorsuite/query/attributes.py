"""Attributes of words beside their vectors: counts and whatever else a model keeps per word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from vectorsuite.query.backing import Backed
from vectorsuite.query.keys import Key

Self = TypeVar("Self", bound="Attributes")


class Attributes(Backed):
    """Per-word values in `expandos`: one array of length R per name."""

    _lockf = np.ones(0, dtype=np.float32)

    def allocate_vecattrs(
        self, attrs: Sequence[str] | None = None, types: Sequence[Any] | None = None
    ) -> None:
        """Make sure that arrays for these attributes exist and have one entry per key.

        :param attrs: Names; None adjusts the length of all there are.
        :param types: One type per name; `str` is stored as object.
        :raises TypeError: If an attribute exists with a type that cannot hold the one asked for.
        :raises ValueError: If there is not one type per name.
        """
        if attrs is None:
            attrs = list(self.expandos)
            types = [self.expandos[name].dtype for name in attrs]
        for name, kind in zip(attrs, types or [], strict=True):
            dtype = _storage_type(kind)
            old = self.expandos.get(name)
            if old is None:
                self.expandos[name] = np.zeros(len(self), dtype=dtype)
                continue
            if not (np.issubdtype(dtype, old.dtype) or np.can_cast(dtype, old.dtype, "same_kind")):
                raise TypeError(
                    f"Attribute {name!r} holds {old.dtype}, which cannot take values of {dtype}."
                )
            if len(old) != len(self):
                new = np.zeros(len(self), dtype=old.dtype)
                new[: len(old)] = old[: len(self)]
                self.expandos[name] = new

    def set_vecattr(self, key: Key, attr: str, val: Any) -> None:
        """Set an attribute of one key."""
        self.allocate_vecattrs(attrs=[attr], types=[type(val)])
        self.expandos[attr][self.get_index(key)] = val

    def get_vecattr(self, key: Key, attr: str) -> Any:
        """Get an attribute of one key.

        :raises KeyError: If the key or the attribute is unknown.
        """
        if attr not in self.expandos:
            raise KeyError(f"Attribute {attr!r} not present; there are {sorted(self.expandos)}.")
        return self.expandos[attr][self.get_index(key)]

    @property
    def vectors_lockf(self) -> NDArray[np.float32]:
        """How much training may change each row, (R,) float32: 1 fully, 0 not at all."""
        if len(self._lockf) != len(self):
            lockf = np.ones(len(self), dtype=np.float32)
            lockf[: len(self._lockf)] = self._lockf[: len(self)]
            self._lockf = lockf
        return self._lockf

    @vectors_lockf.setter
    def vectors_lockf(self, lockf: Any) -> None:
        # gensim sets one number for all rows as an array of length 1
        self._lockf = np.broadcast_to(np.asarray(lockf, dtype=np.float32), len(self)).copy()

    def sort_by_descending_frequency(self) -> None:
        """Reorder rows by attribute "count", highest first; of equal counts the earlier row.

        :raises KeyError: If there are no counts.
        """
        if not len(self):
            return
        if "count" not in self.expandos:
            raise KeyError("Cannot sort by frequency: the words have no attribute 'count'.")
        order = np.argsort(-self.expandos["count"].astype(np.int64), kind="stable")
        self.index_to_key = [self.index_to_key[row] for row in order]
        self.key_to_index = {key: row for row, key in enumerate(self.index_to_key)}
        self.allocate_vecattrs()
        self.vectors_lockf = self.vectors_lockf[order]
        for name, values in self.expandos.items():
            self.expandos[name] = values[order]
        if len(self.vectors):
            self.vectors = self.vectors[order]

    def vectors_for_all(
        self: Self, keys: Iterable[Key], allow_inference: bool = True, copy_vecattrs: bool = False
    ) -> Self:
        """A new table with the vectors of these keys, in their order, each once.

        :param keys: Unknown ones are left out.
        :param allow_inference: Also take keys whose vectors can be made from parts, where the
            class makes them.
        :param copy_vecattrs: Copy the attributes too; keys without a row have 0.
        """
        known = self if allow_inference else self.key_to_index
        wanted = [key for key in dict.fromkeys(keys) if key in known]
        chosen = self._empty_like(len(wanted))
        if not wanted:
            return chosen
        chosen.add_vectors(wanted, np.array([self.get_vector(key) for key in wanted]))
        if copy_vecattrs:
            rows = np.array([self.get_index(key, -1) for key in wanted])
            for name, values in self.expandos.items():
                copied = values[rows]
                copied[rows < 0] = np.zeros((), dtype=values.dtype)
                chosen.expandos[name] = copied
        return chosen

    def _empty_like(self: Self, count: int) -> Self:
        """An empty table of the same class, width and type.

        :param count: Keys it will have; for classes that set rows aside.
        """
        return type(self)(self.vector_size, dtype=self.stored.dtype)


def _storage_type(kind: Any) -> np.dtype[Any]:
    """How values of a type are stored: str as objects, since fixed-width strings waste memory."""
    if kind is str:
        return np.dtype(object)
    if kind is int:
        return np.dtype(np.int64)
    try:
        return np.dtype(kind)
    except TypeError:
        return np.dtype(object)
