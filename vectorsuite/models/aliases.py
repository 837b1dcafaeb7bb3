"""The names of gensim 1.x to 3.x, in one table; they work as if they were today's.

Warnings are off; ``Word2Vec.enable_keyed_vectors_warnings()`` turns them on.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import Any, TypeVar

# Older name of a model's attribute or method → where it is today.
NAMES = {
    "size": "vector_size",
    "iter": "epochs",
    "syn0": "wv.vectors",
    "syn0norm": "wv.syn0norm",
    "syn0_lockf": "wv.vectors_lockf",
    "vocab": "wv.vocab",
    "index2word": "wv.index_to_key",
    "scale_vocab": "prepare_vocab",
    "finalize_vocab": "prepare_weights",
    "reset_weights": "init_weights",
    "most_similar": "wv.most_similar",
    "most_similar_cosmul": "wv.most_similar_cosmul",
    "similar_by_word": "wv.similar_by_word",
    "similar_by_vector": "wv.similar_by_vector",
    "similarity": "wv.similarity",
    "n_similarity": "wv.n_similarity",
    "doesnt_match": "wv.doesnt_match",
    "wmdistance": "wv.wmdistance",
    "accuracy": "wv.accuracy",
    "evaluate_word_pairs": "wv.evaluate_word_pairs",
    "evaluate_word_analogies": "wv.evaluate_word_analogies",
    "save_word2vec_format": "wv.save_word2vec_format",
    "intersect_word2vec_format": "wv.intersect_word2vec_format",
}

# Older name of an argument → today's, by function.
ARGUMENTS = {
    "__init__": {"size": "vector_size", "iter": "epochs", "corpus_iterable": "sentences"},
    "build_vocab": {"sentences": "corpus_iterable", "documents": "corpus_iterable"},
    "scan_vocab": {"sentences": "corpus_iterable", "documents": "corpus_iterable"},
    "train": {
        "sentences": "corpus_iterable",
        "documents": "corpus_iterable",
        "iter": "epochs",
    },
}

Function = TypeVar("Function", bound=Callable[..., Any])


def older_arguments(function: Function) -> Function:
    """Let a method take its arguments under their older names, too."""
    names = ARGUMENTS[function.__name__]

    @functools.wraps(function)
    def renamed(self: Any, *arguments: Any, **named: Any) -> Any:
        for older, today in names.items():
            if older not in named:
                continue
            if today in named:
                raise TypeError(f"{older} is an older name of {today}; give one of them.")
            _warn(self, older, today)
            named[today] = named.pop(older)
        return function(self, *arguments, **named)

    return renamed  # type: ignore[return-value]


class OlderNames:
    """Gives a model the names of NAMES."""

    keyed_vector_warnings = False

    @classmethod
    def enable_keyed_vectors_warnings(cls) -> None:
        """Warn when an older name is used."""
        OlderNames.keyed_vector_warnings = True

    @classmethod
    def disable_keyed_vectors_warnings(cls) -> None:
        """Do not warn when an older name is used: the default."""
        OlderNames.keyed_vector_warnings = False

    def __getitem__(self, words: Any) -> Any:
        """``model.wv[words]``."""
        return self.wv[words]  # type: ignore[attr-defined]

    def __contains__(self, word: object) -> bool:
        """``word in model.wv``."""
        return word in self.wv  # type: ignore[attr-defined]


def _alias(older: str, today: str) -> property:
    *path, name = today.split(".")

    def owner(self: Any) -> Any:
        _warn(self, older, today)
        return functools.reduce(getattr, path, self)

    def read(self: Any) -> Any:
        return getattr(owner(self), name)

    def write(self: Any, value: Any) -> None:
        setattr(owner(self), name, value)

    return property(read, write, doc=f"Older name of `{today}`.")


def _warn(model: Any, older: str, today: str) -> None:
    if model.keyed_vector_warnings:
        warnings.warn(
            f"{older} is an older name of {today}.", category=DeprecationWarning, stacklevel=4
        )


for _older, _today in NAMES.items():
    setattr(OlderNames, _older, _alias(_older, _today))
