"""Names of gensim 1.x to 3.x, and of its saving classes, in one table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numpy.typing import NDArray

from vectorsuite.query.evaluation import Evaluation
from vectorsuite.query.formats import Formats
from vectorsuite.query.lifecycle import Lifecycle

# Older name → name of today: attributes and methods with the same arguments and results.
ALIASES = {
    "word_vec": "get_vector",
    "words_closer_than": "closer_than",
    "wv": "_itself",
    "syn0": "vectors",
    "index2word": "index_to_key",
    "index2entity": "index_to_key",
    "syn0_lockf": "vectors_lockf",
}


class WordRecord:
    """What gensim once kept as ``vocab[word]``: `index`, `count` and the other attributes."""

    def __init__(self, **attributes: Any) -> None:
        self.count = 0
        self.__dict__.update(attributes)

    def __lt__(self, other: WordRecord) -> bool:
        return self.count < other.count

    def __repr__(self) -> str:
        pairs = (f"{name}={value!r}" for name, value in sorted(self.__dict__.items()))
        return f"WordRecord({', '.join(pairs)})"


class OlderNames(Evaluation, Formats, Lifecycle):
    """The names of older gensim; those in ALIASES are added below."""

    keyed_vector_warnings = True

    @property
    def _itself(self) -> OlderNames:
        return self

    @property
    def vocab(self) -> dict[Any, WordRecord]:
        """A record per word, made anew at every call: what is set in it is not kept."""
        columns = {name: values.tolist() for name, values in self.expandos.items()}
        return {
            key: WordRecord(index=row, **{name: values[row] for name, values in columns.items()})
            for row, key in enumerate(self.index_to_key)
            if key is not None
        }

    @property
    def syn0norm(self) -> NDArray[Any]:
        """All vectors scaled to length 1, (R, D)."""
        return self.get_normed_vectors()

    vectors_norm = syn0norm

    def init_sims(self, replace: bool = False) -> None:
        """Compute norms now; with `replace` scale the vectors themselves to length 1."""
        self.fill_norms()
        if replace:
            self.unit_normalize_all()

    def accuracy(
        self,
        questions: Any,
        restrict_vocab: int | None = 30000,
        most_similar: str | Callable[..., Any] | None = None,
        case_insensitive: bool = True,
    ) -> list[dict[str, Any]]:
        """Answer analogy questions; the sections of :meth:`evaluate_word_analogies`, "total" last.

        :param most_similar: As `similarity_function` there; default "most_similar".
        """
        _, sections = self.evaluate_word_analogies(
            questions,
            restrict_vocab,
            case_insensitive,
            similarity_function=most_similar or "most_similar",
        )
        sections[-1]["section"] = "total"
        return sections

    def add(self, *arguments: Any, **named: Any) -> None:
        """The same as ``add_vectors``."""
        self.add_vectors(*arguments, **named)

    @staticmethod
    def enable_keyed_vectors_warnings() -> None:
        """Does nothing: there are no such warnings."""

    @staticmethod
    def disable_keyed_vectors_warnings() -> None:
        """Does nothing: there are no such warnings."""

    def similarity_unseen_docs(self, *arguments: Any, **named: Any) -> float:
        """Documents are inferred by a model.

        :raises NotImplementedError: Always.
        """
        raise NotImplementedError("Call similarity_unseen_docs of a Doc2Vec model instead.")


def _alias(name: str) -> property:
    def read(self: OlderNames) -> Any:
        return getattr(self, name)

    def write(self: OlderNames, value: Any) -> None:
        setattr(self, name, value)

    return property(read, write, doc=f"Older name of `{name}`.")


for _older, _name in ALIASES.items():
    setattr(OlderNames, _older, _alias(_name))
