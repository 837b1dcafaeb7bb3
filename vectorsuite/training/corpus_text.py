"""Writing a corpus as text, one sentence a line."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from vectorsuite.errors import EmptyCorpusError
from vectorsuite.io.output import open_output
from vectorsuite.kernels import _core
from vectorsuite.packed import PackedStrings
from vectorsuite.training.corpus import count_and_encode
from vectorsuite.training.joined_text import joined_text
from vectorsuite.training.readers import LineSentences, PathLike
from vectorsuite.training.sources import unjoined

_STRETCH = 1 << 20  # words turned into text at a time
_SPACES = np.frombuffer(b" \t\n\v\f\r", dtype=np.uint8)


def write_lines(source: Any, path: PathLike, *, workers: int = 0) -> None:
    """Write a corpus to a text file, packed if its name ends in .gz or the like.

    Words are set apart by one space; sentences without words are left out.

    :param source: As of ``count_and_encode``; a corpus with phrases joined is written joined.
    :param workers: Threads that read, or join the phrases of text files; 0: all cores.
    :raises ValueError: A word has white space in it, so that reading would make two of it.
    """
    base, matchers = unjoined(source)
    if matchers and isinstance(base, LineSentences):
        _write_joined(base, matchers, path, workers)
        return
    with count_and_encode(source, min_count=1, workers=workers) as corpus:
        words, offsets = corpus.words, corpus.offsets
        _check_words(words)
        starts = np.searchsorted(offsets, np.arange(0, len(corpus.ids), _STRETCH))
        bounds = np.unique([*starts, len(offsets) - 1]).tolist()
        with open_output(Path(path)) as file:
            for begin, end in pairwise(bounds):
                part = offsets[begin : end + 1]
                file.write(_core.text_of(corpus.ids, part, words.data, words.offsets))


def _write_joined(source: LineSentences, matchers: list[Any], path: PathLike, workers: int) -> None:
    """Write text files with their phrases joined."""
    for matcher in matchers:
        _check_words(PackedStrings.pack(matcher.strings()))
    with open_output(Path(path)) as file:
        n = sum(map(file.write, joined_text(source, matchers, workers=workers)))
        if not n:
            raise EmptyCorpusError(f"The corpus is empty: {source!r} has no words.")


def _check_words(words: PackedStrings) -> None:
    (places,) = np.isin(words.data, _SPACES).nonzero()
    if len(places):
        word = words[int(np.searchsorted(words.offsets, places[0], "right")) - 1]
        raise ValueError(
            f"The word {word!r} has white space in it, which would cut it in two. Replace "
            "the space, or choose another delimiter for phrases."
        )
