"""Judge a table cell by cell, and together with the outputs before it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from govkit.checked.output import Known
from govkit.checked.stack import rules_of, stacked
from govkit.checked.world import floats
from govkit.tables import NoPatternError, threshold

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from govkit.checked.stack import Stack
    from govkit.checked.trace import Cell
    from govkit.checked.world import World
    from govkit.tables import Rules

__all__ = ["Judged", "judge"]

_POWER = {"count": 0, "sum": 1, "mean": 1, "spread": 2}
_TOO_MANY = (
    "There are too many groups to compute what follows from this output and those before it: "
    "print fewer or larger cells."
)


@dataclass(slots=True)
class Judged:
    """What was found: unsafe places per rule, places to withhold, what follows, what is known."""

    marks: dict[str, set[tuple[int, int]]] = field(default_factory=dict)
    withheld: set[tuple[int, int]] = field(default_factory=set)
    follows: int = 0
    notes: list[str] = field(default_factory=list)
    known: list[Known] = field(default_factory=list)

    def mark(self, rule: str, cell: Cell) -> None:
        """Note that a printed cell is unsafe by a rule."""
        if cell.row >= 0:
            self.marks.setdefault(rule, set()).add((cell.row, cell.column))


def judge(
    cells: Sequence[Cell], data: pd.DataFrame, world: World, earlier: Sequence[Known],
    rules: Rules, *, suppress: bool,
) -> Judged:  # fmt: skip
    """Judge the cells of a table.

    Parameters
    ----------
    cells
        What is printed, with the positions of the records in ``data``.
    data
        The columns that were used.
    world, earlier
        The records of the session, and what earlier outputs tell of them.
    rules
        What makes a cell unsafe.
    suppress
        Find which cells to withhold, instead of printing unsafe ones.
    """
    found, place = Judged(), world.place(data)
    least = max(rules.threshold or 0, rules.contributors or 0)
    sums: dict[tuple[str, int], list[Cell]] = {}
    for cell in cells:
        if cell.kind in _POWER:
            power = _POWER[cell.kind]
            sums.setdefault(("" if not power else str(cell.value), power), []).append(cell)
        else:
            _alone(found, cell, data, least)
    for quantity, mine in sums.items():
        _together(found, quantity, mine, data, world, place, earlier, rules, suppress=suppress)
    left_out = len(data) - len(np.unique(np.concatenate([c.at for c in cells] or [[]])))
    if 0 < left_out < least:
        found.notes.append(
            f"{left_out:,} records are in no cell, because a value is missing: who knows how many "
            "records there are finds that number."
        )
    if suppress:
        found.withheld |= {place for places in found.marks.values() for place in places}
    return found


def _alone(found: Judged, cell: Cell, data: pd.DataFrame, least: float) -> None:
    """Judge a statistic that does not add up: extremes, medians, numbers of values."""
    if threshold(len(cell.at), least):
        found.mark("threshold", cell)
    if cell.kind == "extreme":
        x = floats(data[cell.value].iloc[cell.at])
        ends = [int((x == end).sum()) for end in (np.min(x), np.max(x))]
        if min(ends) < least:
            found.mark("extreme", cell)
    if cell.kind == "order" and len(cell.at) * min(cell.share, 1 - cell.share) < least:
        found.mark("order", cell)


def _together(
    found: Judged, quantity: tuple[str, int], cells: Sequence[Cell], data: pd.DataFrame,
    world: World, place: Any, earlier: Sequence[Known], rules: Rules, *, suppress: bool,
) -> None:  # fmt: skip
    """Judge cells that add up, in one system with the earlier ones of their kind."""
    name, power = quantity
    x = None
    if power:
        x = world.keep(name, place, floats(data[cells[0].value])) ** power
    mine = rules_of(rules, power)
    least = max(rules.threshold or 0, rules.contributors or 0)
    everyone = np.unique(np.concatenate([cell.at for cell in cells]))
    printed = [cell for cell in cells if cell.row >= 0]
    given = [(place[cell.at], "n") for cell in printed]
    given += [(place[cell.at], "i") for cell in cells if cell.row < 0 and len(cell.at) >= least]
    given += [(k.at, "u" if k.withheld else "s") for k in earlier if k.quantity == quantity]
    total = [(place[everyone], "i")] if len(everyone) >= least else []
    given, stack, hidden = _solved(given, total, x, mine, len(world.labels), suppress, found)
    for rule, unsafe in stack.marks().items():
        for cell, bad in zip(printed, unsafe[: len(printed)].tolist(), strict=True):
            if bad:
                found.mark("threshold" if rule == "contributors" else rule, cell)
    for cell, (at, _), away in zip(printed, given, hidden.tolist(), strict=False):
        found.known.append(Known(quantity, at, away))
        if away and not any((cell.row, cell.column) in places for places in found.marks.values()):
            found.mark("secondary", cell)
    found.known += [Known(quantity, at) for at, kind in given if kind == "i"]


def _solved(
    given: list[tuple[Any, str]], total: list[tuple[Any, str]], x: Any, rules: Rules,
    records: int, suppress: bool, found: Judged,
) -> tuple[list[tuple[Any, str]], Stack, Any]:  # fmt: skip
    """Set up the system and ask it; how many there are in all counts as known where it may be."""
    every = given + total
    stack = stacked(every, x, rules, records)
    hidden = np.zeros(len(every), bool)
    try:
        if not suppress:
            found.follows = max(found.follows, stack.follows())
            return every, stack, hidden
        try:
            return every, stack, stack.withheld()
        except NoPatternError:
            stack = stacked(given, x, rules, records)
            return given, stack, stack.withheld()
    except TimeoutError:
        found.notes.append(_TOO_MANY)
    return every, stack, hidden
