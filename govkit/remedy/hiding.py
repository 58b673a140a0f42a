"""Which cells to hide: two searches over classes, never over records.

Both look at sets of columns, the cheapest first. They are heuristics: the fewest cells are hard to
find (A. Meyerson, R. Williams, "On the complexity of optimal k-anonymity", PODS 2004,
doi:10.1145/1055558.1055591) and, where a hidden cell may be any value, not even wanted.
"""

import math
from itertools import combinations
from typing import NamedTuple

import numpy as np

from govkit.data.arrays import Bools, Floats, Integers
from govkit.microdata.wildcard import look_up, meet

_MOST_SETS = 4095  # all of 12 columns
_LENDING = 3  # levels of cost at which groups lend records to others
_COMPARED = 40_000_000  # classes compared at most while cells are given back


class Rows(NamedTuple):
    """Records by class: the columns hidden (one bit each), and how many there are."""

    origin: Integers
    holes: Integers
    records: Integers


class Grid:
    """Classes as one integer each, from which a column is hidden by an addition.

    The integers are exact where the columns fit 62 bits together. Else they are sums of random
    multiples: two classes may be taken for one with a chance of about one in 10¹⁵ per run, which
    the measurement afterwards would see.

    Parameters
    ----------
    codes
        One row per column and one column per class.
    missing
        Per column the code of what is missing or hidden, the largest.
    """

    def __init__(self, codes: Integers, missing: Integers) -> None:
        self.codes, self.missing = codes, missing
        self.holes = (1 << np.arange(len(codes))) @ (codes == missing[:, None])
        if math.prod((missing + 1).tolist()) < 1 << 62:
            stride = np.cumprod(np.append(1, missing[:-1] + 1))
        else:
            stride = np.random.default_rng(0).integers(1 << 62, size=len(codes)) | 1
        self.base = stride @ codes
        self.moves = (missing[:, None] - codes) * stride[:, None]

    def keys(self, rows: Integers, mask: int) -> Integers:
        """Give the integers of some classes with the columns of a mask hidden."""
        found = self.base[rows]
        for bit, move in enumerate(self.moves):
            if mask >> bit & 1:
                found += move[rows]
        return found

    def apart(self, row: int) -> Integers:
        """Give one bit per column in which each class differs from one of them."""
        found = np.zeros(len(self.base), np.int64)
        for bit, codes in enumerate(self.codes):
            found |= (codes != codes[row]).astype(np.int64) << bit
        return found


def columns(masks: Integers, number: int) -> Bools:
    """Write one bit per column as one column per column."""
    return (masks[:, None] >> np.arange(number) & 1).astype(bool)


def plan(weights: Floats, movable: int, largest: int | None) -> list[list[int]]:
    """List sets of columns as bits: first those that cost about as much as one, and so on.

    All sets up to a size are listed, and beyond it the least important columns together.
    """
    order = sorted(np.flatnonzero(columns(np.array([movable]), len(weights))[0]), key=weights.take)
    sizes = range(1, len(order) + 1)
    sets = np.cumsum([math.comb(len(order), size) for size in sizes])
    most = largest or max(int((sets <= _MOST_SETS).sum()), 1)
    chosen = [s for size in sizes[:most] for s in combinations(order, size)]
    chosen += [tuple(order[:size]) for size in sizes[most:]]
    priced = sorted((sum(weights[j] for j in s), sum(1 << int(j) for j in s)) for s in chosen)
    levels: dict[int, list[int]] = {}
    for price, mask in priced:
        levels.setdefault(round(price / weights[order[0]]), []).append(mask)
    return list(levels.values())


def merged(rows: Rows) -> Rows:
    """Bring rows of one class and one mask together, in the order of the classes."""
    order = np.lexsort((rows.holes, rows.origin))
    order = order[rows.records[order] > 0]
    origin, holes = rows.origin[order], rows.holes[order]
    starts = np.flatnonzero(np.diff(origin, prepend=-1) | np.diff(holes, prepend=-1))
    return Rows(origin[starts], holes[starts], np.add.reduceat(rows.records[order], starts))


