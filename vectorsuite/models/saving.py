"""Saving and opening models: one file of JSON and arrays, with checksums, without pickle."""

from __future__ import annotations

import importlib
import logging
import os
import re
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.io import fasttext_binary
from vectorsuite.io.checked_file import read_checked, write_checked
from vectorsuite.models.learning import Learner
from vectorsuite.packed import PackedStrings
from vectorsuite.query.keys import key_of, text_of

logger = logging.getLogger(__name__)

KIND = "Word2Vec model"
VERSION = 1

# What is written as JSON, beside the tables.
SETTINGS = (
    "vector_size", "window", "sg", "hs", "negative", "cbow_mean", "sample", "ns_exponent",
    "shrink_windows", "alpha", "min_alpha", "epochs", "seed", "workers", "deterministic",
    "min_count", "max_vocab_size", "max_final_vocab", "sorted_vocab", "null_word", "batch_words",
    "compute_loss", "comment",
)  # fmt: skip
PROGRESS = (
    "corpus_count", "corpus_total_words", "effective_min_count", "train_count", "total_train_time",
    "min_alpha_yet_reached", "running_training_loss", "epoch_losses",
)  # fmt: skip
TABLES = ("syn1neg", "syn1")


class ModelFileError(AttributeError, ValueError):
    """A file is no model, or another kind of model, or damaged.

    A ``ValueError``; and an ``AttributeError``, which is what gensim raises.
    """


def hint_of_origin(path: Path) -> str:
    """What to do with a file that another program wrote, by its first bytes; empty if none did."""
    with path.open("rb") as file:
        start = file.read(64)
    if start[:1] == b"\x80":
        return (
            " It is a pickle, as gensim writes them: open it with gensim, and give the model to "
            "vectorsuite.integrations.gensim_models.from_gensim."
        )
    if start[:4] == struct.pack("<i", fasttext_binary.MAGIC):
        return " It is a model of fastText: open it with load_facebook_model."
    if re.match(rb"\d+ \d+\s", start):
        return " It begins as word2vec's files do: KeyedVectors.load_word2vec_format opens those."
    return ""


