"""Word vectors: one table, trained fast, at home in spaCy pipelines."""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

# Where each public name lives. A module is imported when its name is first used, so that
# `import vectorsuite` stays fast. `__init__.pyi` has the same names for type checkers.
_NAMES = {
    "Config": "vectorsuite.config",
    "Doc": "vectorsuite.tokens",
    "Doc2Vec": "vectorsuite.models.doc2vec",
    "FastText": "vectorsuite.models.fasttext",
    "FrozenPhrases": "vectorsuite.models.phrases",
    "KeyIndex": "vectorsuite.vectors",
    "KeyedVectors": "vectorsuite.query",
    "Lexeme": "vectorsuite.tokens",
    "Phrases": "vectorsuite.models.phrases",
    "Span": "vectorsuite.tokens",
    "StringStore": "vectorsuite.strings",
    "TaggedDocument": "vectorsuite.training.tagged_readers",
    "TaggedLineDocument": "vectorsuite.training.tagged_readers",
    "Token": "vectorsuite.tokens",
    "Vectors": "vectorsuite.vectors",
    "Vocab": "vectorsuite.tokens",
    "Word2Vec": "vectorsuite.models.word2vec",
    "hash_string": "vectorsuite.strings",
    "load": "vectorsuite.models.pipeline",
    "prefer_gpu": "vectorsuite.gpu",
    "registry": "vectorsuite.config",
    "require_gpu": "vectorsuite.gpu",
    "write_pipeline": "vectorsuite.vectors",
}

# Rooms of further public names, there after `import vectorsuite`.
_ROOMS = ("evaluation", "layers", "models", "tokens", "vectors")

__all__ = sorted(_NAMES)


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return import_module(f"vectorsuite.{name}")
    module = _NAMES.get(name)
    if module is None:
        from vectorsuite import models

        hint = "vectorsuite.models has it" if name in models.__all__ else ""
        hint = hint or f"its public names are {', '.join(__all__)}"
        raise AttributeError(f"vectorsuite has no {name!r}; {hint}.")
    value = getattr(import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_NAMES, *_ROOMS} - {"Any", "import_module"})