def matching(grid: Grid, rows: Integers, holes: Integers, others: Rows) -> Integers:
    """Count the records among others that could be each class: equal where both have a value."""
    found = np.zeros(len(rows), np.int64)
    kinds, sizes = np.unique(others.holes, return_counts=True)
    kind = np.searchsorted(kinds, others.holes).astype(np.int16 if len(kinds) < 1 << 15 else int)
    spans = np.split(np.argsort(kind, kind="stable"), np.cumsum(sizes)[:-1])
    for own in np.unique(holes).tolist():
        mine, unions = np.flatnonzero(holes == own), kinds | own
        for union in np.unique(unions).tolist():
            near = np.concatenate([spans[i] for i in np.flatnonzero(unions == union)])
            ours, theirs = grid.keys(rows[mine], union), grid.keys(others.origin[near], union)
            (sums,) = look_up(theirs, [others.records[near]], ours)
            found[mine] += sums.astype(np.int64)
    return found


def wildcard(grid: Grid, sizes: Integers, k: int, weights: Floats, sets: list[list[int]]) -> Rows:
    """Hide cells of the classes at risk until each could be ``k`` records; then give some back."""
    state = Rows(np.arange(len(sizes)), grid.holes.copy(), sizes)
    todo: Integers = np.flatnonzero(matching(grid, state.origin, state.holes, state) < k)
    while len(todo):
        for level, masks in enumerate(sets):
            before = len(todo)
            for mask in masks:
                todo = _mask(grid, state, todo, mask, k, alone=level > 0)
            if len(todo) < before:
                break
    _give_back(grid, state, k, weights, sets)
    return state._replace(holes=state.holes & ~grid.holes)


def _mask(grid: Grid, state: Rows, todo: Integers, mask: int, k: int, *, alone: bool) -> Integers:
    """Hide a set of columns where that is enough; of classes it makes equal one if ``alone``."""
    new = np.flatnonzero(mask & ~state.holes[todo])
    asked = todo[new]
    found = new[matching(grid, asked, state.holes[asked] | mask, state) >= k]
    if alone:
        found = found[np.unique(grid.keys(todo[found], mask), return_index=True)[1]]
    state.holes[todo[found]] |= mask
    return np.delete(todo, found)


