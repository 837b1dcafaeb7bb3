"""Names that code in spaCy's documents uses without importing them."""

from __future__ import annotations

from typing import Any


def document_names() -> dict[str, Any]:
    """What the signatures of layers are written with, by name; for files of ``train --code``."""
    from thinc.api import Model
    from thinc.types import Floats1d, Floats2d, Ints1d, Ints2d, Ragged

    from vectorsuite.layers import FeatureExtractor
    from vectorsuite.tokens import Doc

    types = (Doc, FeatureExtractor, Floats1d, Floats2d, Ints1d, Ints2d, Model, Ragged)
    return {"Dict": dict, "List": list, **{each.__name__: each for each in types}}
