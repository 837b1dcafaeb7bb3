"""``--json``, which several commands have."""

from __future__ import annotations

import json
import math
import sys
from typing import Any

import typer


def print_json(value: Any) -> None:
    """Print a value as one line of JSON that any reader takes, whatever the locale.

    Letters stand as they are where the output has all of them: of what it lacks, Python would write
    escapes that are none of JSON's.
    """
    encoding = getattr(sys.stdout, "encoding", None) or "utf8"
    all_letters = encoding.lower().replace("-", "").startswith("utf")
    typer.echo(json.dumps(without_nan(value), ensure_ascii=not all_letters, allow_nan=False))


def without_nan(value: Any) -> Any:
    """Put null for NaN, the correlation of too few pairs, and infinity: JSON has neither."""
    if isinstance(value, dict):
        return {key: without_nan(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [without_nan(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
