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
    from collections.abc import Sequence

    import numpy.typing as npt

    from govkit.tables import Audit, Primary

    Numbers = npt.NDArray[Any]

__all__ = ["Stack", "rules_of", "stacked"]

_LARGEST = 5  # contributions kept per cell
_MOST = 3_000  # groups in doubt up to which the attacker's programs are run
_SHOWN = "nsix"


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
        ``"s"`` printed by an earlier output, ``"u"`` withheld by one, ``"x"`` withheld by one and
        new, ``"n"`` new, ``"i"`` new and known in any case, ``"m"`` never printed.
    place
        Per cell that was given its position in the table.
    """

    table: Table
    unsafe: Primary
    status: Numbers
    place: Numbers

    def marks(self) -> dict[str, Numbers]:
        """Give the cells that are unsafe by themselves, per rule, in the order they were given."""
        return {name: found[self.place] for name, found in self.unsafe.marks.items()}

    def open(self, printed: str = _SHOWN) -> Numbers:
        """Find the unsafe groups that are given away once these kinds of cells are printed.

        Raises
        ------
        TimeoutError
            There are too many groups in doubt.
        """
        shown = np.isin(self.status, list(printed))
        wanted = self._asking(np.isin(self.status, list("um")))
        if not wanted.unsafe:
            return shown & False
        if (~shown).sum() > _MOST:
            raise TimeoutError
        found = audit(self.table.with_status(np.where(shown, "s", "m")), wanted, full=False)
        return narrow(found, wanted)

    def before(self) -> Numbers:
        """Find the unsafe groups that could be computed without the new cells."""
        return self.open("s") if "s" in self.status else np.zeros(len(self.table), bool)

    def follows(self) -> int:
        """Count the unsafe groups that can be computed because of the new cells."""
        now = self.open()
        return int((now & ~self.before()).sum()) if now.any() else 0

    def withheld(self) -> Numbers:
        """Find which of the given cells to withhold, so that nothing unsafe follows.

        Raises
        ------
        InputError
            No pattern does, or it could not be proven.
        TimeoutError
            There are too many groups in doubt.
        """
        fixed = np.isin(self.status, ["s", "i"])
        wanted = self._asking(~fixed & ~self.before())
        if not wanted.unsafe:
            return self.place < 0
        cost = np.where(np.isin(self.status, ["n", "x"]), self.table.counts, 0.0)
        found = suppress(self.table, wanted, publish=fixed, cost=cost)
        if found.audit is None or found.audit.too_narrow:
            raise InputError(
                "No pattern could be proven to protect this output: use coarser variables."
            )
        return np.asarray(found.table.suppressed[self.place])

    def _asking(self, of: Numbers) -> Primary:
        """Give the requirements of some cells alone."""
        marks = {name: found & of for name, found in self.unsafe.marks.items()}
        mask = np.logical_or.reduce([of & False, *marks.values()])
        return dataclasses.replace(
            self.unsafe, marks=marks, unsafe=int(mask.sum()),
            upper=np.where(mask, self.unsafe.upper, 0.0),
            lower=np.where(mask, self.unsafe.lower, 0.0),
        )  # fmt: skip


def rules_of(rules: Rules, power: int) -> Rules:
    """Give the rules for counts (power 0), sums and means (1), and spreads (2)."""
    if power == 1:
        return rules
    return dataclasses.replace(rules, dominance=(), p_percent=None, pq=None)


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
    atom, size = _atoms([at for at, _ in cells], records)
    keys: list[bytes] = []
    sets: dict[bytes, Numbers] = {}
    status: dict[bytes, str] = {}
    for at, kind in cells:
        parts = np.flatnonzero(np.bincount(atom[at], minlength=len(size)))
        key = parts.tobytes()
        sets.setdefault(key, parts)
        status[key] = _both(status.get(key, kind), kind)
        keys.append(key)
    order = {key: i for i, key in enumerate(sets)}
    every = [*sets.values(), *_differences(sets, status, size, rules)]
    known = {part.tobytes() for part in every}
    single = [np.array([i]) for i in range(len(size))]
    every += [one for one in single if one.tobytes() not in known]
    members = sp.csr_array(
        (np.ones(sum(map(len, every))),
         (np.repeat(np.arange(len(every)), [len(p) for p in every]), np.concatenate(every))),
        shape=(len(every), len(size)),
    )  # fmt: skip
    table = _table(members, size, atom, x)
    marks = np.full(len(every), "m", dtype="U1")
    marks[: len(sets)] = [status[key] for key in sets]
    return Stack(table, primary(table, rules), marks, np.array([order[key] for key in keys]))


def _both(one: str, other: str) -> str:
    """Tell what a cell is that two outputs hold: printed by one is printed."""
    if {one, other} in ({"u", "n"}, {"x", "n"}, {"x", "u"}):
        return "x"
    return min((one, other), key="sixun".index)


def _atoms(sets: Sequence[Numbers], records: int) -> tuple[Numbers, Numbers]:
    """Number the atoms: records of one atom are in the same cells. Give their sizes, too."""
    random = np.random.default_rng(20261125)
    mark = np.zeros(records, np.uint64)
    for at in sets:
        mark[at] += random.integers(1, 2**63, dtype=np.uint64)
    inside = np.flatnonzero(mark)
    atom = np.full(records, -1, np.int64)
    atom[inside] = pd.factorize(mark[inside])[0]
    return atom, np.bincount(atom[inside])


def _differences(
    sets: dict[bytes, Numbers], status: dict[bytes, str], size: Numbers, rules: Rules
) -> list[Numbers]:
    """Find the groups below the threshold by which one known cell exceeds another."""
    least = max(rules.threshold or 0, rules.contributors or 0)
    known = [parts for key, parts in sets.items() if status[key] != "u"]
    new = np.array([status[key] != "s" for key in sets if status[key] != "u"])
    rows = np.repeat(np.arange(len(known)), [len(parts) for parts in known])
    inside = sp.csr_array(
        (np.ones(len(rows)), (rows, np.concatenate(known))), shape=(len(known), len(size))
    )
    n = inside @ size
    shared = sp.coo_array((inside * size[None, :]) @ inside.T)
    large, small = shared.coords
    rest = n[large] - shared.data
    near = (shared.data == n[small]) & (rest > 0) & (rest < least) & (new[large] | new[small])
    alone = {int(parts[0]) for parts in known if len(parts) == 1}
    found = {}
    for i, j in zip(large[near].tolist(), small[near].tolist(), strict=True):
        parts = np.setdiff1d(known[i], known[j])
        if parts.tobytes() not in sets and not alone.issuperset(parts.tolist()):
            found[parts.tobytes()] = parts
    return [parts for parts in found.values() if len(parts) > 1]


def _table(members: sp.csr_array, size: Numbers, atom: Numbers, x: Numbers | None) -> Table:
    counts = np.asarray(members @ size).astype(np.int64)
    cells, held = len(counts), None
    values = counts.astype(float)
    if x is not None:
        inside = np.flatnonzero(atom >= 0)
        values = members @ np.bincount(atom[inside], np.nan_to_num(x[inside]), len(size))
        held = _largest(members, atom[inside], np.abs(np.nan_to_num(x[inside])))
    lengths = np.diff(members.indptr)
    column = np.empty(members.shape[1], np.int64)
    ones = np.flatnonzero(lengths == 1)
    column[members.indices[members.indptr[ones]]] = ones
    sums = np.flatnonzero(lengths > 1)
    parts = sp.coo_array(members[sums])
    equations = sp.csr_array(
        (parts.data, (parts.coords[0], column[parts.coords[1]])), shape=(len(sums), cells)
    ) - sp.csr_array((np.ones(len(sums)), (np.arange(len(sums)), sums)), shape=(len(sums), cells))
    group = Variable("group", tuple(map(str, range(cells))), (), (), tuple(range(cells)))
    return Table(
        variables=(group,), value=None if x is None else "x", codes=np.arange(cells)[:, None],
        values=values, equations=sp.csr_array(equations), counts=counts, contributors=counts,
        largest=held, weighted=held, signed=x is not None and bool((np.nan_to_num(x) < 0).any()),
    )  # fmt: skip


def _largest(members: sp.csr_array, atom: Numbers, size: Numbers) -> Numbers:
    """Give the largest contributions to each cell, from those to its atoms."""
    order = np.lexsort((-size, atom))
    rank = np.arange(len(order)) - np.searchsorted(atom[order], atom[order])
    top, first = np.zeros((members.shape[1], _LARGEST)), rank < _LARGEST
    top[atom[order][first], rank[first]] = size[order][first]
    found = np.zeros((members.shape[0], _LARGEST))
    for cell in range(len(found)):
        parts = members.indices[members.indptr[cell] : members.indptr[cell + 1]]
        found[cell] = np.sort(top[parts].ravel())[::-1][:_LARGEST]
    return found


def narrow(found: Audit, wanted: Primary) -> Numbers:
    """Tell which cells are left in less doubt than the rules ask."""
    value = found.table.values
    slack = 1e-6 * np.maximum(np.abs(value), 1e-9)
    up = (wanted.upper > 0) & (found.upper < value + wanted.upper - slack)
    down = (wanted.lower > 0) & (found.lower > value - wanted.lower + slack)
    return np.asarray(up | down)
