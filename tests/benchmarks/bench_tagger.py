"""Taggers of configs/ against the same with spaCy's layers: accuracy over seeds, time per step.

    python tests/benchmarks/bench_tagger.py [--vectors DIR] [--seeds N] [--steps N] [--json]

Trains on Universal Dependencies English EWT beside the checkout, by examples/convert_ud.py. With
``--vectors``, a directory of vectors, the configs with static vectors run as well. ``--seeds 0``
only measures time, over 40 steps. 1,200 steps take some six minutes each.
"""

from __future__ import annotations

import argparse
import json
import runpy
import statistics
import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TREEBANK = ROOT.parent / "shared" / "data" / "ud"
STOCK = {
    "vectorsuite.MultiHashEmbed.v1": "spacy.MultiHashEmbed.v2",
    "vectorsuite.Tok2Vec.v1": "spacy.Tok2Vec.v2",
    "vectorsuite.MaxoutWindowEncoder.v1": "spacy.MaxoutWindowEncoder.v2",
    "vectorsuite.Vectors.v1": "spacy.Vectors.v1",
}


def make_nlp(text: str, corpus: Path, vectors: str | None, seed: int) -> tuple[Any, Any]:
    """An initialized pipeline and its resolved [training] section with the corpora."""
    from spacy.schemas import ConfigSchemaTraining
    from spacy.training.initialize import init_nlp
    from spacy.util import registry, resolve_dot_names
    from thinc.api import Config

    overrides = {
        "paths.train": str(corpus / "train.spacy"),
        "paths.dev": str(corpus / "dev.spacy"),
        "paths.vectors": vectors,
        "system.seed": seed,
    }
    nlp = init_nlp(Config().from_str(text, overrides=overrides, interpolate=False))
    config = nlp.config.interpolate()
    training = registry.resolve(config["training"], schema=ConfigSchemaTraining)
    training["corpora"] = resolve_dot_names(
        config, [training["train_corpus"], training["dev_corpus"]]
    )
    return nlp, training


def train(nlp: Any, training: Any, steps: int) -> float:
    """Train for some steps; returns processor seconds per step."""

    def batches() -> Any:
        while True:
            yield from training["batcher"](training["corpora"][0](nlp))

    start = time.process_time()
    for batch in islice(batches(), steps):
        nlp.update(batch, drop=training["dropout"], sgd=training["optimizer"], losses={})
    return (time.process_time() - start) / steps


def run(text: str, corpus: Path, vectors: str | None, options: Any) -> dict[str, Any]:
    """Accuracy of every seed, in percent, and the least time per step."""
    scores, seconds = [], []
    for seed in range(max(options.seeds, 1)):
        nlp, training = make_nlp(text, corpus, vectors, seed)
        seconds.append(train(nlp, training, options.steps if options.seeds else 40))
        if options.seeds:
            scores.append(100 * nlp.evaluate(training["corpora"][1](nlp))["tag_acc"])
    return {"scores": scores, "seconds_per_step": min(seconds)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--vectors")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=1200)
    parser.add_argument("--only", choices=["ours", "spaCy"], help="leave the other out")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        runpy.run_path(str(ROOT / "examples" / "convert_ud.py"))["main"](TREEBANK, Path(folder))
        for name in ("tagger", "tagger_static_vectors"):
            vectors = options.vectors if "static" in name else None
            if "static" in name and vectors is None:
                continue
            ours = stock = (ROOT / "configs" / f"{name}.cfg").read_text("utf8")
            for own, theirs in STOCK.items():
                stock = stock.replace(own, theirs)
            for who, text in (("ours", ours), ("spaCy", stock)):
                if options.only in (None, who):
                    results[f"{name}, {who}"] = run(text, Path(folder), vectors, options)
    if options.json:
        print(json.dumps(results))
        return
    for name, result in results.items():
        scores = result["scores"]
        spread = statistics.stdev(scores) if len(scores) > 1 else 0.0
        mean = f"{statistics.mean(scores):.2f} ± {spread:.2f}" if scores else ""
        print(f"{name:32} {result['seconds_per_step']:.3f} s per step   {mean}")


if __name__ == "__main__":
    main()
