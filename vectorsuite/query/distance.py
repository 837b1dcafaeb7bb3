"""Distances between documents: how far the words of one have to move to become the other's.

Kusner et al. (2015, ICML): a document is the distribution of its words; moving a word costs the
Euclidean distance of the vectors times the share moved.
"""

from __future__ import annotations

import logging
import math
from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorsuite.errors import MissingExtraError
from vectorsuite.query.keys import Key
from vectorsuite.query.similarity import Similarity

logger = logging.getLogger(__name__)

Problem = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]


class Distances(Similarity):
    """Word mover's distance, exact and relaxed."""

    def wmdistance(
        self, document1: Iterable[Key], document2: Iterable[Key], norm: bool = True
    ) -> float:
        """Word mover's distance of two documents: the least cost, exactly.

        Unknown words do not count. Needs POT or SciPy, unless one of the documents has one word.

        :param norm: Scale the vectors to length 1 first.
        :returns: inf if a document has no known word.
        :raises MissingExtraError: If neither POT nor SciPy is installed.
        """
        problem = self._transport_problem(document1, document2, norm)
        return math.inf if problem is None else _least_cost(*problem)

    def relaxed_wmdistance(
        self, document1: Iterable[Key], document2: Iterable[Key], norm: bool = True
    ) -> float:
        """A lower bound of :meth:`wmdistance`, in far less time and without further packages.

        Each word moves to the nearest of the other document, whatever others do; the larger of both
        directions (Kusner et al., section 4, RWMD).

        :param norm: Scale the vectors to length 1 first.
        :returns: inf if a document has no known word.
        """
        problem = self._transport_problem(document1, document2, norm)
        if problem is None:
            return math.inf
        shares1, shares2, costs = problem
        return float(max(shares1 @ costs.min(axis=1), shares2 @ costs.min(axis=0)))

    def _transport_problem(
        self, document1: Iterable[Key], document2: Iterable[Key], norm: bool
    ) -> Problem | None:
        """Shares of the words of both documents, (n1,) and (n2,), and costs, (n1, n2)."""
        shares, vectors = [], []
        for document in (document1, document2):
            words = list(document)
            counts = Counter(word for word in words if word in self)
            if not counts:
                logger.warning("No word of a document is present: %s", words[:10])
                return None
            if counts.total() < len(words):
                logger.info("Left out %d unknown words.", len(words) - counts.total())
            shares.append(np.array(list(counts.values()), dtype=np.float64) / counts.total())
            rows = [self.get_vector(word, norm=norm) for word in counts]
            vectors.append(np.array(rows, dtype=np.float64))
        return shares[0], shares[1], _euclidean(*vectors)


def _euclidean(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distances of the rows of a (n1, D) and b (n2, D), (n1, n2); equal rows have exactly 0."""
    return np.array([np.linalg.norm(row - b, axis=1) for row in a])


def _least_cost(
    shares1: NDArray[np.float64], shares2: NDArray[np.float64], costs: NDArray[np.float64]
) -> float:
    """Least cost of moving a distribution (n1,) to another (n2,), at costs (n1, n2)."""
    if len(shares1) == 1 or len(shares2) == 1:  # there is one way only
        return float(shares1 @ costs @ shares2)
    try:
        import ot
    except ImportError:
        return _solve_linear_program(shares1, shares2, costs)
    return float(ot.emd2(shares1, shares2, costs))


def _solve_linear_program(
    shares1: NDArray[np.float64], shares2: NDArray[np.float64], costs: NDArray[np.float64]
) -> float:
    """Minimise the cost of flows (n1, n2) >= 0 whose rows and columns sum to the shares."""
    try:
        from scipy.optimize import linprog
        from scipy.sparse import eye, kron, vstack
    except ImportError:
        raise MissingExtraError("The word mover's distance", "scipy", "wmd") from None
    n1, n2 = costs.shape
    row_sums = kron(eye(n1), np.ones((1, n2)))
    column_sums = kron(np.ones((1, n1)), eye(n2))
    # One of the sums follows from the others; leaving it out spares the solver rounding conflicts.
    constraints: Any = vstack([row_sums, column_sums], format="csr")[:-1]
    sums = np.concatenate([shares1, shares2])[:-1]
    result = linprog(costs.ravel(), A_eq=constraints, b_eq=sums, method="highs")
    if not result.success:
        raise ValueError(f"The transport problem has no solution: {result.message}.")
    return float(max(result.fun, 0.0))
