"""Models in Facebook's own format, which fastText and gensim read and write."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from vectorsuite.io.fasttext_binary import (
    ARGUMENTS,
    DEFAULTS,
    FastTextModel,
    QuantizedMatrix,
    read_model,
    write,
)
from vectorsuite.io.source import Source
from vectorsuite.io.word_vectors import WordVectors
from vectorsuite.models.fasttext import FastText
from vectorsuite.models.fasttext_vectors import FastTextKeyedVectors
from vectorsuite.packed import PackedStrings
from vectorsuite.training.readers import PathLike

CBOW, SKIP_GRAM, SUPERVISED = 1, 2, 3
HIERARCHICAL_SOFTMAX, NEGATIVE_SAMPLING = 1, 2


def load_facebook_model(path: PathLike) -> FastText:
    """A model of fastText's ``.bin``, which can be asked and, with one exception, trained further.

    The inner nodes of hierarchical softmax are not taken over: such a model can only be asked.

    :raises ValueError: It is no such file, damaged, or a classifier or pruned model.
    """
    file = _read(path)
    values = file.arguments
    model = FastText(
        vector_size=values["dim"], window=values["ws"], epochs=values["epoch"],
        min_count=values["minCount"], sg=int(values["model"] == SKIP_GRAM),
        hs=int(values["loss"] == HIERARCHICAL_SOFTMAX),
        negative=values["neg"] if values["loss"] == NEGATIVE_SAMPLING else 0,
        min_n=values["minn"], max_n=values["maxn"], bucket=values["bucket"],
        sample=file.sampling,
    )  # fmt: skip
    _fill(model.wv, file)
    model._put_words(list(model.wv.index_to_key), file.counts)
    model.wv.vectors_lockf = np.ones(len(model.wv), dtype=np.float32)
    model.corpus_total_words = file.n_tokens
    if model.negative:
        model.syn1neg = _rows(file.output)
    model._prepare_tables()
    return model


def load_facebook_vectors(path: PathLike) -> FastTextKeyedVectors:
    """The vectors of fastText's ``.bin``, of words known or not: :func:`load_facebook_model`."""
    file = _read(path)
    values = file.arguments
    wv = FastTextKeyedVectors(values["dim"], values["minn"], values["maxn"], values["bucket"])
    _fill(wv, file)
    wv.expandos["count"] = file.counts
    return wv


def save_facebook_model(model: FastText, path: PathLike) -> None:
    """Write a model that fastText and gensim open.

    :raises ValueError: The model has no words, or a word has a zero byte.
    """
    wv, n = model.wv, len(model.wv)
    if not n:
        raise ValueError("The model has no words yet: train it before it is saved.")
    given: dict[str, Any] = {
        "dim": model.vector_size, "ws": model.window, "epoch": model.epochs,
        "minCount": model.min_count, "neg": model.negative, "wordNgrams": 1,
        "loss": HIERARCHICAL_SOFTMAX if model.hs else NEGATIVE_SAMPLING,
        "model": SKIP_GRAM if model.sg else CBOW, "bucket": model.bucket, "minn": model.min_n,
        "maxn": model.max_n,
    }  # fmt: skip
    outputs = next((getattr(model, t) for t in ("syn1neg", "syn1") if hasattr(model, t)), None)
    file = FastTextModel(
        arguments=dict(zip(ARGUMENTS, DEFAULTS, strict=True)) | given,
        sampling=float(model.sample),
        entries=PackedStrings.pack(str(key) for key in wv.index_to_key),
        counts=np.asarray(wv.expandos["count"], dtype=np.int64),
        types=np.zeros(n, dtype=np.int8),
        n_tokens=int(wv.expandos["count"].sum()),
        pruned=None,
        input=np.vstack([wv.vectors_vocab, wv.bucket_rows.whole().vectors]),
        output=np.zeros_like(wv.vectors_vocab) if outputs is None else np.array(outputs),
    )
    write(Path(path), WordVectors(file.entries, wv.vectors, extras={"fasttext": file}))


def _read(path: PathLike) -> FastTextModel:
    with Source(Path(path)) as source:
        file = read_model(source)
    if file.arguments["model"] == SUPERVISED or (file.types != 0).any():
        raise ValueError(f"{path} is a classifier; open its word vectors with vectorsuite.load.")
    if file.pruned is not None:
        raise ValueError(
            f"{path} is a pruned model, whose n-grams cannot be trained; open its word vectors "
            "with vectorsuite.load."
        )
    return file


def _rows(matrix: Any) -> Any:
    return matrix.decode() if isinstance(matrix, QuantizedMatrix) else matrix


def _fill(wv: FastTextKeyedVectors, file: FastTextModel) -> None:
    """Words, their rows and those of n-grams."""
    words, rows = list(file.entries), file.rows()
    wv.index_to_key = words
    wv.key_to_index = dict(zip(words, range(len(words)), strict=True))
    wv.next_index = len(words)
    wv.vectors_vocab = np.array(rows[: len(words)])
    wv.vectors_ngrams = np.array(rows[len(words) : len(words) + wv.bucket])
    wv.adjust_vectors()
