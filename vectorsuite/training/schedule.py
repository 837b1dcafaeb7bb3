"""How long, how fast and on how many threads a model is trained."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Schedule:
    """What all models of a config are trained by; see ``train_epochs``.

    :param learn_rate: At the start; falls linearly with the position in the corpus ...
    :param min_learn_rate: ... to this at the end of the last epoch.
    :param workers: Threads; 0: all cores.
    :param deterministic: The same bits for any number of workers.
    """

    epochs: int = 5
    learn_rate: float = 0.025
    min_learn_rate: float = 1e-4
    workers: int = 0
    seed: int = 1
    deterministic: bool = False
