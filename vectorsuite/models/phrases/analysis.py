"""What all phrase models do with sentences: find phrases in them, from left to right."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

from vectorsuite.training.corpus_text import write_lines
from vectorsuite.training.readers import PathLike
from vectorsuite.training.sources import JoinedSource


class PhrasesTransformation:
    """Joins the phrases of sentences. A subclass says what a phrase is.

    A phrase is two words with any number of connector words between them. A word ends the phrase
    that the last word before it began, or else begins the next one; no word is in two phrases.

    :param connector_words: Words that may stand inside a phrase, but not at its ends.
    """

    def __init__(self, connector_words: Iterable[str] = frozenset()) -> None:
        if isinstance(connector_words, str):
            raise TypeError(
                f"connector_words is the string {connector_words[:60]!r}; give a set of words: "
                "use .split()."
            )
        self.connector_words = frozenset(connector_words)

    def score_candidate(
        self, word_a: str, word_b: str, in_between: list[str]
    ) -> tuple[str, float] | tuple[None, None]:
        """Return the joined phrase and its score, or (None, None) if it is none."""
        raise NotImplementedError(f"{type(self).__name__} must say what a phrase is.")

    def analyze_sentence(self, sentence: Iterable[str]) -> Iterator[tuple[str, float | None]]:
        """Yield joined phrases with their scores, and all other words with None."""
        held: list[str] = []  # a word that may begin a phrase, and the connector words after it
        for word in sentence:
            if word in self.connector_words:
                if held:
                    held.append(word)
                else:
                    yield word, None
                continue
            if held:
                phrase, score = self.score_candidate(held[0], word, held[1:])
                if phrase is not None:
                    held = []
                    yield phrase, score
                    continue
                yield from ((token, None) for token in held)
            held = [word]
        yield from ((token, None) for token in held)

    def __getitem__(self, sentence: Iterable[Any]) -> list[str] | PhrasedSentences:
        """Join the phrases of a sentence; for a corpus, of each of its sentences when iterated.

        :param sentence: Words, or sentences of words.
        :returns: Words; or an iterable of them, which starts again as often as the corpus does.
        """
        if type(sentence) is list and sentence and type(sentence[0]) is str:  # nearly always
            return self.join(sentence)
        if isinstance(sentence, str):
            raise TypeError(
                f"The sentence is the string {sentence[:60]!r}; give a list of words: use .split()."
            )
        items = iter(sentence)
        first = list(itertools.islice(items, 1))
        # an iterator has lost its first item by now
        whole = itertools.chain(first, items) if items is sentence else sentence
        if not first or isinstance(first[0], str):
            return self.join(whole)
        return PhrasedSentences(self, whole)

    def find_phrases(self, sentences: Iterable[Iterable[str]]) -> dict[str, float]:
        """Return the phrases that occur in sentences, with their scores."""
        return {
            phrase: score
            for sentence in sentences
            for phrase, score in self.analyze_sentence(sentence)
            if score is not None
        }

    def join(self, sentence: Iterable[str]) -> list[str]:
        """Return the words of a sentence with its phrases joined."""
        return [token for token, _ in self.analyze_sentence(sentence)]

    def join_all(self, sentences: Iterable[Iterable[str]]) -> Iterator[list[str]]:
        """Return sentences with their phrases joined, one by one."""
        return map(self.join, sentences)

    def matcher(self) -> Any:
        """Return a ``_core.PhraseMatcher`` of these phrases; None if there is none."""
        return None


class PhrasedSentences(JoinedSource):
    """The sentences of a corpus with their phrases joined, made anew whenever it is iterated."""

    def __init__(self, phrases: PhrasesTransformation, corpus: Iterable[Iterable[str]]) -> None:
        self.phrases = phrases
        self.corpus = corpus

    def matcher(self) -> Any:
        """What joins the phrases where compiled code reads; None: only iterating does."""
        return self.phrases.matcher()

    def __iter__(self) -> Iterator[list[str]]:
        return self.phrases.join_all(self.corpus)

    def write(self, path: PathLike) -> None:
        """Write the sentences to a text file, one a line, packed if its name ends in .gz or so.

        :raises ValueError: A word has white space in it, or the corpus has no words.
        """
        write_lines(self, path)

    def __len__(self) -> int:
        return len(self.corpus)
