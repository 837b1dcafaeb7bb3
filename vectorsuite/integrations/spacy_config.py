"""What a spaCy config can hold: names that are options there cannot have every character."""

from __future__ import annotations

import configparser
from collections.abc import Mapping
from typing import Any

import srsly
from thinc.config import Config


def check_storable(setting: str, value: Any) -> None:
    """Refuse a mapping or list that would be another one after a config was saved and loaded.

    The keys of a mapping become options of a section, as in ``key = value``. spaCy writes any, and
    reads other ones: "a=b" is then "a", and what follows "[a]" is in another section.

    :param setting: Its name, for the message.
    :raises ValueError: Says which key or item it is.
    """
    if not isinstance(value, (Mapping, list, tuple)) or _is_kept(value):
        return
    parts = (
        [{key: value[key]} for key in value] if isinstance(value, Mapping) else [[v] for v in value]
    )
    lost = next((part for part in parts if not _is_kept(part)), value)
    raise ValueError(
        f"{setting} has {next(iter(lost))!r}, which a saved config would not hold as it is: names "
        "there must not contain '=', ':', '${' or a line break, nor begin with '[', '#', ';' or a "
        "space. Use another name."
    )


def _is_kept(value: Any) -> bool:
    plain = srsly.json_loads(srsly.json_dumps(value))
    config = Config({"section": {"value": plain}})
    try:
        return bool(Config().from_str(config.to_str())["section"]["value"] == plain)
    except (ValueError, configparser.Error):
        return False
