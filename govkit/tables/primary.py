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
    import numpy.typing as npt

    from govkit.tables.table import Table

    Numbers = npt.NDArray[Any]

__all__ = ["Primary", "levels_of", "naive", "primary"]


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
    def mask(self) -> npt.NDArray[np.bool_]:
        """Which cells are unsafe."""
        found: npt.NDArray[np.bool_] = np.logical_or.reduce(
            [np.zeros(self.cells, bool), *self.marks.values()]
        )
        return found

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


def primary(table: Table, rules: Rules) -> Primary:
    """Apply the rules to every cell of a table.

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
    _refuse_unknown(table, rules)
    marks: dict[str, Numbers] = {}
    zero = np.zeros(len(table))
    levels: list[Numbers] = [zero]
    wide = np.abs(np.nan_to_num(table.values)) * rules.range_percent / 100
    wide = np.maximum(wide, 1.0) if table.value is None else wide
    for name, found, level in _found(table, rules):
        marks[name] = marks.get(name, np.zeros(len(table), bool)) | found
        levels.append(np.where(found, wide if level is None else np.maximum(level, 0), 0.0))
    upper = np.max(levels, axis=0)
    lower = upper if table.signed else np.minimum(upper, np.nan_to_num(table.values))
    candidates = np.zeros(len(table), bool)
    if rules.zeros:
        candidates |= np.asarray(table.values == 0)
        upper = np.where(marks["zeros"], np.maximum(upper, _unit(table)), upper)
    if rules.homogeneity:
        one = marks["homogeneity"]
        candidates |= _zeros_beside(table, rules.homogeneity, one)
        rest = [found for name, found in marks.items() if name != "homogeneity"]
        others = np.logical_or.reduce([zero > 0, *rest])
        upper = np.where(one & ~others, 0.0, upper)
    mask = np.logical_or.reduce([zero > 0, *marks.values()])
    return Primary(
        cells=len(table), unsafe=int(mask.sum()), marks=marks, upper=upper, lower=lower,
        reasons={name: int(found.sum()) for name, found in marks.items()}, candidates=candidates,
    )  # fmt: skip


def levels_of(table: Table, levels: Numbers) -> Primary:
    """Take the unsafe cells and protection levels from elsewhere: lower and upper per cell."""
    unsafe = np.zeros(len(table), bool) if table.status is None else table.status == "u"
    return Primary(
        cells=len(table), unsafe=int(unsafe.sum()), reasons={"given": int(unsafe.sum())},
        marks={"given": unsafe}, lower=np.where(unsafe, levels[:, 0], 0.0),
        upper=np.where(unsafe, levels[:, 1], 0.0), candidates=np.zeros(len(table), bool),
    )  # fmt: skip


def naive(table: Table, unsafe: Primary) -> Table:
    """Withhold the unsafe cells alone, as people do who forget that totals can be subtracted."""
    status = np.where(table.values == 0, "z", "s")
    return table.with_status(np.where(unsafe.mask, "u", status))


def _found(table: Table, rules: Rules) -> list[tuple[str, Numbers, Numbers | None]]:
    """List per rule the cells it finds and their levels (``None``: a share of the cell)."""
    found: list[tuple[str, Any, Any]] = []
    total = np.abs(table.values)
    if rules.threshold is not None:
        found.append(("threshold", threshold(_of(table.counts), rules.threshold), None))
    if rules.contributors is not None:
        number = _of(table.contributors)
        found.append(("contributors", threshold(number, rules.contributors), None))
    shares = _of(table.weighted if rules.weights == "known" else table.largest)
    for n, k in rules.dominance:
        top = shares[:, :n].sum(axis=1)
        level = dominance_level(total, top, k)
        found.append(("dominance", dominance(total, top, k, tie=rules.tie) & (top > 0), level))
    pairs = [("p_percent", rules.p_percent, 100.0)] if rules.p_percent is not None else []
    pairs += [("pq", *rules.pq)] if rules.pq else []
    for name, p, q in pairs:
        first, second = shares[:, 0], shares[:, 1]
        level = p_percent_level(total, first, second, p, q)
        unsafe = p_percent(total, first, second, p, q=q, tie=rules.tie) & (first > 0)
        found.append((name, unsafe, level))
    if rules.request is not None:
        found.append(("request", request(total, _of(table.requesting), rules.request), None))
    if rules.zeros:
        found.append(("zeros", np.asarray(table.values == 0), None))
    if rules.homogeneity:
        i = table.by.index(rules.homogeneity)
        number = table.values if table.value is None else _of(table.counts)
        alone = homogeneity(number, number[_groups(table, i)]) & (table.codes[:, i] > 0)
        found.append(("homogeneity", alone, None))
    return found


def _groups(table: Table, i: int) -> Numbers:
    """Give per cell the cell that holds its whole group: the total of one variable."""
    codes = table.codes.copy()
    codes[:, i] = 0
    place = {tuple(address): at for at, address in enumerate(table.codes.tolist())}
    return np.array([place[tuple(address)] for address in codes.tolist()])


def _zeros_beside(table: Table, name: str, alone: Numbers) -> Numbers:
    groups = _groups(table, table.by.index(name))
    hit = np.zeros(len(table), bool)
    hit[groups[alone]] = True
    beside: Numbers = hit[groups] & (table.values == 0)
    return beside


def _unit(table: Table) -> float:
    """Give how far a zero has to be left in doubt: one record, or the smallest value there is."""
    positive = table.values[table.values > 0]
    return 1.0 if table.value is None or not len(positive) else float(positive.min())


def _refuse_unknown(table: Table, rules: Rules) -> None:
    needed = max([n for n, _ in rules.dominance] + [2 * bool(rules.p_percent or rules.pq)])
    held = 0 if table.largest is None else table.largest.shape[1]
    missing = [
        name
        for name, wanted, column in (
            ("threshold", rules.threshold, table.counts),
            ("contributors", rules.contributors, table.contributors),
            ("request", rules.request, table.requesting),
        )
        if wanted is not None and column is None
    ]
    if needed > held:
        raise InputError(
            f"The rules need the {needed} largest contributions per cell, the table holds {held}: "
            f"make it from records with tabulate(..., value=..., largest={needed})."
        )
    if missing:
        raise InputError(
            f"The rule {missing[0]!r} needs what the table does not hold: make it from records "
            "with tabulate(), naming the column."
        )
    if rules.homogeneity and rules.homogeneity not in table.by:
        raise InputError("homogeneity must name a variable of the table.")


def _of(held: Numbers | None) -> Numbers:
    return np.zeros((0, 0)) if held is None else held
