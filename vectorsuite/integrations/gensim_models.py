"""Models of gensim taken over: words, tables and settings, so that training can go on.

Files of gensim's own are pickles, which run whatever code was put into them; none is opened here.
Who trusts such a file opens it by gensim itself and hands over the model::

    from_gensim(gensim.models.Word2Vec.load("old.model")).save("new.model")
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations_with_replacement
from typing import Any

import numpy as np

from vectorsuite.models.doc2vec import Doc2Vec
from vectorsuite.models.fasttext import FastText
from vectorsuite.models.fasttext_vectors import FastTextKeyedVectors
from vectorsuite.models.phrases import FrozenPhrases
from vectorsuite.models.phrases.matching import PhraseTable
from vectorsuite.models.phrases.scoring import Scorer, find_scorer, npmi_scorer, original_scorer
from vectorsuite.models.saving import PROGRESS, TABLES, pack_keys
from vectorsuite.models.word2vec import Word2Vec
from vectorsuite.query import KeyedVectors
from vectorsuite.vectors.bucket_rows import BucketRows

#: Attributes of words that follow from others.
DERIVED = ("sample_int", "code", "point")
NAMED_SCORERS = {"original_scorer": original_scorer, "npmi_scorer": npmi_scorer}


def from_gensim(model: Any) -> Any:
    """The same model as one of ours, in copies: its vectors are equal, and training can go on.

    Callbacks and a ``hashfxn`` stay behind. Of ``Phrases`` the phrases are taken over, not the
    counts, which are faster counted anew than taken apart.

    :param model: gensim's ``KeyedVectors``, ``FastTextKeyedVectors``, ``Word2Vec``, ``FastText``,
        ``Doc2Vec``, ``Phrases`` or ``FrozenPhrases``, of version 4.
    :returns: Ours of the same name; of ``Phrases``, ``FrozenPhrases``.
    :raises TypeError: It is none of these.
    :raises ValueError: It learned hierarchical softmax with another tree than that of its counts;
        or it hashes n-grams as gensim did before version 3.8.
    """
    for kind in type(model).__mro__:
        if kind.__module__.startswith("gensim.") and kind.__name__ in CONVERTERS:
            return CONVERTERS[kind.__name__](model)
    names = ", ".join(sorted(CONVERTERS))
    raise TypeError(
        f"{type(model).__module__}.{type(model).__qualname__} is none of gensim's {names}."
    )


def _vectors(wv: Any) -> KeyedVectors:
    made = KeyedVectors(wv.vector_size)
    made.add_vectors(list(wv.index_to_key), np.array(wv.vectors, dtype=np.float32))
    made.expandos |= _attributes(wv)
    return made


def _fasttext_vectors(wv: Any) -> FastTextKeyedVectors:
    _check_hash(wv)
    made = FastTextKeyedVectors(wv.vector_size, wv.min_n, wv.max_n, wv.bucket)
    made.index_to_key = list(wv.index_to_key)
    made.key_to_index = dict(wv.key_to_index)
    made.next_index = len(made.index_to_key)
    made.vectors_vocab = np.array(wv.vectors_vocab, dtype=np.float32)
    rows = np.array(wv.vectors_ngrams, dtype=np.float32)
    made.bucket_rows = BucketRows(wv.bucket, wv.vector_size, np.arange(wv.bucket), rows)
    made.expandos |= _attributes(wv)
    made.adjust_vectors()
    return made


def _model(kind: Any, model: Any, **arrays: Any) -> Any:
    """A model of ours from what gensim's and our saved models have in common."""
    names = {"dm_mean": "cbow_mean"}
    found = {name: names.get(name, name) for name in kind.saved_settings}
    settings = {
        name: getattr(model, theirs) for name, theirs in found.items() if hasattr(model, theirs)
    }
    state = {name: getattr(model, name, 0) for name in PROGRESS}
    state |= {"epoch_losses": [], "has_raw_vocab": False, "tree_order": "heap"}
    wv = model.wv
    arrays |= {
        "vectors": np.asarray(wv.vectors, dtype=np.float32),
        "vectors_lockf": np.asarray(wv.vectors_lockf, dtype=np.float32),
        **pack_keys("keys", list(wv.index_to_key)),
        **{f"attribute.{name}": values for name, values in _attributes(wv).items()},
    }
    for name in TABLES:
        if getattr(model, name, None) is not None:
            arrays[name] = np.array(getattr(model, name))
    made = kind(**settings, **_ngrams(wv, kind))
    made._restore(state, arrays, copy=True)
    if model.hs:
        _check_tree(wv, made.wv)
    return made


