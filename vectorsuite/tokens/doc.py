"""A text: its words and spaces as arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import NDArray

from vectorsuite.tokens.attributes import attribute_name
from vectorsuite.tokens.measured import Measured
from vectorsuite.tokens.span import Span
from vectorsuite.tokens.token import Token

if TYPE_CHECKING:
    from vectorsuite.tokens.vocab import Vocab


class Doc(Measured):
    """A sequence of N tokens.

    ``user_hooks``, ``user_span_hooks`` and ``user_token_hooks`` replace what the doc, its spans
    and its tokens say of themselves; keys are "vector", "vector_norm", "has_vector", "similarity"
    and "sentiment", for docs also "sents", for spans "sent" and "root".

    :param vocab: Of its words; docs of one vocab share lexemes and vectors.
    :param words: The tokens.
    :param spaces: Whether a space follows each token; after every one if None.
    :param user_data: Anything the caller wants to keep with the doc.
    :raises ValueError: As many spaces as words are needed, and words are not empty strings.
    """

    def __init__(
        self,
        vocab: Vocab,
        words: Sequence[str] | None = None,
        spaces: Sequence[bool] | None = None,
        user_data: dict[Any, Any] | None = None,
    ) -> None:
        words = list(words or ())
        if spaces is not None and len(spaces) != len(words):
            raise ValueError(f"{len(words)} words need as many spaces; there are {len(spaces)}.")
        if "" in words:
            raise ValueError(f"Word {words.index('')} is an empty string, which is no token.")
        self.vocab = vocab
        #: Place of each word in the vocab, (N,) int32.
        self.numbers: NDArray[np.int32] = vocab.add_words(words)
        #: Whether a space follows, (N,) bool.
        self.spaces: NDArray[np.bool_] = (
            np.ones(len(words), dtype=bool) if spaces is None else np.array(spaces, dtype=bool)
        )
        self.user_data = {} if user_data is None else user_data
        #: Vectors of the tokens that some model made, (N, W); used where the vocab has no table.
        self.tensor: Any = np.zeros((0, 0), dtype=np.float32)
        self._vector: Any = None
        self._norm: float | None = None
        self.user_hooks: dict[str, Callable[..., Any]] = {}
        self.user_span_hooks: dict[str, Callable[..., Any]] = {}
        self.user_token_hooks: dict[str, Callable[..., Any]] = {}

    @property
    def doc(self) -> Doc:
        """The doc itself, as for spans and tokens."""
        return self

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """Where each token starts in the text, in characters, (N,) int64."""
        lengths = self.to_array("LENGTH").astype(np.int64) + self.spaces
        return np.cumsum(lengths) - lengths

    @property
    def text(self) -> str:
        """The text; as in spaCy, with the space after the last token if there is one."""
        pairs = zip(self._words(), self.spaces.tolist(), strict=True)
        return "".join([f"{word} " if space else word for word, space in pairs])

    def _words(self) -> list[str]:
        strings = self.vocab.strings
        return [strings[orth] for orth in self.to_array("ORTH").tolist()]

    @property
    def text_with_ws(self) -> str:
        """The same as `text`, under the name that spans and tokens have for it."""
        return self.text

    @property
    def sents(self) -> Iterator[Span]:
        """The sentences, by the hook "sents".

        :raises ValueError: There is no such hook.
        """
        sentences: Iterator[Span] = self._by_hook("sents")
        return sentences

    def to_array(self, attributes: str | int | Sequence[str | int]) -> NDArray[np.uint64]:
        """Attributes of the tokens: (N,) uint64 for one, also in a list; (N, A) for a list of A.

        :param attributes: Names or spaCy's ids: ORTH, LOWER, NORM, SHAPE, PREFIX, SUFFIX, LENGTH,
            SPACY, IS_ALPHA …
        :raises ValueError: There is no such attribute.
        """
        if isinstance(attributes, (str, int, np.integer)):
            return self._attribute(attribute_name(attributes))
        columns = [self._attribute(attribute_name(attribute)) for attribute in attributes]
        if len(columns) == 1:
            return columns[0]
        return np.stack(columns, axis=1) if columns else np.zeros((len(self), 0), dtype=np.uint64)

    def _attribute(self, name: str) -> NDArray[np.uint64]:
        if name == "SPACY":
            return self.spaces.astype(np.uint64)
        return self.vocab.lexemes.column(name)[self.numbers]

    def to_utf8_array(self, nr_char: int = -1) -> NDArray[np.uint8]:
        """Bytes of every word, taken in turn from its start and its end; 255 where there is none.

        :param nr_char: Bytes per word; as many as the longest has if −1.
        :returns: (N, nr_char) uint8.
        """
        words = [word.encode("utf8") for word in self._words()]
        width = max(map(len, words), default=0) if nr_char < 0 else nr_char
        array = np.full((len(words), width), 255, dtype=np.uint8)
        for row, word in zip(array, words, strict=True):
            taken = np.frombuffer(word, dtype=np.uint8)
            order = np.arange(min(len(taken), width))
            # 0, -1, 1, -2, 2, …
            row[: len(order)] = taken[np.where(order % 2 == 0, order // 2, -(order // 2) - 1)]
        return array

    def char_span(
        self,
        start_idx: int,
        end_idx: int,
        label: str | int = "",
        vector: Any = None,
        alignment_mode: str = "strict",
    ) -> Span | None:
        """The span of text[start_idx:end_idx]; None if there is none.

        :param label: Of the span, as of ``Span``.
        :param vector: For the span, as of ``Span``.
        :param alignment_mode: Where tokens do not start and end there: "strict" gives None,
            "contract" the tokens that lie within, "expand" those that reach into it.
        :raises ValueError: Unknown mode.
        """
        if alignment_mode not in ("strict", "contract", "expand"):
            raise ValueError(
                f"There is no alignment mode {alignment_mode!r}: strict, contract or expand."
            )
        starts, ends = self.starts, self.starts + self.to_array("LENGTH").astype(np.int64)
        if not len(self) or not 0 <= start_idx < end_idx <= ends[-1] + self.spaces[-1]:
            return None
        # a place in the space after a token is that token's, except where a span may grow
        first = int(starts.searchsorted(start_idx, side="right")) - 1
        last = int(starts.searchsorted(end_idx - 1, side="right")) - 1
        if alignment_mode == "strict" and (starts[first] != start_idx or ends[last] != end_idx):
            return None
        if alignment_mode == "contract":
            first += int(starts[first] < start_idx)
            last -= int(ends[last] > end_idx)
        if alignment_mode == "expand":
            first += int(ends[first] == start_idx)
        return Span(self, first, last + 1, label, vector) if first <= last else None

    def __len__(self) -> int:
        """Number of tokens."""
        return len(self.numbers)

    def __iter__(self) -> Iterator[Token]:
        return (Token(self, i) for i in range(len(self)))

    @overload
    def __getitem__(self, index: int) -> Token: ...
    @overload
    def __getitem__(self, index: slice) -> Span: ...
    def __getitem__(self, index: int | slice) -> Token | Span:
        if type(index) is int and 0 <= index < len(self.numbers):
            return Token(self, index)
        return Span(self, 0, len(self))[index]

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text

    def _set_vector(self, vector: Any) -> None:
        """Use a vector in place of the mean until it is set to None."""
        self._vector, self._norm = vector, None

    def _set_norm(self, norm: float) -> None:
        """Use a number in place of the vector's length until a vector is set."""
        self._norm = norm
