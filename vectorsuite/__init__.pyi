"""The public names for type checkers and editors; ``__init__.py`` imports each when first used."""

from vectorsuite import evaluation as evaluation
from vectorsuite import layers as layers
from vectorsuite import models as models
from vectorsuite import tokens as tokens
from vectorsuite import vectors as vectors
from vectorsuite.config import Config, registry
from vectorsuite.gpu import prefer_gpu, require_gpu
from vectorsuite.models.doc2vec import Doc2Vec
from vectorsuite.models.fasttext import FastText
from vectorsuite.models.phrases import FrozenPhrases, Phrases
from vectorsuite.models.pipeline import load
from vectorsuite.models.word2vec import Word2Vec
from vectorsuite.query import KeyedVectors
from vectorsuite.strings import StringStore, hash_string
from vectorsuite.tokens import Doc, Lexeme, Span, Token, Vocab
from vectorsuite.training.tagged_readers import TaggedDocument, TaggedLineDocument
from vectorsuite.vectors import KeyIndex, Vectors, write_pipeline

__all__ = [
    "Config",
    "Doc",
    "Doc2Vec",
    "FastText",
    "FrozenPhrases",
    "KeyIndex",
    "KeyedVectors",
    "Lexeme",
    "Phrases",
    "Span",
    "StringStore",
    "TaggedDocument",
    "TaggedLineDocument",
    "Token",
    "Vectors",
    "Vocab",
    "Word2Vec",
    "hash_string",
    "load",
    "prefer_gpu",
    "registry",
    "require_gpu",
    "write_pipeline",
]

__version__: str
