"""Scores on analogy questions, such as word2vec's questions-words.txt."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vectorsuite.query import KeyedVectors
from vectorsuite.query.evaluation import METHOD_OF
from vectorsuite.query.evaluation_sets import read_analogies


@dataclass(frozen=True)
class SectionScore:
    """Answers to one group of questions.

    :param correct: Questions answered right.
    :param answered: Questions whose words all have vectors; others are left out.
    :param questions: Questions in the file.
    """

    name: str
    correct: int
    answered: int
    questions: int

    @property
    def accuracy(self) -> float:
        """Share of right answers, 0.0 if there are none."""
        return self.correct / self.answered if self.answered else 0.0

    def as_dict(self) -> dict[str, Any]:
        """The score as plain JSON."""
        return {**self.__dict__, "accuracy": self.accuracy}


@dataclass(frozen=True)
class AnalogyScores:
    """Answers to all questions of a file.

    :param name: Name of the file.
    :param method: "3CosAdd", "3CosMul" or "PairDirection".
    :param sections: Scores in the order of the file.
    :param semantic: All sections of meaning.
    :param syntactic: All sections of grammar: those whose name begins with "gram".
    :param total: All sections.
    """

    name: str
    method: str
    sections: list[SectionScore]
    semantic: SectionScore
    syntactic: SectionScore
    total: SectionScore

    def as_dict(self) -> dict[str, Any]:
        """The scores as plain JSON."""
        groups = {"semantic": self.semantic, "syntactic": self.syntactic, "total": self.total}
        return {
            "name": self.name,
            "method": self.method,
            "sections": [section.as_dict() for section in self.sections],
            **{name: score.as_dict() for name, score in groups.items()},
        }


def evaluate_analogies(
    vectors: KeyedVectors,
    path: str | os.PathLike[str],
    *,
    restrict_vocab: int | None = 300_000,
    method: str = "3CosAdd",
) -> AnalogyScores:
    """Score vectors on a file of analogy questions.

    :param restrict_vocab: Only the first words count as known, and as answers.
    :param method: "3CosAdd", "3CosMul" or "PairDirection".
    :raises ValueError: If the file holds no question, or there is no such method.
    """
    names = {name: function for function, name in METHOD_OF.items()}
    if method not in names:
        raise ValueError(f"Unknown method {method!r}; there are {', '.join(names)}.")
    questions = read_analogies(path)
    _, results = vectors.evaluate_word_analogies(
        path, restrict_vocab=restrict_vocab, similarity_function=names[method]
    )
    sections = []
    for section, result in zip(questions, results[:-1], strict=True):
        correct = len(result["correct"])
        answered = correct + len(result["incorrect"])
        sections.append(SectionScore(section.name, correct, answered, len(section.questions)))
    grammar = [section.is_syntactic for section in questions]
    return AnalogyScores(
        name=Path(path).name,
        method=method,
        sections=sections,
        semantic=_sum("semantic", (s for s, g in zip(sections, grammar, strict=True) if not g)),
        syntactic=_sum("syntactic", (s for s, g in zip(sections, grammar, strict=True) if g)),
        total=_sum("total", sections),
    )


def _sum(name: str, scores: Iterable[SectionScore]) -> SectionScore:
    scores = list(scores)
    return SectionScore(
        name,
        sum(score.correct for score in scores),
        sum(score.answered for score in scores),
        sum(score.questions for score in scores),
    )
