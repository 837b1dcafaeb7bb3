"""Which device thinc works on, without importing thinc when nobody has."""

from __future__ import annotations

import sys


def current_ops_are_numpy() -> bool:
    """Whether thinc's current ops keep arrays in NumPy; they do until somebody changes that."""
    if "thinc.backends" not in sys.modules:
        return True
    from thinc.api import get_current_ops

    return get_current_ops().xp.__name__ == "numpy"
