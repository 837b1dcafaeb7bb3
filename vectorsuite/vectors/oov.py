"""What a word gets that the table has no vector for.

A policy is called with the missing words and the table and says, for each word, a vector and
whether it found one::

    policy(words: list[str], table) -> (vectors (K, D) float, found (K,) bool)

One object serves everywhere: ``Vocab(oov=…)``, ``StaticVectors(oov=…)``, the spaCy component's
``oov``, ``gather(…, oov=…)``, or a table's own attribute ``oov``.
"""

# no `from __future__ import annotations`: configs' readers need types of arguments, not their names

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.kernels.device import on_host
from vectorsuite.strings import string_keys
from vectorsuite.vectors.gather import gather_known
from vectorsuite.vectors.spelling import SpellingIndex

Answer = tuple[NDArray[np.float32], NDArray[np.bool_]]


class Policy(ABC):
    """What all policies have in common; a policy of your own is a subclass."""

    #: Whether averages count words that the policy has no vector for, as zeros.
    counted: bool = False

    @abstractmethod
    def __call__(self, words: list[str], table: Any) -> Answer:
        """Vectors of words that the table lacks, (K, D), and which were found, (K,) bool."""


def as_policy(policy: Any) -> Policy | None:
    """A policy from what a user gives: None, a name, a mapping, a policy, a function, or a list.

    :param policy: "zeros", "spacy", "default_row", "hash", "spelling", "subwords"; a mapping from
        words to words; a policy; a function that takes one word and returns its vector or None; or
        a list of these, of which the first that knows a word answers.
    :raises ValueError: There is no policy of that name; lists those there are.
    :raises TypeError: It is something else.
    """
    if policy is None or isinstance(policy, Policy):
        return policy
    if isinstance(policy, str):
        if policy not in NAMED:
            raise ValueError(f"There is no policy {policy!r}. There are: {', '.join(NAMED)}.")
        return NAMED[policy]()
    if isinstance(policy, Mapping):
        return Dictionary(policy)
    if isinstance(policy, (list, tuple)):
        return FirstOf(policy)
    if not callable(policy):
        raise TypeError(f"A policy is a name, a mapping or a function of a word, not {policy!r}.")
    return Function(policy)


def vector_by_policy(policy: Any, word: str, table: Any) -> Any:
    """The vector, (D,), that a policy has for one word; None if it has none.

    :param policy: What `as_policy` takes.
    """
    policy = as_policy(policy)
    if policy is None:
        return None
    vectors, found = policy([word], table)
    return vectors[0] if found[0] else None


class Zeros(Policy):
    """No vector: zeros, and the word has none.

    :param counted: Whether averages count such words, as spaCy does; by default they do not.
    """

    def __init__(self, counted: bool = False) -> None:
        self.counted = counted

    def __call__(self, words: list[str], table: Any) -> Answer:
        return _nothing(words, table)


class DefaultRow(Policy):
    """The vector of one row for all, as that of an "unknown word" that was trained.

    :param row: Row of the table.
    """

    def __init__(self, row: int = 0) -> None:
        self.row = row

    def __call__(self, words: list[str], table: Any) -> Answer:
        if not 0 <= self.row < len(table.data):
            raise ValueError(f"Row {self.row} is not in this table of {len(table.data)} rows.")
        vector = on_host(table.data[self.row]).astype(np.float32)
        return np.tile(vector, (len(words), 1)), np.ones(len(words), dtype=bool)


class HashRandom(Policy):
    """A vector drawn from the word's hash: the same word, the same vector, anywhere.

    :param scale: Numbers are uniform in [−scale, scale); 0.25 is that of Kim (2014, EMNLP) for
        words that word2vec lacks.
    :param seed: Another one gives other vectors.
    """

    def __init__(self, scale: float = 0.25, seed: int = 0) -> None:
        self.scale = scale
        self.seed = seed

    def __call__(self, words: list[str], table: Any) -> Answer:
        width = table.shape[1]
        keys = string_keys(words)[:, None] ^ np.uint64(_mix(np.array([self.seed + 1]))[0])
        draws = _mix(keys + np.arange(1, width + 1, dtype=np.uint64) * _GOLDEN)
        units = (draws >> np.uint64(40)).astype(np.float32) / np.float32(1 << 24)
        vectors = (units * 2 - 1) * np.float32(self.scale)
        return vectors, np.ones(len(words), dtype=bool)


class NearestSpelling(Policy):
    """The vector of the word of the table that needs the fewest edits.

    :param max_distance: Most insertions, deletions, replacements and swaps of neighbours
        (Damerau 1964). Words of fewer than ``3 * max_distance`` characters are allowed fewer.
    """

    def __init__(self, max_distance: int = 2) -> None:
        self.max_distance = max_distance
        self._index: SpellingIndex | None = None

    def __call__(self, words: list[str], table: Any) -> Answer:
        if self._index is None or not self._index.is_of(table):
            self._index = SpellingIndex(table)
        keys = [self._index.nearest(word, self.max_distance) for word in words]
        return _vectors_of_keys(keys, table)

    def __getstate__(self) -> dict[str, Any]:
        return {"max_distance": self.max_distance, "_index": None}


class Dictionary(Policy):
    """The vector of what a dictionary says the word stands for.

    For synonyms, abbreviations, codes: {"MI": "myocardial infarction", "pt": "patient"}. The words
    of the meaning are averaged; those without a vector are left out. Not case-sensitive unless
    the dictionary has the word in several spellings.

    :param meanings: Words to the words they stand for, as one string or a list.
    """

    def __init__(self, meanings: Mapping[str, str | Sequence[str]]) -> None:
        self.meanings = {
            word: meaning.split() if isinstance(meaning, str) else list(meaning)
            for word, meaning in meanings.items()
        }
        self._folded = {word.casefold(): words for word, words in self.meanings.items()}

    def __call__(self, words: list[str], table: Any) -> Answer:
        pieces = [self.meanings.get(word, self._folded.get(word.casefold(), [])) for word in words]
        return _mean_of_pieces(pieces, table)


