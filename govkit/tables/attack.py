"""The attacker's programs.

For each withheld cell the attacker solves two linear programs: the largest and the smallest value
it can have, given all published cells, the equations, and that no cell is negative (Fischetti and
Salazar 2001, section 2). Most programs are saved: each solution is a whole table that fits, and
shows for all cells at once how far they can be at least. Very large tables whose true values are
known are attacked by moves from these values instead, many requirements in one program.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from govkit.errors import InputError
from govkit.tables._solver import PRIMAL, Program
from govkit.tables.blocks import start_in_blocks
from govkit.tables.certificate import reach
from govkit.tables.insiders import open_requirements, who_knows
from govkit.tables.pattern import Pattern
from govkit.tables.system import System, check_bounds, unit_of
from govkit.tables.table import moved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govkit.data.arrays import Numbers
    from govkit.tables.table import Table

__all__ = ["Attack"]

NARROW = 1e-6  # an interval this small, relative to the cell, is a point
_TOGETHER = 40  # requirements in one program
_STEP = 1e-4  # how far, relative to its value, a cell is moved that only has to move at all


class Attack:
    """The attacker's programs over the withheld cells, apart where nothing connects them."""

    def __init__(self, table: Table, bounds: float | None, until: float) -> None:
        self.table, self.bounds, self.until = table, bounds, until
        self.unit = unit_of(table.values)
        self.known = np.where(table.suppressed, 0.0, np.nan_to_num(table.values))
        self.low, self.high = table.values.astype(float), table.values.astype(float)
        self.programs = 0

    def parts(self, hidden: Numbers) -> Iterator[tuple[Numbers, Program]]:
        """Give each connected component's cells and program."""
        if not len(hidden):
            return
        equations = sp.csr_array(self.table.equations[:, hidden])
        used = np.flatnonzero(np.diff(equations.indptr))
        equations = equations[used]
        right = -(self.table.equations @ self.known)[used]
        slack = 1e-13 * np.maximum((abs(self.table.equations) @ np.abs(self.known))[used], 1.0)
        _, group = connected_components(equations.T @ equations, directed=False)
        by_group = np.argsort(group, kind="stable")
        for cells in np.split(by_group, np.flatnonzero(np.diff(group[by_group])) + 1):
            part = sp.csr_array(equations[:, cells])
            rows = np.flatnonzero(np.diff(part.indptr))
            lower, upper = (room / self.unit for room in self._rooms(hidden[cells]))
            low, high = ((right + off)[rows] / self.unit for off in (-slack, slack))
            program = Program(part[rows], lower, upper, strategy=PRIMAL, low=low, high=high)
            yield hidden[cells], program

    def _rooms(self, cells: Numbers) -> tuple[Numbers, Numbers]:
        value = self.table.values[cells]
        lower = np.full(len(cells), -np.inf if self.table.signed else 0.0)
        upper = np.full(len(cells), np.inf)
        if self.bounds is not None:
            check_bounds(self.bounds)
            share = np.abs(value) * self.bounds / 100
            lower, upper = np.fmax(lower, value - share), np.fmin(upper, value + share)
        return lower, upper

    def run(
        self, cells: Numbers, program: Program, upper: Numbers, lower: Numbers, *, full: bool
    ) -> None:
        """Push every cell up and down until its requirements are met, or to its ends."""
        self.low[cells], self.high[cells] = np.inf, -np.inf
        self._push(cells, program, np.full(len(cells), 1e-9), fallback=True)
        for sign, need in ((1.0, upper[cells]), (-1.0, lower[cells])):
            for i in np.argsort(-need, kind="stable"):
                if full or not self._enough(cells[i], sign, need[i]):
                    cost = np.full(len(cells), 1e-9)
                    cost[i] = -sign
                    self._push(cells, program, cost, at=i)

    def system(self, hidden: Numbers, upper: Numbers, lower: Numbers) -> System:
        """Give the withheld cells and their requirements as moves from the true values."""
        matrix = sp.csr_array(self.table.equations[:, hidden])
        value, least, most, upper, lower = (
            numbers / self.unit
            for numbers in (self.table.values[hidden], *self._rooms(hidden), upper, lower)
        )
        ups, downs = (np.flatnonzero(side[hidden] > 0) for side in (upper, lower))
        ones = np.ones(len(hidden))
        return System(
            hidden, matrix[np.flatnonzero(np.diff(matrix.indptr))], value - least, most - value,
            ones, ones > 0, target=np.r_[ups, downs], sign=np.r_[ones[ups], -ones[downs]],
            level=np.r_[upper[hidden[ups]], lower[hidden[downs]]], unit=self.unit,
        )  # fmt: skip

    def together(self, hidden: Numbers, upper: Numbers, lower: Numbers, processes: int) -> None:
        """Move the withheld cells from their true values, many requirements in one program.

        Each move found is a table that fits; a requirement that no move meets stays open.
        """
        part = self.system(hidden, upper, lower)
        pattern = Pattern(part, own=1.0)
        start_in_blocks(pattern, self.table, _TOGETHER, processes=processes, seconds=self.left())
        moves = self._moves(pattern, _TOGETHER)
        still = np.setdiff1d(np.arange(len(hidden)), moves.indices)
        value = np.abs(self.table.values[hidden[still]]) / self.unit
        ones, little = np.ones(len(still)), _STEP * np.where(value == 0, 1.0, value)
        both = np.r_[ones, -ones]  # some can only move down
        single = replace(part, target=np.r_[still, still], sign=both, level=np.r_[little, little])
        alone = self._moves(Pattern(single, own=1.0), 1)
        low, high = reach(moved(sp.vstack([moves, alone], "csr"), hidden, len(self.table)))
        self.low, self.high = self.table.values + low, self.table.values + high

    def insiders(
        self, hidden: Numbers, upper: Numbers, lower: Numbers, who: bool | str, asked: object
    ) -> dict[str, Any]:  # fmt: skip
        """Tell what those find who know their own share, beyond what everybody finds."""
        if asked is None:  # a cell has to move at all, up or down
            value = np.abs(self.table.values)
            upper = lower = _STEP * np.where(value == 0, self.unit, value)
        part = self.system(hidden, upper, lower)
        knowledge = who_knows(self.table, part, part.unsafe, everyone=who == "all")
        if knowledge is None:
            return {}
        pattern = Pattern(part, own=1.0)
        moves, met = self._moves(pattern, 1), pattern.owner >= 0
        part = replace(part, target=part.target[met], sign=part.sign[met], level=part.level[met])
        tested = open_requirements(Pattern(part), knowledge, moves, stop=self.late)
        self.left()
        return tested.told(part, either=asked is None)

    def late(self) -> bool:
        """Tell whether the time is up."""
        return time.monotonic() >= self.until

    def left(self) -> float:
        """Give the seconds left.

        Raises
        ------
        TimeoutError
            There are none.
        """
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def _moves(self, pattern: Pattern, batch: int) -> sp.csr_array:
        pattern.start(batch, stop=self.late)
        self.left()
        self.programs += pattern.programs
        return pattern.moves()

    def _enough(self, cell: int, sign: float, need: float) -> bool:
        """Tell whether solutions so far show what is asked: a level, or at least two values."""
        if need > 0:
            value = self.table.values[cell]
            seen = self.high[cell] - value if sign > 0 else value - self.low[cell]
            return bool(seen >= need * (1 - NARROW))
        gap = self.high[cell] - self.low[cell]
        return bool(gap > 10 * NARROW * max(abs(self.high[cell]), 1.0))

    def _push(
        self, cells: Numbers, program: Program, cost: Numbers, *, at: int | None = None,
        fallback: bool = False,
    ) -> None:  # fmt: skip
        self.left()
        program.costs(cost)
        found = program.solve(fresh=fallback)
        self.programs += 1
        if found is None:
            raise InputError(
                "Nothing fits what is published: a total is smaller than its published members, "
                "or the published values were rounded. Audit the unrounded table."
            )
        x = found.x * self.unit
        self.low[cells] = np.minimum(self.low[cells], x)
        self.high[cells] = np.maximum(self.high[cells], x)
        if at is not None and found.cost == -np.inf:
            ends = self.high if cost[at] < 0 else self.low
            ends[cells[at]] = np.inf if cost[at] < 0 else -np.inf
