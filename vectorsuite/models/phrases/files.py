"""Phrase models in files: one of settings and arrays, with checksums, without pickle."""

from __future__ import annotations

import os
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from vectorsuite.io.checked_file import read_checked, write_checked
from vectorsuite.kernels import _core
from vectorsuite.models.phrases.counts import PhraseVocabulary
from vectorsuite.models.phrases.matching import PhraseTable
from vectorsuite.models.phrases.scoring import Scorer, find_scorer, scorer_name, scorer_of_name
from vectorsuite.models.saving import hint_of_origin
from vectorsuite.packed import PackedStrings
from vectorsuite.query.lifecycle import Lifecycle

KIND = "phrase model"
VERSION = 1

SETTINGS = ("min_count", "threshold", "delimiter")
COUNTED = ("max_vocab_size", "progress_per", "corpus_word_count", "min_reduce")

Arrays = dict[str, NDArray[Any]]
Model = TypeVar("Model", bound="SavedPhrases")


class SavedPhrases(Lifecycle):
    """The part of a phrase model that is written to a file and read from it, copied and pickled."""

    delimiter: str
    connector_words: frozenset[str]

    def save(self, fname: str | os.PathLike[str], *unused: Any, **also_unused: Any) -> None:
        """Write the model to one file. Further arguments of gensim's are accepted and ignored.

        :raises ValueError: The scoring function has no name to keep it by.
        """
        self.add_lifecycle_event("saving", fname_or_handle=str(fname))
        state = {name: getattr(self, name) for name in SETTINGS}
        state["lifecycle_events"] = self.events_to_save()
        state["scoring"] = scorer_name(self.scoring)  # type: ignore[attr-defined]
        state["connector_words"] = sorted(self.connector_words)
        state["frozen"] = not hasattr(self, "vocab")
        if state["frozen"]:
            arrays = _phrase_arrays(self._table)
        else:
            state.update({name: getattr(self, name) for name in COUNTED})
            arrays = _count_arrays(self.vocab.counts)
        write_checked(Path(fname), KIND, VERSION, state, arrays)

    @classmethod
    def load(
        cls: type[Model],
        fname: str | os.PathLike[str],
        mmap: Any = None,
        scoring: str | Scorer | None = None,
    ) -> Model:
        """Open what :meth:`save` wrote: a ``Phrases`` or a ``FrozenPhrases``, as it was saved.

        :param mmap: Accepted as in gensim; nothing is mapped.
        :param scoring: The scoring function, if it is not where it was when the model was saved.
        :raises FileNotFoundError: There is no such file.
        :raises ValueError: It is no phrase model, or damaged, or its scoring function is missing.
        """
        try:
            state, arrays = read_checked(Path(fname), KIND, VERSION)
        except ValueError as error:
            raise ValueError(f"{error}{hint_of_origin(Path(fname))}") from error
        from vectorsuite.models.phrases.model import FrozenPhrases, Phrases

        kind: Any = FrozenPhrases if state["frozen"] else Phrases
        own = cls if issubclass(cls, kind) else kind
        model = own.__new__(own)
        for name in SETTINGS:
            setattr(model, name, state[name])
        model.lifecycle_events = state.get("lifecycle_events", [])
        model.connector_words = frozenset(state["connector_words"])
        model.scoring = find_scorer(scoring) if scoring else scorer_of_name(state["scoring"])
        if state["frozen"]:
            words = _phrase_words(arrays)
            scores = arrays["scores"].tolist()
            model._set_table(PhraseTable(words, scores, model.delimiter, model.connector_words))
            return model
        for name in ("max_vocab_size", "progress_per", "corpus_word_count"):
            setattr(model, name, state[name])
        model._set_counts(arrays, state["min_reduce"])
        return model

    def _set_counts(self, arrays: Arrays, min_reduce: int) -> None:
        delimiter, connector_words = self.delimiter, sorted(self.connector_words)
        counts = _counts(arrays, delimiter, connector_words)
        counts.min_reduce = min_reduce
        self.vocab = PhraseVocabulary(delimiter, counts)
        self._table: Any = None

    def __getstate__(self) -> dict[str, Any]:
        """What copies and pickles hold: counts as arrays, and no table, which is made anew."""
        state = dict(self.__dict__)
        if "vocab" in state:
            counts = state["vocab"].counts
            state["vocab"] = _count_arrays(counts), counts.min_reduce
            state["_table"] = None
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        if "vocab" in state:
            self._set_counts(*state["vocab"])


def _phrase_arrays(table: PhraseTable) -> Arrays:
    packed = PackedStrings.pack(chain.from_iterable(table.words))
    return {
        "data": packed.data,
        "offsets": packed.offsets,
        "lengths": np.array([len(words) for words in table.words], dtype=np.int64),
        "scores": np.array(table.scores, dtype=np.float64),
    }


def _phrase_words(arrays: Arrays) -> list[tuple[str, ...]]:
    words = iter(PackedStrings(arrays["data"], arrays["offsets"]))
    return [tuple(next(words) for _ in range(n)) for n in arrays["lengths"].tolist()]


def _count_arrays(counts: Any) -> Arrays:
    data, offsets = counts.words()
    first, last, run, n = counts.pairs()
    runs = counts.runs()
    return {
        "data": data,
        "offsets": offsets,
        "word_counts": counts.word_counts(),
        "first": first,
        "last": last,
        "run": run,
        "pair_counts": n,
        "run_words": np.array([*chain.from_iterable(runs)], dtype=np.int32),
        "run_lengths": np.array([len(words) for words in runs], dtype=np.int64),
    }


def _counts(arrays: Arrays, delimiter: str, connector_words: list[str]) -> Any:
    counts = _core.PhraseCounts(delimiter, 1)
    counts.add_words(arrays["data"], arrays["offsets"])
    counts.set_connectors(connector_words)
    counts.add_word_counts(arrays["word_counts"])
    run_words, start = arrays["run_words"].tolist(), 0
    for n in arrays["run_lengths"].tolist():
        counts.add_run(run_words[start : start + n])
        start += n
    counts.add_pairs(*(arrays[name] for name in ("first", "last", "run", "pair_counts")))
    return counts
