"""Saving and opening words and vectors: an own directory, and word2vec's files."""

from __future__ import annotations

import os
import shutil
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from vectorsuite.io import word2vec_binary, word2vec_text
from vectorsuite.io.checked_file import checked_kind
from vectorsuite.io.output import open_output, split_packing
from vectorsuite.io.source import Source
from vectorsuite.io.word_vectors import ReadOptions, WordVectors, drop_duplicates
from vectorsuite.packed import PackedStrings
from vectorsuite.query.attributes import Attributes
from vectorsuite.query.backing import ROW_ATTR_TYPES
from vectorsuite.query.keys import Key, key_of, text_of
from vectorsuite.strings import StringStore, string_keys
from vectorsuite.vectors.pipeline import open_pipeline, write_pipeline
from vectorsuite.vectors.table import Vectors

Self = TypeVar("Self", bound="Formats")
PathLike = str | os.PathLike[str]


class Formats(Attributes):
    """Readers and writers with gensim's names."""

    def save(self, path: PathLike, *unused: Any, **also_unused: Any) -> None:
        """Write a directory that :meth:`load`, ``vectorsuite.load`` and ``spacy.load`` open.

        Keys that are integers or tuples come back as such by :meth:`load`; where words are texts,
        ``("a", 1)`` is ``["a", 1]``. Replaces a file, or a directory of the same kind. Further
        arguments of gensim's are accepted and ignored: arrays are always files of their own, and
        nothing is pickled.

        :raises FileExistsError: If another directory is at `path`.
        :raises TypeError: If a key is of a type that cannot be saved.
        :raises ValueError: If two keys have the same text, such as 1 and "1"; if vectors of words
            over a floret table were edited.
        """
        path = Path(path)
        replaceable = path.is_file() or (path / "vocab" / "vectors").is_file()
        if path.exists() and not replaceable:
            raise FileExistsError(f"{path} is there and holds no vectors; give another name.")
        table = self._table_to_save()
        settings = {**table.settings, **self._settings_to_save()}
        write_pipeline(path, table, settings=settings, force=replaceable)

    def _settings_to_save(self) -> dict[str, Any]:
        """What a table cannot hold: keys that are not strings, attributes that are not numbers.

        Arrays per word, such as Huffman codes, are for training and are not saved.
        """
        odd_keys = [
            row
            for row, key in enumerate(self.index_to_key)
            if key is not None and not isinstance(key, str) and text_of(key)
        ]
        values = {
            name: values.tolist()
            for name, values in self.expandos.items()
            if values.dtype not in ROW_ATTR_TYPES
            and not any(isinstance(value, np.ndarray) for value in values[:1])
        }
        saved = {"json_keys": odd_keys, "attributes": values}
        return {name: value for name, value in saved.items() if value}

    @classmethod
    def load(cls: type[Self], fname: PathLike, mmap: Any = None) -> Self:
        """Open what :meth:`save` wrote, or any directory with a table of ours or spaCy's.

        :param mmap: Map the vectors instead of reading them; gensim's "r" means the same as True.
            Mapped vectors are copied by the first edit.
        :raises FileNotFoundError: If there is no table.
        :raises ValueError: If it is a file.
        """
        if Path(fname).is_file():
            kind = checked_kind(Path(fname))
            if kind is not None:
                raise ValueError(
                    f"{fname} is a {kind}, not words alone: vectorsuite.load opens its words, the "
                    "load of its class all of it."
                )
            raise ValueError(
                f"{fname} is a file; KeyedVectors.load opens a directory that save wrote. For a "
                "file of vectors use load_word2vec_format or vectorsuite.load. A file of gensim's "
                "own is a pickle: convert it with gensim's save_word2vec_format."
            )
        made = cls.from_table(open_pipeline(Path(fname), mmap=bool(mmap)))
        if made._backing is not None:
            made._restore_settings(made._backing.settings)
        return made

    def _restore_settings(self, settings: dict[str, Any]) -> None:
        """Take over, and out, what `_settings_to_save` gave."""
        for name, values in settings.pop("attributes", {}).items():
            self.expandos[name] = np.array(values, dtype=object)
        rows = settings.pop("json_keys", settings.pop("integer_keys", []))
        if rows:
            words, index = self._own_keys()
            for row in rows:
                del index[words[row]]
                words[row] = key_of(words[row])
                index[words[row]] = row

    @classmethod
    def load_word2vec_format(
        cls: type[Self],
        fname: PathLike,
        fvocab: PathLike | None = None,
        binary: bool = False,
        encoding: str = "utf8",
        unicode_errors: str = "strict",
        limit: int | None = None,
        datatype: Any = np.float32,
        no_header: bool = False,
    ) -> Self:
        """Read a file in a format of word2vec's C tools, packed or not; of equal words the first.

        :param fvocab: File of counts: a word and a number a line. Without it words have no counts.
        :param binary: The binary format; else text.
        :param encoding: Of the words.
        :param unicode_errors: What to do with bytes it cannot decode: as of ``bytes.decode``.
        :param limit: Words to read at most.
        :param datatype: float16, float32 or float64.
        :param no_header: The text begins with the first word, as GloVe's does.
        :raises UnicodeDecodeError: If a word cannot be decoded.
        :raises ValueError: If the file is damaged, or a word is missing from `fvocab`.
        """
        read = read_word2vec(
            fname, binary, encoding, unicode_errors, limit, np.dtype(datatype), no_header
        )
        keys = string_keys(read.words)
        table = Vectors(strings=StringStore(read.words), data=read.data, keys=keys)
        made = cls.from_table(table)
        if fvocab is not None:
            counts = read_counts(fvocab, encoding, unicode_errors)
            missing = next((word for word in read.words if word not in counts), None)
            if missing is not None:
                raise ValueError(f"The word {missing!r} of {fname} has no count in {fvocab}.")
            made.expandos["count"] = np.array([counts[word] for word in read.words], np.int64)
        return made

    def save_word2vec_format(
        self,
        fname: PathLike,
        fvocab: PathLike | None = None,
        binary: bool = False,
        total_vec: int | None = None,
        write_header: bool = True,
        prefix: str = "",
        append: bool = False,
        sort_attr: str = "count",
    ) -> None:
        """Write a file in a format of word2vec's C tools; packed if its name ends in .gz and so on.

        :param fvocab: Also write a word and its `sort_attr` a line here.
        :param total_vec: Number of words the header tells, if more are to be appended.
        :param write_header: Begin with a line of the number of words and the width.
        :param prefix: Text before every word.
        :param append: Add to the file instead of replacing it.
        :param sort_attr: Words with the highest come first; without such an attribute the order of
            rows is kept.
        :raises ValueError: If a word cannot be told from its surroundings in this format; if these
            are words over a floret table that came without any; if `fvocab` is asked for and there
            is no such attribute.
        """
        self._check_words()
        order = np.arange(len(self))
        if sort_attr in self.expandos:
            order = np.argsort(-self.expandos[sort_attr].astype(np.float64), kind="stable")
        keys = self.index_to_key[:]
        named = [row for row in order.tolist() if keys[row] is not None]
        words = [f"{prefix}{keys[row]}" for row in named]
        if fvocab is not None:
            if sort_attr not in self.expandos:
                raise ValueError(f"Cannot write {fvocab}: words have no attribute {sort_attr!r}.")
            lines = [
                f"{w} {self.expandos[sort_attr][r]}\n" for w, r in zip(words, named, strict=True)
            ]
            _write_bytes(fvocab, "".join(lines).encode("utf8"), append)
        vectors = WordVectors.from_words(words, self.vectors[named])
        write = word2vec_binary.write if binary else word2vec_text.write
        if write_header and not append and total_vec in (None, len(words)):
            write(Path(fname), vectors)
            return
        header = f"{total_vec or len(words)} {self.vector_size}\n" if write_header else ""
        _write_parts(fname, vectors, write, header.encode(), append)

    def intersect_word2vec_format(
        self,
        fname: PathLike,
        lockf: float = 0.0,
        binary: bool = False,
        encoding: str = "utf8",
        unicode_errors: str = "strict",
    ) -> int:
        """Take over the vectors of the words that are both here and in a file of word2vec's.

        :param lockf: Set as `vectors_lockf` of these words: 0 lets training change them no more.
        :returns: How many words were taken over.
        :raises ValueError: If the file's width is another.
        """
        read = read_word2vec(fname, binary, encoding, unicode_errors)
        if read.width != self.vector_size:
            raise ValueError(
                f"{fname} holds vectors of width {read.width}; these have width {self.vector_size}."
            )
        find = self.key_to_index.get
        rows = np.array([find(word, -1) for word in read.words], dtype=np.int64)
        here = rows >= 0
        self._own_vectors()[rows[here]] = read.data[here]
        self.vectors_lockf[rows[here]] = lockf
        self.changed()
        return int(here.sum())


