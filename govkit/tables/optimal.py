"""The cheapest pattern, with proof or with the gap that is left.

M. Fischetti and J. J. Salazar, "Solving the cell suppression problem on tabular data with linear
constraints", Management Science 47(7), 2001: a master program chooses the cells, the attacker's
programs answer with cuts (Benders). If an attack on cell p reaches less than its level, the prices
of that attack say which further cells would let it reach more.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp

from govkit.tables._solver import Program
from govkit.tables.pattern import Pattern
from govkit.tables.system import unit_of

if TYPE_CHECKING:
    import numpy.typing as npt

    from govkit.tables._solver import Solution

    Numbers = npt.NDArray[Any]

__all__ = ["optimum"]

_REACHED = 1 - 1e-6
_STALLED = 2  # rounds of the relaxed master that may bring little
_GAPS = (0.05, 0.02, 0.01)  # of the first masters in whole cells; the others are solved to the end
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
        self.around: dict[int, tuple[Numbers, Program]] | None = None
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

    def _attack(self, r: int, z: Numbers, *, capped: bool) -> tuple[float, Numbers, Numbers]:
        """Push requirement ``r`` as far as the cells ``z`` (0 to 1) allow.

        Give how far, the cells, and their prices. What the move meets beside is noted in ``met``.
        """
        sys, level = self.sys, float(self.sys.level[r])
        cells, attacker = self._world(int(sys.target[r]))
        target = int(np.searchsorted(cells, sys.target[r]))
        up, down = (sys.up, sys.down) if sys.sign[r] > 0 else (sys.down, sys.up)
        up, down, part = up[cells], down[cells], z[cells]
        if capped:
            up, down = np.minimum(up, level), np.minimum(down, level)
        with np.errstate(invalid="ignore"):
            upper = np.where(part > 0, up * part, 0.0)
            lower = np.where(part > 0, -down * part, 0.0)
        lower[target], upper[target] = 0.0, level
        cost = np.zeros(len(cells))
        cost[target] = -1.0
        attacker.bounds(lower, upper)
        attacker.costs(cost)
        found = attacker.solve()
        if found is None:
            return 0.0, cells, cost * 0
        if self.around is None:
            move = found.x * sys.sign[r]
            self.met |= move[sys.target] * sys.sign >= sys.level * _REACHED
        return float(found.x[target]) / level, cells, found.reduced

    def _world(self, target: int) -> tuple[Numbers, Program]:
        """Give the cells that may move in an attack: all, or those two equations away.

        What fails within few equations fails within all.
        """
        if self.around is None:
            return np.arange(len(self.sys.cells)), self.attacker
        if target not in self.around:
            own = self.columns.indices[slice(*self.columns.indptr[target : target + 2])]
            rows = self.sys.matrix[np.unique(self.touching[own].indices)]
            cells, place = np.unique(rows.indices, return_inverse=True)
            zero = np.zeros(len(cells))
            part = sp.csr_array((rows.data, place, rows.indptr), (rows.shape[0], len(cells)))
            self.around[target] = cells, Program(part, zero, zero)
        return self.around[target]

    def nearby(self, rounds: int) -> None:
        """Bound the cost by attacks within few equations, at points in whole cells."""
        found = self.master().solve() if self.cuts.shape[0] else None
        self.bound = 0.0 if found is None else found.cost
        failing: list[int] | None = None
        for left in reversed(range(rounds)):
            found = None if self.late() or not self.bound else self._whole(_GAPS[2], _NODES)
            if found is None:
                return
            self.bound = max(self.bound, found.bound)
            if left:
                failing = self._failing() if failing is None else failing
                chosen = np.round(found.x)
                z = self._point(chosen)
                self._add([cut for r in failing for cut in self._separate(r, z, chosen)])

    def _failing(self) -> list[int]:
        """List what fails within few equations if nothing but the unsafe cells is withheld."""
        self.around = {}
        self.touching = sp.csr_array(abs(self.sys.matrix) @ abs(self.sys.matrix).T)
        z = self._point(np.zeros(len(self.choice)))
        todo = self.sys.sign > 0  # downs add little
        for witness in self.best.witnesses.values():
            if self.sys.unsafe[witness.cells].all():  # proof that nothing else is needed
                todo[witness.meets] = False
        found: list[int] = []
        for r in np.flatnonzero(todo).tolist():
            if self.late():
                break
            if self._attack(r, z, capped=False)[0] < _REACHED:
                found.append(r)
            else:  # a world of its own is large, and there are many
                del self.around[int(self.sys.target[r])]
        return found

    def _separate(self, r: int, z: Numbers, chosen: Numbers) -> list[sp.csr_array]:
        """Find a condition that the point breaks, first with moves capped at the level."""
        for capped in (True, False) if self.around is None else (False,):
            reach, cells, prices = self._attack(r, z, capped=capped)
            cut = self._cut(cells, prices, r) if reach < _REACHED else None
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
        cut = self._cut(*self._attack(r, self._point(chosen), capped=False)[1:], r)
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
