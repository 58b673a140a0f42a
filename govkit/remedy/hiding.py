"""Which cells to hide: two searches over classes, never over records.

Both look at sets of columns, the cheapest first, and both are heuristics: the fewest cells are hard
to find (A. Meyerson, R. Williams, "On the complexity of optimal k-anonymity", PODS 2004,
doi:10.1145/1055558.1055591) and, under the wildcard reading, not even wanted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]
    Bools = npt.NDArray[np.bool_]

__all__ = ["Grid", "Hidden", "Plan", "least", "matching", "merged", "strict", "wildcard"]

_MOST_SETS = 4095  # all of 12 columns
_PAIRS = 2_000_000_000  # cells compared at most while cells are given back


class Hidden(NamedTuple):
    """Rows of an answer: a class, the columns hidden (one bit each), and how many records."""

    origin: Integers
    holes: Integers
    records: Integers


@dataclass(frozen=True)
class Grid:
    """Classes as one integer each, from which a column is hidden by an addition.

    Attributes
    ----------
    codes
        Per column one code per class.
    missing
        Per column the code that means missing or hidden.
    base, moves
        The integer of each class, and per column what turns its value into a missing one. Exact
        where the columns fit 62 bits; else sums of random 64-bit numbers, one per value.
    holes
        Per class one bit for each column that is missing.
    """

    codes: Sequence[npt.NDArray[np.int32]]
    missing: Sequence[int]
    base: Integers
    moves: Sequence[Integers]
    holes: Integers

    @classmethod
    def of(cls, codes: Sequence[npt.NDArray[np.int32]], missing: Sequence[int]) -> Grid:
        """Lay out columns of codes."""
        exact = math.prod(last + 1 for last in missing) < 1 << 62
        random, unit = np.random.default_rng(0), 1
        base, holes = np.zeros((2, len(codes[0])), np.int64)
        moves = []
        for bit, (code, last) in enumerate(zip(codes, missing, strict=True)):
            digits = np.arange(last + 1, dtype=np.int64)
            digits = (
                digits * unit if exact else random.integers(-(1 << 63), (1 << 63) - 1, last + 1)
            )
            unit *= last + 1
            base += digits[code]
            moves.append(digits[-1] - digits[code])
            holes |= (code == last).astype(np.int64) << bit
        return cls(codes, missing, base, moves, holes)

    def keys(self, rows: Integers, mask: int) -> Integers:
        """Give the integers of some classes with the columns of a mask hidden."""
        found = self.base[rows]
        for bit, move in enumerate(self.moves):
            if mask >> bit & 1:
                found += move[rows]
        return found

    def differences(self, row: int, rows: Integers | slice = slice(None)) -> Integers:
        """Give one bit per column in which classes differ from one of them."""
        found = np.zeros(len(self.base[rows]), np.int64)
        for bit, code in enumerate(self.codes):
            found |= (code[rows] != code[row]).astype(np.int64) << bit
        return found


@dataclass(frozen=True)
class Plan:
    """The sets of columns to look at, by level of cost, and what a set costs.

    Attributes
    ----------
    levels
        Sets as bits: first those that cost about as much as one cheapest column, and so on.
    weights
        Cost per column.
    whole
        Up to this size all sets are there.
    """

    levels: list[list[int]]
    weights: Sequence[float]
    whole: int

    @classmethod
    def of(cls, weights: Sequence[float], movable: Sequence[int], largest: int | None) -> Plan:
        """List all sets of some columns up to a size, then whole tails of the least important."""
        order = sorted(movable, key=lambda j: (weights[j], -j))
        sizes = range(1, len(order) + 1)
        sets = np.cumsum([math.comb(len(order), size) for size in sizes])
        most = largest or max(int((sets <= _MOST_SETS).sum()), 1)
        chosen = [s for size in sizes[:most] for s in combinations(order, size)]
        chosen += [tuple(order[:size]) for size in sizes[most:]]
        cost = [sum(weights[j] for j in s) for s in chosen]
        cheapest = min((weights[j] for j in order), default=1.0)
        levels: dict[int, list[int]] = {}
        for at in sorted(range(len(chosen)), key=lambda at: (cost[at], at)):
            bits = sum(1 << j for j in chosen[at])
            levels.setdefault(round(cost[at] / cheapest), []).append(bits)
        return cls([levels[level] for level in sorted(levels)], weights, min(most, len(order)))

    def __iter__(self) -> Iterator[int]:
        """Give every set, the cheapest first."""
        return (mask for level in self.levels for mask in level)

    def price(self, masks: Integers) -> npt.NDArray[np.float64]:
        """Give the cost of hiding the columns of each mask."""
        return sum(((masks >> j & 1) * w for j, w in enumerate(self.weights)), np.zeros(len(masks)))


def _meet(wanted: Integers, keys: Integers) -> tuple[Integers, Bools]:
    """Find keys among sorted wanted ones: the position of each, and whether it is there."""
    at = np.minimum(np.searchsorted(wanted, keys), len(wanted) - 1)
    return at, wanted[at] == keys


def matching(grid: Grid, rows: Integers, holes: Integers, others: Hidden) -> Integers:
    """Count the records that could be each class: equal wherever both have a value.

    Parameters
    ----------
    grid
        The classes.
    rows, holes
        The classes asked about, and the columns hidden in each.
    others
        The records that they are compared with.
    """
    found = np.zeros(len(rows), np.int64)
    kinds, kind = np.unique(others.holes, return_inverse=True)
    order = np.argsort(kind, kind="stable")
    spans = np.split(order, np.cumsum(np.bincount(kind, minlength=len(kinds)))[:-1])
    for own in np.unique(holes).tolist():
        mine = np.flatnonzero(holes == own)
        unions = kinds | own
        for union in np.unique(unions).tolist():
            near = np.concatenate([spans[i] for i in np.flatnonzero(unions == union)])
            wanted, inverse = np.unique(grid.keys(rows[mine], union), return_inverse=True)
            at, hit = _meet(wanted, grid.keys(others.origin[near], union))
            sums = np.bincount(at[hit], others.records[near[hit]], minlength=len(wanted))
            found[mine] += sums.astype(np.int64)[inverse]
    return found


def least(grid: Grid, sizes: Integers, k: int, plan: Plan) -> int:
    """Count the cells that no strict answer can do without.

    What is left to see of a record must be shared by ``k`` records of the data, hidden with it or
    not. Of records for which no set of the plan is enough, one column more than its sets hide.
    """
    given = np.bitwise_count(grid.holes).astype(np.int64)
    best = np.full(len(sizes), plan.whole + 1)
    everybody = todo = np.arange(len(sizes))
    for mask in sorted([0, *plan], key=int.bit_count):
        if not len(todo) or mask.bit_count() > plan.whole:
            break
        wanted, inverse = np.unique(grid.keys(todo, mask), return_inverse=True)
        at, hit = _meet(wanted, grid.keys(everybody, mask))
        enough = np.bincount(at[hit], sizes[hit], len(wanted))[inverse] >= k
        cells = np.bitwise_count(mask & ~grid.holes[todo[enough]])
        best[todo[enough]] = np.minimum(best[todo[enough]], cells)
        todo = todo[best[todo] > mask.bit_count() - given[todo]]
    return int((best * sizes).sum())


def wildcard(grid: Grid, sizes: Integers, k: int, plan: Plan) -> Hidden:
    """Hide cells of the classes at risk until each could be ``k`` records; then give some back."""
    everybody = np.arange(len(sizes))
    holes = grid.holes.copy()
    state = Hidden(everybody, holes, sizes)
    todo = (
        everybody[matching(grid, everybody, holes, state) < k]
        if holes.any()
        else (np.flatnonzero(sizes < k))
    )
    while len(todo):
        for level, masks in enumerate(plan.levels):
            before = len(todo)
            for mask in masks:
                todo = _mask(grid, state, todo, mask, k, alone=level > 0)
            if len(todo) < before:
                break
    _give_back(grid, state, k, plan)
    return Hidden(everybody, holes & ~grid.holes, sizes)


def _mask(grid: Grid, state: Hidden, todo: Integers, mask: int, k: int, *, alone: bool) -> Integers:
    """Hide a set of columns where that is enough; of equal classes only one if ``alone``."""
    if not len(todo):
        return todo
    enough = matching(grid, todo, state.holes[todo] | mask, state) >= k
    enough &= (mask & ~state.holes[todo]) != 0
    found = np.flatnonzero(enough)
    if alone and len(found):
        found = found[np.unique(grid.keys(todo[found], mask), return_index=True)[1]]
    state.holes[todo[found]] |= mask
    return np.delete(todo, found)


def _give_back(grid: Grid, state: Hidden, k: int, plan: Plan) -> None:
    """Hide fewer cells of a class where all that could be it keep ``k`` records."""
    own = state.holes & ~grid.holes
    several = np.flatnonzero(np.bitwise_count(own) > 1)
    several = several[: _PAIRS // (len(own) * len(grid.codes) + 1)]
    if not len(several):
        return
    everybody = np.arange(len(own))
    reach = matching(grid, everybody, state.holes, state)
    masks = np.fromiter(plan, np.int64)
    prices = plan.price(masks)
    for row in several.tolist():
        n, given = state.records[row], grid.holes[row]
        cost = plan.price(own[row : row + 1])[0]
        apart = grid.differences(row) & ~state.holes & ~given
        near = np.flatnonzero(np.bitwise_count(apart) <= np.bitwise_count(own[row]))
        apart = apart[near]
        kept = near[(apart & ~own[row]) == 0]
        for mask in masks[(prices < cost - 1e-9) & ((masks & ~given) != 0)].tolist():
            now = (apart & ~mask) == 0
            lost = np.setdiff1d(kept, near[now])
            if state.records[near[now]].sum() >= k and (reach[lost] - n >= k).all():
                reach[kept] -= n
                reach[near[now]] += n
                reach[row] = state.records[near[now]].sum()
                state.holes[row] = given | mask
                break


def strict(grid: Grid, sizes: Integers, k: int, plan: Plan) -> Hidden:
    """Hide cells until every pattern, hidden cells included, stands for ``k`` records."""
    groups = _Groups(grid, sizes, k, plan)
    groups.release(0)
    for level in plan.levels:
        for mask in level:
            groups.release(mask)
        step = float(plan.price(np.array(level[:1]))[0]) / max(level[0].bit_count(), 1)
        while any([groups.borrow(mask, step) for mask in level]):
            pass
    for mask in plan:
        groups.borrow(mask, np.inf)
    for unit in groups.open.tolist():
        groups.widen(unit)
    return groups.merged()


class _Groups:
    """Strict groups while they are made: units of records, each of one class, and their group."""

    def __init__(self, grid: Grid, sizes: Integers, k: int, plan: Plan) -> None:
        self.grid, self.k, self.plan = grid, k, plan
        self.origin = np.arange(len(sizes))
        self.records = sizes.copy()
        self.holes = grid.holes.copy()
        self.group = np.full(len(sizes), -1)
        self.size = np.zeros(0, np.int64)

    @property
    def open(self) -> Integers:
        """The units that have no group yet."""
        return np.flatnonzero(self.group < 0)

    def _alike(self, mask: int) -> tuple[Integers, Integers, Integers, Integers]:
        """Bring open units together that are equal outside a mask."""
        todo = self.open
        keys, inverse = np.unique(self.grid.keys(self.origin[todo], mask), return_inverse=True)
        sums = np.bincount(inverse, self.records[todo], len(keys)).astype(np.int64)
        return todo, keys, inverse, sums

    def release(self, mask: int) -> None:
        """Let the open units that are equal outside a mask be groups where they are enough."""
        todo, _, inverse, sums = self._alike(mask)
        self._close(todo, inverse, sums >= self.k, sums, mask)

    def _close(
        self, todo: Integers, inverse: Integers, good: Bools, sums: Integers, mask: int
    ) -> None:
        numbers = np.cumsum(good) - 1 + len(self.size)
        chosen = good[inverse]
        self.group[todo[chosen]] = numbers[inverse[chosen]]
        self.holes[todo[chosen]] |= mask
        self.size = np.concatenate([self.size, sums[good]])

    def borrow(self, mask: int, worth: float) -> bool:
        """Fill up groups of open units with records that other groups can spare.

        A group is filled where that costs less than ``worth`` per open record. Says whether one
        was.
        """
        todo, wanted, inverse, sums = self._alike(mask)
        if not len(todo):
            return False
        unit, at, spare, extra = self._lenders(wanted, mask)
        before = np.cumsum(spare) - spare
        before -= before[np.searchsorted(at, at)]
        take = np.clip(self.k - sums[at] - before, 0, spare)
        total = np.bincount(at, take, len(wanted)).astype(np.int64)
        good = (sums + total >= self.k) & (
            np.bincount(at, take * extra, len(wanted)) < worth * sums
        )
        good[self._overdrawn(unit, at, np.where(good[at], take, 0))] = False
        used = good[at] & (take > 0)
        unit, at, take = unit[used], at[used], take[used]
        np.subtract.at(self.size, self.group[unit], take)
        self.records[unit] -= take
        moved = self.origin[unit]
        group = (np.cumsum(good) - 1 + len(self.size))[at]
        self.origin = np.concatenate([self.origin, moved])
        self.records = np.concatenate([self.records, take])
        self.holes = np.concatenate([self.holes, self.grid.holes[moved] | mask])
        self.group = np.concatenate([self.group, group])
        self._close(todo, inverse, good, sums + total, mask)
        return bool(good.any())

    def _lenders(
        self, wanted: Integers, mask: int
    ) -> tuple[Integers, Integers, Integers, npt.NDArray[np.float64]]:
        """Find units that would fit, what each can spare and what a record costs more there."""
        spare = self.size - self.k
        unit = np.flatnonzero(self.group >= 0)
        unit = unit[spare[self.group[unit]] > 0]
        at, hit = _meet(wanted, self.grid.keys(self.origin[unit], mask))
        unit, at = unit[hit], at[hit]
        own = ~self.grid.holes[self.origin[unit]]
        extra = self.plan.price(mask & own) - self.plan.price(self.holes[unit] & own)
        left = spare[self.group[unit]]
        order = np.lexsort((-left, extra, at))
        return unit[order], at[order], np.minimum(self.records[unit], left)[order], extra[order]

    def _overdrawn(self, unit: Integers, at: Integers, take: Integers) -> Integers:
        """Tell which groups would take from a group what others before them have taken."""
        order = np.argsort(self.group[unit], kind="stable")
        lender = self.group[unit][order]
        taken = np.cumsum(take[order])
        starts = np.searchsorted(lender, lender)
        within = taken - (taken - take[order])[starts]
        return at[order][within > (self.size - self.k)[lender]]

    def widen(self, unit: int) -> None:
        """Let one unit join the group in which that hides the least."""
        _, members = np.unique(self.group, return_index=True)
        members = members[self.group[members] >= 0]
        row, own = self.origin[unit], self.grid.holes[self.origin[unit]]
        apart = self.grid.differences(row, self.origin[members]) | self.holes[members] | own
        extra = self.size[self.group[members]] * self.plan.price(apart & ~self.holes[members])
        extra += self.records[unit] * self.plan.price(apart & ~own)
        chosen = members[np.argmin(extra)]
        self.group[unit] = self.group[chosen]
        self.size[self.group[unit]] += self.records[unit]
        self.holes[self.group == self.group[unit]] = apart[np.argmin(extra)]

    def merged(self) -> Hidden:
        """Give the units, equal ones together, in the order of the classes."""
        own = self.holes & ~self.grid.holes[self.origin]
        return merged(Hidden(self.origin, own, self.records))


def merged(rows: Hidden) -> Hidden:
    """Bring rows of one class and one mask together."""
    order = np.lexsort((rows.holes, rows.origin))
    order = order[rows.records[order] > 0]
    origin, holes = rows.origin[order], rows.holes[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (np.diff(origin) != 0) | (np.diff(holes) != 0)
    starts = np.flatnonzero(new)
    return Hidden(origin[starts], holes[starts], np.add.reduceat(rows.records[order], starts))
