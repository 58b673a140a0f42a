"""Judge a table cell by cell, and together with the outputs before it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from govkit.checked.output import Known
from govkit.checked.stack import rules_of, stacked
from govkit.checked.trace import floats
from govkit.tables import threshold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from govkit.checked.calls import Asked
    from govkit.checked.trace import Cell
    from govkit.checked.world import World
    from govkit.tables import Rules


_POWER = {"count": 0, "sum": 1, "mean": 1, "spread": 2}


@dataclass(slots=True, repr=False)
class Judged:
    """What was found: unsafe places per rule, places to withhold, what follows, what is known."""

    marks: dict[str, set[tuple[int, int]]] = field(default_factory=dict)
    follows: int = 0
    notes: list[str] = field(default_factory=list)
    known: list[Known] = field(default_factory=list)

    @property
    def unsafe(self) -> set[tuple[int, int]]:
        """All places that are unsafe by some rule, or protect others."""
        return set().union(*self.marks.values())

    def mark(self, rule: str, cell: Cell) -> None:
        """Note that a printed cell is unsafe by a rule."""
        self.marks.setdefault(rule, set()).add((cell.row, cell.column))


def judge(
    asked: Asked, world: World, earlier: Sequence[Known], rules: Rules,
    tell: Callable[[int], None], *, suppress: bool,
) -> Judged:  # fmt: skip
    """Judge the cells of a table by the rules, and with what earlier outputs tell of the world.

    With ``suppress`` the cells to withhold are marked, those that protect others as ``secondary``.
    """
    found, place, data = Judged(), world.place(asked.data), asked.data
    least = max(rules.threshold or 0, rules.contributors or 0)
    sums: dict[tuple[str, int], list[Cell]] = {}
    for cell in filter(lambda cell: len(cell.at), asked.cells):
        power = _POWER.get(cell.kind)
        if power is not None:
            sums.setdefault((str(cell.value) if power else "", power), []).append(cell)
            continue
        few = threshold(len(cell.at), least)
        if cell.kind == "extreme":  # the value of few, unless many share it
            x = floats(data[cell.value].iloc[cell.at])
            few = few or min((x == x.min()).sum(), (x == x.max()).sum()) < least
        if cell.kind == "order":
            few = few or len(cell.at) * min(cell.share, 1 - cell.share) < least
        if few:
            found.mark("threshold" if cell.kind == "distinct" else cell.kind, cell)
    for (name, power), cells in sums.items():
        x = world.keep(name, place, floats(data[cells[0].value])) ** power if power else None
        known = [k for k in earlier if k.quantity == (name, power)]
        _together(found, (name, power), cells, x, place, len(world.labels), known, rules, tell,
                  suppress)  # fmt: skip
    rows: dict[int, list[Any]] = {}
    for cell in asked.cells:
        rows.setdefault(cell.row, []).append(cell.at)
    behind = [len(np.unique(np.concatenate(parts))) for row, parts in rows.items() if row >= 0]
    if sum(0 < n < least for n in behind) * 2 > len(behind):
        found.notes.append(
            "Most rows stand for few records each, so that a label alone may tell of a person: "
            "group the values, and look at the labels."
        )
    left_out = len(data) - len(_everyone(asked.cells, len(data)))
    if asked.cells and 0 < left_out < least:
        found.notes.append(
            f"{left_out:,} records are in no cell, because a value is missing: who knows how many "
            "records there are finds that number."
        )
    return found


def _together(
    found: Judged, quantity: tuple[str, int], cells: Sequence[Cell], x: Any, place: Any,  # noqa: ANN401
    records: int, earlier: Sequence[Known], rules: Rules, tell: Callable[[int], None],
    suppress: bool,
) -> None:  # fmt: skip
    """Judge cells that add up, in one system with the earlier ones of their kind."""
    least, printed = rules.threshold or 0, [cell for cell in cells if cell.row >= 0]
    everyone = _everyone(cells, len(place))
    given = [(place[cell.at], "n") for cell in printed]
    given += [(place[cell.at], "i") for cell in cells if cell.row < 0 and len(cell.at) >= least]
    given += [(place[everyone], "t")] if len(everyone) >= least else []
    new = len(given)
    given += [(k.at, "u" if k.withheld else "s") for k in earlier]
    stack = stacked(given, x, rules_of(rules, quantity[1]), records)
    for rule, unsafe in stack.unsafe.marks.items():
        for cell, at in zip(printed, stack.place, strict=False):
            if unsafe[at]:
                found.mark(rule, cell)
    hidden = np.zeros(len(given), bool)
    try:
        if suppress:
            hidden = stack.withheld(tell)
        else:
            found.follows = max(found.follows, stack.follows())
    except TimeoutError:
        found.notes.append(
            "There are too many groups to compute what follows from this output and those before "
            "it: print fewer or larger cells."
        )
    primary = found.unsafe
    for cell, away in zip(printed, hidden, strict=False):
        if away and (cell.row, cell.column) not in primary:
            found.mark("secondary", cell)
    found.known += [
        Known(quantity, at, bool(away)) for (at, _), away in zip(given[:new], hidden, strict=False)
    ]


def _everyone(cells: Sequence[Cell], records: int) -> Any:  # noqa: ANN401 - positions
    counted = np.zeros(records, bool)
    for cell in cells:
        counted[cell.at] = True
    return np.flatnonzero(counted)
