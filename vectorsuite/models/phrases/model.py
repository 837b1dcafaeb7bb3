"""Phrases: words that stand together more often than chance joined into one, as gensim has it."""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from vectorsuite.models.phrases.analysis import PhrasesTransformation
from vectorsuite.models.phrases.counts import PhraseVocabulary, Sentences, count_phrases
from vectorsuite.models.phrases.files import SavedPhrases
from vectorsuite.models.phrases.matching import PhraseTable, find_phrases
from vectorsuite.models.phrases.scoring import Scorer, check_threshold, find_scorer

logger = logging.getLogger(__name__)

# Names of gensim before 4 → names of today.
ALIASES = {"common_terms": "connector_words"}

Function = TypeVar("Function", bound=Callable[..., Any])


def older_arguments(function: Function) -> Function:
    """Let a function take the arguments of ALIASES under their older names, too."""

    @functools.wraps(function)
    def renamed(*arguments: Any, **named: Any) -> Any:
        for older, today in ALIASES.items():
            if older in named and today in named:
                raise TypeError(f"{older} is an older name of {today}; give one of them.")
            if older in named:
                named[today] = named.pop(older)
        return function(*arguments, **named)

    return renamed  # type: ignore[return-value]


class MatchedPhrases(SavedPhrases, PhrasesTransformation):
    """A phrase model whose phrases are known beforehand, so that compiled code can find them."""

    _compiled = True

    @property
    def common_terms(self) -> Any:
        """Older name of `connector_words`."""
        return self.connector_words

    @common_terms.setter
    def common_terms(self, words: Any) -> None:
        self.connector_words = words

    def __repr__(self) -> str:
        return str(self)

    def phrase_table(self) -> PhraseTable:
        """Return the phrases above the threshold."""
        raise NotImplementedError

    def __init_subclass__(cls, compiled: bool | None = None, **named: Any) -> None:
        """Note whether a subclass has its own idea of a phrase, which compiled code does not know.

        :param compiled: Says that it has none.
        """
        super().__init_subclass__(**named)
        own = {"score_candidate", "analyze_sentence"} & vars(cls).keys()
        cls._compiled = cls._compiled and not own if compiled is None else compiled

    def join(self, sentence: Iterable[str]) -> list[str]:
        """Return the words of a sentence with its phrases joined."""
        return self.phrase_table().join(sentence) if self._compiled else super().join(sentence)

    def join_all(self, sentences: Iterable[Iterable[str]]) -> Iterator[list[str]]:
        """Return sentences with their phrases joined, one by one."""
        if not self._compiled:
            return super().join_all(sentences)
        return self.phrase_table().join_all(sentences)

    def matcher(self) -> Any:
        """Return what finds the phrases in compiled code; None for a subclass's own phrases."""
        return self.phrase_table().matcher if self._compiled else None

    def find_phrases(self, sentences: Iterable[Iterable[str]]) -> dict[str, float]:
        """Return the phrases that occur in sentences, with their scores, in order of appearance."""
        if not self._compiled:
            return super().find_phrases(sentences)
        return self.phrase_table().found_in(sentences)


