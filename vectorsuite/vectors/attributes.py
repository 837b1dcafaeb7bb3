"""Token attributes that keys may stand for: spaCy's names and numbers."""

from __future__ import annotations

from vectorsuite.strings import SYMBOL_IDS

ORTH = SYMBOL_IDS["ORTH"]


def attribute_id(attr: int | str) -> int:
    """Number of a token attribute, by number or by name in any case.

    As in spaCy, TEXT means ORTH and so does an unknown name; `check_attribute` refuses one.
    """
    if not isinstance(attr, str):
        return int(attr)
    name = attr.upper()
    return ORTH if name == "TEXT" else SYMBOL_IDS.get(name, ORTH)


def check_attribute(attr: int | str) -> None:
    """Refuse a name that is no token attribute's.

    :raises ValueError: Says which there are.
    """
    if not isinstance(attr, str) or attr.upper() in ("ORTH", "TEXT"):
        return
    if attribute_id(attr) == ORTH:
        raise ValueError(
            f"There is no token attribute {attr!r}; words stand for ORTH, LOWER, NORM, LEMMA or "
            "another of spaCy's."
        )
