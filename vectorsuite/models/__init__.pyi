"""The names of this room for type checkers and editors; see ``__init__.py``."""

from vectorsuite.models.callbacks import CallbackAny2Vec, HeldOutLoss, LiveEvaluation
from vectorsuite.models.doc2vec import Doc2Vec
from vectorsuite.models.fasttext import FastText
from vectorsuite.models.fasttext_vectors import FastTextKeyedVectors
from vectorsuite.models.phrases import FrozenPhrases, Phrases
from vectorsuite.models.vocabulary import RULE_DEFAULT, RULE_DISCARD, RULE_KEEP
from vectorsuite.models.word2vec import Word2Vec
from vectorsuite.training.sentence_readers import (
    BrownCorpus,
    LineSentence,
    PathLineSentences,
    Text8Corpus,
)
from vectorsuite.training.tagged_readers import (
    TaggedBrownCorpus,
    TaggedDocument,
    TaggedLineDocument,
)

__all__ = [
    "RULE_DEFAULT",
    "RULE_DISCARD",
    "RULE_KEEP",
    "BrownCorpus",
    "CallbackAny2Vec",
    "Doc2Vec",
    "FastText",
    "FastTextKeyedVectors",
    "FrozenPhrases",
    "HeldOutLoss",
    "LineSentence",
    "LiveEvaluation",
    "PathLineSentences",
    "Phrases",
    "TaggedBrownCorpus",
    "TaggedDocument",
    "TaggedLineDocument",
    "Text8Corpus",
    "Word2Vec",
]
