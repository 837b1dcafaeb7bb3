"""A component of real spaCy pipelines that classifies texts without training data.

.. code-block:: python

    nlp.add_pipe("vectorsuite_zero_shot", config={
        "vectors": "my_vectors", "labels": {"sport": "football match team", "food": "cook eat"}})
    nlp("They won the cup.").cats

spaCy finds it through the entry point group ``spacy_factories``.
"""

# no `from __future__ import annotations`: configs' readers need types of arguments, not their names

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import minibatch

from vectorsuite.integrations.spacy_component import VectorComponent
from vectorsuite.integrations.spacy_config import check_storable
from vectorsuite.models.zero_shot import ZeroShot
from vectorsuite.tokens.text_vectors import TextVectors, check_pooling
from vectorsuite.vectors import open_pipeline
from vectorsuite.vectors.oov import as_policy


@Language.factory(
    "vectorsuite_zero_shot",
    assigns=["doc.cats"],
    default_config={
        "labels": [],
        "vectors": None,
        "pooling": "mean",
        "oov": None,
        "temperature": 0.1,
    },
)
def create_classifier(
    nlp: Language,
    name: str,
    labels: Any,
    vectors: str | Path | None,
    pooling: str,
    oov: Any,
    temperature: float,
) -> "ZeroShotComponent":
    """Make the component; see :class:`ZeroShotComponent`."""
    return ZeroShotComponent(
        nlp, name, labels, vectors, pooling=pooling, oov=oov, temperature=temperature
    )


class ZeroShotComponent:
    """Sets ``doc.cats`` to the probability of each label, by the cosine with its description.

    :param labels: Names that describe themselves, or names with words that describe them.
    :param vectors: Directory of a table, or the name of a "vectorsuite" component of the pipeline,
        whose table, pooling and policy are then used. The vocab's own table if None.
    :param pooling: How words become texts; see ``TextVectors``.
    :param oov: Policy for missing words.
    :param temperature: The lower, the more the nearest label takes.
    :raises ValueError: Unknown pooling or policy, or labels that a config cannot hold.
    """

    def __init__(
        self,
        nlp: Language,
        name: str,
        labels: Any,
        vectors: str | Path | None = None,
        *,
        pooling: str = "mean",
        oov: Any = None,
        temperature: float = 0.1,
    ) -> None:
        check_pooling(pooling)
        check_storable("labels", labels)
        check_storable("oov", oov)
        self.nlp = nlp
        self.name = name
        self.label_words = labels
        self.source = vectors
        self.pooling = pooling
        self.oov = as_policy(oov)
        self.temperature = temperature
        self._forget()

    def _forget(self) -> None:
        self._texts: TextVectors | None = None
        self._classifier: ZeroShot | None = None
        self._generation: Any = None

    def __getstate__(self) -> dict[str, Any]:
        # tables are not sent to another process by a classifier, which is soon made again
        return {**self.__dict__, "_texts": None, "_classifier": None, "_generation": None}

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the labels."""
        return tuple(self.label_words)

    @property
    def classifier(self) -> ZeroShot:
        """The classifier; made when it is first needed, and anew when the table has changed."""
        texts = self._current_texts()
        generation = getattr(texts.table, "generation", None)
        if self._classifier is None or self._texts is not texts or self._generation != generation:
            self._classifier = ZeroShot(texts, self.label_words, self.temperature)
            self._texts, self._generation = texts, generation
        return self._classifier

    def _current_texts(self) -> TextVectors:
        known = self._texts
        if self.source is None:
            table = self.nlp.vocab.vectors
            if known is not None and known.table is table:
                return known
            return TextVectors(table, self.pooling, self.oov)
        if str(self.source) in self.nlp.component_names:
            component = self.nlp.get_pipe(str(self.source))
            if not isinstance(component, VectorComponent):
                raise ValueError(f"The component {str(self.source)!r} has no vectors to share.")
            return component.texts
        if known is not None:
            return known
        if not Path(self.source).exists():
            raise FileNotFoundError(
                f"{self.name}: vectors is {str(self.source)!r}, which is neither a directory nor "
                f"a component of the pipeline ({', '.join(self.nlp.component_names)})."
            )
        return TextVectors(open_pipeline(self.source), self.pooling, self.oov)

    def __call__(self, doc: Doc) -> Doc:
        """Classify one doc."""
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 128) -> Iterator[Doc]:
        """Classify many docs, in batches."""
        for docs in minibatch(stream, batch_size):
            scores = self.classifier.predict_proba(docs)
            for doc, row in zip(docs, scores.tolist(), strict=True):
                doc.cats.update(zip(self.labels, row, strict=True))
                yield doc

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Nothing: all there is stands in the pipeline's config."""

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> "ZeroShotComponent":
        """Forget tables that were used before; they may have been loaded anew."""
        self._forget()
        return self

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """Nothing: all there is stands in the pipeline's config."""
        return b""

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> "ZeroShotComponent":
        """Forget tables that were used before."""
        self._forget()
        return self
