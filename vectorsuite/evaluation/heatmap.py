"""Word vectors as rows of coloured cells: red near +2, white near 0, blue near -2."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.query import parse_expression

LIMIT = 2.0  # values beyond it look like it
RED, WHITE, BLUE = (202, 0, 32), (255, 255, 255), (5, 113, 176)

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # even as references
_FONT = "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif"
_INK, _LINE = "#333333", "#bbbbbb"
_ROW, _GAP, _MARGIN, _TOP = 22, 6, 16, 16  # pixels
_WIDEST, _CELL = 960, (3.0, 18.0)  # of all cells; of one, at least and at most


@dataclass(frozen=True)
class HeatRow:
    """A word or an expression of words, and its vector, (D,)."""

    label: str
    values: NDArray[Any]


def cell_colour(value: float) -> tuple[int, int, int]:
    """Red, green and blue of a value: linear from white to red at +2 and to blue at -2.

    :raises ValueError: The value is not a number.
    """
    if np.isnan(value):
        raise ValueError("A value that is not a number has no colour.")
    share = min(abs(value) / LIMIT, 1.0)
    end = RED if value > 0 else BLUE
    red, green, blue = (round(w + (e - w) * share) for w, e in zip(WHITE, end, strict=True))
    return red, green, blue


def cell_sign(value: float) -> str:
    """The same for output without colours: "#" near +2, "+", "." near 0, "-", "=" near -2.

    :raises ValueError: The value is not a number.
    """
    if np.isnan(value):
        raise ValueError("A value that is not a number has no sign.")
    return "=-.+#"[round(min(max(value / LIMIT * 2, -2), 2)) + 2]


def heat_rows(vectors: Any, expressions: Sequence[str]) -> list[HeatRow]:
    """Look words up, and sum those of expressions such as ``king - man + woman``.

    :param vectors: A ``KeyedVectors``, or a dict.
    :raises KeyError: A word is not in the table.
    :raises ValueError: An expression is not one.
    """
    return [HeatRow(text, _vector(vectors, text)) for text in expressions]


def _vector(vectors: Any, text: str) -> NDArray[Any]:
    # n-grams would make a vector of the whole expression, too
    is_word = getattr(vectors, "has_index_for", vectors.__contains__)
    if is_word(text):
        return np.asarray(vectors[text], dtype=np.float64)
    positive, negative = parse_expression(text)
    total: Any = sum(
        weight * np.asarray(vectors[word], dtype=np.float64) for word, weight in positive + negative
    )
    return total


def common_dimensions(
    vectors: Any, words: Sequence[str], least: float = 0.5
) -> list[tuple[int, float]]:
    """Columns that are alike over all words: of one sign, and nowhere nearer to 0 than `least`.

    :returns: (dimension, mean), the one farthest from 0 in its weakest word first.
    :raises KeyError: A word is not in the table.
    """
    if not words:
        raise ValueError("There are no words to compare: give two or more.")
    return common_columns(heat_rows(vectors, words), least)


def common_columns(rows: Sequence[HeatRow], least: float = 0.5) -> list[tuple[int, float]]:
    """The same for rows."""
    values = np.stack([row.values for row in rows])
    weakest = np.abs(values).min(axis=0)
    alike = (np.abs(np.sign(values).sum(axis=0)) == len(values)) & (weakest >= least)
    found = np.flatnonzero(alike)
    order = found[np.argsort(-weakest[found], kind="stable")]
    return [(int(d), float(values[:, d].mean())) for d in order]


def to_svg(rows: Sequence[HeatRow], *, mark_common: bool = False) -> str:
    """Draw rows of cells, one per word; pointing at a cell shows its value.

    :param mark_common: Put a mark above the columns of :func:`common_columns`.
    :raises ValueError: There are no rows, or they differ in width.
    """
    widths = {len(row.values) for row in rows}
    if len(widths) != 1 or 0 in widths:
        raise ValueError(f"The rows have widths {sorted(widths)}; give one or more, all alike.")
    n = widths.pop()
    cell = min(max(_WIDEST / n, _CELL[0]), _CELL[1])
    left = _MARGIN + 8.0 * max(len(row.label) for row in rows) + 12
    width = left + max(n * cell, 220) + _MARGIN
    bottom = _TOP + len(rows) * (_ROW + _GAP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{bottom + 44}" '
        f'viewBox="0 0 {width:.0f} {bottom + 44}" font-family="{escape(_FONT)}" font-size="14" '
        f'fill="{_INK}" shape-rendering="crispEdges">',
        f'<rect width="{width:.0f}" height="{bottom + 44}" fill="#ffffff"/>',
    ]
    for r, row in enumerate(rows):
        parts.extend(_svg_row(row, left, _TOP + r * (_ROW + _GAP), cell))
    if mark_common and len(rows) > 1:
        for d, _ in common_columns(rows):
            x = left + (d + 0.5) * cell
            parts.append(
                f'<path d="M{x:.1f} {_TOP - 3}l-4 -7h8z"><title>dimension {d}</title></path>'
            )
    parts.extend(_svg_legend(left, bottom + 8))
    return "\n".join([*parts, "</svg>\n"])


def _svg_row(row: HeatRow, left: float, top: float, cell: float) -> list[str]:
    label = escape(_NOT_XML.sub("\N{REPLACEMENT CHARACTER}", row.label))
    parts = [
        f'<text x="{left - 12:.1f}" y="{top + _ROW / 2 + 5:.1f}" text-anchor="end">{label}</text>',
    ]
    for d, value in enumerate(row.values.tolist()):
        red, green, blue = cell_colour(value)
        parts.append(
            f'<rect x="{left + d * cell:.2f}" y="{top}" width="{cell:.2f}" height="{_ROW}" '
            f'fill="#{red:02x}{green:02x}{blue:02x}"><title>{d}: {value:g}</title></rect>'
        )
    parts.append(
        f'<rect x="{left:.2f}" y="{top}" width="{len(row.values) * cell:.2f}" height="{_ROW}" '
        f'fill="none" stroke="{_LINE}"/>'
    )
    return parts


def _svg_legend(left: float, top: float) -> list[str]:
    """A bar from -2 to +2 with its numbers below."""
    parts = []
    for k in range(40):
        red, green, blue = cell_colour(-LIMIT + 2 * LIMIT * (k + 0.5) / 40)
        parts.append(
            f'<rect x="{left + 5 * k:.1f}" y="{top}" width="5" height="8" '
            f'fill="#{red:02x}{green:02x}{blue:02x}"/>'
        )
    parts.append(
        f'<rect x="{left:.1f}" y="{top}" width="200" height="8" fill="none" stroke="{_LINE}"/>'
    )
    for share, text, anchor in ((0.0, "−2", "start"), (0.5, "0", "middle"), (1.0, "+2", "end")):
        parts.append(
            f'<text x="{left + 200 * share:.1f}" y="{top + 22}" font-size="11" '
            f'text-anchor="{anchor}">{text}</text>'
        )
    return parts


def to_html(
    rows: Sequence[HeatRow], *, title: str = "Word vectors", mark_common: bool = False
) -> str:
    """The drawing of :func:`to_svg` in a page of its own."""
    svg = to_svg(rows, mark_common=mark_common)
    return (
        f'<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{escape(title)}'
        "</title><style>body{margin:2rem;background:#fff}svg{max-width:100%;height:auto}</style>"
        f"</head>\n<body>\n{svg}</body>\n</html>\n"
    )
