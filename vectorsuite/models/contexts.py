"""The other table of word2vec: vectors of words as contexts, which are usually thrown away."""

from __future__ import annotations

from vectorsuite.models.state import ModelState
from vectorsuite.query import KeyedVectors


def context_vectors(model: ModelState) -> KeyedVectors:
    """Vectors of words as contexts, "Context" beside "Embedding"; a copy.

    A word's vector and another's context vector have a high dot product where the two occur near
    each other: ``model.wv[a] @ context_vectors(model)[b]``.

    :raises AttributeError: The model was not trained with negative sampling, or has lost them.
    """
    return _beside(model, 0.0)


def add_contexts(model: ModelState) -> KeyedVectors:
    """Each word's vector plus its context vector; a copy.

    Levy, Goldberg and Dagan (2015, TACL), "Improving Distributional Similarity with Lessons
    Learned from Word Embeddings", section 3.3, w+c: cosines then also tell what occurs together.

    :raises AttributeError: The model was not trained with negative sampling, or has lost them.
    """
    return _beside(model, 1.0)


def _beside(model: ModelState, share: float) -> KeyedVectors:
    """Context vectors plus a share of the word vectors, with the words' attributes."""
    words = model.wv
    made = KeyedVectors(model.vector_size)
    made.add_vectors(list(words.index_to_key), model.syn1neg + share * words.vectors)
    made.expandos = {name: values.copy() for name, values in words.expandos.items()}
    return made
