"""JSON files whose errors name the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import srsly


def read_json(path: Path) -> Any:
    """The value that a JSON file holds.

    :raises ValueError: It holds no JSON; the message names it.
    """
    try:
        return srsly.read_json(path)
    except ValueError as error:
        raise ValueError(f"{path}: no JSON, or damaged ({error}).") from error


def read_object(path: Path) -> dict[str, Any]:
    """The object that a JSON file holds.

    :raises ValueError: It holds something else; the message names it.
    """
    value = read_json(path)
    if not isinstance(value, dict):
        raise ValueError(f"{path} must hold a JSON object.")
    return value
