"""What an attacker computes who knows the method: bounds for every cell, and that sums hold."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from govkit.tables._solver import PRIMAL, Program
from govkit.tables.table import TOLERANCE, Table, link

if TYPE_CHECKING:
    from collections.abc import Sequence

    import scipy.sparse as sp

    from govkit.data.arrays import Numbers
    from govkit.perturbation.price import Perturbed


_MOST = 2_000  # cells of a table that is attacked by linear programs too
_ROUNDS = 50


def exact_cells(table: Table, small: Numbers, lower: Numbers, upper: Numbers) -> int:
    """Count the small cells that only one whole number fits.

    Bounds are carried from sum to sum until nothing changes; in smaller tables the attacker's
    linear programs then try the cells that are left.
    """
    if not np.isfinite(upper).any():
        return 0
    low, high = _chained(table.equations, lower, upper)
    left = small[low[small] < high[small]]
    exact = len(small) - len(left)
    if len(table) > _MOST:
        return exact
    program = Program(table.equations, low, high, strategy=PRIMAL)
    cost = np.zeros(len(table))
    for cell in left.tolist():
        ends = []
        for sign in (1.0, -1.0):
            cost[cell] = sign
            program.costs(cost)
            found = program.solve(fresh=False)
            ends.append(sign * found.cost if found else np.nan)
        cost[cell] = 0.0
        exact += bool(np.ceil(ends[0] - TOLERANCE) == np.floor(ends[1] + TOLERANCE))
    return exact


def _chained(sums: sp.csr_array, lower: Numbers, upper: Numbers) -> tuple[Numbers, Numbers]:
    """Narrow the bounds of whole numbers: each member of a sum is the total less the others."""
    finite = upper[np.isfinite(upper)].sum()
    low, high = np.ceil(lower - TOLERANCE), np.floor(np.minimum(upper, finite) + TOLERANCE)
    row = np.repeat(np.arange(sums.shape[0]), np.diff(sums.indptr))
    cell, side = sums.indices, sums.data
    for _ in range(_ROUNDS):
        least = np.where(side > 0, low[cell], -high[cell])
        most = np.where(side > 0, high[cell], -low[cell])
        top = least - np.bincount(row, least, sums.shape[0])[row]
        bottom = most - np.bincount(row, most, sums.shape[0])[row]
        before = low.sum() - high.sum()
        np.minimum.at(high, cell, np.where(side > 0, top, -bottom))
        np.maximum.at(low, cell, np.where(side > 0, bottom, -top))
        if low.sum() - high.sum() == before:
            break
    return low, high


def exact_together(parts: Sequence[Perturbed], small: float) -> int:
    """Count the cells below ``small`` that follow exactly from several tables of the same people.

    A cell of several tables lies within the bounds that each of them tells.
    """
    blank = [dataclasses.replace(p.table, values=np.full(len(p.table), np.nan)) for p in parts]
    joint = link(*blank)
    place = {address(joint, cell): cell for cell in range(len(joint))}
    low, high = np.zeros(len(joint)), np.full(len(joint), np.inf)
    for part in parts:
        at = [place[address(part.table, cell)] for cell in range(len(part.table))]
        np.maximum.at(low, at, part.lower)
        np.minimum.at(high, at, part.upper)
    low, high = _chained(joint.equations, low, high)
    return int(((low == high) & (high > 0) & (high < small)).sum())


def address(table: Table, cell: int) -> frozenset[tuple[str, str]]:
    """Name a cell by what it is not the total of."""
    parts = zip(table.variables, table.codes[cell].tolist(), strict=True)
    return frozenset((v.name, v.labels[code]) for v, code in parts if code)
