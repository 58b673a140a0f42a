"""What protecting a table has to fulfill, as arrays over the cells that may move.

Cells that are empty are known to be so and never move. A *move* is a vector ``d`` over the other
cells with ``M d = 0``: ``a + d`` is another table that an attacker cannot tell from the true one,
as long as ``d`` is zero on the published cells.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from govkit.errors import InputError, shown

if TYPE_CHECKING:
    from govkit.data.arrays import Numbers
    from govkit.tables.primary import Primary
    from govkit.tables.table import Table


__all__ = ["MOVED", "System", "check_bounds", "part", "system", "unit_of"]

MOVED = 1e-7  # smaller moves are rounding
_MILLION = 2.0**20
COSTS = ("value", "count", "unit")


@dataclass(frozen=True, slots=True, repr=False)
class System:
    """The movable cells of a table, and the requirements.

    Attributes
    ----------
    cells
        Their positions in the table; all arrays below run over them.
    matrix
        The equations.
    down, up
        How far a cell can move before it leaves what the attacker knows of it.
    cost
        What withholding a cell costs; infinite where it must be published.
    unsafe
        Which cells are withheld in any case.
    target, sign, level
        Per requirement: the cell, the direction (1 or -1), and how far it has to move.
    unit
        What all amounts but the costs are divided by.
    """

    cells: Numbers
    matrix: sp.csr_array
    down: Numbers
    up: Numbers
    cost: Numbers
    unsafe: Numbers
    target: Numbers
    sign: Numbers
    level: Numbers
    unit: float = 1.0


def system(
    table: Table,
    primary: Primary,
    *,
    cost: str | Numbers = "value",
    bounds: float | None = None,
    publish: Numbers | None = None,
) -> System:
    """Set up the movable cells and the requirements of a table.

    Parameters
    ----------
    table, primary
        The table and its unsafe cells.
    cost
        ``"value"``, ``"count"``, ``"unit"``, or one number per cell.
    bounds
        The attacker knows every cell to within this many per cent beforehand; ``None``: only that
        it is not negative.
    publish
        Cells that have to be published: their positions, or a mask.

    Raises
    ------
    InputError
        A cost that is not known or not above zero; a cell both unsafe and to be published.
    """
    if np.isnan(table.values).any():
        raise InputError("Some values are withheld already: protect the table that has them all.")
    mask = primary.mask
    movable = (table.values != 0) | primary.candidates | mask
    cells = np.flatnonzero(movable)
    matrix = sp.csr_array(table.equations[:, cells])
    matrix = matrix[np.flatnonzero(np.diff(matrix.indptr))]
    unit = unit_of(table.values)
    value = table.values[cells] / unit
    down = np.full(len(cells), np.inf) if table.signed else value
    up = np.full(len(cells), np.inf)
    if bounds is not None:
        check_bounds(bounds)
        down, up = np.minimum(down, np.abs(value) * bounds / 100), np.abs(value) * bounds / 100
    weight = _costs(table, cost)[cells]
    if publish is not None:
        kept = np.zeros(len(table), bool)
        kept[publish] = True
        if (mask & kept).any():
            raise InputError(
                f"{int((mask & kept).sum()):,} cells are unsafe and have to be published: choose "
                "one of the two."
            )
        weight = np.where(kept[cells], np.inf, weight)
    upper, lower = primary.upper[cells] / unit, primary.lower[cells] / unit
    unsafe = mask[cells]
    ups, downs = np.flatnonzero(unsafe & (upper > 0)), np.flatnonzero(unsafe & (lower > 0))
    return System(
        cells, matrix, down, up, weight, unsafe, target=np.r_[ups, downs],
        sign=np.r_[np.ones(len(ups)), -np.ones(len(downs))], level=np.r_[upper[ups], lower[downs]],
        unit=unit,
    )  # fmt: skip


def part(sys: System, cells: Numbers, at: Numbers | slice = slice(None)) -> System:
    """Give some of the cells and requirements; what is left out does not move."""
    place = np.full(len(sys.cells), -1)
    place[cells] = np.arange(len(cells))
    matrix = sp.csr_array(sys.matrix[:, cells])
    return dataclasses.replace(
        sys, cells=cells, matrix=matrix[np.flatnonzero(np.diff(matrix.indptr))],
        down=sys.down[cells], up=sys.up[cells], cost=sys.cost[cells], unsafe=sys.unsafe[cells],
        target=place[sys.target[at]], sign=sys.sign[at], level=sys.level[at],
    )  # fmt: skip


def check_bounds(bounds: float) -> None:
    """Refuse what is no share of a cell."""
    if not 0 < bounds < np.inf:
        raise InputError("bounds are per cent of a cell: give a number above 0, or none.")


def unit_of(numbers: Numbers) -> float:
    """Give the power of two that brings the largest number to about a million: solvers like it."""
    most = np.max(np.abs(numbers), initial=0.0, where=np.isfinite(numbers)) or _MILLION
    return float(1024.0 ** np.round(np.log2(most / _MILLION) / 10))


def _costs(table: Table, cost: str | Numbers) -> Numbers:
    if not isinstance(cost, str):
        own = np.asarray(cost, float)
        if own.shape != (len(table),) or not (np.isfinite(own) & (own >= 0)).all():
            raise InputError("cost needs one number per cell, none of them negative.")
        return np.asarray(np.maximum(own, 1e-6))
    if cost not in COSTS or (cost == "count" and table.counts is None):
        raise InputError(f"There is no cost {shown(cost)} here: use one of {', '.join(COSTS)}.")
    if cost == "unit":
        return np.ones(len(table))
    of = table.values if cost == "value" or table.counts is None else table.counts
    smallest = np.min(np.abs(of[of != 0]), initial=1.0)
    sizes: Numbers = np.where(of == 0, smallest, np.abs(of)).astype(float)
    return sizes
