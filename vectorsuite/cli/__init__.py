"""The command line: one file per command; each parses, calls and prints, nothing else.

The modules here import typer at the top and everything else inside their functions, so that
``vectorsuite --help`` does not wait for NumPy and thinc.
"""

from typing import NoReturn

__all__ = ["main"]


def main() -> NoReturn:
    """Run the command line and leave the process with its exit code."""
    try:
        from vectorsuite.cli import app
    except KeyboardInterrupt:  # so soon that nothing can say so
        raise SystemExit(130) from None
    app.main()
