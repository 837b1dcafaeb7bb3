"""Pictures of training, by matplotlib (extra ``plots``)."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from vectorsuite.errors import MissingExtraError
from vectorsuite.io.atomic import written_beside

SIZE = (6.4, 4.0)  # inches


def check_plot(path: Path) -> None:
    """Find out before any work whether a picture can be written under this name.

    :raises MissingExtraError: matplotlib is not installed.
    :raises ValueError: Its ending names no format.
    :raises FileNotFoundError: Its folder is not there.
    :raises PermissionError: Nothing may be written there.
    """
    formats = sorted(_canvas().get_supported_filetypes())
    if path.suffix[1:].lower() not in formats:
        raise ValueError(f"The picture {path} must end in one of .{', .'.join(formats)}.")
    if not path.absolute().parent.is_dir():
        raise FileNotFoundError(f"The folder of the picture {path} is not there.")
    if not os.access(path.absolute().parent, os.W_OK):
        raise PermissionError(f"The folder of the picture {path} cannot be written to.")


def plot_losses(
    path: Path,
    losses: Sequence[float],
    held_out: Sequence[float] = (),
    scores: Sequence[Mapping[str, float]] = (),
) -> None:
    """Draw a learning curve: mean loss per pair, in nats, and scores, by epoch.

    :param losses: Of the text that was trained on, one per epoch.
    :param held_out: Of the text that was not, if any.
    :param scores: On test sets, by name, with "epoch", when each was taken; from 0 to 1.
    :raises MissingExtraError: matplotlib is not installed.
    """
    canvas = _canvas()
    axes = canvas.figure.add_subplot()
    for values, label, style in ((losses, "training", "o-"), (held_out, "held out", "s--")):
        if len(values):
            axes.plot(range(1, len(values) + 1), values, style, label=label)
    handles = axes.get_lines()
    if scores:
        handles = [*handles, *_plot_scores(axes.twinx(), scores)]
    axes.set_xlabel("epoch")
    axes.set_ylabel("loss per pair (nats)")
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.legend(handles=handles)
    axes.grid(alpha=0.3)
    with written_beside(path) as beside:
        canvas.figure.savefig(beside, format=path.suffix[1:].lower(), bbox_inches="tight", dpi=150)


def _plot_scores(axes: Any, scores: Sequence[Mapping[str, float]]) -> list[Any]:
    """Draw scores on an axis of their own."""
    names = dict.fromkeys(name for score in scores for name in score if name != "epoch")
    for number, name in enumerate(names):  # not every one is taken each time
        points = [(score["epoch"], score[name]) for score in scores if name in score]
        epochs, values = zip(*points, strict=True)
        axes.plot(epochs, values, ".:", color=f"C{number + 2}", label=name)
    axes.set_ylabel("score")
    return list(axes.get_lines())


def _canvas() -> Any:
    """A canvas that needs no screen."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtraError("Drawing a picture", "matplotlib", "plots") from error
    return FigureCanvasAgg(Figure(figsize=SIZE))