def _give_back(grid: Grid, state: Rows, k: int, weights: Floats, sets: list[list[int]]) -> None:
    """Hide less of a class where it and all that relied on it keep ``k`` records to be."""
    reach = matching(grid, state.origin, state.holes, state)
    own = state.holes & ~grid.holes
    masks = np.array([mask for level in sets for mask in level], dtype=np.int64)
    prices, spent = (columns(sets_, len(weights)) @ weights for sets_ in (masks, own))
    several = np.flatnonzero(np.bitwise_count(own) > 1)[: _COMPARED // (len(own) + 1)]
    for row in several.tolist():
        given = grid.holes[row]
        apart = grid.apart(row) & ~state.holes & ~given
        near = np.flatnonzero(np.bitwise_count(apart) <= np.bitwise_count(own[row]))
        relied = near[(apart[near] & ~own[row]) == 0]
        for mask in masks[(prices < spent[row] - 1e-9) & ((masks & ~given) > 0)].tolist():
            now = near[(apart[near] & ~mask) == 0]
            lost, total = relied[(apart[relied] & ~mask) > 0], state.records[now].sum()
            if total >= k and (reach[lost] - state.records[row] >= k).all():
                reach[relied] -= state.records[row]
                reach[now] += state.records[row]
                reach[row], state.holes[row] = total, given | mask
                break


def strict(grid: Grid, sizes: Integers, k: int, weights: Floats, sets: list[list[int]]) -> Rows:
    """Hide cells until every pattern, hidden cells included, stands for ``k`` records."""
    groups = _Groups(grid, sizes, k, weights)
    groups.settle(0)
    for level, masks in enumerate(sets):
        for mask in masks:
            groups.settle(mask)
        while level < _LENDING and any([groups.settle(m, weights.min()) for m in masks]):  # noqa: C419
            pass
    while (groups.units[3] < 0).any():
        groups.join()
    origin, records, holes, _ = groups.units
    return merged(Rows(origin, holes & ~grid.holes[origin], records))


class _Groups:
    """Strict groups while they are made.

    Units are records of one class: rows hold the class, the records, the holes, and the group or
    -1 while it is open.
    """

    def __init__(self, grid: Grid, sizes: Integers, k: int, weights: Floats) -> None:
        self.grid, self.k, self.weights = grid, k, weights
        everybody = np.arange(len(sizes))
        self.units = np.stack([everybody, sizes, grid.holes, np.full(len(sizes), -1)])
        self.size = np.zeros(0, np.int64)

    def settle(self, mask: int, worth: float = 0) -> bool:
        """Let open units that are equal outside a mask, and enough, be groups; say if any were.

        Where they are not enough others lend them records, if that costs less than ``worth`` per
        open record.
        """
        todo = np.flatnonzero(self.units[3] < 0)
        if not len(todo):
            return False
        keys = self.grid.keys(self.units[0, todo], mask)
        wanted, inverse = np.unique(keys, return_inverse=True)
        sums = np.bincount(inverse, self.units[1, todo]).astype(np.int64)
        if worth:
            unit, at, take = self._lent(mask, wanted, sums, worth)
            np.subtract.at(self.size, self.units[3, unit], take)
            self.units[1, unit] -= take
            origin = self.units[0, unit]
            lent = np.stack([origin, take, self.grid.holes[origin], np.full(len(unit), -1)])
            todo = np.append(todo, self.units.shape[1] + np.arange(len(unit)))
            self.units = np.concatenate([self.units, lent], axis=1)
            inverse = np.append(inverse, at)
            sums = np.bincount(inverse, self.units[1, todo]).astype(np.int64)
        good = sums >= self.k
        chosen = todo[good[inverse]]
        self.units[2, chosen] |= mask
        self.units[3, chosen] = (np.cumsum(good) - 1 + len(self.size))[inverse[good[inverse]]]
        self.size = np.append(self.size, sums[good])
        return bool(good.any())

    def _lent(
        self, mask: int, wanted: Integers, sums: Integers, worth: float
    ) -> tuple[Integers, Integers, Integers]:
        """Find units that would fit, the cheapest first, and what each lends to whom."""
        free = self.size - self.k
        unit = np.flatnonzero((self.units[3] >= 0) & (np.append(free, 0)[self.units[3]] > 0))
        at, hit = meet(wanted, self.grid.keys(self.units[0, unit], mask))
        unit, at = unit[hit], at[hit]
        origin, records, holes, group = self.units[:, unit]
        extra = self._price(mask & ~self.grid.holes[origin])
        extra -= self._price(holes & ~self.grid.holes[origin])
        order = np.lexsort((-free[group], extra, at))
        unit, at, extra, group = unit[order], at[order], extra[order], group[order]
        spare = np.minimum(records[order], free[group])
        before = np.cumsum(spare) - spare
        take = np.clip(self.k - sums[at] - before + before[np.searchsorted(at, at)], 0, spare)
        good = sums + np.bincount(at, take, len(sums)) >= self.k
        good &= np.bincount(at, take * extra, len(sums)) < worth * sums
        take[~good[at]] = 0
        order = np.argsort(group, kind="stable")
        lender, part = group[order], take[order]
        before = np.cumsum(part) - part
        overdrawn = before + part - before[np.searchsorted(lender, lender)] > free[lender]
        good[at[order][overdrawn]] = False
        used = good[at] & (take > 0)
        return unit[used], at[used], take[used]

    def _price(self, masks: Integers) -> Floats:
        return np.asarray(columns(masks, len(self.weights)) @ self.weights)

    def join(self) -> None:
        """Let a unit that is open still borrow from the nearest group, or join all of it."""
        origin, _, holes, group = self.units
        apart = self.grid.apart(origin[np.argmin(group)])[origin] | holes
        nearest = np.argmin(np.where(group < 0, np.inf, self._price(apart)))
        mask, named = int(apart[nearest]), group[nearest]
        if not self.settle(mask, np.inf):
            origin, _, holes, group = self.units  # settling made new ones
            members = group == named
            holes[members], group[members] = self.grid.holes[origin[members]], -1
            self.settle(mask)
