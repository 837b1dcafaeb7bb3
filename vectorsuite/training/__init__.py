"""Corpus → word counts → encoded ids → sampling tables → trainer → pipeline directory."""
