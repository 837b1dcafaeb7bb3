"""Searches for the words nearest to given ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels.device import array_module, on_host
from vectorsuite.kernels.nearest import RowIndex, nearest_rows
from vectorsuite.query.cosines import cosines_to_rows
from vectorsuite.query.expression import parse_expression
from vectorsuite.query.keys import Key, is_key
from vectorsuite.query.similarity import Similarity

Found = list[tuple[Key, float]]
COSMUL_EPSILON = 1e-6  # keeps the denominator of 3CosMul from zero


class Neighbours(Similarity):
    """most_similar and its relatives."""

    def most_similar(
        self,
        positive: Any = None,
        negative: Any = None,
        topn: int | None = 10,
        clip_start: int = 0,
        clip_end: int | None = None,
        restrict_vocab: int | None = None,
        indexer: Any = None,
        *,
        exclude: Iterable[Key] = (),
        among: Iterable[Key] | None = None,
        where: Callable[[NDArray[np.int64]], NDArray[np.bool_]] | None = None,
    ) -> Any:
        """The keys most similar to a sum of words: 3CosAdd (Mikolov et al., 2013, NAACL).

        Words count with their unit vectors, vectors as they are. Keys given are not found.

        :param positive: A key or vector (D,), or a list of those and of (key or vector, weight).
        :param negative: The same, subtracted: their weight is -1 unless given.
        :param topn: How many; None returns the cosines of all rows, (R,), instead.
        :param clip_start: First row to search.
        :param clip_end: Row to stop before.
        :param restrict_vocab: Search the first rows only; overrides the two above.
        :param indexer: Asked instead, as ``indexer.most_similar(vector, n)``.
        :param exclude: More keys not to find.
        :param among: Find only these keys.
        :param where: Find only rows for which this returns true; gets all rows, (R,).
        :returns: (key, cosine), most similar first; of equal cosines the lower row.
        :raises KeyError: If a key is unknown.
        :raises ValueError: If nothing was given, or there are no words to find.
        """
        if topn is not None and topn is not False and topn < 1:
            return []
        self._check_words()
        keys, weights = self._weighted(positive, negative)
        mean = self.get_mean_vector(keys, weights, post_normalize=True, ignore_missing=False)
        given = self._rows_of(keys)
        if restrict_vocab:
            clip_start, clip_end = 0, restrict_vocab
        if indexer is not None and topn:
            found = indexer.most_similar(mean, topn + len(given))
            inputs = {self.index_to_key[row] for row in given}
            return [pair for pair in found if pair[0] not in inputs][:topn]
        span = slice(clip_start, clip_end or len(self))
        if not topn:
            return self._cosines_to_all(mean)[span]
        given.update(self.get_index(key) for key in exclude)
        rows = self._searched_rows(span, among, where)
        return self._nearest(mean, int(topn), span, rows, given)

    def _rows_of(self, items: list[Any]) -> set[int]:
        """Rows of the keys among items; a word whose vector n-grams make up has none."""
        rows = (self.get_index(item, -1) for item in items if self._is_key(item))
        return {row for row in rows if row >= 0}

    def _searched_rows(
        self, span: slice, among: Iterable[Key] | None, where: Callable[..., Any] | None
    ) -> NDArray[np.int64] | None:
        """Rows inside `span` that pass the filters, ascending; None for all of them."""
        if among is None and where is None:
            return None
        start, stop, _ = span.indices(len(self))
        rows = np.arange(start, stop)
        if among is not None:
            rows = np.intersect1d(rows, [self.get_index(key) for key in among])
        if where is not None:
            rows = rows[np.asarray(where(np.arange(len(self))), dtype=bool)[rows]]
        return rows

    def _nearest(
        self,
        vector: NDArray[Any],
        n: int,
        span: slice,
        rows: NDArray[np.int64] | None,
        left_out: Iterable[int],
    ) -> Found:
        """(key, cosine) of the n nearest rows inside a span."""
        index = self.row_index
        stored = index.table
        start, stop, _ = span.indices(len(stored))
        outside = [row - start for row in left_out if start <= row < stop]
        if stop - start < len(stored):
            index = RowIndex(stored[start:stop], index.scale[start:stop])
        found, cosines = nearest_rows(
            index.table,
            array_module(stored).asarray(vector[None]),
            min(n, max(1, stop - start)),
            index=index,
            rows=None if rows is None else rows - start,
            left_out=[outside],
        )
        return [
            (self.index_to_key[start + row], cosine)
            for row, cosine in zip(found[0].tolist(), cosines[0].tolist(), strict=True)
            if row >= 0
        ]

    def similar_by_key(
        self, key: Key, topn: int | None = 10, restrict_vocab: int | None = None
    ) -> Any:
        """The keys most similar to one key, itself left out; see :meth:`most_similar`."""
        return self.most_similar(positive=[key], topn=topn, restrict_vocab=restrict_vocab)

    def similar_by_word(
        self, word: Key, topn: int | None = 10, restrict_vocab: int | None = None
    ) -> Any:
        """The same as :meth:`similar_by_key`."""
        return self.similar_by_key(word, topn, restrict_vocab)

    def similar_by_vector(
        self, vector: Key | NDArray[Any], topn: int | None = 10, restrict_vocab: int | None = None
    ) -> Any:
        """The keys most similar to a vector, (D,), or as gensim to a key; see `most_similar`."""
        given = vector if self._is_key(vector) else np.asarray(vector)
        return self.most_similar(positive=[given], topn=topn, restrict_vocab=restrict_vocab)

    def analogy(self, expression: str, topn: int = 10, **options: Any) -> Found:
        """The keys most similar to an expression: ``analogy("king - man + woman")``.

        :param options: As of :meth:`most_similar`.
        :raises KeyError: If a word is unknown.
        :raises ValueError: If the expression cannot be read.
        """
        positive, negative = parse_expression(expression)
        for word, _ in positive + negative:
            if word not in self and ("+" in word or "-" in word):
                raise KeyError(
                    f"Key {word!r} not present in this table of {len(self)} keys; the signs of an "
                    "expression stand alone: 'king - man + woman'."
                )
        return self.most_similar(positive, negative, topn=topn, **options)

    def most_similar_cosmul(
        self,
        positive: Any = None,
        negative: Any = None,
        topn: int | None = 10,
        restrict_vocab: int | None = None,
    ) -> Any:
        """The keys with the highest product of similarities: 3CosMul.

        Levy and Goldberg (2014, CoNLL), eq. 4: cosines shifted to [0, 1], those of positive words
        multiplied, divided by those of negative words + 1e-6.

        :returns: As of :meth:`most_similar`, with that quotient as the score.
        :raises KeyError: If a key is unknown.
        :raises ValueError: If there is no positive word.
        """
        if topn is not None and topn is not False and topn < 1:
            return []
        positive, negative = self._as_list(positive), self._as_list(negative)
        if not positive:
            raise ValueError("Cannot compute similarity with no positive words: name at least one.")
        given = self._rows_of(positive + negative)
        index = self.row_index
        xp = array_module(index.table)
        scores = xp.ones(len(index.table))
        for item in positive:
            scores *= (1 + cosines_to_rows(self._as_vector(item), index)) / 2
        divisor = xp.ones(len(scores))
        for item in negative:
            divisor *= (1 + cosines_to_rows(self._as_vector(item), index)) / 2
        scores /= (divisor if negative else 1) + COSMUL_EPSILON
        scores = scores[: restrict_vocab or None]
        if not topn:
            return on_host(scores)
        usable = xp.isfinite(index.scale[: len(scores)])
        usable[xp.asarray([row for row in given if row < len(scores)], dtype="int64")] = False
        scores = xp.where(usable, scores, -np.inf)
        best = xp.argsort(-scores, kind="stable")[: int(topn)]
        found = zip(on_host(best).tolist(), on_host(scores[best]).tolist(), strict=True)
        return [(self.index_to_key[row], score) for row, score in found if score > -np.inf]

    def relative_cosine_similarity(self, wa: Key, wb: Key, topn: int = 10) -> float:
        """Cosine of two words divided by the sum of those of wa's topn most similar words.

        Leeuwenberg et al. (2016, PBML 105), eq. 1. Above 0.10 with topn=10 the two are closer than
        an arbitrary pair of neighbours.

        :raises KeyError: If a key is unknown.
        :raises ValueError: If there are no neighbours.
        """
        found = self.similar_by_key(wa, topn)
        if not found:
            raise ValueError(f"Cannot compare with the neighbours of {wa!r}: there are none.")
        return self.similarity(wa, wb) / sum(score for _, score in found)

    def _is_key(self, item: Any) -> bool:
        return is_key(item, self.key_to_index)

    def _as_list(self, items: Any) -> list[Any]:
        """One key or vector, a 2-D array of vectors, or a sequence of items, as a list of items."""
        if items is None:
            return []
        if self._is_key(items) or (isinstance(items, np.ndarray) and items.ndim == 1):
            return [items]
        return list(items)

    def _weighted(self, positive: Any, negative: Any) -> tuple[list[Any], list[float]]:
        """Items of both lists without their weights, and the weights."""
        items: list[Any] = []
        weights: list[float] = []
        for sign, group in ((1.0, self._as_list(positive)), (-1.0, self._as_list(negative))):
            for item in group:
                pair = isinstance(item, Sequence) and not self._is_key(item)
                items.append(item[0] if pair else item)
                weights.append(float(item[1]) if pair else sign)
        return items, weights
