"""Colours of cells, drawings, and the columns that words have in common."""

import hashlib
import re
from xml.etree import ElementTree

import numpy as np
import pytest

from vectorsuite.evaluation.heatmap import (
    BLUE,
    RED,
    HeatRow,
    cell_colour,
    cell_sign,
    common_dimensions,
    heat_rows,
    to_html,
    to_svg,
)
from vectorsuite.query import KeyedVectors
from vectorsuite.vectors import Vectors

VECTORS = {
    "king": np.array([2.0, -1.0, 0.1, 0.6]),
    "man": np.array([1.5, -1.5, -0.1, 0.7]),
    "woman": np.array([1.0, -2.0, 0.1, -0.7]),
}
KING = "5c89ee73"  # start of the SHA-256 of the drawing, looked at once
SVG = "{http://www.w3.org/2000/svg}"


def test_colour_is_exact_at_the_ends_and_in_the_middle():
    assert cell_colour(2) == cell_colour(7) == cell_colour(np.inf) == RED
    assert cell_colour(0) == (255, 255, 255)
    assert cell_colour(-2) == cell_colour(-7) == BLUE
    assert RED[0] > max(RED[1:])
    assert BLUE[2] > max(BLUE[:2])
    with pytest.raises(ValueError, match="not a number"):
        cell_colour(np.nan)


def test_colour_is_monotone():
    values = np.linspace(0, 2.5, 200)
    for sign in (1, -1):
        colours = np.array([cell_colour(sign * value) for value in values])
        assert (np.diff(colours, axis=0) <= 0).all()  # ever farther from white
        assert len(np.unique(colours, axis=0)) > 100


def test_rows_are_words_and_sums_of_words():
    rows = heat_rows(VECTORS, ["king", "king - man + 2 * woman"])
    assert [row.label for row in rows] == ["king", "king - man + 2 * woman"]
    np.testing.assert_allclose(rows[1].values, [2.5, -3.5, 0.4, -1.5])
    with pytest.raises(KeyError):
        heat_rows(VECTORS, ["king - emperor"])


def test_columns_in_common():
    # 0 and 1 are of one sign and at least 1.0 everywhere; 2 is small, 3 changes its sign
    assert common_dimensions(VECTORS, ["king", "man", "woman"]) == [(0, 1.5), (1, -1.5)]
    assert [d for d, _ in common_dimensions(VECTORS, ["king", "man"])] == [0, 1, 3]
    assert common_dimensions(VECTORS, ["king", "man", "woman"], least=1.2) == []


def cells(svg):
    """Fill and tip of every cell of a drawing."""
    root = ElementTree.fromstring(svg)
    return [
        (rect.get("fill"), rect.find(f"{SVG}title").text)
        for rect in root.iter(f"{SVG}rect")
        if rect.find(f"{SVG}title") is not None
    ]


def test_drawing_has_a_cell_per_number_and_escapes_words():
    rows = [HeatRow("<&>", np.array([2.0, -2.0])), HeatRow("b", np.array([0.0, 1.0]))]
    found = cells(to_svg(rows, mark_common=True))
    assert [tip for _, tip in found] == ["0: 2", "1: -2", "0: 0", "1: 1"]
    assert found[0][0] == f"#{RED[0]:02x}{RED[1]:02x}{RED[2]:02x}"
    assert found[2][0] == "#ffffff"
    page = to_html(rows, title="a < b")
    assert page.startswith("<!doctype html>")
    assert "a &lt; b" in page
    assert "&lt;&amp;&gt;" in page
    with pytest.raises(ValueError, match="widths"):
        to_svg([*rows, HeatRow("c", np.zeros(3))])
    with pytest.raises(ValueError, match="widths"):
        to_svg([])


def test_king_of_the_page_is_drawn_as_ever(shared_data):
    page = shared_data.parent / "reference" / "illustrated-word2vec.txt"
    if not page.is_file():
        pytest.skip(f"no {page}: its numbers are what is drawn")
    numbers = re.search(r"\[ 0\.50451 ,.*?\]", page.read_text("utf8")).group().strip("[]")
    king = np.array([float(number) for number in numbers.split(",")])
    assert len(king) == 50
    svg = to_svg([HeatRow("king", king)])
    found = cells(svg)
    assert len(found) == 50
    assert found[30] == ("#ca0121", "30: 1.9927")
    assert found[25][0] == f"#{BLUE[0]:02x}{BLUE[1]:02x}{BLUE[2]:02x}"  # -2.223
    assert hashlib.sha256(svg.encode()).hexdigest()[:8] == KING


def test_signs_show_what_colours_show():
    values = (-9.0, -2.0, -1.0, -0.4, 0.4, 1.0, 1.6, 9.0)
    assert "".join(map(cell_sign, values)) == "==-..+##"
    assert (cell_sign(-np.inf), cell_sign(np.inf)) == ("=", "#")
    with pytest.raises(ValueError, match="not a number has no sign"):
        cell_sign(np.nan)


def test_an_expression_is_a_sum_where_any_text_has_a_vector():
    data = np.random.default_rng(0).standard_normal((50, 4)).astype("f")
    table = Vectors(data=data, mode="floret", minn=2, maxn=3, hash_count=2)
    words = KeyedVectors.from_table(table)
    row = heat_rows(words, ["king - man"])[0]
    np.testing.assert_allclose(row.values, words["king"] - words["man"], atol=1e-6)


def test_a_word_that_xml_cannot_hold_leaves_the_drawing_whole():
    svg = to_svg([HeatRow("a\x00b\x1b", np.zeros(2))])
    ElementTree.fromstring(svg)
    assert "a\ufffdb\ufffd</text>" in svg
