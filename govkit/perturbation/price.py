"""What a protection costs and what it leaves: one measure for all methods, side by side."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from govkit.errors import InputError
from govkit.result import Result, Verdict
from govkit.tables._solver import PRIMAL, Program
from govkit.tables.table import TOLERANCE, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    import scipy.sparse as sp
    from plotly.graph_objects import Figure

Numbers = npt.NDArray[Any]
_SIZES = (1, 5, 10, 50, 100, 1_000)
_TOP = 10
_MOST = 2_000  # cells of a table that is attacked by linear programs too
_ROUNDS = 50
_NOTES = {
    "random rounding": "Cells are rounded at random; totals need not add up.",
    "controlled rounding": "Cells are rounded so that all totals add up.",
    "small-count rounding": "Small counts are rounded; totals add up.",
    "cell key": "Cells carry small random changes; totals need not add up.",
    "noise": "Cells carry random noise (differential privacy); totals add up.",
    "suppression": "Cells are withheld where they would give somebody away.",
}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Perturbed(Result):
    """A changed table, and what the change costs.

    Attributes
    ----------
    method
        What was done.
    cells, changed
        All cells, and those whose published value is not the true one.
    largest_change, mean_change
        Of the absolute differences, over all cells that are published.
    hellinger
        Utility: 1 less the Hellinger distance over the square root of the sum (1: no loss).
    additive
        Whether all totals add up.
    top_kept
        Share of the ten largest inner cells that still are the ten largest.
    small, small_exact
        Cells of counts that the method is meant to hide: above 0 and below the base; of cell keys,
        up to the largest change. How many of them somebody who knows the method and its largest
        change computes exactly from all that is published.
    error_by_size
        Per lower bound of the true size the mean relative error.
    proven
        Whether an optimum was asked for and proven.
    note
        A footnote for the published table, without any secret number.
    table
        The published table: changed values, and nothing else of the cells.
    """

    method: str
    cells: int
    changed: int
    largest_change: float
    mean_change: float
    hellinger: float
    additive: bool
    top_kept: float
    small: int
    small_exact: int
    error_by_size: dict[int, float]
    proven: bool | None = None
    note: str = ""
    table: Table = field(repr=False, compare=False)

    @property
    def verdict(self) -> Verdict:
        """Unsafe when a small cell can be computed; of no cells, nothing is shown."""
        if not self.cells:
            return Verdict.REVIEW
        return Verdict.UNSAFE if self.small_exact else Verdict.SAFE

    @property
    def sentence(self) -> str:
        """What was done, what it costs, what it leaves."""
        changed = (
            f"{self.method.capitalize()} changed {self.changed:,} of {self.cells:,} cells, by "
            f"{self.mean_change:.3g} on average and {self.largest_change:,.4g} at most; totals "
            f"{'add up' if self.additive else 'need not add up'}."
        )
        if not self.small:
            return changed
        found = f"{self.small_exact:,}" if self.small_exact else "None"
        return f"{changed} {found} of {self.small:,} small cells can be computed exactly."

    def plot(self) -> Figure:
        """Draw the mean relative error by true size."""
        from govkit import plots  # noqa: PLC0415 - charts load when they are drawn

        shares = {f"{size:,} and more": error for size, error in self.error_by_size.items()}
        return plots.bars(shares, title=self.sentence, x="mean relative error")


def counted(table: Table) -> Numbers:
    """Give the counts as whole numbers.

    Raises
    ------
    InputError
        Counts that are withheld, negative or not whole.
    """
    values = table.values
    if not (np.isfinite(values).all() and (values >= 0).all() and (values % 1 == 0).all()):
        raise InputError(
            "The counts must be whole numbers, none negative and none withheld: make the table "
            "from records without weights."
        )
    return np.asarray(values, np.int64)


def perturbed(
    table: Table,
    values: Numbers,
    method: str,
    known: tuple[Numbers, Numbers] | float,
    *,
    small: float,
    proven: bool | None = None,
) -> Perturbed:
    """Measure what a change costs, and attack the small cells.

    ``known`` is what everybody may conclude from the method alone: bounds of each true value, or
    the largest change. Counts below ``small`` are those to be hidden.
    """
    true, new = table.values, np.asarray(values, float)
    told = ~np.isnan(new)
    gap = np.abs(new - true)[told]
    if not isinstance(known, tuple):
        low = np.where(told, np.maximum(new - known, 0.0), 0.0)
        known = low, np.where(told, new + known, np.inf)
    open_ = dataclasses.replace(
        table, values=new, counts=None, contributors=None, largest=None, weighted=None,
        holders=None, requesting=None, status=np.where(told, "s", "m"),
    )  # fmt: skip
    distance = np.sqrt(((np.sqrt(np.abs(new[told])) - np.sqrt(np.abs(true[told]))) ** 2).sum() / 2)
    size = np.sqrt(np.abs(true[told]).sum())
    sums = abs(table.equations @ np.where(told, new, 0.0))[(abs(table.equations) @ ~told) == 0]
    hide = np.flatnonzero((true > 0) & (true < small) & (table.value is None))
    return Perturbed(
        method=method, cells=len(table), proven=proven,
        changed=int((gap > TOLERANCE).sum() + (~told).sum()),
        largest_change=float(gap.max(initial=0.0)), mean_change=float(gap.sum() / max(len(gap), 1)),
        hellinger=float(1 - distance / size) if size else 1.0,
        additive=bool((sums <= TOLERANCE * np.maximum(1.0, np.abs(true).max(initial=0.0))).all()),
        top_kept=_top(table, np.where(told, new, -1.0)), small=len(hide),
        small_exact=_exact(table, hide, *known),
        error_by_size=_errors(true[told], gap), note=_NOTES.get(method, ""), table=open_,
    )  # fmt: skip


def _top(table: Table, new: Numbers) -> float:
    totals = table.equations.indices[table.equations.data < 0]
    at = np.setdiff1d(np.arange(len(table)), totals)
    n = min(_TOP, len(at))
    before, after = (at[np.argsort(-x[at], kind="stable")[:n]] for x in (table.values, new))
    return len(np.intersect1d(before, after)) / n if n else 1.0


def _errors(true: Numbers, gap: Numbers) -> dict[int, float]:
    bins = np.searchsorted(_SIZES, np.abs(true), side="right")
    return {
        size: float((gap[bins == i] / np.abs(true[bins == i])).mean())
        for i, size in enumerate(_SIZES, 1)
        if (bins == i).any()
    }


def _exact(table: Table, small: Numbers, lower: Numbers, upper: Numbers) -> int:
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


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Comparison(Result):
    """Several protections of one table, side by side."""

    methods: dict[str, Perturbed]

    @property
    def recommended(self) -> str | None:
        """Of the methods that leave no small cell open, the one that changes least."""
        safe = {n: p for n, p in self.methods.items() if p.verdict is Verdict.SAFE}
        return min(safe, key=lambda n: (-safe[n].hellinger, n), default=None)

    @property
    def verdict(self) -> Verdict:
        """Safe when one of the methods is."""
        return Verdict.SAFE if self.recommended else Verdict.UNSAFE

    @property
    def sentence(self) -> str:
        """The recommendation with its reasons."""
        if self.recommended is None:
            return "None of the methods keeps every small cell from being computed."
        best = self.methods[self.recommended]
        sums = "totals add up" if best.additive else "totals need not add up"
        return (
            f"Use {self.recommended}: no small cell can be computed, {sums}, and of the safe "
            f"methods it keeps most (utility {best.hellinger:.4f})."
        )

    def rows(self) -> list[tuple[str, str, str]]:
        """One row per method: its utility, and its sentence."""
        return [
            (name, f"{part.verdict.mark} {part.hellinger:.4f}", part.sentence)
            for name, part in self.methods.items()
        ]

    def plot(self) -> Figure:
        """Draw the utility of each method."""
        from govkit import plots  # noqa: PLC0415 - charts load when they are drawn

        utility = {name: part.hellinger for name, part in self.methods.items()}
        return plots.bars(utility, title=self.sentence, x="utility (1: no loss)")


def compare(methods: Mapping[str, Perturbed]) -> Comparison:
    """Set several protections of one table side by side.

    Parameters
    ----------
    methods
        By name the results of ``random_rounding``, ``controlled_rounding``, ``cell_key``, … of one
        table.

    Raises
    ------
    InputError
        No method, or results of tables of different size.
    """
    if not methods or len({part.cells for part in methods.values()}) > 1:
        raise InputError("Give at least one method, all of them of the same table.")
    return Comparison(methods=dict(methods))
