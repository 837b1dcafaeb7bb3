"""What users hold; each name is imported when it is first used."""

from importlib import import_module
from typing import Any

_NAMES = {
    "BrownCorpus": "vectorsuite.training.sentence_readers",
    "CallbackAny2Vec": "vectorsuite.models.callbacks",
    "Doc2Vec": "vectorsuite.models.doc2vec",
    "FastText": "vectorsuite.models.fasttext",
    "FastTextKeyedVectors": "vectorsuite.models.fasttext_vectors",
    "FrozenPhrases": "vectorsuite.models.phrases",
    "HeldOutLoss": "vectorsuite.models.callbacks",
    "KeyedVectors": "vectorsuite.query",
    "LineSentence": "vectorsuite.training.sentence_readers",
    "LiveEvaluation": "vectorsuite.models.callbacks",
    "PathLineSentences": "vectorsuite.training.sentence_readers",
    "Phraser": "vectorsuite.models.phrases",
    "Phrases": "vectorsuite.models.phrases",
    "RULE_DEFAULT": "vectorsuite.models.vocabulary",
    "RULE_DISCARD": "vectorsuite.models.vocabulary",
    "RULE_KEEP": "vectorsuite.models.vocabulary",
    "TaggedBrownCorpus": "vectorsuite.training.tagged_readers",
    "TaggedDocument": "vectorsuite.training.tagged_readers",
    "TaggedLineDocument": "vectorsuite.training.tagged_readers",
    "Text8Corpus": "vectorsuite.training.sentence_readers",
    "Word2Vec": "vectorsuite.models.word2vec",
    "load_facebook_model": "vectorsuite.models.fasttext_files",
    "load_facebook_vectors": "vectorsuite.models.fasttext_files",
    "save_facebook_model": "vectorsuite.models.fasttext_files",
}

# Modules that gensim's users name, there after `import vectorsuite`.
_ROOMS = ("callbacks", "doc2vec", "fasttext", "keyedvectors", "phrases", "word2vec")

__all__ = list(_NAMES)


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return import_module(f"vectorsuite.models.{name}")
    if name not in _NAMES:
        raise AttributeError(f"vectorsuite.models has no {name!r}; there are {', '.join(_NAMES)}.")
    return getattr(import_module(_NAMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_NAMES, *_ROOMS} - {"Any", "import_module"})
