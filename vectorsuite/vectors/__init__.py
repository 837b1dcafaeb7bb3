"""The table of vectors: key index, rows, floret, files."""

from vectorsuite.vectors.key_index import KeyIndex
from vectorsuite.vectors.pipeline import open_pipeline, write_pipeline
from vectorsuite.vectors.prune import PruneReport, deduplicate, prune
from vectorsuite.vectors.table import Vectors

__all__ = [
    "KeyIndex",
    "PruneReport",
    "Vectors",
    "deduplicate",
    "open_pipeline",
    "prune",
    "write_pipeline",
]
