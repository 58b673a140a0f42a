"""The cheapest pattern, with proof or with the gap that is left.

M. Fischetti and J. J. Salazar, "Solving the cell suppression problem on tabular data with linear
constraints", Management Science 47(7), 2001: a master program chooses the cells, the attacker's
programs answer with cuts (Benders). If an attack on cell p reaches less than its level, the prices
of that attack say which further cells would let it reach more.
"""

from __future__ import annotations

import itertools
import time
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from govkit.tables._solver import Program
from govkit.tables.pattern import Pattern
from govkit.tables.system import unit_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govkit.data.arrays import Numbers
    from govkit.tables._solver import Solution
    from govkit.tables.system import System


__all__ = ["optimum"]

_REACHED = 1 - 1e-6
_STALLED = 2  # rounds of the relaxed master that may bring little
_GAPS = (0.05, 0.02, 0.01)  # of the first masters in whole cells; the others are solved to the end
_TOGETHER = 100  # attacks on single cells in one program
_NODES = 200  # branches per master where the effort is limited


def first_bound(pattern: Pattern, rounds: int, seconds: float) -> float:
    """Give a lower bound of the cost from what stands close to each unsafe cell.

    Parameters
    ----------
    pattern
        A pattern that meets all requirements.
    rounds
        How often to choose cells by the conditions found so far; 1: each equation says what must
        move with an unsafe cell, and nothing else is asked.
    seconds
        Time limit.
    """
    search = _Benders(pattern, time.monotonic() + seconds, np.inf)
    search.nearby(rounds)
    return min(search.bound * search.unit, pattern.cost)


def optimum(
    pattern: Pattern, seconds: float = np.inf, effort: float = np.inf
) -> tuple[Pattern, float]:
    """Improve a pattern, if there is time to the cheapest one.

    Parameters
    ----------
    pattern
        A pattern that meets all requirements.
    seconds
        Time limit.
    effort
        Limit in simplex iterations, which gives the same answer on every machine.

    Returns
    -------
    pattern
        The cheapest one found.
    bound
        No pattern costs less; equal to its cost where it is proven the cheapest.
    """
    search = _Benders(pattern, time.monotonic() + seconds, effort)
    search.relaxed()
    search.integer()
    return search.best, min(search.bound * search.unit, search.best.cost)


class _Nearby:
    """Attacks on some cells, each within its own equations, in one program."""

    def __init__(self, worlds: dict[int, sp.csr_array], sys: System) -> None:
        self.requirements = np.array(list(worlds))
        parts, cells, targets, start = [], [], [], 0
        for r, rows in worlds.items():
            used, place = np.unique(rows.indices, return_inverse=True)
            parts.append(sp.csr_array((rows.data, place, rows.indptr), (rows.shape[0], len(used))))
            cells.append(used)
            targets.append(start + int(np.searchsorted(used, sys.target[r])))
            start += len(used)
        self.cells, self.targets = np.concatenate(cells), np.array(targets)
        self.ends = np.cumsum([0, *map(len, cells)])
        self.program = Program(sp.block_diag(parts), np.zeros(start), np.zeros(start))
        cost = np.zeros(start)
        cost[self.targets] = -1.0
        self.program.costs(cost)

    def attack(self, sys: System, z: Numbers) -> list[tuple[int, Numbers, Numbers]]:
        """Push each cell up as far as ``z`` allows; give those that fail, cells and prices."""
        lower, upper = _within(z[self.cells], sys.down[self.cells], sys.up[self.cells])
        level = sys.level[self.requirements]
        lower[self.targets], upper[self.targets] = 0.0, level
        self.program.bounds(lower, upper)
        found = self.program.solve()
        if found is None:
            return []
        failing = np.flatnonzero(found.x[self.targets] < level * _REACHED)
        spans = [slice(*self.ends[i : i + 2]) for i in failing]
        return [
            (int(self.requirements[i]), self.cells[span], found.reduced[span])
            for i, span in zip(failing, spans, strict=True)
        ]


