"""How good word vectors are: scores on files of judged pairs and of analogy questions."""

from vectorsuite.evaluation.analogies import AnalogyScores, SectionScore, evaluate_analogies
from vectorsuite.evaluation.pairs import PairScores, evaluate_pairs

__all__ = [
    "AnalogyScores",
    "PairScores",
    "SectionScore",
    "evaluate_analogies",
    "evaluate_pairs",
]
