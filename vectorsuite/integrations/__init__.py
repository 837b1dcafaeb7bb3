"""Vectorsuite inside other programs. Each module needs an extra, and imports it when used."""
