"""A suppression pattern that carries its own proof: for every requirement a witness table.

A requirement (cell p must be able to move up by its level) is met by a *witness*: a move that is
zero on all published cells, keeps to what the attacker knows, and moves p that far. The pattern
grows by the cheapest moves (an incremental linear program per requirement, after G. Sande and
R. Robertson; see the Handbook, section 4.4) and shrinks by the clean-up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from govkit.tables._solver import Program
from govkit.tables.system import MOVED, System

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from govkit.data.arrays import Numbers


__all__ = ["Knowledge", "Pattern", "Witness"]

_SECOND_HAND = 1e-3  # what using an already withheld cell costs, relative to withholding it
_NARROWER = 0.9  # the share of cells from which a smaller program pays
_ENOUGH = 1 - 1e-6  # of a level: the rest is rounding


@dataclass(frozen=True, slots=True, eq=False)
class Knowledge:
    """What one contributor knows beside the published table: tighter rooms for some cells."""

    cells: Numbers
    down: Numbers
    up: Numbers

    def allows(self, cells: Numbers, move: Numbers) -> bool:
        """Tell whether the contributor could take ``a + move`` for the true table."""
        at = np.searchsorted(cells, self.cells)
        mine = np.flatnonzero(np.append(cells, -1)[at] == self.cells)
        d = move[at[mine]]
        return bool((d <= self.up[mine] + MOVED).all() and (d >= -self.down[mine] - MOVED).all())


@dataclass(frozen=True, slots=True, eq=False)
class Witness:
    """A move, cell by cell, and the requirements it meets."""

    cells: Numbers
    move: Numbers
    meets: Numbers


class Pattern:
    """Which cells are withheld, and for each requirement the witness that proves it met."""

    def __init__(self, sys: System, own: float = 0.0) -> None:
        n = len(sys.cells)
        self.sys, self.own = sys, own
        self.hidden = sys.unsafe.copy()
        self.target, self.sign, self.level = sys.target.copy(), sys.sign.copy(), sys.level.copy()
        self.knowledge: list[Knowledge | None] = [None] * len(self.target)
        self.owner = np.full(len(self.target), -1)
        self.witnesses: dict[int, Witness] = {}
        self._next = self.work = self.programs = 0
        self._flat: tuple[Numbers, ...] | None = None
        self._scale = float(np.median(sys.cost[np.isfinite(sys.cost)])) if n else 1.0
        self._cost = np.where(np.isfinite(sys.cost), sys.cost, 0.0) / self._scale
        self._open = np.isfinite(sys.cost) | sys.unsafe
        self._at = {
            (int(t), int(s)): r for r, (t, s) in enumerate(zip(sys.target, sys.sign, strict=True))
        }
        self._up_need, self._down_need = np.full(n, np.inf), np.full(n, np.inf)
        self._up_need[sys.target[sys.sign > 0]] = sys.level[sys.sign > 0]
        self._down_need[sys.target[sys.sign < 0]] = sys.level[sys.sign < 0]
        self._narrow(np.ones(n, bool))

    def _narrow(self, wanted: Numbers) -> None:
        """Leave out of the programs the cells that cannot move anyway."""
        columns, rows = np.flatnonzero(wanted), self.sys.matrix
        while True:
            part = sp.csr_array(rows[:, columns])
            held = np.diff(part.indptr)
            stuck = np.unique(part[np.flatnonzero(held == 1)].indices)
            if not len(stuck):
                break
            columns = np.delete(columns, stuck)
        part = part[np.flatnonzero(held)]
        self._columns = columns
        self._both = np.r_[columns, len(self.hidden) + columns]
        zero = np.zeros(2 * len(columns))
        self._program = Program(sp.hstack([part, -part]), zero, zero)

    @property
    def cost(self) -> float:
        """Cost of the secondary cells."""
        return float(self.sys.cost[self.hidden & ~self.sys.unsafe].sum())

    def require(self, target: int, sign: int, level: float, who: Knowledge) -> int:
        """Add a requirement against somebody who knows more."""
        self.target, self.sign = np.append(self.target, target), np.append(self.sign, sign)
        self.level, self.owner = np.append(self.level, level), np.append(self.owner, -1)
        self.knowledge.append(who)
        return len(self.target) - 1

    def start(
        self, batch: int = 1, *, stop: Callable[[], bool] = bool,
        progress: Callable[[int], None] | None = None, only: Numbers | None = None,
    ) -> list[int]:  # fmt: skip
        """Meet every requirement (or those in ``only``) by the cheapest move, largest level first.

        Returns
        -------
        list of int
            Requirements that no pattern can meet.
        """
        impossible: list[int] = []
        for sign in (1, -1) if batch > 1 else (0,):
            at = np.flatnonzero(((self.sign == sign) | (sign == 0)) & (self.owner < 0))
            at = at if only is None else np.intersect1d(at, only)
            order = at[np.lexsort((-self.sign[at], self.target[at], -self.level[at]))].tolist()
            while order and not stop():
                group: list[int] = []
                while order and len(group) < batch:
                    r = order.pop(0)
                    if self.owner[r] < 0:
                        group.append(r)
                impossible += self._meet(group)
                if progress:
                    progress(int((self.owner < 0).sum()))
        return impossible

    def _meet(self, group: list[int]) -> list[int]:
        """Meet some requirements by one move; split them where they stand against each other."""
        group = [r for r in group if self.owner[r] < 0]
        if not group:
            return []
        move = self.route(group)
        if move is None:
            if len(group) == 1:
                return group
            half = len(group) // 2
            return self._meet(group[:half]) + self._meet(group[half:])
        self.accept(move)
        lost = [r for r in group if self.owner[r] < 0]
        return lost if len(group) == 1 else self._meet(lost) if len(lost) < len(group) else lost

    def route(
        self, group: Sequence[int], *, closed: Numbers | None = None, hidden: Numbers | None = None,
        weigh: bool = False, who: Knowledge | None = None, level: float | None = None,
    ) -> Numbers | None:  # fmt: skip
        """Find the cheapest move that meets the requirements, or ``None``."""
        sys, n = self.sys, len(self.sys.cells)
        hidden = self.hidden if hidden is None else hidden
        levels = {r: float(self.level[r]) if level is None else level for r in group}
        level = max(levels.values())
        up, down = np.where(self._open, sys.up, 0.0), np.where(self._open, sys.down, 0.0)
        if closed is not None:
            up[closed], down[closed] = 0.0, 0.0
        who = self.knowledge[group[0]] if who is None else who
        if who is not None:
            up[who.cells] = np.minimum(up[who.cells], who.up)
            down[who.cells] = np.minimum(down[who.cells], who.down)
        new = ~hidden
        base = np.where(hidden, _SECOND_HAND * self._cost, self._cost)
        base[sys.unsafe] *= self.own
        free = np.maximum(np.stack([up, down]), MOVED)  # a closed cell has no price
        above, below = base * np.where(new & (free > MOVED), np.maximum(1.0, level / free), 1.0)
        lower = np.zeros(2 * n)
        upper = np.r_[up, down]
        for r in group:
            here, there = (0, n) if self.sign[r] > 0 else (n, 0)
            cell = int(self.target[r])
            lower[here + cell] = levels[r]
            upper[there + cell] = 0.0
            if len(group) == 1:
                upper[here + cell] = lower[here + cell]
        if (lower > upper).any() or not np.isin(self.target[group], self._columns).all():
            return None
        self._program.bounds(lower[self._both], upper[self._both])
        self._program.costs(np.r_[above, below][self._both])
        found = self._solve()
        if found is None or not weigh:
            return found
        return self._again(found, level, base, above, below, new)

    def _solve(self) -> Numbers | None:
        solution = self._program.solve()
        self.work += self._program.spent
        self.programs += 1
        if solution is None:
            return None
        n = len(self._columns)
        move = np.zeros(len(self.hidden))
        move[self._columns] = solution.x[:n] - solution.x[n:]
        return move

    def _again(
        self, found: Numbers, level: float, base: Numbers, above: Numbers, below: Numbers,
        new: Numbers,
    ) -> Numbers:  # fmt: skip
        """Solve once more with each used cell priced by its own amount; keep the cheaper."""
        used = new & (np.abs(found) > MOVED)
        if not used.any():
            return found
        for cost in (above, below):
            cost[used] = base[used] * level / np.abs(found[used])
        self._program.costs(np.r_[above, below][self._both])
        other = self._solve()
        if other is None:
            return found
        price = [self._cost[new & (np.abs(d) > MOVED)].sum() for d in (found, other)]
        return other if price[1] < price[0] else found

    def witness(self, move: Numbers) -> list[Witness]:
        """Turn a move, and its mirror image where that is possible, into witnesses."""
        cells = np.flatnonzero(np.abs(move) > MOVED)
        return self._both_ways(cells, move[cells])

    def _both_ways(self, cells: Numbers, move: Numbers) -> list[Witness]:
        made = []
        for d in (move, -move):
            fits = (d >= -self.sys.down[cells] - MOVED) & (d <= self.sys.up[cells] + MOVED)
            if not fits.all():
                continue
            ups = cells[d >= self._up_need[cells] * _ENOUGH - MOVED]
            downs = cells[-d >= self._down_need[cells] * _ENOUGH - MOVED]
            meets = [self._at[int(c), 1] for c in ups] + [self._at[int(c), -1] for c in downs]
            meets += self._for_insiders(cells, d)
            made.append(Witness(cells, d, np.array(meets, int)))
        return made

    def _for_insiders(self, cells: Numbers, move: Numbers) -> list[int]:
        moved = dict(zip(cells.tolist(), move.tolist(), strict=True))
        return [
            r
            for r in range(len(self.sys.target), len(self.target))
            if moved.get(int(self.target[r]), 0.0) * self.sign[r] >= self.level[r] * _ENOUGH
            and (who := self.knowledge[r]) is not None
            and who.allows(cells, move)
        ]

    def accept(self, move: Numbers) -> None:
        """Withhold what a move needs and store it as a witness."""
        self._accept(self.witness(move))

    def _accept(self, witnesses: Sequence[Witness]) -> None:
        for witness in witnesses:
            mine = witness.meets[self.owner[witness.meets] < 0]
            if len(mine):
                self.hidden[witness.cells] = True
            if self.hidden[witness.cells].all():
                self._own(witness, mine)

    def _own(self, witness: Witness, requirements: Numbers) -> None:
        self.witnesses[self._next] = witness
        self.owner[requirements] = self._next
        self._next, self._flat = self._next + 1, None

    def join(self, cells: Numbers, found: Sequence[Witness]) -> None:
        """Take over the witnesses of a part of the table."""
        for witness in found:
            self._accept(self._both_ways(cells[witness.cells], witness.move))

    # Clean-up

    def clean_up(
        self, *, stop: Callable[[], bool] = bool, kept: Numbers | bool = False,
        effort: float = np.inf,
    ) -> int:  # fmt: skip
        """Publish secondaries again, the dearest first, where the requirements stay met.

        Parameters
        ----------
        stop
            Asked before each attempt.
        kept
            Cells that stay withheld.
        effort
            Limit in simplex iterations.

        Returns
        -------
        int
            How many attempts succeeded.
        """
        gained, size, until = 0, len(self.hidden), self.work + effort
        secondary = np.flatnonzero(self.hidden & ~self.sys.unsafe & ~np.asarray(kept))
        for cell in secondary[np.lexsort((secondary, -self.sys.cost[secondary]))]:
            if stop() or self.work >= until:
                break
            if self.hidden[cell]:
                within = self.hidden | (self._cost <= self._cost[cell])
                if within.sum() < _NARROWER * size:
                    self._narrow(within)
                    size = int(within.sum())
                gained += self.attempt(int(cell))
        self._narrow(np.ones(len(self.hidden), bool))
        return gained

    def attempt(self, cell: int) -> bool:
        """Try to publish a cell; other cells may take its place if they cost less."""
        gain = float(self._cost[cell])
        dropped = np.arange(len(self.hidden)) == cell
        todo = self._relying(cell)
        hidden = self.hidden & ~dropped
        made: list[Witness] = []
        kept: dict[int, int] = {}
        met: set[int] = set()
        price = 0.0
        for r in sorted(todo, key=lambda r: (-self.level[r], r)):
            if r in met:
                continue
            closed = dropped | (~hidden & (self._cost > gain - price))
            move = self.route([r], closed=closed, hidden=hidden, weigh=True)
            if move is None:
                return False
            new = ~hidden & (np.abs(move) > MOVED)
            price += float(self._cost[new].sum())
            if price >= gain * (1 - 1e-9):
                return False
            hidden |= new
            for witness in self.witness(move):
                kept.update((m, len(made)) for m in witness.meets.tolist() if m in todo - met)
                met.update(witness.meets.tolist())
                made.append(witness)
            if r not in met:
                return False
        self.hidden = hidden
        self._swap(made, kept)
        return True

    def _relying(self, cell: int) -> set[int]:
        """Give the requirements that no witness meets without moving the cell."""
        if self._flat is None:
            self._flat = _flat(self.witnesses)
        numbers, cells, cell_of, meets, meets_of = self._flat
        using = np.zeros(len(numbers), bool)
        using[cell_of[cells == cell]] = True
        rely = np.isin(self.owner, numbers[using])
        other = rely[meets] & ~using[meets_of]
        self.owner[meets[other]] = numbers[meets_of[other]]
        return set(np.flatnonzero(np.isin(self.owner, numbers[using])).tolist())

    def _swap(self, made: Sequence[Witness], kept: dict[int, int]) -> None:
        """Take over new witnesses; publish what none of those relied on moves."""
        for i, witness in enumerate(made):
            self._own(witness, np.array([r for r, w in kept.items() if w == i], int))
        self.prune()

    def prune(self) -> None:
        """Publish what no witness relied on moves; drop the witnesses that are left without."""
        needed = self.sys.unsafe.copy()
        for w in set(self.owner.tolist()) - {-1}:
            needed[self.witnesses[w].cells] = True
        self.hidden &= needed
        self.witnesses = {
            w: witness for w, witness in self.witnesses.items() if self.hidden[witness.cells].all()
        }
        self._flat = None

    def moves(self) -> sp.csr_array:
        """Give all witnesses as rows over the cells of the table system."""
        rows = list(self.witnesses.values())
        starts = np.cumsum([0, *(len(w.cells) for w in rows)])
        cells = np.concatenate([w.cells for w in rows]) if rows else np.zeros(0, int)
        data = np.concatenate([w.move for w in rows]) if rows else np.zeros(0)
        return sp.csr_array((data * self.sys.unit, cells, starts), (len(rows), len(self.hidden)))


def _flat(witnesses: dict[int, Witness]) -> tuple[Numbers, ...]:
    """Give the witnesses' numbers, all their cells and whose, all they meet and which meets it."""
    rows, at = list(witnesses.values()), np.arange(len(witnesses))
    return (
        np.array(list(witnesses), int),
        np.concatenate([np.zeros(0, int), *(w.cells for w in rows)]),
        np.repeat(at, [len(w.cells) for w in rows]),
        np.concatenate([np.zeros(0, int), *(w.meets for w in rows)]),
        np.repeat(at, [len(w.meets) for w in rows]),
    )
