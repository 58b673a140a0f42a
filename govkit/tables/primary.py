"""Which cells are unsafe by themselves, and how wide an attacker's interval has to be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from govkit.errors import InputError
from govkit.result import Result, Verdict
from govkit.tables.rules import (
    Rules,
    dominance,
    dominance_level,
    homogeneity,
    p_percent,
    p_percent_level,
    request,
    threshold,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govkit.data.arrays import Numbers
    from govkit.tables.table import Table


__all__ = ["Primary", "levels_of", "naive", "primary"]

_SOME = 1e-4  # the doubt, relative to its value, that makes a cell more than a point


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Primary(Result):
    """Which cells are unsafe by the rules.

    Attributes
    ----------
    cells, unsafe
        Number of cells, and of unsafe ones.
    reasons
        Unsafe cells per rule.
    marks
        Per rule which cells it finds unsafe.
    upper, lower
        Protection levels per cell: how far up and down an attacker must be left in doubt.
    candidates
        Empty cells that may be withheld to protect others.
    """

    cells: int
    unsafe: int
    reasons: dict[str, int]
    marks: dict[str, Numbers] = field(repr=False)
    upper: Numbers = field(repr=False)
    lower: Numbers = field(repr=False)
    candidates: Numbers = field(repr=False)

    @property
    def mask(self) -> Numbers:
        """Which cells are unsafe."""
        none = np.zeros(self.cells, bool)
        return np.asarray(np.logical_or.reduce([none, *self.marks.values()]))

    @property
    def verdict(self) -> Verdict:
        """Safe when no rule finds a cell; no rule or no cell proves nothing."""
        if not self.cells or not self.marks:
            return Verdict.REVIEW
        return Verdict.UNSAFE if self.unsafe else Verdict.SAFE

    @property
    def sentence(self) -> str:
        """The answer in words."""
        rules = ", ".join(self.marks).replace("_", " ") or "no rule"
        return f"{self.unsafe:,} of {self.cells:,} cells are unsafe by themselves ({rules})."


def primary(table: Table, rules: Rules, *, impossible: Numbers | None = None) -> Primary:
    """Apply the rules to every cell of a table.

    Parameters
    ----------
    table
        A table made from records, or read with what the rules need.
    rules
        What makes a cell unsafe.
    impossible
        Which empty cells are known to be empty (no toddler is married): they are never unsafe,
        and never withheld to protect others.

    Raises
    ------
    InputError
        A rule needs what the table does not hold.

    Examples
    --------
    >>> from govkit.tables import tabulate
    >>> table = tabulate({"area": ["N", "N", "S"]}, "area")
    >>> primary(table, Rules(threshold=2)).reasons
    {'threshold': 1}
    """
    empty = np.asarray(table.values == 0)
    if impossible is not None:
        if (impossible & ~empty).any():
            raise InputError("A cell that holds something is called impossible: leave it out.")
        empty &= ~impossible
    value, upper = np.nan_to_num(table.values), np.zeros(len(table))
    wide = np.abs(value) * rules.range_percent / 100
    wide = np.maximum(wide, 1.0) if table.value is None else wide
    marks: dict[str, Numbers] = {}
    for name, found, level in _found(table, rules, empty, wide):
        marks[name] = marks.get(name, np.zeros(len(table), bool)) | found
        upper = np.where(found, np.maximum(upper, level), upper)
    most = np.inf if table.signed else value
    lower = np.minimum(upper, most)
    candidates = empty & rules.zeros
    if rules.homogeneity:
        marks["homogeneity"], beside = _homogeneous(table, rules.homogeneity)
        lower = np.where(marks["homogeneity"], np.maximum(lower, np.minimum(wide, most)), lower)
        candidates |= beside & empty
    return _answer(table, marks, lower, upper, candidates)


def levels_of(table: Table, levels: Numbers) -> Primary:
    """Take the unsafe cells and protection levels from elsewhere: lower and upper per cell.

    Where both are 0 it is enough that the cell cannot be computed exactly; NaN asks nothing of it.
    """
    none = np.zeros(len(table), bool)
    marks = {"given": none if table.status is None else table.status == "u"}
    lower, upper = np.where(marks["given"], levels.T, 0.0)
    return _answer(table, marks, lower, upper, none)


def _answer(
    table: Table, marks: dict[str, Numbers], lower: Numbers, upper: Numbers, candidates: Numbers
) -> Primary:
    """Give the answer; what no rule has a level for is left in some doubt all the same."""
    value = np.abs(np.nan_to_num(table.values))
    least = 1.0 if table.value is None or not value.any() else value[value > 0].min()
    found = np.logical_or.reduce([np.zeros(len(table), bool), *marks.values()])
    bare = found & (upper == 0) & (lower == 0)
    return Primary(
        cells=len(table), unsafe=int(found.sum()), marks=marks, lower=lower, candidates=candidates,
        upper=np.where(bare, np.where(value == 0, least, value * _SOME), upper),
        reasons={name: int(mark.sum()) for name, mark in marks.items()},
    )  # fmt: skip


def naive(table: Table, unsafe: Primary) -> Table:
    """Withhold the unsafe cells alone, as people do who forget that totals can be subtracted."""
    status = np.where(table.values == 0, "z", "s")
    return table.with_status(np.where(unsafe.mask, "u", status))


def _found(
    table: Table, rules: Rules, empty: Numbers, wide: Numbers
) -> Iterator[tuple[str, Any, Any]]:
    """Yield per rule the cells it finds and how far up they have to be left in doubt."""
    total, tie = np.abs(table.values), rules.tie
    if rules.threshold is not None:
        yield "threshold", threshold(_held(table, "counts"), rules.threshold), wide
    if rules.contributors is not None:
        yield "contributors", threshold(_held(table, "contributors"), rules.contributors), wide
    kind = "weighted" if rules.weights == "known" else "largest"
    for n, k in rules.dominance:
        top = _held(table, kind, n)[:, :n].sum(axis=1)
        unsafe = dominance(total, top, k, tie=tie) & (top > 0)
        yield "dominance", unsafe, dominance_level(total, top, k)
    pairs = {"p_percent": rules.p_percent and (rules.p_percent, 100.0), "pq": rules.pq}
    for name, (p, q) in ((name, pair) for name, pair in pairs.items() if pair):
        first, second = _held(table, kind, 2)[:, :2].T
        unsafe = p_percent(total, first, second, p, q=q, tie=tie) & (first > 0)
        yield name, unsafe, p_percent_level(total, first, second, p, q)
    if rules.request is not None:
        yield "request", request(total, _held(table, "requesting"), rules.request), wide
    if rules.zeros:
        yield "zeros", empty, 0.0


def _homogeneous(table: Table, name: str) -> tuple[Numbers, Numbers]:
    """Find the cells that hold all of their group, and the cells beside them."""
    if name not in table.by:
        raise InputError("homogeneity must name a variable of the table.")
    i, codes = table.by.index(name), table.codes.copy()
    codes[:, i] = 0
    place = {tuple(address): at for at, address in enumerate(table.codes.tolist())}
    groups = np.array([place[tuple(address)] for address in codes.tolist()])
    number = table.values if table.value is None else _held(table, "counts")
    alone = np.asarray(homogeneity(number, number[groups])) & (table.codes[:, i] > 0)
    return alone, np.isin(groups, groups[alone])


def _held(table: Table, column: str, wanted: int = 0) -> Numbers:
    """Give what a rule needs of each cell; say how to get it where the table does not hold it."""
    found: Numbers | None = getattr(table, column)
    if found is None and not wanted:
        raise InputError(
            f"A rule needs the {column} of each cell, which the table does not hold: make it from "
            "records with tabulate(), naming the column."
        )
    held = 0 if found is None else found.shape[-1]
    if found is None or (wanted and held < wanted):
        raise InputError(
            f"The rules need the {wanted} largest contributions per cell, the table holds {held}: "
            f"make it from records with tabulate(..., value=..., largest={wanted})."
        )
    return found
