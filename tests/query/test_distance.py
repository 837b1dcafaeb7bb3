"""Word mover's distance, against the transport solved by hand and by POT."""

import math
import sys

import numpy as np
import pytest

from vectorsuite.errors import MissingExtraError
from vectorsuite.query import KeyedVectors
from vectorsuite.query.distance import _least_cost, _solve_linear_program


@pytest.fixture
def line():
    """Words on a line, at the place their name says."""
    table = KeyedVectors(1)
    table.add_vectors([str(i) for i in range(10)], np.arange(10.0)[:, None])
    return table


def test_by_hand(line):
    assert line.wmdistance(["1"], ["4"], norm=False) == 3
    assert line.wmdistance(["1", "1", "2"], ["4"], norm=False) == pytest.approx(8 / 3)
    pytest.importorskip("scipy")
    # half of 0 goes to 1, half of 9 to 7; crossing over would cost more
    assert line.wmdistance(["0", "9"], ["7", "1"], norm=False) == pytest.approx(1.5)
    assert line.wmdistance(["0", "0", "9"], ["0", "9", "9"], norm=False) == pytest.approx(3)


def test_equal_documents_have_distance_0(line):
    assert line.wmdistance(["3"], ["3", "3"]) == 0
    assert line.wmdistance(["1"], ["2"], norm=True) == 0  # other words, equal unit vectors
    pytest.importorskip("scipy")
    assert line.wmdistance(["1", "2"], ["2", "1"], norm=False) == pytest.approx(0, abs=1e-12)


def test_unknown_words_do_not_count(line):
    assert line.wmdistance(["x", "1"], ["4", "y", "z"], norm=False) == 3
    assert line.wmdistance(["x"], ["1"]) == math.inf
    assert line.wmdistance([], ["1"]) == math.inf
    assert line.relaxed_wmdistance(["x"], ["1"]) == math.inf


def test_relaxed_is_a_lower_bound(random_pair):
    pytest.importorskip("scipy")
    table, _ = random_pair
    rng = np.random.default_rng(0)
    for _ in range(10):
        one, two = ([f"word{i}" for i in rng.integers(0, 500, n)] for n in (7, 5))
        exact, relaxed = table.wmdistance(one, two), table.relaxed_wmdistance(one, two)
        assert 0 < relaxed <= exact + 1e-9
        assert exact == pytest.approx(table.wmdistance(two, one))


def test_relaxed_by_hand(line):
    # from the left: 0 → 1, 9 → 9; from the right: 1 → 0, 9 → 9, 8 → 9
    one, two = ["0", "9"], ["1", "9", "8"]
    assert line.relaxed_wmdistance(one, two, norm=False) == pytest.approx(2 / 3)


def test_solvers_agree():
    ot = pytest.importorskip("ot")
    pytest.importorskip("scipy")
    rng = np.random.default_rng(1)
    for n1, n2 in ((2, 2), (6, 9), (30, 12)):
        shares1, shares2 = rng.dirichlet(np.ones(n1)), rng.dirichlet(np.ones(n2))
        costs = rng.random((n1, n2))
        expected = ot.emd2(shares1, shares2, costs)
        assert _solve_linear_program(shares1, shares2, costs) == pytest.approx(expected, abs=1e-9)
        assert _least_cost(shares1, shares2, costs) == pytest.approx(expected, abs=1e-9)


def test_without_a_solver_the_extra_is_named(line, monkeypatch):
    for module in ("ot", "scipy.optimize"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError, match=r"vectorsuite\[wmd\]"):
        line.wmdistance(["1", "2"], ["3", "4"])
