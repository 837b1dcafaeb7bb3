"""Scores on test sets while vectors are trained, as ``[evaluation]`` of a config asks for them."""

# no `from __future__ import annotations`: configs' readers need types of arguments, not their names

from collections.abc import Callable
from pathlib import Path
from typing import Any

from vectorsuite.evaluation.analogies import evaluate_analogies
from vectorsuite.evaluation.pairs import evaluate_pairs
from vectorsuite.packed import PackedStrings
from vectorsuite.query import KeyedVectors
from vectorsuite.vectors import Vectors


def score_test_files(
    pairs: str | list[str] | None = None,
    analogies: str | list[str] | None = None,
    restrict_vocab: int = 30_000,
) -> Callable[[PackedStrings, Any], dict[str, float]]:
    """Return a function of words and vectors, (V, D) float32, that scores them on files.

    A score goes by the name of its file: of judged pairs the rank correlation (Spearman), of
    analogies the share of right answers (3CosAdd).

    :param pairs: Files of judged pairs, as WordSim-353 has them: word, word, score.
    :param analogies: Files of questions, in the format of questions-words.txt.
    :param restrict_vocab: Know only so many words, the first ones.
    :raises ValueError: No file is given, two have the same name, or one has no word of the corpus.
    :raises FileNotFoundError: A file is not there.
    """
    of_pairs, of_analogies = _paths(pairs), _paths(analogies)
    names = [path.stem for path in (*of_pairs, *of_analogies)]
    if not names:
        raise ValueError("There is nothing to evaluate on: set pairs or analogies to a file.")
    if len(set(names)) < len(names):
        raise ValueError(f"Two of the test files have the same name: {', '.join(sorted(names))}.")
    if restrict_vocab < 1:
        raise ValueError(f"restrict_vocab is {restrict_vocab}; it must be at least 1.")
    for path in (*of_pairs, *of_analogies):
        if not path.is_file():
            raise FileNotFoundError(f"There is no test file {path}.")

    def score(words: PackedStrings, vectors: Any) -> dict[str, float]:
        known = KeyedVectors.from_table(Vectors(data=vectors, keys=words))
        scores = {
            path.stem: float(
                evaluate_pairs(known, path, restrict_vocab=restrict_vocab).spearman.statistic
            )
            for path in of_pairs
        }
        for path in of_analogies:
            answers = evaluate_analogies(known, path, restrict_vocab=restrict_vocab)
            scores[path.stem] = answers.total.accuracy
        return scores

    return score


def _paths(files: str | list[str] | None) -> list[Path]:
    return [Path(file) for file in ([files] if isinstance(files, str) else files or [])]
