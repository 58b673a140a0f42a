"""What follows from several outputs together: all their cells in one system of equations.

Records that no printed cell tells apart form an *atom*; every cell is a sum of atoms. The attacker
knows the printed cells and that no atom is below zero; his intervals are computed by the audit of
the tables room, and a pattern that protects the new cells is found and proven by its suppression.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import scipy.sparse as sp

from govkit.errors import InputError
from govkit.tables import Rules, Table, Variable, audit, primary, suppress

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from govkit.tables import Primary

    Numbers = npt.NDArray[Any]


_LARGEST = 5  # contributions kept per cell
_MOST = 3_000  # groups in doubt up to which the attacker's programs are run


@dataclass(frozen=True, slots=True, repr=False)
class Stack:
    """The cells of several outputs, the differences between them, and the atoms they consist of.

    Attributes
    ----------
    table
        All of them as cells of one table.
    unsafe
        What the rules say of each.
    status
        ``"s"`` printed by an earlier output, ``"u"`` withheld by one, ``"n"`` new, ``"x"`` both of
        these, ``"i"`` known in any case, ``"t"`` all records together (known, as far as that does
        not give anybody away by itself), ``"m"`` never printed.
    place
        Per cell that was given its position in the table.
    """

    table: Table
    unsafe: Primary
    status: Numbers
    place: Numbers

    def open(self, printed: str) -> Numbers:
        """Find the unsafe groups, printed by nobody, that cells of these kinds give away."""
        shown, unsafe = np.isin(self.status, list(printed)), self._asking(self._is("um"))
        if not unsafe.unsafe:
            return shown & False
        if (~shown).sum() > _MOST:
            raise TimeoutError
        found = audit(self.table.with_status(np.where(shown, "s", "m")), unsafe, full=False)
        value = self.table.values  # noqa: PD011 - not pandas
        slack = 1e-6 * np.maximum(np.abs(value), 1e-9)
        up = (unsafe.upper > 0) & (found.upper < value + unsafe.upper - slack)
        down = (unsafe.lower > 0) & (found.lower > value - unsafe.lower + slack)
        return np.asarray(up | down)

    def follows(self) -> int:
        """Count the unsafe groups that can be computed because of the new cells."""
        now = self.open("snixt")
        return int((now & ~self.open("s")).sum()) if now.any() else 0

    def withheld(self, progress: Callable[[int], None]) -> Numbers:
        """Find which of the given cells to withhold, so that nothing unsafe follows, and prove it.

        Raises
        ------
        InputError
            No pattern does, or it could not be proven.
        TimeoutError
            There are too many groups in doubt.
        """
        fixed = self._is("si")
        wanted = self._asking(~fixed & ~self.open("s"))
        if not wanted.unsafe:
            return self.place < 0
        size = np.asarray(self.table.counts, float)
        cost = np.where(self._is("nx"), size, np.where(self._is("t"), size.sum() * 10, 0.0))
        found = suppress(self.table, wanted, publish=fixed, cost=cost, progress=progress)
        if found.audit is None or found.audit.too_narrow:
            raise InputError("No pattern could be proven to protect this: use coarser variables.")
        return np.asarray(found.table.suppressed[self.place])

    def _is(self, kinds: str) -> Numbers:
        return np.isin(self.status, list(kinds))

    def _asking(self, of: Numbers) -> Primary:
        """Give the requirements of some cells alone."""
        mask = self.unsafe.mask & of
        marks = {name: found & of for name, found in self.unsafe.marks.items()}
        upper, lower = (np.where(mask, x, 0.0) for x in (self.unsafe.upper, self.unsafe.lower))
        return dataclasses.replace(
            self.unsafe, marks=marks, unsafe=int(mask.sum()), upper=upper, lower=lower
        )


def rules_of(rules: Rules, power: int) -> Rules:
    """Give the rules for counts (power 0), sums and means (1), and spreads (2)."""
    return rules if power == 1 else Rules(threshold=rules.threshold)


def stacked(
    cells: Sequence[tuple[Numbers, str]], x: Numbers | None, rules: Rules, records: int
) -> Stack:
    """Set up the system of equations of several outputs.

    Parameters
    ----------
    cells
        Per cell the positions of its records, and its status.
    x
        The summed number of each record; ``None``: records are counted.
    rules
        What makes a group unsafe.
    records
        How many records there are.
    """
    random, mark = np.random.default_rng(20261125), np.zeros(records, np.uint64)
    for at, _ in cells:  # records of one sum are in the same cells
        mark[at] += random.integers(1, 2**63, dtype=np.uint64)
    inside, atom = np.flatnonzero(mark), np.full(records, -1)
    atom[inside] = pd.factorize(mark[inside])[0]
    size = np.bincount(atom[inside])
    sets: dict[bytes, tuple[int, Numbers]] = {}
    status: list[str] = []
    place: list[int] = []
    for at, kind in cells:
        parts = np.flatnonzero(np.bincount(atom[at], minlength=len(size)))
        where, _ = sets.setdefault(parts.tobytes(), (len(sets), parts))
        status += [kind] if where == len(status) else []
        both = {status[where], kind}
        status[where] = "x" if both in ({"u", "n"}, {"x", "n"}) else min(both, key="sixtun".index)
        place.append(where)
    every = [parts for _, parts in sets.values()]
    alone = {int(parts[0]) for parts in every if len(parts) == 1}
    every += _differences(every, np.array(status), size, alone, rules.threshold or 0)
    every += [np.array([i]) for i in range(len(size)) if i not in alone]
    rows = np.repeat(np.arange(len(every)), [len(parts) for parts in every])
    members = sp.csr_array((np.ones(len(rows)), (rows, np.concatenate(every))))
    table = _table(members, size, atom[inside], None if x is None else np.nan_to_num(x[inside]))
    status += ["m"] * (len(every) - len(status))
    return Stack(table, primary(table, rules), np.array(status), np.array(place))


def _differences(
    sets: list[Numbers], status: Numbers, size: Numbers, alone: set[int], least: float
) -> list[Numbers]:
    """Find the groups below the threshold by which one known cell exceeds another."""
    known = np.flatnonzero(status != "u")
    rows = np.repeat(np.arange(len(known)), [len(sets[i]) for i in known])
    inside = sp.csr_array(
        (np.ones(len(rows)), (rows, np.concatenate([sets[i] for i in known]))),
        shape=(len(known), len(size)),
    )
    n, shared = inside @ size, sp.coo_array((inside * size[None, :]) @ inside.T)
    large, small = shared.coords
    rest, new = n[large] - shared.data, status[known] != "s"
    near = (shared.data == n[small]) & (rest > 0) & (rest < least) & (new[large] | new[small])
    pairs = zip(known[large[near]].tolist(), known[small[near]].tolist(), strict=True)
    found = {(d := np.setdiff1d(sets[i], sets[j])).tobytes(): d for i, j in pairs}
    taken = {parts.tobytes() for parts in sets}
    return [
        parts for key, parts in found.items()
        if len(parts) > 1 and key not in taken and not alone.issuperset(parts.tolist())
    ]  # fmt: skip


def _table(members: sp.csr_array, size: Numbers, atom: Numbers, x: Numbers | None) -> Table:
    """Make the table of all cells: each that has several atoms is their sum."""
    counts, cells = np.asarray(members @ size).astype(np.int64), members.shape[0]
    values, held = counts.astype(float), None
    if x is not None:
        values = members @ np.bincount(atom, x, len(size))
        held = _largest(members, atom, np.abs(x))
    lengths, column = np.diff(members.indptr), np.empty(len(size), np.int64)
    column[members.indices[members.indptr[:-1][lengths == 1]]] = np.flatnonzero(lengths == 1)
    sums = np.flatnonzero(lengths > 1)
    parts, row = sp.coo_array(members[sums]), np.arange(len(sums))
    equations = sp.csr_array(
        (np.r_[parts.data, -np.ones(len(sums))],
         (np.r_[parts.coords[0], row], np.r_[column[parts.coords[1]], sums])),
        shape=(len(sums), cells),
    )  # fmt: skip
    group = Variable("group", tuple(map(str, range(cells))), (), (), ())
    return Table(
        variables=(group,), value=None if x is None else "x", codes=np.arange(cells)[:, None],
        values=values, equations=equations, counts=counts, largest=held,
        signed=x is not None and bool((x < 0).any()),
    )  # fmt: skip


def _largest(members: sp.csr_array, atom: Numbers, size: Numbers) -> Numbers:
    """Give the largest contributions to each cell, from those to its atoms."""
    order, top = np.argsort(atom, kind="stable"), np.zeros((members.shape[1], _LARGEST))
    ends = np.cumsum(np.bincount(atom))
    for i, mine in enumerate(np.split(size[order], ends[:-1])):
        first = mine if len(mine) <= _LARGEST else np.partition(mine, -_LARGEST)[-_LARGEST:]
        top[i, : len(first)] = first
    parts = np.split(members.indices, members.indptr[1:-1])
    return np.array([np.sort(top[part].ravel())[: -_LARGEST - 1 : -1] for part in parts])
