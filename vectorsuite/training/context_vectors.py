"""The other table of a job: vectors of words as contexts, which are thrown away unless asked for.

A word's vector and another's context vector have a high dot product where the two occur near each
other. Levy, Goldberg and Dagan (2015, TACL), section 3.3, add the two tables (w+c).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from vectorsuite.kernels.device import on_host
from vectorsuite.training.architecture import Architecture
from vectorsuite.training.checks import require
from vectorsuite.training.trainable import ArchitectureModel
from vectorsuite.training.trainer import Trained
from vectorsuite.training.weights import Weights
from vectorsuite.vectors import Vectors, write_pipeline

#: The directory in the output that holds context vectors.
CONTEXTS = "contexts"

Writer = Callable[[Path], None]


def check_contexts(model: Any, *, keep: bool, add: bool) -> None:
    """Find out before any work whether a model will have the context vectors that are asked for.

    :raises ValueError: It will not, or its words are made of n-grams and they are to be added.
    """
    architecture = getattr(model, "architecture", None)
    require(
        not (keep or add) or (isinstance(architecture, Architecture) and architecture.negative > 0),
        "[output] keep_context and add_context need context vectors, which only models of words "
        "with negative sampling have; set both to false",
    )
    require(
        not add or isinstance(model, ArchitectureModel),
        "[output] add_context is true, but vectors of unseen words come from n-grams, which have "
        "no context vectors to add; set it to false, or @models to SkipGram or CBOW",
    )


def summed_vectors(weights: Weights) -> Any:
    """Word vectors plus context vectors as they are now, on the host.

    :returns: New array, (V, D) float32.
    """
    return weights.word_vectors() + on_host(weights.contexts)


def add_contexts(trained: Trained) -> None:
    """Make each word's vector the sum of it and its context vector."""
    trained.vectors += trained.contexts


def contexts_writer(trained: Trained, name: str | None, **settings: Any) -> Writer:
    """Return what writes the context vectors into the output as a pipeline directory of their own.

    :param name: Name of the table that they belong to.
    :param settings: ``lang``, ``counts`` and ``settings`` of :func:`write_pipeline`.
    """

    def write(folder: Path) -> None:
        table = Vectors(data=on_host(trained.contexts), keys=trained.words)
        own_name = f"{name}.{CONTEXTS}" if name else None
        write_pipeline(folder / CONTEXTS, table, name=own_name, **settings)

    return write
