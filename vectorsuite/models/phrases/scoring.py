"""How strongly two words belong together: scores of phrases from counts."""

from __future__ import annotations

import inspect
import math
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Called with the names of PARAMETERS.
Scorer = Callable[..., float]

PARAMETERS = (
    "worda_count", "wordb_count", "bigram_count", "len_vocab", "min_count", "corpus_word_count",
)  # fmt: skip

#: English words that join the parts of a phrase, as in ``bank_of_america``, but never begin or end
#: one: articles, common prepositions, conjunctions.
ENGLISH_CONNECTOR_WORDS = frozenset(
    (
        "a", "an", "the", "for", "of", "with", "without", "at", "from", "to", "in", "on", "by",
        "and", "or",
    )
)  # fmt: skip

_NEVER = -math.inf
# Far more than the rounding of a few float64 operations on scores between -1 and 1.
_MARGIN = 1e-9


def original_scorer(
    worda_count: int,
    wordb_count: int,
    bigram_count: int,
    len_vocab: int,
    min_count: float,
    corpus_word_count: int,
) -> float:
    """Score of Mikolov et al. (2013, NIPS, eq. 6) times the vocabulary; above 1 or so: a phrase.

    (count(ab) - min_count) / (count(a) count(b)) · len_vocab.
    """
    product = worda_count * wordb_count
    if product == 0:
        return _NEVER
    return (bigram_count - min_count) / float(product) * len_vocab


def npmi_scorer(
    worda_count: int,
    wordb_count: int,
    bigram_count: int,
    len_vocab: int,
    min_count: float,
    corpus_word_count: int,
) -> float:
    """Normalized pointwise mutual information, -1 to 1 (Bouma, 2009, GSCL).

    ln(p(ab) / (p(a) p(b))) / -ln p(ab); minus infinity below `min_count` occurrences.
    """
    if bigram_count < min_count or not (worda_count and wordb_count and bigram_count):
        return _NEVER
    words = float(corpus_word_count)
    p_a, p_b, p_ab = worda_count / words, wordb_count / words, bigram_count / words
    return math.log(p_ab / (p_a * p_b)) / -math.log(p_ab)


NAMED: dict[str, Scorer] = {"default": original_scorer, "npmi": npmi_scorer}


def find_scorer(scoring: str | Scorer) -> Scorer:
    """Return the scoring function that is meant.

    :raises ValueError: There is none of that name, or it does not take what it would be given.
    """
    if isinstance(scoring, str):
        if scoring not in NAMED:
            raise ValueError(
                f"scoring is {scoring!r}; there are {', '.join(map(repr, NAMED))}, or a function "
                f"of {', '.join(PARAMETERS)}."
            )
        return NAMED[scoring]
    missing = _missing_parameters(scoring)
    if missing:
        raise ValueError(
            f"The scoring function {scoring!r} does not take {', '.join(missing)}; it is called "
            f"with {', '.join(PARAMETERS)}, by name."
        )
    return scoring


def check_threshold(threshold: float, scorer: Scorer) -> None:
    """Refuse a threshold that no score of the scorer could sensibly be compared to.

    :raises ValueError: It is out of the range of the scores.
    """
    if scorer is original_scorer and not threshold > 0:
        raise ValueError(f"threshold is {threshold}; with the default scoring it must be above 0.")
    if scorer is npmi_scorer and not -1 <= threshold <= 1:
        raise ValueError(f"threshold is {threshold}; scores of npmi lie between -1 and 1.")


def least_count(scorer: Scorer, threshold: float, min_count: float) -> int:
    """Pairs that occur less often cannot score above the threshold."""
    if scorer is npmi_scorer or (scorer is original_scorer and threshold >= 0):
        return max(1, math.ceil(min_count))
    return 1


def score_pairs(
    scorer: Scorer,
    threshold: float,
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    ab: NDArray[np.int64],
    **context: float,
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Score many pairs; bit for bit what the scorer returns for each.

    :param a: Counts of the first words, (n,) int64; `b`: of the last; `ab`: of the pairs.
    :param context: The scorer's other arguments.
    :returns: Places of those above the threshold, (k,), and their scores, (k,) float64.
    """
    if scorer is original_scorer:
        scores = _original_scores(a, b, ab, context["min_count"], context["len_vocab"])
        above = np.flatnonzero(scores > threshold)
        return above, scores[above]
    places = np.arange(len(ab))
    if scorer is npmi_scorer:  # math.log and np.log may differ in the last bit: choose, then score
        places = _possible_npmi(a, b, ab, context["corpus_word_count"], threshold)
    counts = zip(a[places].tolist(), b[places].tolist(), ab[places].tolist(), strict=True)
    scores = np.array(
        [
            scorer(worda_count=count_a, wordb_count=count_b, bigram_count=count_ab, **context)
            for count_a, count_b, count_ab in counts
        ],
        dtype=np.float64,
    )
    above = np.flatnonzero(scores > threshold)
    return places[above], scores[above]


def _original_scores(
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    ab: NDArray[np.int64],
    min_count: float,
    len_vocab: float,
) -> NDArray[np.float64]:
    exact = not len(a) or int(a.max()) * int(b.max()) < 2**63
    product: Any = a * b if exact else a.astype(object) * b
    return (ab - min_count) / product.astype(np.float64) * len_vocab


def _possible_npmi(
    a: NDArray[np.int64], b: NDArray[np.int64], ab: NDArray[np.int64], words: float, least: float
) -> NDArray[np.intp]:
    with np.errstate(divide="ignore", invalid="ignore"):
        logarithm = np.log(ab / words)
        scores = (logarithm - np.log(a / words) - np.log(b / words)) / -logarithm
    return np.flatnonzero(~(scores <= least - _MARGIN))


def _missing_parameters(function: Scorer) -> list[str]:
    parameters = inspect.signature(function).parameters
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        return []
    return [name for name in PARAMETERS if name not in parameters]


# ---- names, for files ----


def scorer_name(scorer: Scorer) -> str:
    """Name under which a model's file keeps its scorer.

    :raises ValueError: The function has no name that would find it again.
    """
    for name, known in NAMED.items():
        if scorer is known:
            return name
    name = f"{getattr(scorer, '__module__', '')}:{getattr(scorer, '__qualname__', '')}"
    if _of_loaded_module(name) is not scorer:
        raise ValueError(
            f"The scoring function {scorer!r} cannot be saved: it is kept by its name, and "
            f"{name!r} does not lead to it. Define it at the top level of a module."
        )
    return name


def scorer_of_name(name: str) -> Scorer:
    """Return the scorer that :func:`scorer_name` named. Nothing is imported for it.

    :raises ValueError: There is no such function (yet).
    """
    scorer = NAMED.get(name) or _of_loaded_module(name)
    if scorer is None or _missing_parameters(scorer):
        raise ValueError(
            f"The model scores with {name!r}, which is not there. Import its module first, or give "
            "load(path, scoring=function)."
        )
    return scorer


def _of_loaded_module(name: str) -> Any:
    module, _, path = name.partition(":")
    found: Any = sys.modules.get(module)
    for attribute in path.split("."):
        found = getattr(found, attribute, None)
    return found if callable(found) else None
