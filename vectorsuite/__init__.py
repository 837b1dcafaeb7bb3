"""Word vectors: one table, trained fast, at home in spaCy pipelines."""

__version__ = "0.1.0"
