"""The training job: a checked config in, a pipeline directory out."""

from __future__ import annotations

import errno
import inspect
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import vectorsuite
from vectorsuite.protocols import Progress
from vectorsuite.training.checkpoint import Checkpoint, corpus_digest
from vectorsuite.training.context_vectors import (
    add_contexts,
    check_contexts,
    contexts_writer,
    summed_vectors,
)
from vectorsuite.training.corpus import EncodedCorpus, count_and_encode
from vectorsuite.training.held_out import split_corpus
from vectorsuite.training.run_watch import Evaluate, RunWatch
from vectorsuite.training.settings import JobSettings, Training, complete
from vectorsuite.training.tagged_readers import TaggedLines
from vectorsuite.training.tagged_words import count_and_encode_documents
from vectorsuite.training.weights import Weights
from vectorsuite.vectors import Vectors, write_pipeline
from vectorsuite.vectors.pipeline import check_output, nearest_folder

FLOAT32_BYTES = 4
#: Settings of training that may change between a checkpoint and going on from it.
FREE = ("workers", "checkpoint_every", "patience", "evaluate_every")


@dataclass(frozen=True)
class Report:
    """What a finished job did.

    :param output: The pipeline directory.
    :param n_words: Words that have a vector.
    :param raw_words: Words of the corpus, rare ones too.
    :param sentences: Sentences of the corpus with at least one kept word.
    :param losses: Mean loss per pair, one per epoch.
    :param seconds: Wall-clock seconds of each stage, by its name.
    :param held_out_losses: Mean loss per pair of the held-out part, one per epoch, if there is one.
    :param kept_epoch: The epoch, from 1, whose vectors were written.
    :param scores: Of the test sets, by name, in the order they were taken, with "epoch": how many
        were done by then, 0 for the first vectors.
    :param resumed_at: Epoch, from 1, in which the job went on from a checkpoint; 0: it did not.
    """

    output: Path
    n_words: int
    raw_words: int
    sentences: int
    losses: list[float]
    seconds: dict[str, float]
    held_out_losses: list[float] = field(default_factory=list)
    kept_epoch: int = 0
    scores: list[dict[str, float]] = field(default_factory=list)
    resumed_at: int = 0


def run_job(
    settings: JobSettings,
    *,
    ops: Any = None,
    progress: Progress | None = None,
    force: bool = False,
) -> Report:
    """Count and encode the corpus, train the model, write the pipeline directory.

    Nothing appears under the output's name before everything is written.

    :param ops: thinc ops to train on; None: NumPy.
    :param force: Replace a pipeline directory that is there.
    :raises OSError: The output is there, cannot be written or does not fit on the disk; the
        corpus cannot be read.
    :raises ValueError: The corpus holds no word that is frequent enough, or training diverged.
    """
    output = Path(str(settings.paths.output))
    check_output(output, force=force)
    wanted = settings.output
    check_contexts(settings.model, keep=wanted.keep_context, add=wanted.add_context)
    training = settings.training
    documents = isinstance(settings.corpus, TaggedLines)
    encode = count_and_encode_documents if documents else count_and_encode
    with encode(
        settings.corpus,
        min_count=settings.vocabulary.min_count,
        max_final_vocab=settings.vocabulary.max_final_vocab,
        workers=training.workers,
        progress=progress,
    ) as corpus:
        floats = len(corpus.words) * settings.model.vector_size * (1 + wanted.keep_context)
        _check_space(output, floats * FLOAT32_BYTES)
        seconds = dict(corpus.seconds)
        start = time.perf_counter()
        part, rest = _parts(settings, corpus)
        watch = _watch(settings, corpus, len(part.ids), output, progress)
        trained = _train(settings, part, rest, watch, ops, progress)
        seconds["train"] = time.perf_counter() - start
        report = _report(settings, corpus, trained, watch, seconds)
        start = time.perf_counter()
        if wanted.add_context:
            add_contexts(trained)
        vectors = trained.vectors if ops is None else ops.to_numpy(trained.vectors)
        table = getattr(trained, "table", None) or Vectors(data=vectors, keys=corpus.words)
        _save(settings, report, corpus, table, trained, force=force)
        seconds["save"] = time.perf_counter() - start
        if watch and watch.checkpoint:
            watch.checkpoint.remove()
    return report


def _report(
    settings: JobSettings, corpus: EncodedCorpus, trained: Any, watch: RunWatch | None,
    seconds: dict[str, float],
) -> Report:  # fmt: skip
    """What a job did, before it is saved."""
    report = Report(
        output=Path(str(settings.paths.output)),
        n_words=len(corpus.words),
        raw_words=int(corpus.raw_words),
        sentences=len(corpus.offsets) - 1,
        losses=[float(loss) for loss in trained.losses],
        seconds=seconds,
        kept_epoch=_kept_epoch(settings.training, watch, len(trained.losses)),
    )
    if watch is None:
        return report
    resumed_at = watch.resumed_at.epoch + 1 if watch.resumed_at else 0
    return replace(report, held_out_losses=watch.losses, scores=watch.scores, resumed_at=resumed_at)


