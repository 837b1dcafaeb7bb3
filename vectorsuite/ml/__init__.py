"""Layers under the names of spaCy's modules: code for ``spacy.ml`` runs with ``vectorsuite.ml``."""
