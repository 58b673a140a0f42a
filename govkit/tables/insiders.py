"""Attackers who contributed themselves: what they know narrows the intervals of others.

Somebody who is alone in a withheld cell knows that cell; somebody among the largest contributors
of a cell knows that it is not below the own share. Where a contributor is a holding, the holding
knows what all its members gave.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from govkit.tables.pattern import Knowledge, Pattern
from govkit.tables.system import MOVED, System, part
from govkit.tables.table import moved

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from govkit.data.arrays import Numbers
    from govkit.tables.pattern import Witness
    from govkit.tables.table import Table


__all__ = ["Tested", "as_rows", "fixed", "open_requirements", "who_knows"]

_ALL = 1 - 1e-9  # of a cell: the rest is rounding


def who_knows(
    table: Table, sys: System, hidden: Numbers, *, everyone: bool = False
) -> list[Knowledge] | None:
    """List what each insider knows of the withheld cells.

    Parameters
    ----------
    table
        The table with its contributors. Where it does not name them, a total with a single
        contributor has the same one as its member; all others are taken for different ones.
    sys, hidden
        The movable cells, and which of them are withheld.
    everyone
        Take all of the largest contributors of withheld cells, not only those who are alone in
        one.

    Returns
    -------
    list of Knowledge or None
        ``None`` where the table does not tell who is behind its cells, or not their values.
    """
    at = np.flatnonzero(hidden)
    cells, alone = sys.cells[at], _alone(table)
    if alone is None or np.isnan(table.values[cells]).any():
        return None
    holders, share = table.holders, table.largest
    if holders is None or share is None:
        holders, share = _one_by_one(table, alone)[:, None], table.values[:, None]
    own, share, sole = holders[cells], share[cells], alone[cells]
    ids = np.unique(own[own >= 0] if everyone else own[sole, 0])
    row, rank = np.nonzero(np.isin(own, ids) & (own >= 0))
    order = np.lexsort((row, own[row, rank]))
    row, rank = row[order], rank[order]
    rest = np.maximum(table.values[cells[row]] - share[row, rank], 0.0) / sys.unit
    rest[sole[row]] = 0.0
    groups = np.split(np.arange(len(row)), np.flatnonzero(np.diff(own[row, rank])) + 1)
    return [
        Knowledge(at[row[g]], rest[g], np.where(sole[row[g]], 0.0, np.inf))
        for g in groups
        if len(g)
    ]


def _alone(table: Table) -> Numbers | None:
    """Tell which cells have a single contributor; ``None`` where nothing says so."""
    if table.contributors is not None:
        return np.asarray(table.contributors == 1)
    if table.largest is None:
        return None
    first, value = table.largest[:, 0], np.abs(table.values)
    return np.asarray((first > 0) & (first >= _ALL * value))


def _one_by_one(table: Table, alone: Numbers) -> Numbers:
    """Give those who are alone a number, a total and its member the same; -1: not alone."""
    total = table.equations < 0
    sums = table.equations[np.flatnonzero(total @ alone)]
    both = abs(sums) @ sp.diags_array(alone.astype(float))
    _, group = connected_components(both.T @ both, directed=False)
    return np.where(alone, group, -1)


def fixed(sys: System, hidden: Numbers) -> System:
    """Leave out what is published: the programs then prove a pattern as it stands."""
    at = np.flatnonzero(hidden)
    ones = np.ones(len(at))
    return dataclasses.replace(part(sys, at), cost=ones, unsafe=ones > 0)


@dataclass(frozen=True, slots=True)
class Tested:
    """What a test against insiders found.

    Attributes
    ----------
    insiders, tested
        How many there are; how many were put to the test before the programs were used up.
    open
        Who, which requirement, and how far it would have to move.
    moves
        The moves that meet all others, over the movable cells.
    """

    insiders: int
    tested: int
    open: list[tuple[Knowledge, int, float]]
    moves: sp.csr_array

    def told(self, sys: System, *, either: bool = False) -> dict[str, Any]:
        """Give what an audit tells of it: numbers, an insider's cell and the one computed.

        ``either``: a cell is open only if it can move neither up nor down.
        """
        pairs = [(int(who.cells[np.argmin(who.up)]), int(sys.target[r])) for who, r, _ in self.open]
        if either:
            ways = Counter(pairs)
            pairs = [pair for pair in ways if ways[pair] == np.count_nonzero(sys.target == pair[1])]
        computed = {(int(sys.cells[own]), int(sys.cells[cell])) for own, cell in pairs}
        return {
            "insiders": self.insiders, "insiders_tested": self.tested,
            "insiders_open": len(pairs), "computed": tuple(sorted(computed)),
        }  # fmt: skip


def open_requirements(
    pattern: Pattern, knowledge: Sequence[Knowledge], known: sp.csr_array, *,
    programs: float = np.inf, stop: Callable[[], bool] = bool,
) -> Tested:  # fmt: skip
    """Put the pattern as it stands to the test against each insider.

    A requirement that a known move meets without contradicting what the insider knows needs no
    program. What one insider needed serves the next: two moves that share nothing meet it against
    all who know cells of one of them.

    Parameters
    ----------
    pattern
        The withheld cells, the requirements, and their witnesses.
    knowledge
        What each insider knows.
    known
        Moves found so far; those that the pattern does not allow are left out.
    programs
        After so many programs the other insiders are left out.
    stop
        Asked before each insider; once it says yes, the others are left out.
    """
    pool = _Pool(pattern, known)
    found: list[tuple[Knowledge, int, float]] = []
    for number, who in enumerate(knowledge):
        failing = None if stop() else pool.test(who, programs)
        if failing is None:
            return Tested(len(knowledge), number, found, pool.rows(len(pattern.hidden)))
        found += [(who, r, level) for r, level in failing]
    return Tested(len(knowledge), len(knowledge), found, pool.rows(len(pattern.hidden)))


class _Pool:
    """The moves known so far, by the cells they use and the requirements they meet."""

    def __init__(self, pattern: Pattern, known: sp.csr_array) -> None:
        self.inside = fixed(pattern.sys, pattern.hidden)
        self.proof = Pattern(self.inside, own=0.1)
        self.moves: list[Witness] = []
        self.seen: set[tuple[bytes, bytes]] = set()
        self.programs = 0
        self.using: list[list[tuple[int, float]]] = [[] for _ in self.inside.cells]
        self.count = np.zeros(len(self.inside.target), int)
        allowed = known[np.flatnonzero(abs(known) @ ~pattern.hidden == 0)]
        for start, end in itertools.pairwise(allowed.indptr):
            move = np.zeros(len(pattern.hidden))
            move[allowed.indices[start:end]] = allowed.data[start:end] / pattern.sys.unit
            self.add(move[self.inside.cells])

    def add(self, move: Numbers) -> list[Witness]:
        made = self.proof.witness(move)
        for witness in made:
            key = witness.cells.tobytes(), np.round(witness.move, 6).tobytes()
            if key in self.seen:
                continue
            self.seen.add(key)
            for cell, d in zip(witness.cells.tolist(), witness.move.tolist(), strict=True):
                self.using[cell].append((len(self.moves), d))
            self.count[witness.meets] += 1
            self.moves.append(witness)
        return made

    def test(self, knows: Knowledge, programs: float) -> list[tuple[int, float]] | None:
        """List the requirements that fail against an insider; ``None``: programs used up."""
        cells = np.searchsorted(self.inside.cells, knows.cells)
        who = Knowledge(cells, knows.down, knows.up)
        self.proof.level = level = wanted(self.inside, who)
        left = self.count.copy()
        for w in self.excluded(who):
            left[self.moves[w].meets] -= 1
        found, met = [], left > 0
        for r in np.flatnonzero(~met & (level > 0)).tolist():
            if not met[r] and self.programs >= programs:
                return None
            if not met[r]:
                move = self.proof.route([r], who=who)
                self.programs += 1
                made = [] if move is None else self.add(move)
                fits = [w for w in made if who.allows(w.cells, w.move)]
                if not fits:
                    found.append((r, float(level[r])))
                for witness in fits:
                    met[witness.meets] = True
        return found

    def excluded(self, who: Knowledge) -> set[int]:
        """Give the moves that the insider knows not to be the truth."""
        return {
            w
            for cell, down, up in zip(who.cells.tolist(), who.down, who.up, strict=True)
            for w, d in self.using[cell]
            if d > up + MOVED or d < -down - MOVED
        }

    def rows(self, size: int) -> sp.csr_array:
        self.proof.witnesses = dict(enumerate(self.moves))
        return moved(self.proof.moves(), self.inside.cells, size)


def as_rows(knowledge: Sequence[Knowledge], sys: System) -> Numbers:
    """Write what insiders know as the certificate holds it: number, cell, down, up."""
    rows = [
        np.c_[np.full(len(who.cells), i), sys.cells[who.cells], np.c_[who.down, who.up] * sys.unit]
        for i, who in enumerate(knowledge)
    ]
    return np.concatenate([np.zeros((0, 4)), *rows])


def wanted(sys: System, who: Knowledge) -> Numbers:
    """Give how far each requirement has to move against somebody who knows more."""
    down = np.full(len(sys.cells), np.inf)
    down[who.cells] = who.down
    level = np.where(sys.sign < 0, np.minimum(sys.level, down[sys.target]), sys.level)
    return np.where(np.isin(sys.target, who.cells[who.up == 0]), 0.0, level)
