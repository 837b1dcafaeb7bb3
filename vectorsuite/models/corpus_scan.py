"""One look at any corpus a model takes: files, lists of words, or lists of other tokens."""

from __future__ import annotations

import logging
from array import array
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from vectorsuite.models.vocabulary import CountedWords, TrimRule, count_tokens
from vectorsuite.packed import PackedStrings
from vectorsuite.training.corpus import EncodedCorpus
from vectorsuite.training.readers import LineSentences
from vectorsuite.training.scan import ScannedCorpus
from vectorsuite.training.sentence_readers import compiled_reader
from vectorsuite.training.sources import JoinedSource, OnePass, unjoined

logger = logging.getLogger(__name__)


class Scan(Protocol):
    """A corpus that was read once. A context manager."""

    raw_words: int
    n_sentences: int

    @property
    def raw_vocab(self) -> Mapping[Any, int]:
        """Counts of all tokens, in order of first appearance."""
        ...

    def encode(self, keys: Iterable[Any], index: Mapping[Any, int]) -> EncodedCorpus:
        """The text as rows of these keys; other tokens are left out."""
        ...

    def __enter__(self) -> Scan: ...
    def __exit__(self, *error: object) -> None: ...


def scan_corpus(
    source: Any,
    *,
    workers: int = 0,
    max_vocab_size: int | None = None,
    trim_rule: TrimRule | None = None,
) -> Scan:
    """Read a corpus: by compiled code if its tokens are strings, else in Python.

    :param max_vocab_size: See ``count_tokens``; needs Python.
    """
    source = compiled_reader(source)
    if isinstance(source, LineSentences) or _is_joined(source):
        sentences, first = source, [""]
    else:
        sentences, first = _peek(source)
    if isinstance(first, str):
        logger.warning(
            "Each 'sentences' item should be a list of words (usually unicode strings). "
            "First item here is instead plain %s.",
            type(first),
        )
        return TokenScan(sentences, max_vocab_size, trim_rule)
    if first is None or max_vocab_size or not all(isinstance(token, str) for token in first):
        return TokenScan(sentences, max_vocab_size, trim_rule)
    return WordScan(ScannedCorpus(sentences, workers=workers))


def corpus_files(source: Any) -> tuple[Path, ...]:
    """The files that a corpus is read from; none if it does not come from files alone."""
    source = compiled_reader(unjoined(source)[0])
    return tuple(file.path for file in source.files) if isinstance(source, LineSentences) else ()


def _is_joined(source: Any) -> bool:
    """Whether compiled code reads and joins it."""
    return isinstance(source, JoinedSource) and bool(unjoined(source)[1])


class WordScan:
    """A scan of a corpus of strings."""

    def __init__(self, scanned: ScannedCorpus) -> None:
        self._scanned = scanned
        self.raw_words = scanned.raw_words
        self.n_sentences = scanned.n_sentences

    @property
    def raw_vocab(self) -> Mapping[Any, int]:
        """Counts of all words, in order of first appearance."""
        return CountedWords(self._scanned.words, self._scanned.counts)

    def encode(self, keys: Iterable[Any], index: Mapping[Any, int]) -> EncodedCorpus:
        """The text as rows of these words; other words are left out."""
        return self._scanned.encode(PackedStrings.pack(str(key) for key in keys))

    def __enter__(self) -> WordScan:
        return self

    def __exit__(self, *error: object) -> None:
        self._scanned.__exit__()


class TokenScan:
    """A scan in Python of a corpus of any hashable tokens."""

    def __init__(
        self,
        sentences: Iterable[Iterable[Hashable]],
        max_vocab_size: int | None = None,
        trim_rule: TrimRule | None = None,
        keep_empty: bool = False,
    ) -> None:
        self._sentences = sentences
        self._keep_empty = keep_empty
        counted = count_tokens(sentences, max_vocab_size, trim_rule)
        self.raw_vocab, self.raw_words, self.n_sentences = counted

    def encode(self, keys: Iterable[Any], index: Mapping[Any, int]) -> EncodedCorpus:
        """The text as rows of these keys; reads the corpus again.

        :raises ValueError: None of its tokens is among them.
        :raises TypeError: It cannot be read again.
        """
        if isinstance(self._sentences, OnePass):
            raise TypeError("A generator of tokens that are no strings is of no use; give a list.")
        ids, offsets = array("i"), array("q", [0])
        for sentence in self._sentences:
            ids.extend(index[token] for token in sentence if token in index)
            if self._keep_empty or len(ids) > offsets[-1]:
                offsets.append(len(ids))
        if not ids:
            raise ValueError(
                f"None of the corpus's {len(self.raw_vocab)} different words is among the "
                f"{len(index)} of the vocabulary."
            )
        rows = np.frombuffer(ids, dtype=np.int32)
        words = PackedStrings.pack(str(key) for key in keys)
        return EncodedCorpus(
            words,
            np.bincount(rows, minlength=len(words)),
            rows,
            np.frombuffer(offsets, dtype=np.int64),
            raw_words=self.raw_words,
            raw_vocabulary=len(self.raw_vocab),
        )

    def __enter__(self) -> TokenScan:
        return self

    def __exit__(self, *error: object) -> None:
        pass


def _peek(source: Any) -> tuple[Any, Any]:
    """A source to read from its start, and its first sentence that is not empty, or None."""
    if not isinstance(source, Iterable) or isinstance(source, (str, bytes)):
        raise TypeError(
            f"The corpus is {source!r:.60}, of type {type(source).__name__}; give lists of words, "
            "a reader such as LineSentence(path), or corpus_file=path."
        )
    iterator = iter(source)
    seen: list[Any] = []
    first: Any = None
    for sentence in iterator:
        if isinstance(sentence, Iterator) and isinstance(source, Sequence):
            raise TypeError(
                f"Sentence {len(seen)} is a {type(sentence).__name__}, which can be read only "
                "once; a sentence is a list of words."
            )
        is_text = isinstance(sentence, str)
        held = sentence if is_text or not isinstance(sentence, Iterable) else list(sentence)
        seen.append(held)
        if not isinstance(held, list):
            first = held if is_text else None  # of no use: counting says what is wrong
            break
        if held:
            first = held
            break
    if iterator is source:
        return OnePass(_again(seen, iterator)), first
    return source, first


def _again(seen: list[Any], rest: Iterator[Any]) -> Iterator[Any]:
    yield from chain(seen, rest)