class Phrases(MatchedPhrases, compiled=True):
    """Finds phrases by counting how often words stand next to each other.

    ``phrases[sentence]`` joins the phrases of a sentence, ``phrases[sentences]`` those of a corpus;
    phrases of its result are phrases of three or four words.

    :param sentences: Lists of words; ``LineSentences(path)`` or an encoded corpus are counted by
        all cores. An iterator will do.
    :param min_count: Pairs that occur less often are no phrases.
    :param threshold: Score above which a pair is a phrase.
    :param max_vocab_size: Words and pairs kept while counting. Whenever a sentence takes their
        number above it, those that occurred fewer than `min_reduce` times so far are dropped, and
        `min_reduce`, at first 1, grows by one: gensim's rule.
    :param delimiter: Put between the words of a phrase.
    :param progress_per: Sentences between two lines in the log.
    :param scoring: "default" (:func:`original_scorer`), "npmi" (:func:`npmi_scorer`, threshold from
        -1 to 1), or a function of worda_count, wordb_count, bigram_count, len_vocab, min_count and
        corpus_word_count.
    :param connector_words: Words that may stand inside a phrase, but not at its ends; for English,
        ENGLISH_CONNECTOR_WORDS.
    :raises ValueError: An argument is out of its range.
    """

    @older_arguments
    def __init__(
        self,
        sentences: Sentences | None = None,
        min_count: float = 5,
        threshold: float = 10.0,
        max_vocab_size: float = 40_000_000,
        delimiter: str | bytes = "_",
        progress_per: int = 10000,
        scoring: str | Scorer = "default",
        connector_words: Iterable[str] = frozenset(),
    ) -> None:
        super().__init__(connector_words)
        if not min_count > 0:
            raise ValueError(f"min_count is {min_count}; it must be at least 1.")
        if not max_vocab_size >= 1:
            raise ValueError(f"max_vocab_size is {max_vocab_size}; it must be at least 1.")
        self.delimiter = delimiter.decode("utf8") if isinstance(delimiter, bytes) else delimiter
        if not self.delimiter:
            raise ValueError("The delimiter is empty; phrases could not be told from words.")
        self.scoring = find_scorer(scoring)
        check_threshold(threshold, self.scoring)
        self.min_count = min_count
        self.threshold = threshold
        self.max_vocab_size = max_vocab_size
        self.progress_per = progress_per
        self.vocab = PhraseVocabulary(self.delimiter)
        self.corpus_word_count = 0
        self._table: tuple[Any, PhraseTable] | None = None
        if sentences is not None:
            self.add_vocab(sentences)
        self.add_lifecycle_event("created", msg=f"built {self}")

    def __str__(self) -> str:
        return (
            f"{type(self).__name__}<{len(self.vocab)} vocab, min_count={self.min_count}, "
            f"threshold={self.threshold}, max_vocab_size={self.max_vocab_size}>"
        )

    @property
    def min_reduce(self) -> int:
        """Entries that occurred less often are dropped next."""
        return int(self.vocab.counts.min_reduce)

    def add_vocab(self, sentences: Sentences) -> None:
        """Count more sentences.

        They are counted, and rare entries dropped, by themselves; then the counts are added.
        """
        started = time.perf_counter()
        counts, n_words = count_phrases(
            sentences,
            delimiter=self.delimiter,
            connector_words=self.connector_words,
            max_vocab_size=self.max_vocab_size,
            progress_per=self.progress_per,
        )
        if not len(self.vocab):
            self.vocab = PhraseVocabulary(self.delimiter, counts)
            counts.min_reduce = 1  # as in gensim, what is added later starts afresh
        else:
            own = self.vocab.counts
            own.min_reduce = max(own.min_reduce, counts.min_reduce)
            own.merge(counts)
            if len(self.vocab) > self.max_vocab_size:
                own.prune(own.min_reduce)
                own.min_reduce += 1
        self.corpus_word_count += n_words
        self._table = None
        logger.info("%s: %i words in %.1f s", self, n_words, time.perf_counter() - started)

    def score_candidate(
        self, word_a: str, word_b: str, in_between: list[str]
    ) -> tuple[str, float] | tuple[None, None]:
        """Return the joined phrase and its score, or (None, None) if it is none."""
        phrase = self.delimiter.join([word_a, *in_between, word_b])
        counts = [self.vocab.get(string, 0) for string in (word_a, word_b, phrase)]
        if not all(counts):
            return None, None
        score = self.scoring(
            worda_count=counts[0],
            wordb_count=counts[1],
            bigram_count=counts[2],
            len_vocab=len(self.vocab),
            min_count=self.min_count,
            corpus_word_count=self.corpus_word_count,
        )
        return (phrase, score) if score > self.threshold else (None, None)

    def phrase_table(self) -> PhraseTable:
        """Return the phrases above the threshold; made anew when a setting or a count changed."""
        if self._table is not None:  # no tuple to compare: it would be one for the collector
            threshold, min_count, scoring, connector_words = self._table[0]
            if (
                threshold == self.threshold
                and min_count == self.min_count
                and scoring == self.scoring
                and connector_words == self.connector_words
            ):
                return self._table[1]
        table = find_phrases(
            self.vocab,
            self.scoring,
            threshold=self.threshold,
            min_count=self.min_count,
            corpus_word_count=self.corpus_word_count,
            connector_words=self.connector_words,
        )
        self._table = (self.threshold, self.min_count, self.scoring, self.connector_words), table
        return table

    def export_phrases(self) -> dict[str, float]:
        """Return all phrases with their scores."""
        return self.phrase_table().as_dict()

    def freeze(self) -> FrozenPhrases:
        """Return a model with the same phrases, without the counts."""
        return FrozenPhrases(self)


class FrozenPhrases(MatchedPhrases, compiled=True):
    """The phrases of a model without its counts: smaller, and no longer to be trained.

    :param phrases_model: What to take the phrases from.
    """

    def __init__(self, phrases_model: Phrases) -> None:
        super().__init__(phrases_model.connector_words)
        self.threshold = phrases_model.threshold
        self.min_count = phrases_model.min_count
        self.delimiter = phrases_model.delimiter
        self.scoring = phrases_model.scoring
        self._set_table(phrases_model.phrase_table())
        self.add_lifecycle_event("created", msg=f"exported {self} from {phrases_model}")

    def _set_table(self, table: PhraseTable) -> None:
        self._table = table
        self._scores = dict(zip(table.words, table.scores, strict=True))
        self._above = self.threshold

    def __str__(self) -> str:
        return (
            f"{type(self).__name__}<{len(self._table.words)} phrases, min_count={self.min_count}, "
            f"threshold={self.threshold}>"
        )

    @property
    def phrasegrams(self) -> dict[str, float]:
        """All phrases with their scores."""
        return self._table.as_dict()

    export_phrases = phrasegrams.fget  # type: ignore[attr-defined]

    def score_candidate(
        self, word_a: str, word_b: str, in_between: list[str]
    ) -> tuple[str, float] | tuple[None, None]:
        """Return the joined phrase and its score, or (None, None) if it is none."""
        words = (word_a, *in_between, word_b)
        score = self._scores.get(words)
        if score is None or score <= self.threshold:
            return None, None
        return self.delimiter.join(words), score

    def phrase_table(self) -> PhraseTable:
        """Return the phrases above the threshold, which may have been raised."""
        return self._table if self.threshold <= self._above else self._raised_table()

    def _raised_table(self) -> PhraseTable:
        """The phrases above a threshold that was raised."""
        kept = {words: score for words, score in self._scores.items() if score > self.threshold}
        return PhraseTable([*kept], [*kept.values()], self.delimiter, self.connector_words)


Phraser = FrozenPhrases
