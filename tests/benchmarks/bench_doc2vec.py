"""Doc2Vec against gensim's: training, inferring 10,000 documents, and what the vectors are worth.

    python tests/benchmarks/bench_doc2vec.py [--documents 10000] [--json]

Both train on the same paragraphs, counting included, and infer a vector for each anew, in one run;
gensim infers one document after the other, which is all it offers. Both take turns a few times and
each figure is a median: of one run of gensim's training the time may be twice that of the next,
since its threads wait for each other whenever the machine is busy. "itself" is the share of
paragraphs whose own vector is the nearest to the inferred one, "genre" the share of held-out
paragraphs of the treebank whose genre a linear classifier finds from inferred vectors: the mean
over seeds, each with a fifth of the treebank's documents held out, the same for both, and the
standard error of the difference. gensim ignores dm_mean=0, so that its sum is a mean.
"""

from __future__ import annotations

import argparse
import json
import lzma
import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np
from corpus_file import CORPUS, DATA
from numpy.typing import NDArray

from vectorsuite import Doc2Vec, TaggedDocument

ARCHITECTURES = {
    "PV-DM, mean": {},
    "PV-DM, sum": {"dm_mean": 0},
    "PV-DM, end to end": {"dm_concat": 1},
    "PV-DM, hierarchical softmax": {"hs": 1, "negative": 0},
    "PV-DBOW": {"dm": 0},
    "PV-DBOW with words": {"dm": 0, "dbow_words": 1},
    "PV-DBOW, hierarchical softmax": {"dm": 0, "hs": 1, "negative": 0},
}
GENRES = ("answers", "email", "newsgroup", "reviews", "weblog")
#: Words and number of the genre.
Paragraphs = list[tuple[list[str], int]]


def read_documents(n: int, least_words: int = 20) -> list[TaggedDocument]:
    """The first paragraphs of the corpus that are no headings; else made-up ones."""
    if not CORPUS.is_file():
        random = np.random.default_rng(1)
        ranks = np.minimum(random.zipf(1.2, (n, 70)), 50_000)
        return [TaggedDocument([f"w{r}" for r in row], [i]) for i, row in enumerate(ranks.tolist())]
    with lzma.open(CORPUS, "rt", encoding="utf8") as lines:
        split = (line.split() for line in lines)
        wanted = islice((words for words in split if len(words) >= least_words), n)
        return [TaggedDocument(words, [number]) for number, words in enumerate(wanted)]


def read_genres() -> list[Paragraphs]:
    """The documents of the treebank: paragraphs with their genre."""
    documents: list[Paragraphs] = []
    for path in sorted((DATA / "ud").glob("en_ewt-*.conllu.xz")):
        for new_document, paragraph in _paragraphs(path):
            if new_document:
                documents.append([])
            documents[-1].append(paragraph)
    return documents


def _paragraphs(path: Any) -> Iterator[tuple[bool, tuple[list[str], int]]]:
    """Whether a document starts, and a paragraph with its genre."""
    words: list[str] = []
    genre, new, next_new = "", True, True
    with lzma.open(path, "rt", encoding="utf8") as lines:
        for line in lines:
            if line.startswith("# newdoc"):
                next_new = True
            elif line.startswith("# newpar"):
                if words:
                    yield new, (words, GENRES.index(genre))
                words, new, next_new = [], next_new, False
            elif line.startswith("# sent_id"):
                genre = line.split(" = ")[1].split("-")[0]
            elif line[0].isdigit() and line.split("\t")[0].isdigit():
                words.append(line.split("\t")[1].lower())
    yield new, (words, GENRES.index(genre))


def split(documents: list[Paragraphs], seed: int) -> list[Paragraphs]:
    """Paragraphs to learn from, and those of a random fifth of the documents."""
    held_out = np.random.default_rng(seed).permutation(len(documents)) < len(documents) // 5
    parts: list[Paragraphs] = [[], []]
    for held, document in zip(held_out.tolist(), documents, strict=True):
        parts[held] += document
    return parts


def infer_all(model: Any, documents: list[list[str]], workers: int) -> NDArray[np.float32]:
    """A vector for each document, (N, D)."""
    if isinstance(model, Doc2Vec):
        return model.infer_vectors(documents, workers=workers, empty="zero")
    return np.array([model.infer_vector(words) for words in documents])


def measure(model_type: type, documents: list[TaggedDocument], settings: dict[str, Any]) -> Any:
    """Seconds of training and of inferring all documents, and how many are nearest themselves."""
    start = time.perf_counter()
    model = model_type(documents, **settings)
    trained = time.perf_counter()
    words = [document.words for document in documents]
    vectors = infer_all(model, words, settings["workers"])
    inferred = time.perf_counter()
    table = model.dv.vectors / np.linalg.norm(model.dv.vectors, axis=1, keepdims=True)
    nearest = np.concatenate(
        [(part @ table.T).argmax(axis=1) for part in np.array_split(vectors, 20)]
    )
    itself = float(np.mean(nearest == np.arange(len(documents))))
    return trained - start, inferred - trained, itself