def _check_tree(theirs: Any, ours: KeyedVectors) -> None:
    """Refuse a model whose words have other places in the tree than ours: counts were edited."""
    for name in ("code", "point"):
        pairs = zip(theirs.expandos[name], ours.expandos[name], strict=True)
        if not all(np.array_equal(a[: len(b)], b) for a, b in pairs):
            raise ValueError(
                "The model learned hierarchical softmax with another Huffman tree than that of its "
                "counts. Take over its vectors: from_gensim(model.wv)."
            )


def _ngrams(wv: Any, kind: Any) -> dict[str, int]:
    """Settings that gensim's FastText keeps with its vectors."""
    names = ("min_n", "max_n", "bucket") if kind is FastText else ()
    return {name: getattr(wv, name) for name in names}


def _word2vec(model: Any) -> Word2Vec:
    made: Word2Vec = _model(Word2Vec, model)
    return made


def _fasttext(model: Any) -> FastText:
    wv = model.wv
    _check_hash(wv)
    made: FastText = _model(
        FastText, model, vectors_vocab=wv.vectors_vocab, buckets=np.arange(wv.bucket),
        vectors_ngrams=wv.vectors_ngrams,
    )  # fmt: skip
    return made


def _doc2vec(model: Any) -> Doc2Vec:
    dv = model.dv
    names = [tag for tag in dv.index_to_key if isinstance(tag, str)]
    counts = {f"tags.{name}": values for name, values in _attributes(dv).items()}
    made: Doc2Vec = _model(
        Doc2Vec, model, tag_vectors=dv.vectors, **pack_keys("tag_names", names), **counts
    )
    return made


def _frozen_phrases(model: Any) -> FrozenPhrases:
    scorer = NAMED_SCORERS.get(getattr(model.scoring, "__name__", ""), model.scoring)
    found: Any = _FoundPhrases(model, find_scorer(scorer))
    return FrozenPhrases(found)


class _FoundPhrases:
    """The phrases of a model of gensim's, as :class:`FrozenPhrases` take them from one of ours."""

    def __init__(self, model: Any, scoring: Scorer) -> None:
        self.connector_words = frozenset(model.connector_words)
        self.threshold, self.min_count = model.threshold, model.min_count
        self.delimiter, self.scoring = model.delimiter, scoring
        self._model = model

    def phrase_table(self) -> PhraseTable:
        """The phrases by their words; gensim keeps them joined, of ``Phrases`` among the words."""
        model, found = self._model, {}
        for string in model.phrasegrams if hasattr(model, "phrasegrams") else model.vocab:
            for words in self._split(string):
                phrase, score = model.score_candidate(words[0], words[-1], list(words[1:-1]))
                if phrase is not None:
                    found[words] = float(score)
        return PhraseTable([*found], [*found.values()], self.delimiter, self.connector_words)

    def _split(self, phrase: str) -> Iterator[tuple[str, ...]]:
        """All words that joined give a string: after a chained pass, words have delimiters, too."""
        parts = phrase.split(self.delimiter)
        for i, j in combinations_with_replacement(range(1, len(parts)), 2):
            first, last = self.delimiter.join(parts[:i]), self.delimiter.join(parts[j:])
            between = parts[i:j]
            if (
                self.connector_words.issuperset(between)
                and not {first, last} & self.connector_words
            ):
                yield (first, *between, last)


def _attributes(wv: Any) -> dict[str, Any]:
    """Attributes of words that are numbers, without those that follow from others."""
    return {
        name: np.array(values)
        for name, values in wv.expandos.items()
        if name not in DERIVED and np.asarray(values).dtype != object
    }


def _check_hash(wv: Any) -> None:
    if not getattr(wv, "compatible_hash", True):
        raise ValueError(
            "The model hashes n-grams as gensim did before version 3.8, so they would have other "
            "vectors here. Take over its words: save_word2vec_format, then vectorsuite.load."
        )


CONVERTERS: dict[str, Callable[[Any], Any]] = {
    "KeyedVectors": _vectors,
    "FastTextKeyedVectors": _fasttext_vectors,
    "Word2Vec": _word2vec,
    "FastText": _fasttext,
    "Doc2Vec": _doc2vec,
    "Phrases": _frozen_phrases,
    "FrozenPhrases": _frozen_phrases,
}
