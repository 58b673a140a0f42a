"""Attack a suppressed table as somebody would who knows everything that is published.

For each withheld cell the attacker solves two linear programs: the largest and the smallest value
it can have, given all published cells, the equations, and that no cell is negative (Fischetti and
Salazar 2001, section 2). Most programs are saved: each solution is a whole table that fits, and
shows for all cells at once how far they can be at least. Very large tables whose true values are
known are attacked by moves from these values instead, many requirements in one program.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from govkit.errors import InputError
from govkit.result import Result, Verdict
from govkit.tables._solver import PRIMAL, Program
from govkit.tables.blocks import start_in_blocks
from govkit.tables.certificate import reach
from govkit.tables.insiders import open_requirements, who_knows
from govkit.tables.pattern import Pattern
from govkit.tables.system import System, check_bounds, unit_of
from govkit.tables.table import moved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import numpy.typing as npt
    import pandas as pd
    from plotly.graph_objects import Figure

    from govkit.tables.primary import Primary
    from govkit.tables.table import Table

    Numbers = npt.NDArray[Any]

__all__ = ["Audit", "audit"]

_NARROW = 1e-6  # an interval this small, relative to the cell, is a point
_ROUNDING = 1e-11  # what sums of published cells may be off by, relative to the largest
_ENDS = ("lower", "upper", "required_lower", "required_upper")
_FULL = 1000  # withheld cells up to which every interval is computed to its ends
_MANY = 6_000  # withheld cells from which requirements are put to the test together,
_TOGETHER = 40  # so many in one program
_STEP = 1e-4  # how far, relative to its value, a cell is moved that only has to move at all


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Audit(Result):
    """What an attacker learns of the withheld cells.

    Attributes
    ----------
    suppressed, attacked
        Withheld cells, and requirements (cell and direction) put to the test.
    exact, too_narrow
        Withheld cells that can be computed exactly; unsafe cells whose interval is narrower than
        the rules ask (among them the exact and the published ones).
    insiders, insiders_tested, insiders_open
        How many are alone in a withheld cell and know it; how many of them were put to the test
        (large tables: the first of them); the requirements that fail against these (without rules:
        cells that they compute exactly). ``None`` where they were not tested, or are not known.
    against_insiders
        Whether the verdict counts what insiders compute.
    computed
        An insider's cell and a cell that the insider comes too close to.
    programs
        Linear programs solved.
    complete
        Whether ``lower`` and ``upper`` are the ends of the intervals, or "at least this wide".
    """

    suppressed: int
    attacked: int
    exact: int
    too_narrow: int
    insiders: int | None = None
    insiders_tested: int | None = None
    insiders_open: int | None = None
    programs: int = 0
    complete: bool = True
    asked: bool = field(repr=False, default=True)
    against_insiders: bool = field(repr=False, default=False)
    computed: tuple[tuple[int, int], ...] = field(repr=False, default=())
    table: Table = field(repr=False)
    lower: Numbers = field(repr=False)
    upper: Numbers = field(repr=False)
    required_lower: Numbers = field(repr=False)
    required_upper: Numbers = field(repr=False)

    @property
    def verdict(self) -> Verdict:
        """Unsafe on any disclosure; without rules a person has to judge the intervals."""
        if self.exact or self.too_narrow or (self.against_insiders and self.insiders_open):
            return Verdict.UNSAFE
        tested = not self.against_insiders or self.insiders is not None
        return Verdict.SAFE if self.asked and tested else Verdict.REVIEW

    @property
    def sentence(self) -> str:
        """The answer in words."""
        if self.exact or self.too_narrow:
            said = (
                f"Of {self.suppressed:,} withheld cells {self.exact:,} can be computed exactly; "
                f"{self.too_narrow:,} unsafe cells are left in less doubt than the rules ask."
            )
        elif not self.asked:
            said = (
                f"None of {self.suppressed:,} withheld cells can be computed exactly. No rules "
                "were given, so whether the intervals are wide enough is for a person to judge."
            )
        else:
            said = (
                f"Nobody who knows the published cells can come closer to any of the "
                f"{self.suppressed:,} withheld cells than the rules allow."
            )
        return f"{said} {self.of_insiders}" if self.against_insiders else said

    @property
    def of_insiders(self) -> str:
        """What those find who know their own share, in words."""
        if self.insiders is None:
            return (
                "Whether contributors can do more cannot be tested: the table does not tell how "
                "many are behind each cell, or not what the withheld cells hold."
            )
        fail = "requirements fail against them" if self.asked else "cells they compute exactly"
        return (
            f"Of {self.insiders:,} contributors who know a withheld cell {self.insiders_tested:,} "
            f"were put to the test; {self.insiders_open:,} {fail}."
        )

    def by_insiders(self) -> pd.DataFrame:
        """Give the cells that insiders come too close to, and a cell that each of them knows."""
        import pandas as pd  # noqa: PLC0415 - only frames need it

        rows = [(*self.table.label(cell), " · ".join(self.table.label(own)))
                for own, cell in self.computed]  # fmt: skip
        return pd.DataFrame(rows, columns=[*self.table.by, "known to the one behind"])

    def intervals(self) -> pd.DataFrame:
        """Give the withheld cells with what an attacker finds, the worst first."""
        import pandas as pd  # noqa: PLC0415 - only frames need it

        at = self.worst()
        labels = np.array([self.table.label(int(cell)) for cell in at]).reshape(len(at), -1)
        frame = pd.DataFrame(labels, columns=list(self.table.by))
        for name in _ENDS:
            frame[name] = getattr(self, name)[at]
        return frame

    def worst(self) -> Numbers:
        """Give the positions of the withheld cells, the least protected first."""
        at = np.flatnonzero(self.table.suppressed)
        return at[np.lexsort((at, self.doubt()[at]))]

    def doubt(self) -> Numbers:
        """Give per cell the share of the needed doubt that is left (its width without rules)."""
        value = self.table.values
        width = (self.upper - self.lower) / np.maximum(np.abs(self.upper), 1e-9)
        ups = _share(self.upper - value, self.required_upper - value)
        downs = _share(value - self.lower, value - self.required_lower)
        shares = np.fmin(ups, downs)
        return np.where(np.isnan(shares), 10 + np.nan_to_num(width, nan=0.0, posinf=1e9), shares)

    def to_dict(self) -> dict[str, Any]:
        """Give the numbers, and every interval, as plain JSON values."""
        at = self.worst()
        ends = np.stack([getattr(self, name)[at] for name in _ENDS], axis=1)
        plain = np.where(np.isfinite(ends), ends, np.array(None)).tolist()
        rows = [{"cell": dict(zip(self.table.by, self.table.label(cell), strict=True)),
                 **dict(zip(_ENDS, end, strict=True))}
                for cell, end in zip(at, plain, strict=True)]  # fmt: skip
        return Result.to_dict(self) | {"intervals": rows}

    def plot(self) -> Figure:
        """Draw the interval of each unsafe cell around its value."""
        from govkit import plots  # noqa: PLC0415 - charts load when they are drawn

        at = [cell for cell in self.worst() if np.isfinite(self.required_upper[cell])][:40]
        return plots.cell_intervals(
            [" · ".join(self.table.label(int(cell))) for cell in at],
            self.table.values[at],
            *(getattr(self, name)[at] for name in _ENDS),
        )


def _share(have: Numbers, need: Numbers) -> Numbers:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(need > 0, have / need, np.nan)


def audit(
    table: Table,
    primary: Primary | None = None,
    *,
    bounds: float | None = None,
    known: Mapping[int, tuple[float, float]] | None = None,
    insiders: bool | str = False,
    full: bool | None = None,
    progress: Callable[[int], None] | None = None,
    time_limit: float | None = None,
    processes: int = 1,
) -> Audit:
    """Attack a suppressed table, whoever made it.

    Parameters
    ----------
    table
        A table with a status; withheld values may be missing (then nothing but the published
        cells is used).
    primary
        What the rules ask of each cell; without it exact disclosure alone can be found.
    bounds
        The attacker knows every cell to within this many per cent beforehand.
    known
        What one attacker knows of some cells: per position the smallest and the largest value it
        can have, such as the own contribution twice where nobody else is in the cell.
    insiders
        Also put the table to the test against each contributor who is alone in a withheld cell
        (``"all"``: against each of the largest contributors), who knows the own share.
    full
        Compute every interval to its ends (default: up to 1,000 withheld cells); otherwise only
        as far as the requirements ask.
    progress
        Told the number of open cells now and then.
    time_limit
        Seconds, after which the audit gives up with a ``TimeoutError``.
    processes
        How many to use for a very large table.

    Returns
    -------
    Audit

    Raises
    ------
    InputError
        The table has no status, or nothing fits what is published.

    Examples
    --------
    >>> from govkit.tables import tabulate
    >>> table = tabulate({"area": ["N", "N", "S"]}, "area")
    >>> audit(table.with_status(["s", "m", "s"])).exact
    1
    """
    if table.status is None:
        raise InputError("The table has no status: say which cells are withheld (with_status).")
    table.check_sums()
    until = time.monotonic() + (np.inf if time_limit is None else time_limit)
    table, least, most = _known(table, known or {})
    hidden, value = np.flatnonzero(table.suppressed), table.values
    attack = _Attack(table, bounds, least, most, until)
    upper, lower = np.zeros((2, len(table)))
    if primary is not None:
        ends = np.nan_to_num([value - least, most - value], nan=np.inf, posinf=np.inf)
        lower, upper = np.where(most > least, np.minimum([primary.lower, primary.upper], ends), 0)
    full = len(hidden) <= _FULL if full is None else full
    if not full and len(hidden) > _MANY and not np.isnan(table.values).any():
        attack.together(hidden, upper, lower, processes)
    else:
        for left, (cells, program) in enumerate(attack.parts(hidden)):
            attack.run(cells, program, upper, lower, full=full)
            if progress:
                progress(left)
    low, high = attack.low, attack.high
    exposed = (upper > 0) | (lower > 0)
    size = np.maximum(np.abs(np.nan_to_num(high, posinf=1.0)), 1e-9)
    noise = _ROUNDING * np.max(np.abs(np.nan_to_num(value)), initial=1.0)
    point = table.suppressed & (high - low <= _NARROW * size + noise)
    slack = _NARROW * np.maximum(np.abs(value), 1e-9)
    narrow = exposed & ((high < value + upper - slack) | (low > value - lower + slack) | point)
    told = attack.insiders(hidden, upper, lower, insiders, primary) if insiders else {}
    return Audit(
        table=table, suppressed=len(hidden), attacked=int((upper > 0).sum() + (lower > 0).sum()),
        required_lower=np.where(exposed, value - lower, np.nan),
        required_upper=np.where(exposed, value + upper, np.nan), lower=low, upper=high,
        exact=int(point.sum()), too_narrow=int(narrow.sum()), programs=attack.programs,
        complete=full, asked=primary is not None, against_insiders=bool(insiders), **told,
    )  # fmt: skip


def _known(
    table: Table, known: Mapping[int, tuple[float, float]]
) -> tuple[Table, Numbers, Numbers]:
    """Publish what the attacker knows exactly; give what every cell can be at least and at most."""
    least = np.full(len(table), -np.inf if table.signed else 0.0)
    most, values, status = np.full(len(table), np.inf), table.values.copy(), np.array(table.status)
    for cell, (low, high) in known.items():
        least[cell], most[cell] = low, high
        if low == high:
            values[cell], status[cell] = low, "s"
    true = values[~np.isnan(table.values)]
    given = table.values[~np.isnan(table.values)]
    if (least > most).any() or not np.allclose(true, given, 1e-6, 1e-6):
        raise InputError(
            "What the attacker is said to know contradicts the table, or itself: take the same "
            "unit, and a lower end that is not above the upper one."
        )
    return replace(table, values=values, status=status), least, most


class _Attack:
    """The attacker's programs over the withheld cells, apart where nothing connects them."""

    def __init__(
        self, table: Table, bounds: float | None, least: Numbers, most: Numbers, until: float
    ) -> None:
        self.table, self.bounds, self.until = table, bounds, until
        self.least, self.most = least, most
        self.unit = unit_of(table.values)
        self.known = np.where(table.suppressed, 0.0, np.nan_to_num(table.values))
        self.low, self.high = table.values.astype(float), table.values.astype(float)
        self.programs = 0

    def parts(self, hidden: Numbers) -> Iterator[tuple[Numbers, Program]]:
        """Give each connected component's cells and program."""
        if not len(hidden):
            return
        equations = sp.csr_array(self.table.equations[:, hidden])
        used = np.flatnonzero(np.diff(equations.indptr))
        equations = equations[used]
        right = -(self.table.equations @ self.known)[used]
        slack = 1e-13 * np.maximum((abs(self.table.equations) @ np.abs(self.known))[used], 1.0)
        _, group = connected_components(equations.T @ equations, directed=False)
        by_group = np.argsort(group, kind="stable")
        for cells in np.split(by_group, np.flatnonzero(np.diff(group[by_group])) + 1):
            part = sp.csr_array(equations[:, cells])
            rows = np.flatnonzero(np.diff(part.indptr))
            lower, upper = (room / self.unit for room in self._rooms(hidden[cells]))
            low, high = ((right + off)[rows] / self.unit for off in (-slack, slack))
            program = Program(part[rows], lower, upper, strategy=PRIMAL, low=low, high=high)
            yield hidden[cells], program

    def _rooms(self, cells: Numbers) -> tuple[Numbers, Numbers]:
        value = self.table.values[cells]
        lower, upper = self.least[cells], self.most[cells]
        if self.bounds is not None:
            check_bounds(self.bounds)
            share = np.abs(value) * self.bounds / 100
            lower, upper = np.fmax(lower, value - share), np.fmin(upper, value + share)
        return lower, upper

    def run(
        self, cells: Numbers, program: Program, upper: Numbers, lower: Numbers, *, full: bool
    ) -> None:
        """Push every cell up and down until its requirements are met, or to its ends."""
        self.low[cells], self.high[cells] = np.inf, -np.inf
        self._push(cells, program, np.full(len(cells), 1e-9), fallback=True)
        for sign, need in ((1.0, upper[cells]), (-1.0, lower[cells])):
            for i in np.argsort(-need, kind="stable"):
                if full or not self._enough(cells[i], sign, need[i]):
                    cost = np.full(len(cells), 1e-9)
                    cost[i] = -sign
                    self._push(cells, program, cost, at=i)

    def system(self, hidden: Numbers, upper: Numbers, lower: Numbers) -> System:
        """Give the withheld cells and their requirements as moves from the true values."""
        matrix = sp.csr_array(self.table.equations[:, hidden])
        value, least, most, upper, lower = (
            numbers / self.unit
            for numbers in (self.table.values[hidden], *self._rooms(hidden), upper, lower)
        )
        ups, downs = (np.flatnonzero(side[hidden] > 0) for side in (upper, lower))
        ones = np.ones(len(hidden))
        return System(
            hidden, matrix[np.flatnonzero(np.diff(matrix.indptr))], value - least, most - value,
            ones, ones > 0, target=np.r_[ups, downs], sign=np.r_[ones[ups], -ones[downs]],
            level=np.r_[upper[hidden[ups]], lower[hidden[downs]]], unit=self.unit,
        )  # fmt: skip

    def together(self, hidden: Numbers, upper: Numbers, lower: Numbers, processes: int) -> None:
        """Move the withheld cells from their true values, many requirements in one program.

        Each move found is a table that fits; a requirement that no move meets stays open.
        """
        part = self.system(hidden, upper, lower)
        pattern = Pattern(part, own=1.0)
        start_in_blocks(pattern, self.table, _TOGETHER, processes=processes, seconds=self.left())
        moves = self._moves(pattern, _TOGETHER)
        still = np.setdiff1d(np.arange(len(hidden)), moves.indices)
        value = np.abs(self.table.values[hidden[still]]) / self.unit
        ones, little = np.ones(len(still)), _STEP * np.where(value == 0, 1.0, value)
        both = np.r_[ones, -ones]  # some can only move down
        single = replace(part, target=np.r_[still, still], sign=both, level=np.r_[little, little])
        alone = self._moves(Pattern(single, own=1.0), 1)
        low, high = reach(moved(sp.vstack([moves, alone], "csr"), hidden, len(self.table)))
        self.low, self.high = self.table.values + low, self.table.values + high

    def insiders(
        self, hidden: Numbers, upper: Numbers, lower: Numbers, who: bool | str, asked: object
    ) -> dict[str, Any]:  # fmt: skip
        """Tell what those find who know their own share, beyond what everybody finds."""
        if asked is None:  # a cell has to move at all, up or down
            value = np.abs(self.table.values)
            upper = lower = _STEP * np.where(value == 0, self.unit, value)
        part = self.system(hidden, upper, lower)
        knowledge = who_knows(self.table, part, part.unsafe, everyone=who == "all")
        if knowledge is None:
            return {}
        pattern = Pattern(part, own=1.0)
        moves, met = self._moves(pattern, 1), pattern.owner >= 0
        part = replace(part, target=part.target[met], sign=part.sign[met], level=part.level[met])
        tested = open_requirements(Pattern(part), knowledge, moves, stop=self.late)
        self.left()
        return tested.told(part, either=asked is None)

    def late(self) -> bool:
        return time.monotonic() >= self.until

    def left(self) -> float:
        """Give the seconds left.

        Raises
        ------
        TimeoutError
            There are none.
        """
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def _moves(self, pattern: Pattern, batch: int) -> sp.csr_array:
        pattern.start(batch, stop=self.late)
        self.left()
        self.programs += pattern.programs
        return pattern.moves()

    def _enough(self, cell: int, sign: float, need: float) -> bool:
        """Tell whether solutions so far show what is asked: a level, or at least two values."""
        if need > 0:
            value = self.table.values[cell]
            seen = self.high[cell] - value if sign > 0 else value - self.low[cell]
            return bool(seen >= need * (1 - _NARROW))
        gap = self.high[cell] - self.low[cell]
        return bool(gap > 10 * _NARROW * max(abs(self.high[cell]), 1.0))

    def _push(
        self, cells: Numbers, program: Program, cost: Numbers, *, at: int | None = None,
        fallback: bool = False,
    ) -> None:  # fmt: skip
        self.left()
        program.costs(cost)
        found = program.solve(fresh=fallback)
        self.programs += 1
        if found is None:
            raise InputError(
                "Nothing fits what is published: a total is smaller than its published members, "
                "or the published values were rounded. Audit the unrounded table."
            )
        x = found.x * self.unit
        self.low[cells] = np.minimum(self.low[cells], x)
        self.high[cells] = np.maximum(self.high[cells], x)
        if at is not None and found.cost == -np.inf:
            ends = self.high if cost[at] < 0 else self.low
            ends[cells[at]] = np.inf if cost[at] < 0 else -np.inf