def _train(
    settings: JobSettings, corpus: EncodedCorpus, held_out: EncodedCorpus | None,
    watch: RunWatch | None, ops: Any, progress: Progress | None,
) -> Any:  # fmt: skip
    """Train the model that the config describes."""
    watched: dict[str, Any] = {} if watch is None else {"watch": watch}
    if held_out is not None:
        watched["held_out"] = held_out
    return settings.model.train(
        corpus, settings.training.schedule, ops=ops, progress=progress, **watched
    )


def _parts(
    settings: JobSettings, corpus: EncodedCorpus
) -> tuple[EncodedCorpus, EncodedCorpus | None]:
    """What to train on, and what to measure the loss on; None: nothing."""
    if not settings.training.held_out:
        return corpus, None
    parameters = inspect.signature(settings.model.train).parameters.values()
    if not any(p.name == "held_out" or p.kind is p.VAR_KEYWORD for p in parameters):
        raise ValueError(
            "[training] held_out is set, but this model does not measure losses: its train() "
            "takes no held_out."
        )
    return split_corpus(corpus, settings.training.held_out, settings.training.seed)


def _watch(
    settings: JobSettings, corpus: EncodedCorpus, n_tokens: int, output: Path,
    progress: Progress | None,
) -> RunWatch | None:  # fmt: skip
    """What watches the run; None if nothing is to.

    :param n_tokens: Words of an epoch.
    """
    training = settings.training
    if not training.checkpoint_every and not training.held_out and not settings.evaluation:
        return None
    checkpoint = None
    if training.checkpoint_every:
        job = {**_decisive(complete(settings)), "corpus": {"checksum": corpus_digest(corpus)}}
        checkpoint = Checkpoint(output.with_name(output.name + ".checkpoint"), job)
    return RunWatch(
        checkpoint, training.checkpoint_every, patience=training.patience,
        keep_best=training.keep_best, evaluate=_scorer(settings, corpus),
        evaluate_every=training.evaluate_every, n_tokens=n_tokens, progress=progress,
    )  # fmt: skip


def _scorer(settings: JobSettings, corpus: EncodedCorpus) -> Evaluate | None:
    """What scores vectors on the test sets of the config."""
    evaluation = settings.evaluation
    if evaluation is None:
        return None
    vectors_of = summed_vectors if settings.output.add_context else Weights.word_vectors
    n = len(corpus.words)  # models may have vectors of more
    return lambda weights: evaluation(corpus.words, vectors_of(weights)[:n])


def _kept_epoch(training: Training, watch: RunWatch | None, epochs: int) -> int:
    """The epoch whose tables the run ended with."""
    return watch.best_epoch or epochs if watch and training.keep_best else epochs


def _decisive(config: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that decide the vectors, apart from the corpus."""
    training = {key: value for key, value in config["training"].items() if key not in FREE}
    return {"model": config["model"], "vocabulary": config["vocabulary"], "training": training}


def _save(
    settings: JobSettings,
    report: Report,
    corpus: EncodedCorpus,
    table: Vectors,
    trained: Any,
    *,
    force: bool,
) -> None:
    """Write the table, its counts and the settings it was trained with; and what else there is."""
    lang, name, facts = settings.output.lang, settings.output.name, _facts(settings, report)
    writers = [getattr(trained, "also", None)]
    if settings.output.keep_context:
        counts = corpus.counts
        writers.append(contexts_writer(trained, name, lang=lang, counts=counts, settings=facts))

    def also(folder: Path) -> None:
        for write in writers:
            if write is not None:
                write(folder)

    write_pipeline(
        report.output,
        table,
        lang=lang,
        name=name,
        counts=corpus.counts if table.mode == "default" else None,  # floret's rows are no words
        settings=facts,
        force=force,
        also=also,
    )


def _facts(settings: JobSettings, report: Report) -> dict[str, Any]:
    """What a table was made with, as its directory keeps it."""
    return {
        "vectorsuite": vectorsuite.__version__,
        "config": complete(settings),
        "raw_words": report.raw_words,
        "sentences": report.sentences,
        "losses": report.losses,
        "held_out_losses": report.held_out_losses,
        "kept_epoch": report.kept_epoch,
        "scores": report.scores,
        "seconds": {stage: round(passed, 3) for stage, passed in report.seconds.items()},
    }


def _check_space(path: Path, wanted: int) -> None:
    """Refuse to train for hours towards a table that the disk cannot take."""
    folder = nearest_folder(path)
    free = shutil.disk_usage(folder).free
    if wanted > free:
        raise OSError(
            errno.ENOSPC,
            f"the table takes {wanted / 1e6:,.0f} MB and there are {free / 1e6:,.0f} MB free. "
            "Free some, or give another output, a higher min_count or a smaller vector_size",
            str(folder),
        )
