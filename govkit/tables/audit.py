"""Attack a suppressed table as somebody would who knows everything that is published.

The answer: what the attacker's programs find, held against what the rules ask.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from govkit.errors import InputError
from govkit.result import Result, Verdict
from govkit.tables.attack import NARROW, Attack

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from plotly.graph_objects import Figure

    from govkit.data.arrays import Numbers
    from govkit.tables.primary import Primary
    from govkit.tables.table import Table


__all__ = ["Audit", "audit"]

_ROUNDING = 1e-11  # what sums of published cells may be off by, relative to the largest
_ENDS = ("lower", "upper", "required_lower", "required_upper")
_FULL = 1000  # withheld cells up to which every interval is computed to its ends
_MANY = 6_000  # withheld cells from which requirements are put to the test together


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
                f"unsafe and left in less doubt than the rules ask: {self.too_narrow:,}."
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
        fail = "requirements that fail against them" if self.asked else "cells they compute exactly"
        return (
            f"Contributors who know a withheld cell: {self.insiders:,}, put to the test: "
            f"{self.insiders_tested:,}; {fail}: {self.insiders_open:,}."
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
    known: Mapping[int, float] | None = None,
    insiders: bool | str = False,
    full: bool | None = None,
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
        What one attacker knows beside the published cells, such as the own contribution where
        nobody else is in the cell: values by position.
    insiders
        Also put the table to the test against each contributor who is alone in a withheld cell
        (``"all"``: against each of the largest contributors), who knows the own share.
    full
        Compute every interval to its ends (default: up to 1,000 withheld cells); otherwise only
        as far as the requirements ask.
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
    table = table if known is None else _knowing(table, known)
    hidden, value = np.flatnonzero(table.suppressed), table.values
    attack = Attack(table, bounds, until)
    asked = np.zeros((2, len(table))) if primary is None else [primary.upper, primary.lower]
    upper, lower = np.where(np.isin(np.arange(len(table)), list(known or ())), 0.0, asked)
    full = len(hidden) <= _FULL if full is None else full
    if not full and len(hidden) > _MANY and not np.isnan(table.values).any():
        attack.together(hidden, upper, lower, processes)
    else:
        for cells, program in attack.parts(hidden):
            attack.run(cells, program, upper, lower, full=full)
    low, high = attack.low, attack.high
    exposed = (upper > 0) | (lower > 0)
    size = np.maximum(np.abs(np.nan_to_num(high, posinf=1.0)), 1e-9)
    noise = _ROUNDING * np.max(np.abs(np.nan_to_num(value)), initial=1.0)
    point = table.suppressed & (high - low <= NARROW * size + noise)
    slack = NARROW * np.maximum(np.abs(value), 1e-9)
    narrow = exposed & ((high < value + upper - slack) | (low > value - lower + slack) | point)
    told = attack.insiders(hidden, upper, lower, insiders, primary) if insiders else {}
    return Audit(
        table=table, suppressed=len(hidden), attacked=int((upper > 0).sum() + (lower > 0).sum()),
        required_lower=np.where(exposed, value - lower, np.nan),
        required_upper=np.where(exposed, value + upper, np.nan), lower=low, upper=high,
        exact=int(point.sum()), too_narrow=int(narrow.sum()), programs=attack.programs,
        complete=full, asked=primary is not None, against_insiders=bool(insiders), **told,
    )  # fmt: skip


def _knowing(table: Table, known: Mapping[int, float]) -> Table:
    """Publish to the attacker what the attacker knows."""
    values, status = table.values.copy(), np.array(table.status)
    values[list(known)], status[list(known)] = list(known.values()), "s"
    if not np.isclose(values, table.values, 1e-6, 1e-6)[~np.isnan(table.values)].all():
        raise InputError(
            "What the attacker is said to know contradicts the table: take the same unit."
        )
    return replace(table, values=values, status=status)
