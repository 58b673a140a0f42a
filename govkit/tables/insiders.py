"""Attackers who contributed themselves: what they know narrows the intervals of others.

Somebody who is alone in a withheld cell knows that cell; somebody among the largest contributors
of a cell knows that it is not below the own share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from govkit.tables.pattern import Knowledge

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from govkit.tables.pattern import Pattern
    from govkit.tables.table import Table

    Numbers = npt.NDArray[Any]

__all__ = ["open_requirements", "who_knows"]


def who_knows(
    table: Table, cells: Numbers, hidden: Numbers, *, everyone: bool = False
) -> list[Knowledge]:
    """List what each insider knows of the withheld cells.

    Parameters
    ----------
    table
        The table with its contributors.
    cells, hidden
        The movable cells, and which of them are withheld.
    everyone
        Take all of the largest contributors of withheld cells, not only those who are alone in
        one.
    """
    if table.holders is None or table.contributors is None or table.largest is None:
        return []
    at = np.flatnonzero(hidden)
    own, share = table.holders[cells[at]], table.largest[cells[at]]
    sole = table.contributors[cells[at]] == 1
    ids = np.unique(own[own >= 0] if everyone else own[sole, 0])
    row, rank = np.nonzero(np.isin(own, ids) & (own >= 0))
    order = np.lexsort((row, own[row, rank]))
    row, rank = row[order], rank[order]
    rest = np.maximum(table.values[cells[at[row]]] - share[row, rank], 0.0)
    rest[sole[row]] = 0.0
    groups = np.split(np.arange(len(row)), np.flatnonzero(np.diff(own[row, rank])) + 1)
    return [
        Knowledge(at[row[g]], rest[g], np.where(sole[row[g]], 0.0, np.inf))
        for g in groups
        if len(g)
    ]


def open_requirements(
    pattern: Pattern, knowledge: list[Knowledge]
) -> Iterator[tuple[Knowledge, int, float]]:
    """Yield each requirement that fails against an insider, with its level.

    A requirement that a witness meets without contradicting what the insider knows needs no
    program; the others are put to the test on the pattern as it stands.
    """
    base = len(pattern.sys.target)
    closed = ~pattern.hidden
    for who in knowledge:
        known = set(who.cells[who.up == 0].tolist())
        met = {
            int(r)
            for w in pattern.witnesses.values()
            if who.allows(w.cells, w.move)
            for r in w.meets
        }
        room = dict(zip(who.cells.tolist(), who.down.tolist(), strict=True))
        for r in range(base):
            cell = int(pattern.target[r])
            if r in met or cell in known:
                continue
            level = float(pattern.level[r])
            level = min(level, room.get(cell, level)) if pattern.sign[r] < 0 else level
            move = pattern.route([r], closed=closed, who=who, level=level)
            if move is None:
                yield who, r, level
            else:
                met.update(int(m) for w in pattern.witness(move) if who.allows(w.cells, w.move)
                           for m in w.meets)  # fmt: skip
