"""What follows from vectors, worked out when first needed."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels.device import array_module, on_host
from vectorsuite.kernels.nearest import RowIndex


class Derived:
    """The vectors as they are between two edits, and what was worked out from them.

    An edit drops all of it at once. A thread that works something out meanwhile puts it into what
    was dropped, so that nobody ever meets vectors of one time with lengths of another.
    """

    stored: Any = None
    #: The vectors as an array that cannot be written to, nor can its rows; None until one is read.
    read_only: NDArray[Any] | None = None
    row_index: RowIndex | None = None

    @functools.cached_property
    def norms(self) -> NDArray[Any]:
        """Length of every vector, (R,) float."""
        norms: NDArray[Any] = on_host(array_module(self.stored).linalg.norm(self.stored, axis=1))
        return norms

    def normed(self) -> NDArray[Any]:
        """The vectors scaled to length 1, zero vectors left as they are; new array, (R, D)."""
        lengths = np.where(self.norms > 0, self.norms, 1)
        scaled: NDArray[Any] = on_host(self.stored) / lengths[:, None]
        return scaled
