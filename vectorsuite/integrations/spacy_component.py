"""A component of real spaCy pipelines: vectors of a table beside the vocab's own.

.. code-block:: python

    nlp.add_pipe("vectorsuite", config={"vectors": "clinical_vectors", "pooling": "sif"})
    nlp("…").similarity(nlp("…"))

spaCy finds it through the entry point group ``spacy_factories``. ``nlp.vocab`` is left alone.
"""

# no `from __future__ import annotations`: spaCy reads the types of `initialize` at run time

import weakref
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import srsly
from spacy.language import Language
from spacy.tokens import Doc, Span, Token

from vectorsuite.integrations.spacy_config import check_storable
from vectorsuite.io.json_file import read_object
from vectorsuite.tokens.text_vectors import TextVectors, check_pooling
from vectorsuite.vectors import Vectors, open_pipeline
from vectorsuite.vectors.fingerprint import Fingerprint
from vectorsuite.vectors.oov import as_policy
from vectorsuite.vectors.pickling import is_as_in
from vectorsuite.vectors.serialize import parse_parts

# (id of a spaCy vocab, name of a component) -> the component. It lives as long as its pipeline
# does and holds the vocab, so that an id cannot be taken by another one meanwhile.
_components: "weakref.WeakValueDictionary[tuple[int, str], VectorComponent]"
_components = weakref.WeakValueDictionary()
_HOOKS: dict[str, Callable[..., Any]] = {
    "vector": TextVectors.vector_of,
    "vector_norm": TextVectors.norm_of,
    "has_vector": TextVectors.has_vector,
    "similarity": TextVectors.similarity,
}


@Language.factory(
    "vectorsuite",
    default_config={"vectors": None, "pooling": "mean", "oov": None, "hooks": True},
)
def create_component(
    nlp: Language, name: str, vectors: str | Path | None, pooling: str, oov: Any, hooks: bool
) -> "VectorComponent":
    """Make the component; see :class:`VectorComponent`."""
    return VectorComponent(nlp.vocab, name, vectors, pooling=pooling, oov=oov, hooks=hooks)


