"""gensim's evaluations of word vectors against people's judgements."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels.device import take_rows
from vectorsuite.query.analogies import answer_analogies
from vectorsuite.query.correlation import Correlation, pearson, spearman
from vectorsuite.query.cosines import pair_cosines
from vectorsuite.query.evaluation_sets import Question, Section, read_analogies, read_pairs
from vectorsuite.query.neighbours import Neighbours

logger = logging.getLogger(__name__)

METHOD_OF = {
    "most_similar": "3CosAdd",
    "most_similar_cosmul": "3CosMul",
    "pair_direction": "PairDirection",
}
ANSWERS = 5  # how far to look past spellings of a, b and c that differ in case only


class Spellings(NamedTuple):
    """Words that count as known, and which rows are the same word."""

    rows: dict[str, int]  # the first row of a word
    first_row: NDArray[np.int64]  # (R,) the first row of the word at a row

    def has_all(self, words: Iterable[str]) -> bool:
        """Whether all the words are known."""
        return all(word in self.rows for word in words)


class Evaluation(Neighbours):
    """Word pairs and analogies, read from files."""

    def evaluate_word_pairs(
        self,
        pairs: str | os.PathLike[str],
        delimiter: str = "\t",
        encoding: str = "utf8",
        restrict_vocab: int | None = 300000,
        case_insensitive: bool = True,
        dummy4unknown: bool = False,
    ) -> tuple[Correlation, Correlation, float]:
        """Correlate cosines with people's judgements of pairs of words.

        :param pairs: File; see :mod:`vectorsuite.query.evaluation_sets`.
        :param delimiter: Between the words and the score of a line.
        :param encoding: Of the file.
        :param restrict_vocab: Only the first words count as known.
        :param case_insensitive: Compare upper-cased words; the first of equal spellings counts.
        :param dummy4unknown: Count pairs with an unknown word, with cosine 0.
        :returns: Pearson's and Spearman's correlation with p-values, and % of unknown pairs.
        :raises ValueError: If there is no pair of known words.
        """
        known = self._spellings(restrict_vocab, case_insensitive)
        judged, rows, unknown = [], [], 0
        for first, second, score in read_pairs(pairs, delimiter, encoding):
            if case_insensitive:
                first, second = first.upper(), second.upper()
            is_known = first in known.rows and second in known.rows
            unknown += not is_known
            if is_known or dummy4unknown:
                judged.append(score)
                rows.append([known.rows[w] if is_known else -1 for w in (first, second)])
        if not judged:
            raise ValueError(f"{pairs} holds no pair of words that are both known to {self}.")
        measured = self._cosines_of(np.array(rows))
        share = 100 * unknown / (len(judged) if dummy4unknown else len(judged) + unknown)
        linear, ranked = pearson(judged, measured), spearman(judged, measured)
        self.log_evaluate_word_pairs(linear, ranked, share, pairs)
        return linear, ranked, share

    def evaluate_word_analogies(
        self,
        analogies: str | os.PathLike[str],
        restrict_vocab: int | None = 300000,
        case_insensitive: bool = True,
        dummy4unknown: bool = False,
        similarity_function: str | Callable[..., Any] = "most_similar",
    ) -> tuple[float, list[dict[str, Any]]]:
        """Answer analogy questions and count the right answers.

        :param analogies: File; see :mod:`vectorsuite.query.evaluation_sets`.
        :param restrict_vocab: Only the first words count as known, and as answers.
        :param case_insensitive: Compare upper-cased words; the first of equal spellings counts.
        :param dummy4unknown: Count questions with an unknown word as wrong.
        :param similarity_function: "most_similar" (3CosAdd), "most_similar_cosmul" (3CosMul),
            "pair_direction" (PairDirection), or a function with the arguments (table, positive,
            negative, topn, restrict_vocab) that returns (word, score) pairs, best first.
        :returns: Share of right answers, and per section, the total last, a dict of "section" and
            the questions in "correct" and "incorrect".
        :raises ValueError: If there is no such function.
        """
        sections = read_analogies(analogies)
        known = self._spellings(restrict_vocab, case_insensitive)
        folded = [
            Section(s.name, [_fold(q) if case_insensitive else q for q in s.questions])
            for s in sections
        ]
        answerable = [q for s in folded for q in s.questions if known.has_all(q)]
        right = self._right_answers(answerable, known, restrict_vocab, similarity_function)
        results = [_result_of(s, known, right, dummy4unknown) for s in folded]
        total = {
            "section": "Total accuracy",
            "correct": list(chain.from_iterable(r["correct"] for r in results)),
            "incorrect": list(chain.from_iterable(r["incorrect"] for r in results)),
        }
        for result in (*results, total):
            self.log_accuracy(result)
        return accuracy_of(total), [*results, total]

    def _cosines_of(self, rows: NDArray[np.int64]) -> list[float]:
        """Cosines of pairs of rows, (N, 2); 0 for pairs of -1."""
        used = np.maximum(rows, 0)
        ones, others = (take_rows(self.stored, column) for column in used.T)
        found: list[float] = np.where(rows[:, 0] < 0, 0.0, pair_cosines(ones, others)).tolist()
        return found

    def _spellings(self, restrict_vocab: int | None, case_insensitive: bool) -> Spellings:
        """The first words, spellings that differ in case only taken for one word if asked for."""
        self._check_words()
        rows: dict[str, int] = {}
        first_row = np.arange(min(restrict_vocab or len(self), len(self)))
        for row, word in enumerate(self.index_to_key[: len(first_row)]):
            if isinstance(word, str):
                spelled = word.upper() if case_insensitive else word
                first_row[row] = rows.setdefault(spelled, row)
        return Spellings(rows, first_row)

    def _right_answers(
        self,
        questions: list[Question],
        known: Spellings,
        restrict_vocab: int | None,
        similarity_function: str | Callable[..., Any],
    ) -> set[Question]:
        """Those of the questions, whose words are all known, that are answered right."""
        distinct = list(dict.fromkeys(questions))
        rows = [[known.rows[word] for word in question] for question in distinct]
        abcd = np.array(rows, dtype=np.int64).reshape(-1, 4)
        index, end = self.row_index, len(known.first_row)
        if callable(similarity_function):
            answers: NDArray[Any] = self._ask(similarity_function, abcd, restrict_vocab)
        elif similarity_function in METHOD_OF:
            answers = answer_analogies(
                index.table[:end],
                index.scale[:end],
                abcd[:, :3],
                ANSWERS,
                method=METHOD_OF[similarity_function],
            )
        else:
            raise ValueError(
                f"Unknown similarity_function {similarity_function!r}; there are "
                f"{', '.join(METHOD_OF)}, or give a function."
            )
        spelled = np.where(answers >= 0, known.first_row[answers], -1)
        usable = (spelled[:, :, None] != abcd[:, None, :3]).all(axis=2)
        chosen = spelled[np.arange(len(abcd)), np.argmax(usable, axis=1)]
        is_right = usable.any(axis=1) & (chosen == abcd[:, 3])
        return {question for question, ok in zip(distinct, is_right, strict=True) if ok}

    def _ask(
        self, function: Callable[..., Any], abcd: NDArray[np.int64], restrict_vocab: int | None
    ) -> NDArray[np.int64]:
        """Rows of the first answers that a function gives to every question, -1 for none."""
        answers = np.full((len(abcd), ANSWERS), -1, dtype=np.int64)
        for question, (a, b, c, _) in enumerate(abcd):
            words = [self.index_to_key[row] for row in (a, b, c)]
            found = function(
                self,
                positive=words[1:],
                negative=words[:1],
                topn=ANSWERS,
                restrict_vocab=restrict_vocab,
            )
            for place, (word, _) in enumerate(found[:ANSWERS]):
                answers[question, place] = self.get_index(word, -1)
        return answers

    @staticmethod
    def log_accuracy(section: dict[str, Any]) -> None:
        """Log the share of right answers of one section."""
        right, wrong = len(section["correct"]), len(section["incorrect"])
        if right + wrong:
            share = 100 * right / (right + wrong)
            logger.info("%s: %.1f%% (%i/%i)", section["section"], share, right, right + wrong)

    @staticmethod
    def log_evaluate_word_pairs(pearson: Any, spearman: Any, oov: float, pairs: Any) -> None:
        """Log the results of :meth:`evaluate_word_pairs`."""
        logger.info("Pearson correlation with %s: %.4f", pairs, pearson[0])
        logger.info("Spearman rank correlation with %s: %.4f", pairs, spearman[0])
        logger.info("Pairs with unknown words: %.1f%%", oov)


def accuracy_of(result: dict[str, Any]) -> float:
    """Share of right answers in a section's result, 0.0 if there are no answers."""
    right, wrong = len(result["correct"]), len(result["incorrect"])
    return right / (right + wrong) if right + wrong else 0.0


def _fold(question: Question) -> Question:
    a, b, c, d = (word.upper() for word in question)
    return a, b, c, d


def _result_of(
    section: Section, known: Spellings, right: set[Question], dummy4unknown: bool
) -> dict[str, Any]:
    """The questions of a section, sorted into right and wrong."""
    correct, incorrect = [], []
    for question in section.questions:
        if question in right:
            correct.append(question)
        elif dummy4unknown or known.has_all(question):
            incorrect.append(question)
    return {"section": section.name, "correct": correct, "incorrect": incorrect}