class ClassOnly:
    """A class method that refuses to be called on an object, whose state it would not change."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.__doc__ = function.__doc__

    def __get__(self, instance: Any, owner: type) -> Any:
        if instance is not None:
            name = self.function.__name__
            raise AttributeError(f"Call {owner.__name__}.{name} on the class; it makes a model.")
        return self.function.__get__(owner)


class SavedModel(Learner):
    """The part of a model that is written to a file and read from it."""

    file_kind = KIND
    saved_settings: tuple[str, ...] = SETTINGS

    def save(self, fname: str | os.PathLike[str], *unused: Any, **also_unused: Any) -> None:
        """Write the whole model to one file, from which training can go on.

        The file has its name only when it is whole. Further arguments of gensim's are accepted and
        ignored: arrays can be memory-mapped as they lie in the file, and nothing is pickled. A
        ``hashfxn`` is kept by its name, if it has one that can be imported.
        """
        self.add_lifecycle_event("saving", fname_or_handle=str(fname))
        state = {name: getattr(self, name) for name in (*self.saved_settings, *PROGRESS)}
        state["lifecycle_events"] = self.events_to_save()
        state["hashfxn"] = _name_of(self.hashfxn)
        state["tree_order"] = self.tree_order
        arrays = self._vector_arrays()
        arrays.update({name: getattr(self, name) for name in TABLES if hasattr(self, name)})
        arrays["vectors_lockf"] = np.asarray(self.wv.vectors_lockf)
        for name, values in self.wv.expandos.items():
            if values.dtype != object:
                arrays[f"attribute.{name}"] = values
        arrays.update(pack_keys("keys", list(self.wv.index_to_key)))
        state["has_raw_vocab"] = self.raw_vocab is not None
        if self.raw_vocab:
            arrays.update(pack_keys("raw", list(self.raw_vocab)))
            arrays["raw.counts"] = np.array(list(self.raw_vocab.values()), dtype=np.int64)
        write_checked(Path(fname), self.file_kind, VERSION, _plain(state), arrays)

    def _vector_arrays(self) -> dict[str, NDArray[Any]]:
        return {"vectors": self.wv.vectors}

    @ClassOnly
    def load(
        cls: Any,  # noqa: N805
        fname: str | os.PathLike[str],
        mmap: Any = None,
        verify: bool | None = None,
        rethrow: bool = False,
    ) -> Any:
        """Open what :meth:`save` wrote.

        :param mmap: Map the arrays instead of reading them; gensim's "r" means the same as True.
            Training copies them first.
        :param verify: Compare the checksums of the arrays; None: unless they are mapped.
        :param rethrow: Accepted as in gensim.
        :raises FileNotFoundError: There is no such file.
        :raises ModelFileError: It is no model, of another version, or damaged.
        """
        path = Path(fname)
        if path.is_dir():
            raise ModelFileError(
                f"{path} is a directory of vectors, not a model: open it with KeyedVectors.load."
            )
        try:
            state, arrays = read_checked(
                path, cls.file_kind, VERSION, verify=not mmap if verify is None else verify
            )
        except ValueError as error:
            raise ModelFileError(f"{error}{hint_of_origin(path)}") from error
        settings = {name: state[name] for name in cls.saved_settings}
        model = cls(hashfxn=_function(state["hashfxn"]), **settings)
        model._restore(state, arrays, copy=not mmap)
        model.lifecycle_events = state.get("lifecycle_events", [])
        model.add_lifecycle_event("loaded", fname=str(fname))
        return model

    def _restore(self, state: dict[str, Any], arrays: dict[str, Any], copy: bool) -> None:
        """Fill a new model."""
        for name in PROGRESS:
            setattr(self, name, state[name])
        self.tree_order = state.get("tree_order", "queues")  # once all trees were made so
        vectors = np.array(arrays["vectors"]) if copy else arrays["vectors"]
        keys = unpack_keys("keys", arrays)
        self._put_words(keys, arrays.get("attribute.count", np.zeros(len(keys))))
        self.wv.vectors = vectors
        for name, values in arrays.items():
            kind, _, attribute = name.partition(".")
            if kind == "attribute":
                self.wv.expandos[attribute] = np.array(values)
        self.wv.vectors_lockf = np.array(arrays["vectors_lockf"])
        for name in TABLES:
            if name in arrays:
                setattr(self, name, arrays[name])
        if len(self.wv):
            self._prepare_tables()
        if state["has_raw_vocab"]:
            counts = arrays.get("raw.counts", np.empty(0, dtype=np.int64)).tolist()
            self.raw_vocab = dict(zip(unpack_keys("raw", arrays), counts, strict=True))


def _plain(state: dict[str, Any]) -> dict[str, Any]:
    """Settings as JSON holds them; NumPy's numbers become Python's."""
    return {
        name: value.item() if isinstance(value, np.generic) else value
        for name, value in state.items()
    }


def pack_keys(name: str, keys: list[Any]) -> dict[str, NDArray[Any]]:
    """Words as arrays, and which of them are JSON of a key that is not a string.

    :raises TypeError: A key is of a type that cannot be saved.
    """
    packed = PackedStrings.pack(text_of(key) for key in keys)
    others = np.array([not isinstance(key, str) for key in keys], dtype=np.uint8)
    return {f"{name}.data": packed.data, f"{name}.offsets": packed.offsets, f"{name}.int": others}


def unpack_keys(name: str, arrays: dict[str, Any]) -> list[Any]:
    """The keys that :func:`pack_keys` packed."""
    if f"{name}.data" not in arrays:
        return []
    keys: list[Any] = list(PackedStrings(arrays[f"{name}.data"], arrays[f"{name}.offsets"]))
    for row in np.flatnonzero(arrays[f"{name}.int"]).tolist():
        keys[row] = key_of(keys[row])
    return keys


def _name_of(function: Any) -> str | None:
    """Where a function can be imported from: "module:name"."""
    if function is None:
        return None
    name = f"{getattr(function, '__module__', '')}:{getattr(function, '__qualname__', '')}"
    try:
        return name if _function(name) is function else None
    except (ImportError, AttributeError, ValueError):
        logger.warning("hashfxn %r cannot be imported by name, so it is not saved.", function)
        return None


def _function(name: str | None) -> Any:
    """The function of a name that :func:`_name_of` gave."""
    if name is None:
        return None
    module, _, attribute = name.partition(":")
    return getattr(importlib.import_module(module), attribute)
