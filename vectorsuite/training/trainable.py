"""Models that ``[model] @models`` can name: their parameters, checked, and how each is trained."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from vectorsuite.protocols import Progress
from vectorsuite.training.checks import require

if TYPE_CHECKING:
    from vectorsuite.training.corpus import EncodedCorpus
    from vectorsuite.training.trainer import Trained


class TrainableModel(Protocol):
    """What a function of the ``models`` registry returns."""

    vector_size: int

    def train(
        self,
        corpus: EncodedCorpus,
        *,
        epochs: int,
        learn_rate: float,
        min_learn_rate: float,
        workers: int,
        seed: int,
        ops: Any = None,
        progress: Progress | None = None,
    ) -> Trained:
        """Train one vector per word of the corpus."""
        ...


@dataclass(frozen=True)
class SkipGram:
    """Skip-gram with negative sampling, Mikolov et al. (2013, NIPS).

    :param vector_size: Width of the vectors.
    :param window: Largest distance between a word and its context; drawn from 1..window per word.
    :param negative: Noise words per pair.
    :param sample: Words more frequent than this share of the corpus are sub-sampled; 0: none is.
    :param ns_exponent: Noise words are drawn in proportion to counts to this power.
    """

    vector_size: int = 100
    window: int = 5
    negative: int = 5
    sample: float = 1e-3
    ns_exponent: float = 0.75

    def __post_init__(self) -> None:
        for name in ("vector_size", "window", "negative"):
            value = getattr(self, name)
            require(value >= 1, f"{name} is {value}; it must be at least 1")
        require(0 <= self.sample < math.inf, f"sample is {self.sample}; it must be 0 (off) or more")
        require(
            math.isfinite(self.ns_exponent),
            f"ns_exponent is {self.ns_exponent}; it must be a finite number",
        )

    def train(
        self,
        corpus: EncodedCorpus,
        *,
        epochs: int,
        learn_rate: float,
        min_learn_rate: float,
        workers: int,
        seed: int,
        ops: Any = None,
        progress: Progress | None = None,
    ) -> Trained:
        """Train one vector per word of the corpus; see :func:`train_skip_gram`."""
        from vectorsuite.training.trainer import train_skip_gram

        return train_skip_gram(
            corpus,
            vector_size=self.vector_size,
            window=self.window,
            negative=self.negative,
            sample=self.sample,
            ns_exponent=self.ns_exponent,
            epochs=epochs,
            learn_rate=learn_rate,
            min_learn_rate=min_learn_rate,
            workers=workers,
            seed=seed,
            ops=ops,
            progress=progress,
        )
