"""``python -m vectorsuite``: the same as the command ``vectorsuite``."""

from vectorsuite.cli import main

if __name__ == "__main__":
    main()