def read_word2vec(
    path: PathLike,
    binary: bool,
    encoding: str = "utf8",
    errors: str = "strict",
    limit: int | None = None,
    dtype: Any = np.float32,
    no_header: bool = False,
) -> WordVectors:
    """Read word2vec's text or binary with words in any encoding.

    :param errors: What to do with bytes that are none of it: as of ``bytes.decode``.
    :param dtype: Of the vectors.
    :param no_header: The text begins with the first word.
    :raises UnicodeDecodeError: A word cannot be decoded.
    :raises ValueError: The file is damaged, or binary without a header was asked for.
    """
    if binary and no_header:
        raise ValueError("word2vec's binary format always has a header; no_header is for text.")
    with Source(Path(path), ReadOptions(limit=limit, errors="raw", dtype=dtype)) as source:
        if binary:
            read = word2vec_binary.read(source, source.options)
        else:
            read = word2vec_text.read(source, source.options, header=not no_header)
    decoded = _decode(read.words, encoding, errors, path)
    if decoded is not None:
        read.words = decoded
        read = drop_duplicates(read)  # words that differed in bytes may not as text
    return read


def _decode(
    words: PackedStrings, encoding: str, errors: str, path: PathLike
) -> PackedStrings | None:
    """Words whose bytes are in some encoding, as UTF-8; None if they are UTF-8 as they are."""
    if encoding.lower().replace("-", "") == "utf8":
        try:
            for _ in words:
                pass
            return None
        except UnicodeDecodeError:
            pass
    blob, bounds = words.data.tobytes(), words.offsets.tolist()
    decoded = []
    for start, end in pairwise(bounds):
        try:
            decoded.append(blob[start:end].decode(encoding, errors))
        except UnicodeDecodeError as error:
            error.reason += f": word {len(decoded) + 1} of {path}; give encoding or unicode_errors"
            raise
    return PackedStrings.pack(decoded)


