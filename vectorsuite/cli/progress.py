"""How a long job shows how far it is: a bar on a terminal, a line now and then anywhere else."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from vectorsuite.protocols import Progress

SECONDS_BETWEEN_LINES = 5.0
SECONDS_BETWEEN_DRAWS = 0.1
SMOOTHING = 0.3  # weight of the newest interval in the moving average of the speed


@contextmanager
def show_progress(
    *, quiet: bool = False, stream: TextIO | None = None
) -> Iterator[Progress | None]:
    """Give a place to report to, for as long as the job runs.

    :param quiet: Show nothing; yields None.
    :param stream: Where to show it; standard error by default.
    """
    stream = sys.stderr if stream is None else stream
    if quiet:
        yield None
    elif stream.isatty():
        with _bar(stream) as show:
            yield ProgressReport(show, seconds=SECONDS_BETWEEN_DRAWS)
    else:
        yield ProgressReport(
            lambda text, _share: print(text, file=stream, flush=True), seconds=SECONDS_BETWEEN_LINES
        )


class ProgressReport:
    """Turns reports into text: stage, share done, speed, time left, figures.

    :param show: Takes a text and the share done, 0 to 1 (None if not known).
    :param seconds: Reports nearer than this to the one shown last are dropped. The first report
        of a stage is shown when ``seconds`` have passed, so that short stages stay silent.
    :param clock: Gives seconds.
    """

    def __init__(
        self,
        show: Callable[[str, float | None], None],
        *,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._show = show
        self._seconds = seconds
        self._clock = clock
        self._stage: str | None = None
        self._started = self._shown_at = 0.0
        self._last_words = 0.0
        self._speed: float | None = None
        self._scores = ""

    def __call__(
        self, stage: str, done: int, total: int | None = None, /, **figures: float
    ) -> None:
        if stage == "evaluate":
            self._take_scores(**figures)
            return
        now = self._clock()
        words = figures.get("words", done if stage == "train" else None)
        if stage != self._stage:
            self._stage, self._started, self._shown_at = stage, now, now
            self._last_words, self._speed = words or 0.0, None
            return
        passed = now - self._shown_at
        if passed < self._seconds:
            return
        if words is not None:
            speed = (words - self._last_words) / passed
            old = self._speed
            self._speed = speed if old is None else old + SMOOTHING * (speed - old)
            self._last_words = words
        self._shown_at = now
        share = min(done / total, 1.0) if total else None
        self._show(self._describe(share, now - self._started, figures), share)

    def _take_scores(self, epoch: float, **scores: float) -> None:
        """Show scores at once, and again with every report of the stage they belong to."""
        parts = [f"{name} {score:.4f}" for name, score in scores.items()]
        self._scores = "  ".join(parts)
        self._show(f"after {epoch:.4g} epochs  {self._scores}", None)

    def _describe(self, share: float | None, passed: float, figures: dict[str, float]) -> str:
        parts = [f"{self._stage}"]
        if share is not None:
            parts.append(f"{share:6.1%}")
        if self._speed is not None:
            parts.append(f"{self._speed / 1e6:.2f} M words/s")
        if share:
            parts.append(f"{_clock_time(passed / share - passed)} left")
        if "epoch" in figures:
            parts.append(f"epoch {figures['epoch']:.0f}")
        if "learn_rate" in figures:
            parts.append(f"learn rate {figures['learn_rate']:.5f}")
        if "loss" in figures:
            parts.append(f"loss {figures['loss']:.4f}")
        if self._scores and self._stage == "train":
            parts.append(self._scores)
        return "  ".join(parts)


def _clock_time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@contextmanager
def _bar(stream: TextIO) -> Iterator[Callable[[str, float | None], None]]:
    """Draw a bar that a later report redraws, and remove it at the end."""
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as RichProgress

    columns = (BarColumn(bar_width=30), TextColumn("{task.description}", markup=False))
    with RichProgress(*columns, console=Console(file=stream), transient=True) as rich:
        task = rich.add_task("", total=None)

        def show(text: str, share: float | None) -> None:
            total = None if share is None else 1.0
            rich.update(task, description=text, completed=share or 0.0, total=total)

        yield show
