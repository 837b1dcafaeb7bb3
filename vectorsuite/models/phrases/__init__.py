"""Phrases: words that stand together more often than chance, joined into one."""

from vectorsuite.models.phrases.analysis import PhrasesTransformation
from vectorsuite.models.phrases.model import FrozenPhrases, Phraser, Phrases
from vectorsuite.models.phrases.scoring import (
    ENGLISH_CONNECTOR_WORDS,
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
