"""StaticVectors against spaCy's, forward and backward, on spaCy's docs.

    python tests/benchmarks/bench_layers.py [--corpus FILE] [--json]

Texts are paragraphs of the corpus beside the checkout, or Zipf draws where it is absent, in batches
of 256 docs of 25 words; the table has the corpus' words, D 300, and the output is 96 wide. Rows
named "distinct" have batches in which no word comes twice, where projecting each word once saves
nothing. Each figure is the best of five runs, ours and theirs taking turns.
"""

from __future__ import annotations

import argparse
import itertools
import json
import lzma
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from corpus_file import CORPUS

DOC_WORDS, BATCH, BATCHES, WIDTH, OUT = 25, 256, 8, 300, 96


def corpus_words(path: Path) -> list[str]:
    """Two million words of text, or of draws by Zipf's law."""
    if path.exists():
        with lzma.open(path, "rt", encoding="utf8") as lines:
            words: Iterator[str] = (word for line in lines for word in line.split())
            return list(itertools.islice(words, 2_000_000))
    draws = np.random.default_rng(0).zipf(1.1, 2_000_000) % 80_000
    return [f"w{draw}" for draw in draws]


def spacy_vocab(words: list[str], ours: bool) -> Any:
    import spacy

    vocab = spacy.blank("xx").vocab
    known = [word for word, count in Counter(words).most_common() if count >= 5]
    data = np.random.default_rng(0).standard_normal((len(known), WIDTH)).astype("f")
    if ours:
        from vectorsuite import Vectors

        vocab.vectors = Vectors(strings=vocab.strings, data=data, keys=known)
    else:
        vocab.vectors = spacy.vectors.Vectors(strings=vocab.strings, data=data, keys=known)
        for word in known:
            vocab.strings.add(word)
    return vocab


def batches(vocab: Any, words: list[str], distinct: bool) -> list[list[Any]]:
    from spacy.tokens import Doc

    if distinct:
        words = list(dict.fromkeys(words))
    size = DOC_WORDS * BATCH
    n = min(BATCHES, len(words) // size)
    docs = [Doc(vocab, words=words[i * DOC_WORDS : (i + 1) * DOC_WORDS]) for i in range(n * BATCH)]
    return [docs[i : i + BATCH] for i in range(0, len(docs), BATCH)]


def forward(model: Any, texts: list[list[Any]]) -> None:
    for docs in texts:
        model.predict(docs)


def forward_backward(model: Any, texts: list[list[Any]]) -> None:
    for docs in texts:
        output, backprop = model(docs, True)
        backprop(output)


def measure(
    work: Callable[[Any, list[list[Any]]], None], contenders: dict[str, Any]
) -> dict[str, float]:
    """Million tokens per second of each contender, (model, batches), best of five."""
    best: dict[str, float] = {}
    for _ in range(5):
        for name, (model, texts) in contenders.items():
            start = time.perf_counter()
            work(model, texts)
            passed = time.perf_counter() - start
            tokens = sum(len(doc) for docs in texts for doc in docs)
            best[name] = max(best.get(name, 0.0), tokens / passed / 1e6)
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    from spacy.ml.staticvectors import StaticVectors as SpacyStaticVectors

    from vectorsuite.layers import StaticVectors

    words = corpus_words(options.corpus)
    theirs, mapped = spacy_vocab(words, ours=False), spacy_vocab(words, ours=True)
    results: dict[str, dict[str, float]] = {}
    for distinct in (False, True):
        contenders = {}
        for name, layer, vocab in (
            ("spaCy", SpacyStaticVectors, theirs),
            ("ours, spaCy's table", StaticVectors, theirs),
            ("ours, our table", StaticVectors, mapped),
        ):
            texts = batches(vocab, words, distinct)
            contenders[name] = (layer(OUT).initialize(X=texts[0][:1]), texts)
        kind = "distinct" if distinct else "text"
        results[f"{kind}, forward"] = measure(forward, contenders)
        results[f"{kind}, forward and backward"] = measure(forward_backward, contenders)
    if options.json:
        print(json.dumps(results))
        return
    for row, figures in results.items():
        print(row)
        for name, speed in figures.items():
            print(f"  {name:22} {speed:6.2f} M tokens/s   {speed / figures['spaCy']:5.2f}×")


if __name__ == "__main__":
    main()
