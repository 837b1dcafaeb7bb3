"""Choosing words: counting any hashable tokens, trimming, sorting, and what a choice costs."""

from __future__ import annotations

import functools
import logging
from collections import Counter
from collections.abc import (
    Callable,
    Hashable,
    ItemsView,
    Iterable,
    Iterator,
    Mapping,
    ValuesView,
)
from dataclasses import dataclass
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.packed import PackedStrings

logger = logging.getLogger(__name__)

# What a trim rule answers; the numbers are gensim's.
RULE_DEFAULT, RULE_DISCARD, RULE_KEEP = 0, 1, 2

#: Called with (word, count, min_count); answers one of the RULE numbers.
TrimRule = Callable[[Any, int, int], int]


class Vocab:
    """A record of one word: its `count` and whatever else is given; sorts by count.

    Models keep arrays instead; this is the class that gensim 1.x kept in ``model.vocab``.
    """

    def __init__(self, **attributes: Any) -> None:
        self.count = 0
        self.__dict__.update(attributes)

    def __lt__(self, other: Vocab) -> bool:
        return self.count < other.count

    def __str__(self) -> str:
        pairs = [f"{k}:{v!r}" for k, v in sorted(self.__dict__.items()) if not k.startswith("_")]
        return f"{type(self).__name__}({', '.join(pairs)})"


class CountedWords(Mapping[str, int]):
    """Words and their counts as arrays; they become objects of Python only if somebody looks.

    :param counts: (n,) int64.
    """

    def __init__(self, words: PackedStrings, counts: NDArray[np.int64]) -> None:
        self.words = words
        self.counts = counts

    def __len__(self) -> int:
        return len(self.words)

    def __iter__(self) -> Iterator[str]:
        return iter(self.words)

    def __getitem__(self, word: str) -> int:
        return self._by_word[word]

    @functools.cached_property
    def _by_word(self) -> dict[str, int]:
        return dict(zip(self.words, self.counts.tolist(), strict=True))

    def items(self) -> ItemsView[str, int]:
        """Words with their counts."""
        return self._by_word.items()

    def values(self) -> ValuesView[int]:
        """The counts."""
        return self._by_word.values()


@dataclass
class Choice:
    """Which words of a corpus stay.

    :param words: Those that stay, in the order they were given.
    :param counts: How often each occurs, (V,) int64.
    :param min_count: The count that was needed, raised by ``max_final_vocab``.
    :param dropped: Words that go.
    :param dropped_total: How often they occur in all.
    """

    words: list[Any]
    counts: NDArray[np.int64]
    min_count: int
    dropped: int
    dropped_total: int

    @property
    def total(self) -> int:
        """How often the words that stay occur in all."""
        return int(self.counts.sum())


def choose_words(
    raw: Mapping[Any, int],
    min_count: int,
    max_final_vocab: int | None = None,
    trim_rule: TrimRule | None = None,
) -> Choice:
    """Apply ``min_count``, ``max_final_vocab`` and a trim rule to counted words.

    :param max_final_vocab: Raises the count needed until at most so many words have it; of words
        with the same count all stay or none.
    :raises ValueError: The rule answers something that is no RULE number.
    """
    if isinstance(raw, CountedWords):
        counts = raw.counts
    else:
        counts = np.fromiter(raw.values(), dtype=np.int64, count=len(raw))
    needed = min_count
    if max_final_vocab is not None and max_final_vocab < len(raw):
        largest = np.partition(counts, len(raw) - max_final_vocab - 1)
        needed = max(needed, int(largest[len(raw) - max_final_vocab - 1]) + 1)
    stays = counts >= needed
    if trim_rule is not None:
        answers = [keeps(word, count, needed, trim_rule) for word, count in raw.items()]
        stays = np.array(answers, dtype=bool)
    rows, gone = np.flatnonzero(stays), ~stays
    if isinstance(raw, CountedWords):
        words = list(raw.words.take(rows))
    else:
        words = list(compress(raw, stays.tolist()))
    return Choice(words, counts[rows], needed, int(gone.sum()), int(counts[gone].sum()))


def keeps(word: Any, count: int, min_count: int, trim_rule: TrimRule | None) -> bool:
    """Whether a word stays."""
    answer = RULE_DEFAULT if trim_rule is None else trim_rule(word, count, min_count)
    if answer == RULE_DEFAULT:
        return count >= min_count
    if answer not in (RULE_KEEP, RULE_DISCARD):
        raise ValueError(
            f"The trim rule answered {answer!r} for {word!r}; it must answer RULE_DEFAULT, "
            "RULE_DISCARD or RULE_KEEP."
        )
    return answer == RULE_KEEP


def count_tokens(
    sentences: Iterable[Iterable[Hashable]],
    max_vocab_size: int | None = None,
    trim_rule: TrimRule | None = None,
) -> tuple[dict[Any, int], int, int]:
    """Count tokens of any hashable type in Python, if wanted in bounded memory.

    :param max_vocab_size: When more different words have been met, the rare ones are forgotten:
        those that occurred once, next time also those that occurred twice, and so on.
    :returns: Counts in order of first appearance, tokens read, sentences read.
    :raises TypeError: A sentence is no list of hashable tokens.
    """
    counts: Counter[Any] = Counter()
    total = n_sentences = 0
    min_reduce = 1
    for n_sentences, sentence in enumerate(sentences, 1):
        try:
            tokens = list(sentence)
            counts.update(tokens)
        except TypeError as error:
            raise TypeError(
                f"Sentence {n_sentences - 1} is {sentence!r:.60}; a sentence is a list of words "
                f"({error})."
            ) from error
        total += len(tokens)
        if max_vocab_size and len(counts) > max_vocab_size:
            kept = {w: n for w, n in counts.items() if keeps(w, n, min_reduce + 1, trim_rule)}
            logger.info("forgot %i words of %i", len(counts) - len(kept), len(counts))
            counts = Counter(kept)
            min_reduce += 1
    return dict(counts), total, n_sentences


def sample_share(sample: float, total: int) -> float:
    """The threshold of sub-sampling as a share of the corpus.

    :param sample: Below 1 the share itself, 0: off; from 1 on a count: words that occur more often
        are sub-sampled (gensim's shorthand).
    :param total: Tokens of the corpus whose words stay.
    """
    if sample < 1 or not total:
        return sample
    return int(sample * (3 + np.sqrt(5)) / 2) / total


def keep_chances(counts: NDArray[np.int64], sample: float) -> NDArray[np.float64]:
    """Chance of a token to stay under sub-sampling, by word, (V,) float64 in [0, 1].

    See ``training.sampling.keep_thresholds``, which training uses.

    :param counts: (V,) int64.
    :param sample: As of :func:`sample_share`.
    """
    share = sample_share(sample, int(counts.sum()))
    if not share:
        return np.ones(len(counts))
    ratio = np.maximum(counts, 1) / counts.sum() / share
    return np.minimum((np.sqrt(ratio) + 1) / ratio, 1.0)
