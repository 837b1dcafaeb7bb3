"""The part of a model of documents that is written to a file and read from it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.models.documents.learning import DocumentLearner
from vectorsuite.models.saving import SETTINGS, pack_keys, unpack_keys

# Settings of Word2Vec that follow from others here.
_IMPLIED = ("sg", "cbow_mean", "null_word")


class SavedDocuments(DocumentLearner):
    """Words and tags in one file; see :class:`~vectorsuite.models.saving.SavedModel`."""

    file_kind = "Doc2Vec model"
    saved_settings = (
        *(name for name in SETTINGS if name not in _IMPLIED),
        "dm", "dm_mean", "dm_concat", "dm_tag_count", "dbow_words",
    )  # fmt: skip

    def _vector_arrays(self) -> dict[str, NDArray[Any]]:
        names = list(self.dv.key_to_index)
        counts = {
            f"tags.{name}": values
            for name, values in self.dv.expandos.items()
            if values.dtype != object
        }
        return {
            **super()._vector_arrays(),
            "tag_vectors": self.dv.vectors,
            **pack_keys("tag_names", names),
            **counts,
        }

    def _restore(self, state: dict[str, Any], arrays: dict[str, Any], copy: bool) -> None:
        super()._restore(state, arrays, copy)
        vectors = arrays["tag_vectors"]
        names = unpack_keys("tag_names", arrays)
        numbers = len(vectors) - len(names)
        self.dv.index_to_key = [*range(numbers), *names]
        self.dv.key_to_index = dict(zip(names, range(numbers, len(vectors)), strict=True))
        self.dv.next_index = len(vectors)
        self.dv.vectors = np.array(vectors) if copy else vectors
        for name, values in arrays.items():
            kind, _, attribute = name.partition(".")
            if kind == "tags":
                self.dv.expandos[attribute] = np.array(values)
