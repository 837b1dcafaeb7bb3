"""The command line: one file per command; each parses, calls and prints, nothing else.

The modules here import typer at the top and everything else inside their functions, so that
``vectorsuite --help`` does not wait for NumPy and thinc.
"""

from vectorsuite.cli.app import main

__all__ = ["main"]
