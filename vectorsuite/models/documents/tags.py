"""The vectors of tags, and which of them belong to the documents of a corpus."""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels.compiled import start_rows
from vectorsuite.kernels.job import padded_rows
from vectorsuite.query import KeyedVectors
from vectorsuite.strings.hashing import string_keys
from vectorsuite.training.tagged_words import TagLists

logger = logging.getLogger(__name__)

SEED_OF_TAGS = 7919  # a tag does not start as the word of the same name


def name_tags(dv: KeyedVectors, tags: TagLists) -> None:
    """Make a row of ``dv`` for each tag of a corpus; vectors that are there move to their tags.

    Whole numbers come first: their rows are the numbers. Only other tags have entries in
    ``key_to_index``. Attributes ``doc_count`` and ``word_count`` are the documents that have a tag
    and the words in them. Rows of new tags are zero.
    """
    old_numbers = len(dv) - len(dv.key_to_index)
    n_numbers = max(old_numbers, int(tags.codes.max(initial=-1)) + 1)
    if n_numbers > max(len(tags), old_numbers):
        logger.warning(
            "The highest tag that is a number is %i, and there are %i documents: rows are set "
            "aside for all numbers below it.", n_numbers - 1, len(tags),
        )  # fmt: skip
    names = list(dv.key_to_index)
    names += [name for name in tags.names if name not in dv.key_to_index]
    n_tags = n_numbers + len(names)

    def moved(old: NDArray[Any], new: NDArray[Any]) -> NDArray[Any]:
        new[:old_numbers] = old[:old_numbers]
        new[n_numbers : n_numbers + len(old) - old_numbers] = old[old_numbers:]
        return new

    dv.vectors = moved(dv.vectors, np.zeros((n_tags, dv.vector_size), dtype=np.float32))
    dv.index_to_key = [*range(n_numbers), *names]
    dv.key_to_index = dict(zip(names, range(n_numbers, n_tags), strict=True))
    dv.next_index = n_tags
    rows = tag_rows(dv, tags)
    words = np.repeat(tags.lengths, np.diff(tags.offsets))
    counts = {"doc_count": np.bincount(rows, minlength=n_tags)}
    counts["word_count"] = np.bincount(rows, words, minlength=n_tags).astype(np.int64)
    for name, values in counts.items():
        old = dv.expandos.get(name, np.zeros(0, dtype=np.int64))
        counts[name] = values + moved(old, np.zeros(n_tags, dtype=np.int64)) if len(old) else values
    dv.expandos = dict(counts)


def start_tags(
    dv: KeyedVectors, seed: int, scale: float, keep: bool = False
) -> NDArray[np.float32]:
    """Give tags random vectors, uniform in ±scale / D, in a padded table under ``dv.vectors``.

    :param keep: Leave those that are not zero as they are.
    """
    rows = padded_rows(len(dv), dv.vector_size)
    if len(dv):
        keys = string_keys([str(tag) for tag in dv.index_to_key])
        start_rows(keys, seed + SEED_OF_TAGS, dv.vector_size, rows)
    rows *= scale
    if keep:
        known = dv.vectors.any(axis=1)
        rows[known, : dv.vector_size] = dv.vectors[known]
    dv.vectors = rows[:, : dv.vector_size]
    return rows


def put_means(
    dv: KeyedVectors, tags: TagLists, vectors: NDArray[np.float32], trained: NDArray[np.int32]
) -> None:
    """Give tags the means of the vectors of their documents, apart from those trained before.

    :param vectors: Of each document that ``tags`` lists, (documents, D) float32; documents with a
        vector of zeros do not count.
    :param trained: Rows of ``dv`` that stay.
    """
    rows = tag_rows(dv, tags)
    documents = np.repeat(np.arange(len(tags)), np.diff(tags.offsets))
    has_words = np.any(vectors, axis=1)
    counted = np.take(has_words, documents) & ~np.isin(rows, trained)
    rows, documents = rows[counted], documents[counted]
    sums = np.zeros((len(dv), dv.vector_size))
    np.add.at(sums, rows, vectors[documents])
    found = np.unique(rows)
    dv.vectors[found] = sums[found] / np.bincount(rows, minlength=len(dv))[found, None]
    dv.changed()


def tag_rows(dv: KeyedVectors, tags: TagLists) -> NDArray[np.int32]:
    """Rows of ``dv`` of the tags of all documents end to end.

    :raises ValueError: The model does not know a tag; names it.
    """
    named = np.array([dv.key_to_index.get(name, -1) for name in tags.names], dtype=np.int64)
    rows = tags.codes.copy()
    rows[tags.codes < 0] = named[-1 - tags.codes[tags.codes < 0]]
    unknown = np.flatnonzero((rows < 0) | (rows >= len(dv)))
    if len(unknown):
        first = int(unknown[0])
        document = int(np.searchsorted(tags.offsets, first, side="right")) - 1
        raise ValueError(
            f"Document {document} has the tag {tags.name(int(tags.codes[first]))!r}, which is none "
            f"of the {len(dv)} of the model. Add it with build_vocab(update=True), or find a "
            "vector for the document with infer_vector."
        )
    return rows.astype(np.int32)


def check_tag_counts(tags: TagLists, wanted: int) -> None:
    """Refuse documents with another number of tags than concatenation has places for.

    :raises ValueError: Names the first.
    """
    sizes = np.diff(tags.offsets)
    others = np.flatnonzero(sizes != wanted)
    if len(others):
        raise ValueError(
            f"Document {others[0]} has {sizes[others[0]]} tags; with dm_concat=1 every document "
            f"has dm_tag_count={wanted}."
        )
