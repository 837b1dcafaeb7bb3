"""Corpus readers with gensim's names: they yield lists of words, again and again.

Words are split at ASCII white space, as in the compiled reader, with which a model reads the files
of all but the last.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from vectorsuite.training.readers import LineSentences, PathLike

#: Words of a sentence by default: where longer lines are cut when iterating.
MAX_SENTENCE = 10_000
_READ_BYTES = 1 << 16


class LineSentence:
    """One sentence a line, words split at white space, long lines cut.

    Lines without words are left out. A model that is given the path of a file, and no limit,
    trains on whole lines: windows reach over the cuts.

    :param source: A path, plain or packed (.gz, .bz2, .xz, .zst), or a binary file object that can
        be rewound.
    :param max_sentence_length: Words after which a line is cut.
    :param limit: Lines to read; None: all.
    """

    def __init__(
        self, source: Any, max_sentence_length: int = MAX_SENTENCE, limit: int | None = None
    ) -> None:
        self.source = source
        self.max_sentence_length = max_sentence_length
        self.limit = limit

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.source!r})"

    @property
    def files(self) -> list[Any]:
        """What is read, in order."""
        return [self.source]

    def __iter__(self) -> Iterator[list[str]]:
        for source in self.files:
            for line in islice(read_lines(source), self.limit):
                words = split_words(line)
                for start in range(0, len(words), self.max_sentence_length):
                    yield words[start : start + self.max_sentence_length]

    def compiled(self) -> LineSentences | None:
        """The compiled reader of the same text, if there is one."""
        if self.limit is not None or any(hasattr(file, "read") for file in self.files):
            return None
        return LineSentences(self.files)


class PathLineSentences(LineSentence):
    """:class:`LineSentence` over all files of a folder, by name; or over one file.

    :raises ValueError: There is neither a file nor a folder of this name.
    """

    def __init__(
        self, source: PathLike, max_sentence_length: int = MAX_SENTENCE, limit: int | None = None
    ) -> None:
        super().__init__(source, max_sentence_length, limit)
        path = Path(source)
        if path.is_dir():
            self.input_files = [str(file) for file in sorted(path.iterdir()) if file.is_file()]
        elif path.is_file():
            self.input_files = [str(path)]
        else:
            raise ValueError(f"{path} is neither a file nor a folder.")

    @property
    def files(self) -> list[Any]:
        """The files, by name."""
        return self.input_files


class Text8Corpus(LineSentence):
    """A text without lines, such as text8, cut into sentences of so many words.

    :param fname: A path, plain or packed.
    """

    def __init__(self, fname: PathLike, max_sentence_length: int = MAX_SENTENCE) -> None:
        super().__init__(fname, max_sentence_length)
        self.fname = fname

    def __iter__(self) -> Iterator[list[str]]:
        sentence: list[str] = []
        for words in _word_lists(self.fname):
            sentence += words
            while len(sentence) >= self.max_sentence_length:
                yield sentence[: self.max_sentence_length]
                del sentence[: self.max_sentence_length]
        if sentence:
            yield sentence


class BrownCorpus:
    """The Brown corpus as NLTK has it: files of ``word/TAG``, one sentence a line.

    Yields words as "word/ta": in lower case, with the first two letters of their tags, as in
    gensim. What has a tag of punctuation is left out.

    :param dirname: The folder.
    """

    def __init__(self, dirname: PathLike) -> None:
        self.dirname = dirname

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.dirname!r})"

    def __iter__(self) -> Iterator[list[str]]:
        for path in sorted(Path(self.dirname).iterdir()):
            if not path.is_file():
                continue
            for line in read_lines(path):
                words = brown_words(line)
                if words:
                    yield words


def brown_words(line: bytes) -> list[str]:
    """Words of a line of the Brown corpus: see :class:`BrownCorpus`."""
    pairs = [token.split("/") for token in split_words(line)]
    return [
        f"{pair[0].lower()}/{pair[1][:2]}"
        for pair in pairs
        if len(pair) == 2 and pair[1][:2].isalpha()
    ]


def compiled_reader(source: Any) -> Any:
    """The compiled reader of a source's text if there is one, else the source."""
    reader = source.compiled() if isinstance(source, LineSentence) else None
    return source if reader is None else reader


def split_words(text: bytes) -> list[str]:
    """Words of a text, split at ASCII white space."""
    return [str(word, "utf8") for word in text.split()]


def read_lines(source: Any) -> Iterator[bytes]:
    """Lines of a path or of a file object, which is rewound first."""
    if hasattr(source, "read"):
        source.seek(0)
        encoded = (line.encode("utf8") if isinstance(line, str) else line for line in source)
        yield from _without_mark(encoded)
        return
    rest = b""
    for piece in _without_mark(_pieces(source)):
        *lines, rest = (rest + piece).split(b"\n")
        yield from lines
    if rest:
        yield rest


def _word_lists(path: PathLike) -> Iterable[list[str]]:
    """Words of a file in lists; a word is never cut."""
    rest = b""
    for piece in _without_mark(_pieces(path)):
        text = rest + piece
        end = max(text.rfind(space) for space in (b" ", b"\n", b"\t", b"\r")) + 1
        yield split_words(text[:end])
        rest = text[end:]
    yield split_words(rest)


def _without_mark(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Leave out the byte order mark that the first piece may begin with."""
    for piece in pieces:
        yield piece.removeprefix(codecs.BOM_UTF8)
        break
    yield from pieces


def _pieces(path: PathLike) -> Iterator[bytes]:
    if not Path(path).is_file():
        raise FileNotFoundError(f"There is no file {path}.")
    (file,) = LineSentences(path).files
    stream = file.open()
    try:
        while piece := stream.read(_READ_BYTES):
            yield piece
    finally:
        stream.close()
