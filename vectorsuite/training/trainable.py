"""Models that ``[model] @models`` can name: their parameters, checked, and how each is trained."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Protocol

from vectorsuite.protocols import Progress
from vectorsuite.training.architecture import Architecture
from vectorsuite.training.schedule import Schedule

if TYPE_CHECKING:
    from vectorsuite.training.corpus import EncodedCorpus
    from vectorsuite.training.run_watch import RunWatch
    from vectorsuite.training.trainer import Trained


class TrainableModel(Protocol):
    """What a function of the ``models`` registry returns."""

    vector_size: int

    def train(
        self,
        corpus: EncodedCorpus,
        schedule: Schedule,
        *,
        ops: Any = None,
        progress: Progress | None = None,
        watch: RunWatch | None = None,
        held_out: EncodedCorpus | None = None,
    ) -> Trained:
        """Train one vector per word of the corpus.

        :param watch: Given only to jobs with checkpoints, a held-out part or test sets.
        :param held_out: Given only to jobs with a held-out part: ``watch.held_out`` is to measure
            the loss on it.
        """
        ...


@dataclass(frozen=True)
class ArchitectureModel:
    """An architecture that a config named."""

    architecture: Architecture

    @property
    def vector_size(self) -> int:
        """Width of the vectors."""
        return self.architecture.vector_size

    def train(
        self,
        corpus: EncodedCorpus,
        schedule: Schedule,
        *,
        held_out: EncodedCorpus | None = None,
        **run: Any,
    ) -> Trained:
        """Train one vector per word of the corpus; see :func:`train_model`."""
        from vectorsuite.training.held_out import measured
        from vectorsuite.training.trainer import train_model

        run = measured(run, held_out, self.architecture, schedule)
        return train_model(corpus, self.architecture, **asdict(schedule), **run)


def SkipGram(  # noqa: N802 - the name of the model, as configs write it
    vector_size: int = 100,
    window: int = 5,
    negative: int = 5,
    sample: float = 1e-3,
    ns_exponent: float = 0.75,
    hierarchical_softmax: bool = False,
    shrink_windows: bool = True,
) -> ArchitectureModel:
    """Skip-gram, Mikolov et al. (2013, NIPS); the arguments are those of :class:`Architecture`."""
    return ArchitectureModel(
        Architecture(
            "skip-gram",
            vector_size,
            window,
            negative,
            hierarchical_softmax,
            sample=sample,
            ns_exponent=ns_exponent,
            shrink_windows=shrink_windows,
        )
    )


def CBOW(  # noqa: N802
    vector_size: int = 100,
    window: int = 5,
    negative: int = 5,
    sample: float = 1e-3,
    ns_exponent: float = 0.75,
    hierarchical_softmax: bool = False,
    cbow_mean: bool = True,
    shrink_windows: bool = True,
) -> ArchitectureModel:
    """CBOW, Mikolov et al. (2013, ICLR); the arguments are those of :class:`Architecture`."""
    return ArchitectureModel(
        Architecture(
            "cbow",
            vector_size,
            window,
            negative,
            hierarchical_softmax,
            cbow_mean,
            sample,
            ns_exponent,
            shrink_windows,
        )
    )
