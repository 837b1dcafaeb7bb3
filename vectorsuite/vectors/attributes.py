"""Token attributes that keys may stand for: spaCy's names and numbers."""

from __future__ import annotations

from vectorsuite.strings import SYMBOL_IDS

ORTH = SYMBOL_IDS["ORTH"]


def attribute_id(attr: int | str) -> int:
    """Number of a token attribute, by number or by name in any case.

    As in spaCy, TEXT means ORTH and so does an unknown name.
    """
    if not isinstance(attr, str):
        return int(attr)
    name = attr.upper()
    return ORTH if name == "TEXT" else SYMBOL_IDS.get(name, ORTH)