def _within(z: Numbers, down: Numbers, up: Numbers) -> tuple[Numbers, Numbers]:
    """Give how far cells may move of which a share ``z`` is withheld."""
    with np.errstate(invalid="ignore"):
        return np.where(z > 0, -down * z, 0.0), np.where(z > 0, up * z, 0.0)


class _Benders:
    def __init__(self, pattern: Pattern, until: float, effort: float) -> None:
        sys = pattern.sys
        self.sys, self.best, self.until, self.effort = sys, pattern, until, effort
        self.choice = np.flatnonzero(~sys.unsafe & np.isfinite(sys.cost))
        self.place = np.full(len(sys.cells), -1)
        self.place[self.choice] = np.arange(len(self.choice))
        self.unit = unit_of(sys.cost)
        self.cost = sys.cost[self.choice] / self.unit
        zero = np.zeros(len(sys.cells))
        self.attacker = Program(sys.matrix, zero, zero)
        self.columns = sp.csc_array(sys.matrix)
        self.cuts = self._first_cuts()
        self.bound = 0.0
        self.met = np.zeros(len(sys.target), bool)

    def left(self) -> float:
        return 0.0 if self.attacker.work >= self.effort else max(self.until - time.monotonic(), 0.0)

    def late(self) -> bool:
        return self.left() <= 0

    def _first_cuts(self) -> sp.csr_array:
        """Every equation that holds an unsafe cell says what must move with it."""
        sys, columns = self.sys, self.columns
        number = np.diff(columns.indptr)[sys.target]
        which = np.repeat(np.arange(len(sys.target)), number)
        at = np.arange(len(which)) - np.repeat(np.cumsum(number) - number, number)
        at += columns.indptr[sys.target[which]]
        cuts = sp.csr_array(sys.matrix[columns.indices[at]])
        row = np.repeat(np.arange(len(which)), np.diff(cuts.indptr))
        down = cuts.data * columns.data[at][row] * sys.sign[which][row] > 0
        reach = np.abs(cuts.data / columns.data[at][row])
        reach *= np.where(down, sys.down[cuts.indices], sys.up[cuts.indices])
        own = cuts.indices == sys.target[which][row]
        given = np.where(sys.unsafe[cuts.indices] & ~own, reach, 0.0)
        level = sys.level[which]
        rest = level - np.bincount(row, given, len(which))
        cuts.data = np.minimum(reach, rest[row]) / np.where(rest > 0, rest, 1.0)[row]
        return sp.csr_array(cuts[np.flatnonzero(rest > level * 1e-6)][:, self.choice])

    def _add(self, cuts: list[sp.csr_array]) -> None:
        if cuts:
            self.cuts = sp.vstack([self.cuts, *cuts], format="csr")

    def _cut(self, cells: Numbers, prices: Numbers, r: int) -> sp.csr_array | None:
        """Turn an attack's prices into a condition ``cut @ z >= 1`` on the chosen cells."""
        sys, level = self.sys, float(self.sys.level[r])
        used = (np.abs(prices) >= 1e-9) & (cells != sys.target[r])  # noqa: PLR2004 - rounding
        cells, prices = cells[used], prices[used]
        up, down = (sys.up, sys.down) if sys.sign[r] > 0 else (sys.down, sys.up)
        reach = np.abs(prices) * np.where(prices < 0, up[cells], down[cells])
        rest = level - float(reach[sys.unsafe[cells]].sum())
        if not rest > level * 1e-6:
            return None
        share, at = np.minimum(reach, rest) / rest, self.place[cells]
        kept = (at >= 0) & (share >= 1e-7)  # noqa: PLR2004 - rounding
        row = np.zeros(int(kept.sum()), int)
        return sp.csr_array((share[kept], (row, at[kept])), (1, len(self.choice)))

    def _attack(self, r: int, z: Numbers, *, capped: bool) -> tuple[float, Numbers]:
        """Push requirement ``r`` as far as the cells ``z`` (0 to 1) allow; give reach, prices.

        What the move meets beside is noted in ``met``.
        """
        sys, level = self.sys, float(self.sys.level[r])
        target = int(sys.target[r])
        up, down = (sys.up, sys.down) if sys.sign[r] > 0 else (sys.down, sys.up)
        if capped:
            up, down = np.minimum(up, level), np.minimum(down, level)
        lower, upper = _within(z, down, up)
        lower[target], upper[target] = 0.0, level
        cost = np.zeros(len(z))
        cost[target] = -1.0
        self.attacker.bounds(lower, upper)
        self.attacker.costs(cost)
        found = self.attacker.solve()
        if found is None:
            return 0.0, cost * 0
        move = found.x * sys.sign[r]
        self.met |= move[sys.target] * sys.sign >= sys.level * _REACHED
        return float(found.x[target]) / level, found.reduced

    def nearby(self, rounds: int) -> None:
        """Bound the cost by attacks within few equations, at points in whole cells."""
        found = self.master().solve() if self.cuts.shape[0] else None
        self.bound = 0.0 if found is None else found.cost
        close: list[_Nearby] | None = None
        for left in reversed(range(rounds)):
            found = None if self.late() or not self.bound else self._whole(_GAPS[2], _NODES)
            if found is None:
                return
            self.bound = max(self.bound, found.bound)
            if left:
                close = self._close() if close is None else close
                z = self._point(np.round(found.x))
                self._add([cut for near in close for cut in self._near_cuts(near, z)])

    def _near_cuts(self, near: _Nearby, z: Numbers) -> list[sp.csr_array]:
        found = [] if self.late() else near.attack(self.sys, z)
        cuts = [self._cut(cells, prices, r) for r, cells, prices in found]
        return [cut for cut in cuts if cut is not None and (cut @ z[self.choice])[0] < 1 - 1e-6]

    def _close(self) -> list[_Nearby]:
        """Give what fails within few equations if nothing but the unsafe cells is withheld."""
        z, todo = self._point(np.zeros(len(self.choice))), self.sys.sign > 0  # downs add little
        for witness in self.best.witnesses.values():
            if self.sys.unsafe[witness.cells].all():  # proof that nothing else is needed
                todo[witness.meets] = False
        touching = sp.csr_array(abs(self.sys.matrix) @ abs(self.sys.matrix).T)
        every = np.flatnonzero(todo).tolist()
        rows = {r: self._world(int(self.sys.target[r]), touching) for r in every}
        found = [near.attack(self.sys, z) for near in self._together(rows) if not self.late()]
        return list(self._together({r: rows[r] for r, *_ in itertools.chain(*found)}))

    def _together(self, rows: dict[int, sp.csr_array]) -> Iterator[_Nearby]:
        """Take many attacks in one program."""
        every = list(rows)
        for at in range(0, len(every), _TOGETHER):
            yield _Nearby({r: rows[r] for r in every[at : at + _TOGETHER]}, self.sys)

    def _world(self, target: int, touching: sp.csr_array) -> sp.csr_array:
        """Give the equations of a cell, and those of the cells in them.

        What fails within few equations fails within all.
        """
        own = self.columns.indices[slice(*self.columns.indptr[target : target + 2])]
        return self.sys.matrix[np.unique(touching[own].indices)]

    def _separate(self, r: int, z: Numbers, chosen: Numbers) -> list[sp.csr_array]:
        """Find a condition that the point breaks, first with moves capped at the level."""
        every = np.arange(len(z))
        for capped in (True, False):
            reach, prices = self._attack(r, z, capped=capped)
            cut = self._cut(every, prices, r) if reach < _REACHED else None
            if cut is not None and (cut @ chosen)[0] < 1 - 1e-6:
                return [cut]
        return []

    def _point(self, chosen: Numbers) -> Numbers:
        z = np.zeros(len(self.sys.cells))
        z[self.sys.unsafe] = 1.0
        z[self.choice] = np.clip(chosen, 0.0, 1.0)
        z[z < 1e-7] = 0.0  # noqa: PLR2004 - rounding
        return z

    def master(self, *, integer: bool = False) -> Program:
        """Choose cells so that all conditions found so far hold."""
        zero, one = np.zeros(len(self.choice)), np.ones(len(self.choice))
        master = Program(self.cuts, zero, one, low=1.0, high=np.inf, integer=integer)
        master.costs(self.cost)
        return master

    def _whole(self, gap: float, nodes: int) -> Solution | None:
        """Solve the master in whole cells, from the pattern in hand."""
        start = self.best.hidden[self.choice].astype(float)
        master = self.master(integer=True)
        return master.solve(seconds=self.left(), start=start, gap=gap, nodes=nodes)

    def relaxed(self) -> None:
        """Add cuts at fractional points until they bring little."""
        master = self.master()
        quiet = 0
        while quiet < _STALLED and not self.late():
            found = master.solve(fresh=False)
            if found is None:
                return
            quiet = 0 if found.cost > self.bound * 1.001 else quiet + 1
            self.bound = max(self.bound, found.cost)
            cuts = self._fractional_cuts(found.x)
            if not cuts:
                return
            self._add(cuts)
            more = sp.vstack(cuts, format="csr")
            master.add_rows(more, np.ones(len(cuts)), np.full(len(cuts), np.inf))

    def _fractional_cuts(self, chosen: Numbers) -> list[sp.csr_array]:
        z, cuts = self._point(chosen), []
        self.met[:] = False
        for r in np.argsort(-self.sys.level, kind="stable").tolist():
            if not self.met[r] and not self.late():
                cuts += self._separate(r, z, chosen)
        return cuts

    def integer(self) -> None:
        """Solve the master in whole cells, mend each answer, until bound and pattern meet."""
        gaps = list(_GAPS)
        while not self.late() and self.bound < self.best.cost / self.unit - 1e-6:
            gap = gaps.pop(0) if gaps else 0.0
            found = self._whole(gap, _NODES if np.isfinite(self.effort) else 2**31 - 1)
            if found is None:
                return
            self.bound = max(self.bound, found.bound)
            chosen = np.round(found.x)
            cuts = self._integer_cuts(chosen)
            self._mend(chosen)
            if not cuts:
                if gap == 0.0 or not found.proven:
                    return
                gaps.clear()
            self._add(cuts)

    def _integer_cuts(self, chosen: Numbers) -> list[sp.csr_array]:
        z, cuts = self._point(chosen), []
        met = self.met = np.zeros(len(self.met), bool)
        for r in np.argsort(-self.sys.level, kind="stable").tolist():
            if met[r] or self.late():
                continue
            self.met = met
            reach = self._attack(r, z, capped=False)[0]
            self.met = np.zeros(len(met), bool)  # what follows uses other cells
            if reach < _REACHED:
                cuts += self._separate(r, z, chosen)
                cuts.append(sp.csr_array(self._cover(r, chosen)[None]))
        return cuts

    def _cover(self, r: int, chosen: Numbers) -> Numbers:
        """Withhold more cells, cheap ones first, as long as the attack still fails."""
        inside = chosen > 0
        _, prices = self._attack(r, self._point(chosen), capped=False)
        cut = self._cut(np.arange(len(prices)), prices, r)
        if cut is not None:
            inside |= cut.toarray()[0] == 0  # without a price a cell adds nothing to the attack
        outside = np.flatnonzero(~inside)
        todo = [outside[np.lexsort((outside, self.cost[outside]))]]
        while todo:
            cells = todo.pop()
            inside[cells] = True
            reach = self._attack(r, self._point(inside.astype(float)), capped=False)[0]
            if reach >= _REACHED:
                inside[cells] = False
                if len(cells) > 1:
                    half = len(cells) // 2
                    todo += [cells[half:], cells[:half]]
        return np.where(inside, 0.0, 1.0)

    def _mend(self, chosen: Numbers) -> None:
        """Make a pattern of the master's answer and keep it if it is cheaper."""
        pattern = Pattern(self.sys)
        pattern.hidden[self.choice] |= chosen > 0
        if pattern.start(stop=self.late) or (pattern.owner < 0).any():
            return
        pattern.clean_up(stop=self.late)
        if pattern.cost < self.best.cost:
            self.best = pattern