class VectorComponent:
    """Gives docs, spans and tokens vectors and similarity from a memory-mapped table.

    They are under ``doc._.<name>``, ``span._.<name>`` and ``token._.<name>``, where name is that
    of the component in the pipeline, also after ``nlp.rename_pipe``; components with other names
    go side by side. The first component with ``hooks`` also gives ``doc.vector``,
    ``doc.similarity()`` and so on.

    spaCy drops hooks when ``nlp.pipe(n_process=…)`` sends docs between processes; ``doc._.<name>``
    works there all the same, and calling the component on a doc sets its hooks again.

    :param vocab: The pipeline's vocab.
    :param vectors: Directory of a table: one of ours, or a pipeline that spaCy wrote. A saved
        pipeline has its own copy and does without it.
    :param pooling: How words become texts: "mean", "sif", "idf", "max"; see ``TextVectors``.
    :param oov: Policy for missing words: a name, a dictionary, or a policy made by "@misc".
    :raises ValueError: Unknown pooling or policy, or words that a config cannot hold.
    """

    def __init__(
        self,
        vocab: Any,
        name: str = "vectorsuite",
        vectors: str | Path | None = None,
        *,
        pooling: str = "mean",
        oov: Any = None,
        hooks: bool = True,
    ) -> None:
        check_pooling(pooling)
        check_storable("oov", oov)
        self.vocab = vocab
        self._name = name
        self.path = None if vectors is None else Path(vectors).absolute()
        self.pooling = pooling
        self.oov = as_policy(oov)
        self.hooks = hooks
        self._common: Any = None
        self._texts: TextVectors | None = None
        self._register()

    @property
    def name(self) -> str:
        """Name in the pipeline; spaCy sets it when it renames or sources the component."""
        return self._name

    @name.setter
    def name(self, name: str) -> None:
        if name != self._name:
            self._name = name
            self._register()

    @property
    def texts(self) -> TextVectors:
        """The table with its pooling; opened when it is first needed.

        :raises ValueError: No table was given.
        :raises FileNotFoundError: The directory is not there, or has no table.
        """
        texts = self._texts
        if texts is None:
            if self.path is None:
                raise ValueError(
                    f"The component {self.name!r} has no vectors. Give their directory: "
                    'nlp.add_pipe("vectorsuite", config={"vectors": PATH}).'
                )
            texts = self._use(open_pipeline(self.path))
        return texts

    @property
    def table(self) -> Any:
        """The table."""
        return self.texts.table

    def set_table(self, table: Any) -> None:
        """Use a table that is in memory already; ours or spaCy's."""
        self._use(table)

    def _use(self, table: Any) -> TextVectors:
        self._texts = texts = TextVectors(table, self.pooling, self.oov)
        texts.common = self._common
        return texts

    def _register(self) -> None:
        """Make ``._.<name>`` known; it finds the component by the doc's hooks or by its vocab."""
        for kind in (Doc, Span, Token):
            if not kind.has_extension(self.name):
                kind.set_extension(self.name, getter=partial(_view, self.name))
            elif getattr(kind.get_extension(self.name)[2], "func", None) is not _view:
                raise ValueError(
                    f"{kind.__name__}._.{self.name} is taken by another extension. Give the "
                    "component another name."
                )
        _components[id(self.vocab), self.name] = self

    # What spaCy calls

    def __call__(self, doc: Doc) -> Doc:
        """Set the hooks of a doc, unless another component has; costs no look-up."""
        if self.hooks and not isinstance(doc.user_hooks.get("vector"), _Hook):
            for hooks in (doc.user_hooks, doc.user_span_hooks, doc.user_token_hooks):
                hooks.update({what: _Hook(self, what) for what in _HOOKS})
            # spaCy calls "vector" in its place; without it, it takes the norm of the vector
            del doc.user_span_hooks["vector_norm"]
        if _components.get((id(doc.vocab), self.name)) is not self:
            # sourced by a pipeline with another vocab, or one of two pipelines that share a vocab
            doc.user_hooks[_own_hook(self.name)] = _Hook(self, "vector")
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 128) -> Iterator[Doc]:
        """Set the hooks of many docs."""
        return map(self, stream)

    def initialize(
        self,
        get_examples: Callable[[], Iterable[Any]] | None = None,
        *,
        nlp: Language | None = None,
        vectors: str | Path | None = None,
    ) -> None:
        """Open the table; for "sif", find what the texts of the examples have in common.

        :param vectors: Directory of a table to use in place of the one of the config.
        """
        if vectors is not None:
            self.path, self._texts = Path(vectors).absolute(), None
        pooling = self.texts.pooling  # opens the table: better an error now than while training
        if get_examples is not None and pooling == "sif":
            self.fit(example.reference for example in get_examples())

    def fit(self, docs: Iterable[Doc]) -> None:
        """For "sif": find what docs have in common, which their vectors are then without."""
        self.texts.fit(docs)
        self._common = self.texts.common

    # Files

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the table, in spaCy's layout, and its fingerprint to a folder."""
        path = Path(path)
        path.mkdir(parents=True, exist_ok=True)
        if "table" not in exclude:
            self.table.to_disk(path / "vocab")
        srsly.write_json(path / "component.json", self._state())

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> "VectorComponent":
        """Map the table of a folder.

        :param exclude: Nothing: a table that was left out when it was saved is not there.
        :raises ValueError: The table is another one than was saved, or a file is damaged.
        """
        path = Path(path)
        state = read_object(path / "component.json")
        if (path / "vocab" / "vectors").exists():
            self.path = path.absolute()
        self._texts = None
        self._restore(state)
        return self

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """The table and its fingerprint."""
        table = b"" if "table" in exclude else self.table.to_bytes()
        return bytes(srsly.msgpack_dumps({"state": self._state(), "table": table}))

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> "VectorComponent":
        """Load what `to_bytes` gave.

        :raises ValueError: These are other bytes, or the table is another one than was saved.
        """
        parts = parse_parts(data, "a component with vectors")
        if parts.get("table"):
            self._use(Vectors().from_bytes(parts["table"]))
        self._restore(parts.get("state"))
        return self

    def _state(self) -> dict[str, Any]:
        common = None if self._common is None else [float(value) for value in self._common]
        return {"common": common, "fingerprint": Fingerprint.of(self.table).to_dict()}

    def _restore(self, state: Any) -> None:
        if not isinstance(state, dict) or not {"common", "fingerprint"} <= state.keys():
            raise ValueError(f"The component {self.name!r} was saved without its state.")
        common = state["common"]
        self._common = None if common is None else np.array(common, dtype=np.float32)
        Fingerprint(**state["fingerprint"]).require(self.table)
        self.texts.common = self._common

    def __getstate__(self) -> dict[str, Any]:
        # a table that can be mapped again is not sent to another process
        texts = self._texts
        if texts is not None and self.path is not None and is_as_in(texts.table, self.path):
            texts = None
        return {**self.__dict__, "_texts": texts}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._register()


class View:
    """What one component says of a doc, span or token."""

    __slots__ = ("_texts", "_thing")

    def __init__(self, texts: TextVectors, thing: Any) -> None:
        self._texts = texts
        self._thing = thing

    @property
    def vector(self) -> Any:
        """The vector, (D,) float32, read-only."""
        return self._texts.vector_of(self._thing)

    @property
    def vector_norm(self) -> float:
        """Euclidean length of the vector."""
        return self._texts.norm_of(self._thing)

    @property
    def has_vector(self) -> bool:
        """Whether any word has a vector."""
        return self._texts.has_vector(self._thing)

    def similarity(self, other: Any) -> float:
        """Cosine with a doc, span, token or lexeme, or with the view of one."""
        return self._texts.similarity(
            self._thing, other._thing if isinstance(other, View) else other
        )


class _Hook:
    """A hook that spaCy calls with a doc, span or token; pickled by component, not by closure."""

    def __init__(self, component: VectorComponent, what: str) -> None:
        self.component = component
        self.what = what

    def __call__(self, *things: Any) -> Any:
        return _HOOKS[self.what](self.component.texts, *things)


def _own_hook(name: str) -> str:
    """Key in ``doc.user_hooks`` of a hook that says nothing but which component was here."""
    return f"vectorsuite.{name}"


def _component_of(name: str, doc: Doc) -> VectorComponent | None:
    """The component that has seen a doc, or that its vocab belongs to."""
    for key in (_own_hook(name), "vector"):
        hook = doc.user_hooks.get(key)
        if isinstance(hook, _Hook) and hook.component.name == name:
            return hook.component
    return _components.get((id(doc.vocab), name))


def _view(name: str, thing: Any) -> View:
    component = _component_of(name, thing.doc)
    if component is None:
        raise ValueError(
            f"No component {name!r} belongs to the vocab of this {type(thing).__name__}. Add it: "
            f'nlp.add_pipe("vectorsuite", name="{name}", config={{"vectors": PATH}}).'
        )
    return View(component.texts, thing)
