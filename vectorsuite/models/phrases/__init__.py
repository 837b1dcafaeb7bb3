"""Phrases: words that stand together more often than chance, joined into one."""

from vectorsuite.models.phrases.model import (
    ENGLISH_CONNECTOR_WORDS,
    FrozenPhrases,
    Phraser,
    Phrases,
    PhrasesTransformation,
    npmi_scorer,
    original_scorer,
)

__all__ = [
    "ENGLISH_CONNECTOR_WORDS",
    "FrozenPhrases",
    "Phraser",
    "Phrases",
    "PhrasesTransformation",
    "npmi_scorer",
    "original_scorer",
]
