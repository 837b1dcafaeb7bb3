"""Many strings in two arrays, as the compiled loops and the files hold them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import overload

import numpy as np
from numpy.typing import NDArray


class PackedStrings(Sequence[str]):
    """A read-only sequence of strings over one UTF-8 buffer; nothing is decoded until asked for.

    :param data: All strings end to end, (B,) uint8, UTF-8. May be memory-mapped.
    :param offsets: String i is data[offsets[i]:offsets[i + 1]], (n + 1,) int64.
    """

    __slots__ = ("data", "offsets")

    def __init__(self, data: NDArray[np.uint8], offsets: NDArray[np.int64]) -> None:
        self.data = data
        self.offsets = offsets

    @classmethod
    def pack(cls, strings: Iterable[str]) -> PackedStrings:
        """Encode strings into one buffer.

        :raises TypeError: One of them is something else.
        """
        try:
            encoded = [string.encode("utf8") for string in strings]
        except AttributeError as error:
            raise TypeError(f"Strings are needed: {error}.") from None
        offsets = np.zeros(len(encoded) + 1, dtype=np.int64)
        np.cumsum([len(piece) for piece in encoded], out=offsets[1:])
        return cls(np.frombuffer(b"".join(encoded), dtype=np.uint8), offsets)

    def take(self, indices: NDArray[np.int64]) -> PackedStrings:
        """Copy some strings, in the order given, into a buffer of their own.

        :param indices: Positions, (k,) int64, none negative.
        """
        starts = self.offsets[indices]
        lengths = self.offsets[indices + 1] - starts
        offsets = np.zeros(len(indices) + 1, dtype=np.int64)
        np.cumsum(lengths, out=offsets[1:])
        # byte j of the copy comes from j plus the shift of the string it belongs to
        source = np.arange(offsets[-1]) + np.repeat(starts - offsets[:-1], lengths)
        return PackedStrings(self.data[source], offsets)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        n = len(self)
        if not -n <= index < n:
            raise IndexError(f"String {index} of {n}.")
        index %= n
        return self.data[self.offsets[index] : self.offsets[index + 1]].tobytes().decode("utf8")

    def __iter__(self) -> Iterator[str]:
        # one bytes object and slices of it: an order of magnitude faster than array slices
        blob, bounds = self.data.tobytes(), self.offsets.tolist()
        for start, end in pairwise(bounds):
            yield blob[start:end].decode("utf8")

    def __repr__(self) -> str:
        return f"PackedStrings({len(self)} strings, {len(self.data)} bytes)"
