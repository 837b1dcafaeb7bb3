"""What a corpus may come as beside files and lists: something read once, or joined to phrases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from vectorsuite.training.sentence_readers import compiled_reader


class OnePass:
    """An iterator in the clothes of a collection, for a reader that takes only one pass."""

    def __init__(self, iterator: Any) -> None:
        self._iterator = iterator

    def __iter__(self) -> Iterator[Any]:
        return iter(self._iterator)


class JoinedSource(Iterable[list[str]]):
    """The sentences of a corpus, with words joined to phrases.

    Compiled readers ask for :meth:`matcher` and read ``corpus`` themselves, so that no sentence
    becomes a list; anything else iterates.
    """

    corpus: Any

    def matcher(self) -> Any:
        """What finds the phrases, a ``_core.PhraseMatcher``; None: only iterating joins them."""
        raise NotImplementedError


def unjoined(source: Any) -> tuple[Any, list[Any]]:
    """Return the corpus under passes of joining, and their matchers, the first pass first."""
    matchers: list[Any] = []
    while isinstance(source, JoinedSource) and (matcher := source.matcher()) is not None:
        matchers.insert(0, matcher)
        source = source.corpus
    if matchers:
        source = compiled_reader(source)
        if isinstance(source, Iterator):
            source = OnePass(source)
    return source, matchers