def read_counts(path: PathLike, encoding: str = "utf8", errors: str = "strict") -> dict[Key, int]:
    """Read a word and its count from every line of a file.

    :raises ValueError: If a line is something else.
    """
    counts: dict[Key, int] = {}
    with Path(path).open(encoding=encoding, errors=errors, newline="\n") as lines:
        for number, line in enumerate(lines, start=1):
            word, _, count = line.rstrip().rpartition(" ")
            if not count.isdecimal():
                raise ValueError(f"{path}, line {number}: a word and its count were expected.")
            counts[word] = int(count)
    return counts


def _write_parts(
    path: PathLike, vectors: WordVectors, write: Any, header: bytes, append: bool
) -> None:
    """Write rows after a header of one's own, to a new file or to the end of one."""
    with tempfile.TemporaryDirectory(dir=Path(path).parent, prefix=".rows.") as folder:
        rows = Path(folder) / "rows"
        write(rows, vectors)
        with rows.open("rb") as body:
            body.readline()  # its own header
            _write_bytes(path, header, append, body)


def _write_bytes(path: PathLike, start: bytes, append: bool, body: Any = None) -> None:
    """Write bytes, and what a file has from here on, to a new file or to the end of one."""
    if append and split_packing(Path(path).name)[1]:
        raise ValueError(f"Cannot append to {path}: it is packed.")
    with open_output(Path(path)) as file:
        if append and Path(path).exists():
            with Path(path).open("rb") as old:
                shutil.copyfileobj(old, file)
        file.write(start)
        if body is not None:
            shutil.copyfileobj(body, file)
