"""Names for configs: which function a string such as ``"vectorsuite.SkipGram.v1"`` stands for.

Our own functions are entry points of the package (``[project.entry-points.vectorsuite_readers]``
in pyproject.toml), so a name is known without importing anything and its module is imported when
the name is used. Other packages add theirs the same way; a script registers with the decorators::

    @registry.readers("my.Reader.v1")
    def read(path: str) -> LineSentences: ...
"""

from __future__ import annotations

import configparser
from pathlib import Path
from typing import Any

import catalogue
import thinc
import thinc.api  # registers thinc's own layers, optimizers, …
from thinc.config import Config

__all__ = ["Config", "read_config_file", "registry"]

OWN_PREFIX = "vectorsuite."
# spaCy's documents name its layers with this prefix; ours of the same name stand in for them.
ALIAS_PREFIXES = ("spacy.", "spacy-legacy.")


def read_config_file(path: str | Path) -> Config:
    """Read a config file, whose variables stay as they are; it may begin with a byte order mark.

    :raises ValueError: It is not UTF-8 or no config; says why.
    """
    try:
        return Config().from_str(Path(path).read_text("utf-8-sig"), interpolate=False)
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{path} is not UTF-8 text: {error.reason} at byte {error.start}."
        ) from None
    except (configparser.Error, ValueError) as error:
        raise ValueError(f"{path}: {' '.join(str(error).split())}") from None


class registry(thinc.registry):  # noqa: N801 - thinc's and spaCy's name for it
    """thinc's registries (layers, optimizers, …) and those of this package."""

    architectures = catalogue.create("vectorsuite", "architectures", entry_points=True)
    evaluators = catalogue.create("vectorsuite", "evaluators", entry_points=True)
    models = catalogue.create("vectorsuite", "models", entry_points=True)
    readers = catalogue.create("vectorsuite", "readers", entry_points=True)
    tokenizers = catalogue.create("vectorsuite", "tokenizers", entry_points=True)
    vectors = catalogue.create("vectorsuite", "vectors", entry_points=True)

    @classmethod
    def create(cls, registry_name: str, entry_points: bool = False) -> None:
        """Add a registry under this package's namespace.

        :raises ValueError: There is one of that name.
        """
        if hasattr(cls, registry_name):
            raise ValueError(f"There is a registry {registry_name!r} already.")
        made = catalogue.create("vectorsuite", registry_name, entry_points=entry_points)
        setattr(cls, registry_name, made)

    @classmethod
    def has(cls, registry_name: str, func_name: str) -> bool:
        """Whether a name, or the name it is an alias of, is known."""
        found = getattr(cls, registry_name, None)
        if not isinstance(found, catalogue.Registry):
            return False
        return _resolve_alias(_names(found), func_name) is not None

    @classmethod
    def get(cls, registry_name: str, func_name: str) -> Any:
        """Return the function of a name, importing its module if need be.

        A name under ``spacy.`` that nobody registered means ours of the same name.

        :raises ValueError: No such registry, or no such name in it; lists those there are.
        :raises TypeError: The name is no text.
        """
        if not isinstance(func_name, str):
            raise TypeError(f"A name in the registry {registry_name!r} is text, not {func_name!r}.")
        found = cls._registry(registry_name)
        names = _names(found)
        name = _resolve_alias(names, func_name)
        if name is None:
            known = ", ".join(sorted(names)) or "none"
            raise ValueError(
                f"There is no {func_name!r} in the registry {registry_name!r}. There are: {known}."
            )
        return found.get(name)

    @classmethod
    def names(cls, registry_name: str) -> list[str]:
        """Names in a registry, sorted; nothing is imported for it.

        :raises ValueError: No such registry; lists those there are.
        """
        return sorted(_names(cls._registry(registry_name)))

    @classmethod
    def _registry(cls, registry_name: str) -> catalogue.Registry:
        found = getattr(cls, registry_name, None)
        if not isinstance(found, catalogue.Registry):
            raise ValueError(
                f"There is no registry {registry_name!r}. There are: {', '.join(cls.registries())}."
            )
        return found

    @classmethod
    def registries(cls) -> list[str]:
        """Names of the registries, sorted."""
        return sorted(
            name for name in dir(cls) if isinstance(getattr(cls, name), catalogue.Registry)
        )


def _names(found: catalogue.Registry) -> set[str]:
    """Every name of a registry. ``Registry.get_all`` would import every module behind them."""
    names = {point.name for point in found._get_entry_points()} if found.entry_points else set()
    depth = len(found.namespace)
    prefix = tuple(found.namespace)
    for key in list(catalogue.REGISTRY):
        if len(key) == depth + 1 and key[:depth] == prefix:
            names.add(key[-1])
    return names


def _resolve_alias(names: set[str], wanted: str) -> str | None:
    """Return ``wanted`` or our own name that it is an alias of; None if neither is known."""
    if wanted in names:
        return wanted
    for prefix in ALIAS_PREFIXES:
        own = OWN_PREFIX + wanted.removeprefix(prefix)
        if wanted.startswith(prefix) and own in names:
            return own
    return None
