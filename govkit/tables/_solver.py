"""Linear and mixed-integer programs: the only door to HiGHS.

One model is built once and solved many times with other costs and bounds; one thread, no clock in
the answers, so that every run gives the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import highspy
import numpy as np
import scipy.sparse as sp

from govkit.errors import GovkitError

if TYPE_CHECKING:
    from govkit.data.arrays import Numbers


__all__ = ["Program", "Solution", "SolverError"]

DUAL, PRIMAL = 1, 4
_INFINITE = highspy.kHighsInf


class SolverError(GovkitError, RuntimeError):
    """The solver neither found an answer nor showed that there is none."""


@dataclass(frozen=True, slots=True)
class Solution:
    """A point, its cost, the reduced costs, and for integer programs the proven bound."""

    x: Numbers
    cost: float
    reduced: Numbers
    bound: float
    proven: bool


class _Silent(highspy.Highs):
    """HiGHS without its banner, which 1.16 prints as soon as its callbacks are enabled."""

    def enableCallbacks(self) -> None:  # noqa: N802
        """Be silent first."""
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()  # type: ignore[no-untyped-call]


class Program:
    """Minimize ``cost @ x`` where ``low <= rows @ x <= high`` and ``lower <= x <= upper``."""

    def __init__(  # the parts of a program
        self,
        rows: sp.spmatrix | sp.sparray,
        lower: Numbers,
        upper: Numbers,
        *,
        strategy: int = DUAL,
        low: Numbers | float = 0.0,
        high: Numbers | float = 0.0,
        integer: bool = False,
    ) -> None:
        matrix = sp.csr_array(rows)
        count, columns = matrix.shape
        self._columns = np.arange(columns, dtype=np.int32)
        self._lower, self._upper = np.asarray(lower, float), np.asarray(upper, float)
        self._cost = np.zeros(columns)
        self.spent = self.work = 0  # simplex iterations, last and so far: a clock alike everywhere
        self._highs: Any = _Silent()  # type: ignore[no-untyped-call]
        for name, value in (
            ("output_flag", False), ("threads", 1), ("random_seed", 0),
            ("solver", "choose" if integer else "simplex"), ("simplex_strategy", strategy),
            ("presolve", "choose" if integer else "off"),
            # With shifted costs, routing one amount would take up to ten times the steps.
            ("dual_simplex_cost_perturbation_multiplier", 0.0),
        ):  # fmt: skip
            self._highs.setOptionValue(name, value)
        self._highs.addVars(columns, self._lower, _finite(upper))
        self.add_rows(matrix, np.full(count, low, float), np.full(count, high, float))
        if integer:
            kinds = np.full(columns, 1, np.uint8)
            self._highs.changeColsIntegrality(columns, self._columns, kinds)

    def costs(self, cost: Numbers) -> None:
        """Set the costs; only what changes is handed over."""
        at = np.flatnonzero(cost != self._cost).astype(np.int32)
        self._highs.changeColsCost(len(at), at, cost[at])
        self._cost = cost.copy()

    def bounds(self, lower: Numbers, upper: Numbers) -> None:
        """Set the bounds; only what changes is handed over."""
        at = np.flatnonzero((lower != self._lower) | (upper != self._upper)).astype(np.int32)
        self._highs.changeColsBounds(len(at), at, lower[at], _finite(upper[at]))
        self._lower, self._upper = lower.copy(), upper.copy()

    def add_rows(self, rows: sp.csr_array, low: Numbers, high: Numbers) -> None:
        """Add conditions ``low <= rows @ x <= high``."""
        self._highs.addRows(
            rows.shape[0], low, _finite(high), rows.nnz, rows.indptr[:-1].astype(np.int32),
            rows.indices.astype(np.int32), rows.data.astype(float),
        )  # fmt: skip

    def solve(
        self, *, fresh: bool = True, seconds: float = np.inf, start: Numbers | None = None,
        gap: float = 0.0, nodes: int = 2**31 - 1,
    ) -> Solution | None:  # fmt: skip
        """Solve it; ``None`` where no point meets the conditions (or none was found in time).

        Parameters
        ----------
        fresh
            Start from the slack basis, from which routing one amount takes few steps.
        seconds
            Time limit.
        start, gap, nodes
            Of an integer program: a point to start from, and when to stop: at this gap, or after so
            many branches.

        Raises
        ------
        SolverError
            The solver gave up for another reason.
        """
        if fresh:
            self._highs.clearSolver()
        for name, value in (
            ("time_limit", min(self._highs.getRunTime() + seconds, _INFINITE)),
            ("mip_rel_gap", gap), ("mip_max_nodes", nodes),
        ):  # fmt: skip
            self._highs.setOptionValue(name, value)
        if start is not None:
            self._highs.setSolution(len(start), self._columns, np.asarray(start, float))
        self._highs.run()
        info = self._highs.getInfo()
        self.spent = max(info.simplex_iteration_count, 0)
        self.work += self.spent
        status = self._highs.getModelStatus()
        kinds = highspy.HighsModelStatus
        if status in {kinds.kInfeasible, kinds.kUnboundedOrInfeasible}:
            return None
        if status == kinds.kUnbounded:
            return Solution(np.asarray(self._highs.getSolution().col_value), -np.inf,
                            np.zeros(len(self._columns)), -np.inf, proven=True)  # fmt: skip
        done = status in {kinds.kOptimal, kinds.kModelEmpty}  # nothing to choose is solved
        if not done and status not in {kinds.kTimeLimit, kinds.kSolutionLimit}:
            raise SolverError(
                f"The solver stopped with {self._highs.modelStatusToString(status)!r}: "
                "check the table for values of very different size, or change its unit."
            )
        if (
            not done
            and info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible
        ):
            return None
        found = self._highs.getSolution()
        return Solution(
            np.asarray(found.col_value), info.objective_function_value,
            np.asarray(found.col_dual), info.mip_dual_bound, done,
        )  # fmt: skip


def _finite(upper: Numbers) -> Numbers:
    limit = np.asarray(upper, float)
    return np.where(np.isfinite(limit), limit, _INFINITE)
