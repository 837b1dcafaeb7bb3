"""Models in Facebook's own format, which fastText and gensim read and write."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.io.fasttext_binary import ARGUMENTS, DEFAULTS, read_model, write
from vectorsuite.io.fasttext_model import SUPERVISED, FastTextModel, QuantizedMatrix
from vectorsuite.io.source import Source
from vectorsuite.io.word_vectors import WordVectors
from vectorsuite.models.fasttext import FastText
from vectorsuite.models.fasttext_vectors import FastTextKeyedVectors
from vectorsuite.packed import PackedStrings
from vectorsuite.training.readers import PathLike
from vectorsuite.vectors.interchange import bucket_rows_of, ngrams_of

CBOW, SKIP_GRAM = 1, 2
HIERARCHICAL_SOFTMAX, NEGATIVE_SAMPLING = 1, 2


class ClassifierError(ValueError, NotImplementedError):
    """A file holds a classifier, which is not trained here.

    A ``ValueError``; and a ``NotImplementedError``, which is what gensim raises.
    """


def load_facebook_model(path: PathLike, encoding: str = "utf-8") -> FastText:
    """A model of fastText's ``.bin``, also from before 2016, which can be trained further.

    The file holds the output table of one loss, which is the one taken over.

    :param encoding: Of the words; bytes that are none become backslash sequences, as in gensim.
    :raises ValueError: It is no such file, or damaged.
    :raises ClassifierError: It is a classifier; :func:`load_facebook_vectors` reads its vectors.
    """
    file = _read(path)
    values = file.arguments
    if values["model"] == SUPERVISED or (file.types != 0).any():
        raise ClassifierError(
            f"{path} is a classifier; open its word vectors with load_facebook_vectors."
        )
    hs, ngrams = values["loss"] == HIERARCHICAL_SOFTMAX, ngrams_of(file)
    model = FastText(
        vector_size=values["dim"], window=values["ws"], epochs=max(values["epoch"], 1),
        min_count=values["minCount"], sg=int(values["model"] == SKIP_GRAM), hs=int(hs),
        negative=values["neg"] if values["loss"] == NEGATIVE_SAMPLING else 0,
        min_n=max(values["minn"], 0), max_n=ngrams.maxn,
        bucket=values["bucket"], sample=file.sampling,
    )  # fmt: skip
    words = _decoded(file.entries, encoding)
    _fill(model.wv, file, words)
    model._put_words(words, file.counts)
    model.raw_vocab = {}
    model.wv.vectors_lockf = np.ones(len(model.wv), dtype=np.float32)
    model.corpus_total_words = file.n_tokens
    if model.negative:
        model.syn1neg = _rows(file.output)
    elif hs:
        model.syn1 = -_rows(file.output)  # fastText's nodes predict code 1, word2vec's code 0
    model._prepare_tables()
    return model


def load_facebook_vectors(path: PathLike, encoding: str = "utf-8") -> FastTextKeyedVectors:
    """The vectors of fastText's ``.bin`` or ``.ftz``, of words known or not.

    Classifiers, quantised and pruned ones too, have word vectors as well; their labels are left
    out.

    :param encoding: See :func:`load_facebook_model`.
    :raises ValueError: It is no such file, or damaged.
    """
    file = _read(path)
    ngrams = ngrams_of(file)
    wv = FastTextKeyedVectors(file.arguments["dim"], ngrams.minn, ngrams.maxn, ngrams.bucket)
    is_word = np.flatnonzero(file.types == 0)
    _fill(wv, file, _decoded(file.entries.take(is_word), encoding))
    wv.expandos["count"] = file.counts[is_word]
    return wv


def save_facebook_model(
    model: FastText,
    path: PathLike,
    encoding: str = "utf-8",
    lr_update_rate: int = 100,
    word_ngrams: int = 1,
) -> None:
    """Write a model that fastText and gensim open.

    The file has room for one output table: that of hierarchical softmax if the model has both.

    :param encoding: UTF-8, which is what fastText reads.
    :param lr_update_rate, word_ngrams: Settings of fastText that are written as they are.
    :raises TypeError: It is another model.
    :raises ValueError: The model has no words, a word has a zero byte, or another encoding.
    """
    if not isinstance(model, FastText):
        raise TypeError(f"Facebook's format holds FastText models, not a {type(model).__name__}.")
    wv, n = model.wv, len(model.wv)
    if not n:
        raise ValueError("The model has no words yet: train it before it is saved.")
    if encoding.lower().replace("-", "") != "utf8":
        raise ValueError(f"encoding is {encoding!r}; fastText's files are UTF-8.")
    # words that were added count 0, and gensim opens no file with such words
    counts = np.maximum(np.asarray(wv.expandos["count"], dtype=np.int64), 1)
    given: dict[str, Any] = {
        "dim": model.vector_size, "ws": model.window, "epoch": model.epochs,
        "minCount": model.min_count, "neg": model.negative, "wordNgrams": word_ngrams,
        "loss": HIERARCHICAL_SOFTMAX if model.hs else NEGATIVE_SAMPLING,
        "model": SKIP_GRAM if model.sg else CBOW, "bucket": model.bucket, "minn": model.min_n,
        "maxn": model.max_n, "lrUpdateRate": lr_update_rate,
    }  # fmt: skip
    file = FastTextModel(
        arguments=dict(zip(ARGUMENTS, DEFAULTS, strict=True)) | given,
        sampling=float(model.sample),
        entries=PackedStrings.pack(str(key) for key in wv.index_to_key),
        counts=counts,
        types=np.zeros(n, dtype=np.int8),
        n_tokens=max(model.corpus_total_words, int(counts.sum())),  # rare words are tokens, too
        pruned=None,
        input=_input_rows(wv),
        output=_output_rows(model),
    )
    write(Path(path), WordVectors(file.entries, wv.vectors, extras={"fasttext": file}))


def _input_rows(wv: FastTextKeyedVectors) -> NDArray[np.float32]:
    """Rows of words, then of all buckets."""
    n = len(wv)
    rows = np.zeros((n + wv.bucket, wv.vector_size), dtype=np.float32)
    rows[:n] = wv.vectors_vocab
    rows[n + wv.bucket_rows.buckets] = wv.bucket_rows.vectors
    return rows


def _output_rows(model: FastText) -> NDArray[np.float32]:
    """What a file holds as the output table; zeros where there is none.

    :raises ValueError: Its rows are those of another tree than fastText's.
    """
    if model.hs and hasattr(model, "syn1"):
        if model.tree_order != "queues":
            raise ValueError(
                "The model learned hierarchical softmax with gensim's tree, and fastText's files "
                "mean another one: only its vectors can be saved, model.wv.save(path)."
            )
        return -model.syn1
    if not model.hs and hasattr(model, "syn1neg"):
        return np.array(model.syn1neg)
    return np.zeros((len(model.wv), model.vector_size), dtype=np.float32)


def _read(path: PathLike) -> FastTextModel:
    with Source(Path(path)) as source:
        return read_model(source)


def _decoded(words: PackedStrings, encoding: str) -> list[str]:
    blob, bounds = words.data.tobytes(), words.offsets.tolist()
    return [blob[a:b].decode(encoding, "backslashreplace") for a, b in pairwise(bounds)]


def _rows(matrix: Any) -> Any:
    return matrix.decode() if isinstance(matrix, QuantizedMatrix) else matrix


def _fill(wv: FastTextKeyedVectors, file: FastTextModel, words: list[str]) -> None:
    """Words, their rows and those of n-grams."""
    wv.index_to_key = words
    wv.key_to_index = dict(zip(words, range(len(words)), strict=True))
    wv.next_index = len(words)
    wv.vectors_vocab = np.array(file.rows()[: len(words)])
    wv.bucket_rows = bucket_rows_of(file)
    wv.adjust_vectors()
