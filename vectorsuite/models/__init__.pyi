"""The names of this room for type checkers and editors; see ``__init__.py``."""

from vectorsuite.models import callbacks as callbacks
from vectorsuite.models import doc2vec as doc2vec
from vectorsuite.models import fasttext as fasttext
from vectorsuite.models import keyedvectors as keyedvectors
from vectorsuite.models import phrases as phrases
from vectorsuite.models import word2vec as word2vec
from vectorsuite.models.callbacks import CallbackAny2Vec, HeldOutLoss, LiveEvaluation
from vectorsuite.models.doc2vec import Doc2Vec
from vectorsuite.models.fasttext import FastText
from vectorsuite.models.fasttext_files import (
    load_facebook_model,
    load_facebook_vectors,
    save_facebook_model,
)
from vectorsuite.models.fasttext_vectors import FastTextKeyedVectors
from vectorsuite.models.phrases import FrozenPhrases, Phraser, Phrases
from vectorsuite.models.vocabulary import RULE_DEFAULT, RULE_DISCARD, RULE_KEEP
from vectorsuite.models.word2vec import Word2Vec
from vectorsuite.query import KeyedVectors
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
    "KeyedVectors",
    "LineSentence",
    "LiveEvaluation",
    "PathLineSentences",
    "Phraser",
    "Phrases",
    "TaggedBrownCorpus",
    "TaggedDocument",
    "TaggedLineDocument",
    "Text8Corpus",
    "Word2Vec",
    "load_facebook_model",
    "load_facebook_vectors",
    "save_facebook_model",
]
