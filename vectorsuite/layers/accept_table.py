"""Let a trained model use another table on purpose."""

from __future__ import annotations

from typing import Any

from thinc.api import Model

from vectorsuite.vectors.fingerprint import Fingerprint


def accept_table(model: Model[Any, Any], table: Any) -> int:
    """Make every ``StaticVectors`` layer of a model expect a table instead of its old one.

    The vectors should be those of the old table, or have been turned onto them by
    :func:`vectorsuite.vectors.realign.realign`; other vectors mean nothing to the model.

    :returns: How many layers were changed.
    :raises ValueError: The table has another width than a layer.
    """
    fingerprint = Fingerprint.of(table)
    layers = [node for node in model.walk() if "fingerprint" in node.attrs]
    for layer in layers:
        if layer.has_dim("nM") and layer.get_dim("nM") != fingerprint.width:
            raise ValueError(
                f"The model needs vectors of width {layer.get_dim('nM')}; this table has width "
                f"{fingerprint.width}. realign(new, old) gives it the width of the old table."
            )
    for layer in layers:
        layer.attrs["fingerprint"] = fingerprint.to_dict()
    return len(layers)