def by_turns(
    peers: dict[str, type], documents: list[TaggedDocument], settings: dict[str, Any], turns: int
) -> dict[str, Any]:
    """The medians of what :func:`measure` gives for each, which take turns."""
    runs = [
        {who: measure(model_type, documents, settings) for who, model_type in peers.items()}
        for _ in range(turns)
    ]
    return {who: np.median([run[who] for run in runs], axis=0) for who in peers}


def compare_genres(
    types: dict[str, type], documents: list[Paragraphs], settings: dict[str, Any], seeds: int
) -> dict[str, float]:
    """The means of :func:`genre_accuracy`, and the standard error of their difference."""
    found: dict[str, list[float]] = {who: [] for who in types}
    for seed in range(1, seeds + 1):
        parts = split(documents, seed)
        for who, model_type in types.items():
            run = settings | {"epochs": 20, "seed": seed}
            found[who].append(genre_accuracy(model_type, parts, run))
    one, other = (np.array(values) for values in found.values())
    error = np.std(one - other, ddof=1) / seeds**0.5 if seeds > 1 else np.nan
    return {f"{who} genre": float(np.mean(found[who])) for who in types} | {"± genre": float(error)}


def genre_accuracy(model_type: type, parts: list[Paragraphs], settings: dict[str, Any]) -> float:
    """Share of the paragraphs of the second part whose genre is found.

    The classifier is ridge regression on vectors of length 1; its penalty is chosen on every fifth
    paragraph of the first part.
    """
    train = parts[0]
    documents = [TaggedDocument(words, [number]) for number, (words, _) in enumerate(train)]
    model = model_type(documents, **settings)
    inputs = [_unit(infer_all(model, [words for words, _ in part], 2)) for part in parts]
    genres = [np.array([genre for _, genre in part]) for part in parts]
    held = np.arange(len(train)) % 5 == 0
    penalties = [10.0**power for power in range(-4, 3)]
    best = max(
        penalties,
        key=lambda p: _hits(
            inputs[0][~held], genres[0][~held], inputs[0][held], genres[0][held], p
        ),
    )
    return _hits(inputs[0], genres[0], inputs[1], genres[1], best)


def _unit(vectors: NDArray[Any]) -> NDArray[np.float64]:
    """Vectors of length 1 with a constant behind."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.hstack([vectors / np.maximum(lengths, 1e-9), np.ones((len(vectors), 1))]).astype(
        np.float64
    )


def _hits(x: Any, y: Any, x_test: Any, y_test: Any, penalty: float) -> float:
    targets = np.eye(len(GENRES))[y]
    weights = np.linalg.solve(x.T @ x + penalty * np.eye(x.shape[1]), x.T @ targets)
    return float(np.mean((x_test @ weights).argmax(axis=1) == y_test))


def main() -> None:
    from gensim.models.doc2vec import Doc2Vec as Gensim

    parser = argparse.ArgumentParser()
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--turns", type=int, default=3, help="runs of either, by turns")
    parser.add_argument("--seeds", type=int, default=6, help="of the classifier's vectors")
    parser.add_argument("--only", help="models whose names contain this")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    documents = read_documents(options.documents)
    n_words = sum(len(document.words) for document in documents) * options.epochs
    genres = read_genres() if DATA.is_dir() else []
    types: dict[str, type] = {"gensim": Gensim, "ours": Doc2Vec}
    rows = []
    for name, kind in ARCHITECTURES.items():
        if options.only and options.only not in name:
            continue
        settings = {"epochs": options.epochs, "workers": options.workers, "min_count": 2, **kind}
        row: dict[str, Any] = {"model": name}
        for who, (train, infer, itself) in by_turns(
            types, documents, settings, options.turns
        ).items():
            row[f"{who} words/s"] = n_words / train
            row[f"{who} infer ms"] = infer / len(documents) * 1e3
            row[f"{who} itself"] = itself
        if genres:
            row |= compare_genres(types, genres, settings, options.seeds)
        row["training times"] = row["ours words/s"] / row["gensim words/s"]
        row["inference times"] = row["gensim infer ms"] / row["ours infer ms"]
        rows.append(row)
        if not options.json:
            show(row)
    if options.json:
        print(json.dumps(rows))


def show(row: dict[str, Any]) -> None:
    """Print a model's figures."""
    print(
        f"{row['model']:30} {row['ours words/s']:>10,.0f} words/s {row['training times']:5.1f}×   "
        f"infer {row['ours infer ms']:.3f} ms {row['inference times']:5.1f}×   "
        f"itself {row['ours itself']:.3f} (gensim {row['gensim itself']:.3f})   "
        f"genre {row.get('ours genre', np.nan):.3f} (gensim {row.get('gensim genre', np.nan):.3f}, "
        f"± {row.get('± genre', np.nan):.3f})",
        flush=True,
    )


if __name__ == "__main__":
    main()