class SubWords(Policy):
    """The mean of the vectors of the longest known words that the word is made of.

    "snowboarding" becomes "snow" + "boarding". Pieces are taken from the left, each the longest
    that the table has; a part where none fits is passed over.

    :param minn: Fewest characters of a piece.
    :param min_cover: Share of the word's characters that the pieces must cover.
    """

    def __init__(self, minn: int = 3, min_cover: float = 0.6) -> None:
        self.minn = minn
        self.min_cover = min_cover

    def __call__(self, words: list[str], table: Any) -> Answer:
        known = self._known_parts(words, table)
        pieces = [self._cut(word, known) for word in words]
        covered = [sum(map(len, parts)) for parts in pieces]
        enough = [
            parts if n >= self.min_cover * len(word) else []
            for word, parts, n in zip(words, pieces, covered, strict=True)
        ]
        return _mean_of_pieces(enough, table)

    def _known_parts(self, words: list[str], table: Any) -> set[str]:
        """All parts of the words that the table has, found in one look-up."""
        parts = list({part for word in words for part in self._parts(word)})
        if not parts:
            return set()
        rows = on_host(table.find(keys=string_keys(parts)))
        return {parts[i] for i in np.flatnonzero(rows >= 0)}

    def _parts(self, word: str) -> list[str]:
        n = len(word)
        return [word[i:j] for i in range(n) for j in range(i + self.minn, n + 1)]

    def _cut(self, word: str, known: set[str]) -> list[str]:
        pieces, start = [], 0
        while start < len(word):
            ends = range(len(word), start + self.minn - 1, -1)
            piece = next((word[start:end] for end in ends if word[start:end] in known), None)
            if piece is not None:
                pieces.append(piece)
            start += 1 if piece is None else len(piece)
        return pieces


class OtherTable(Policy):
    """The vector of another table of the same width, such as a floret one that knows any word.

    :param table: The other table.
    """

    def __init__(self, table: Any) -> None:
        self.table = table

    def __call__(self, words: list[str], table: Any) -> Answer:
        if self.table.shape[1] != table.shape[1]:
            raise ValueError(
                f"The other table has width {self.table.shape[1]}; this one has {table.shape[1]}."
            )
        vectors = on_host(self.table.get_batch(words)).astype(np.float32)
        return vectors, np.array([word in self.table for word in words], dtype=bool)


class Function(Policy):
    """The vector that a function gives for one word; None for none.

    :param function: word -> (D,) numbers or None.
    """

    def __init__(self, function: Callable[[str], Any]) -> None:
        self.function = function

    def __call__(self, words: list[str], table: Any) -> Answer:
        vectors, found = _nothing(words, table)
        for number, word in enumerate(words):
            vector = self.function(word)
            if vector is None:
                continue
            if np.shape(vector) != (table.shape[1],):
                raise ValueError(
                    f"The policy's function gave an array of shape {np.shape(vector)} for "
                    f"{word!r}; the table has width {table.shape[1]}."
                )
            vectors[number], found[number] = on_host(vector), True
        return vectors, found


class FirstOf(Policy):
    """The answer of the first policy that has one.

    :param policies: Policies or what `as_policy` makes one of.
    """

    def __init__(self, policies: Sequence[Any]) -> None:
        self.policies = [as_policy(policy) for policy in policies]
        self.counted = any(policy.counted for policy in self.policies if policy is not None)

    def __call__(self, words: list[str], table: Any) -> Answer:
        vectors, found = _nothing(words, table)
        for policy in self.policies:
            left = np.flatnonzero(~found)
            if policy is None or not len(left):
                continue
            vectors[left], found[left] = policy([words[i] for i in left], table)
        return vectors, found


NAMED: dict[str, Callable[[], Policy]] = {
    "zeros": Zeros,
    "spacy": lambda: Zeros(counted=True),
    "default_row": DefaultRow,
    "hash": HashRandom,
    "spelling": NearestSpelling,
    "subwords": SubWords,
}
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def _mix(numbers: NDArray[Any]) -> NDArray[np.uint64]:
    """The output function of SplitMix64 (Steele et al. 2014, OOPSLA) of every number."""
    z = numbers.astype(np.uint64)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def _nothing(words: list[str], table: Any) -> Answer:
    return np.zeros((len(words), table.shape[1]), np.float32), np.zeros(len(words), dtype=bool)


def _vectors_of_keys(keys: list[int | None], table: Any) -> Answer:
    wanted = np.array([0 if key is None else key for key in keys], dtype=np.uint64)
    vectors: Any
    vectors, known = gather_known(table, wanted)
    found = known & np.array([key is not None for key in keys], dtype=bool)
    vectors[~found] = 0
    return vectors, found


def _mean_of_pieces(pieces: list[list[str]], table: Any) -> Answer:
    """The mean vector of each list of words; those without a vector are left out."""
    lengths = [len(words) for words in pieces]
    keys = string_keys([word for words in pieces for word in words])
    vectors: Any
    vectors, known = gather_known(table, keys)
    sums = np.zeros((len(pieces), table.shape[1]), dtype=np.float32)
    counts = np.zeros(len(pieces), dtype=np.int64)
    owner = np.repeat(np.arange(len(pieces)), lengths)
    np.add.at(sums, owner, vectors)
    np.add.at(counts, owner, known)
    sums /= np.maximum(counts, 1)[:, None]
    return sums, counts > 0
