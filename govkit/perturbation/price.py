"""What a protection costs and what it leaves: one measure for all methods, side by side."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from govkit import plots
from govkit.data.arrays import Numbers
from govkit.errors import InputError
from govkit.files import packaged
from govkit.perturbation.attack import exact_cells, exact_together
from govkit.result import Result, Verdict, judged
from govkit.tables.secondary import Protected
from govkit.tables.table import TOLERANCE, Table

_SIZES = (1, 5, 10, 50, 100, 1_000)
_TOP = 10


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
        Utility: 1 less the Hellinger distance over the square root of the sum (1: no loss); a cell
        that is withheld counts as 0.
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
    lower, upper
        What everybody may conclude from the method about each true value.
    hides
        Counts above 0 and below this are those to be hidden.
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
    lower: Numbers = field(repr=False, compare=False)
    upper: Numbers = field(repr=False, compare=False)
    hides: float = field(repr=False)

    @property
    def verdict(self) -> Verdict:
        """Unsafe when a small cell can be computed; of no cells, nothing is shown."""
        return judged(self.cells, self.small_exact)

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

    def plot(self) -> plots.Figure:
        """Draw the mean relative error by true size."""
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
    shown = np.where(told, new, 0.0)
    distance = np.sqrt(((np.sqrt(np.abs(shown)) - np.sqrt(np.abs(true))) ** 2).sum() / 2)
    size = np.sqrt(np.abs(true).sum())
    sums = abs(table.equations @ shown)[(abs(table.equations) @ ~told) == 0]
    hide = np.flatnonzero((true > 0) & (true < small) & (table.value is None))
    return Perturbed(
        method=method, cells=len(table), proven=proven,
        changed=int((gap > TOLERANCE).sum() + (~told).sum()),
        largest_change=float(gap.max(initial=0.0)), mean_change=float(gap.sum() / max(len(gap), 1)),
        hellinger=float(1 - distance / size) if size else 1.0,
        additive=bool((sums <= TOLERANCE * np.maximum(1.0, np.abs(true).max(initial=0.0))).all()),
        top_kept=_top(table, np.where(told, new, -1.0)), small=len(hide),
        small_exact=exact_cells(table, hide, *known),
        error_by_size=_errors(true[told], gap), table=open_,
        note=packaged("perturbation/notes.yaml").get(method, ""),
        lower=known[0], upper=known[1], hides=small,
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


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Comparison(Result):
    """Several protections of one table, side by side.

    Attributes
    ----------
    methods
        What each costs and leaves.
    with_earlier
        Per method the small counts that follow exactly from its table and the earlier ones.
    """

    methods: dict[str, Perturbed]
    with_earlier: dict[str, int]

    @property
    def recommended(self) -> str | None:
        """Of the methods that leave no small cell open, the one that changes least."""
        safe = {
            name: part
            for name, part in self.methods.items()
            if part.verdict is Verdict.SAFE and not self.with_earlier.get(name)
        }
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
            (name, f"{part.verdict.mark} {part.hellinger:.4f}", part.sentence + self._beside(name))
            for name, part in self.methods.items()
        ]

    def _beside(self, name: str) -> str:
        found = self.with_earlier.get(name)
        return f" Beside the earlier tables {found:,} small counts are exact." if found else ""

    def plot(self) -> plots.Figure:
        """Draw the utility of each method."""
        utility = {name: part.hellinger for name, part in self.methods.items()}
        return plots.bars(utility, title=self.sentence, x="utility (1: no loss)")


Method = Callable[[Table], Perturbed | Protected]


def compare(
    table: Table, methods: Mapping[str, Method], *, earlier: Sequence[Perturbed] = ()
) -> Comparison:
    """Run several protections on one table, and set them side by side.

    Parameters
    ----------
    table
        The true table.
    methods
        By name a function of the table: one of this room, or ``suppress`` with its rules.
    earlier
        What was published before about the same people: each new table is attacked together with
        all of it.

    Raises
    ------
    InputError
        No method, or one that could not protect the table in time.

    Examples
    --------
    >>> from govkit.perturbation import controlled_rounding, small_count_rounding
    >>> from govkit.tables import tabulate
    >>> table = tabulate({"area": ["N", "N", "N", "N", "S", "S", "W"]}, "area")
    >>> compare(table, {
    ...     "all cells": lambda t: controlled_rounding(t, 3),
    ...     "small cells": lambda t: small_count_rounding(t, 3),
    ... }).recommended
    'small cells'
    """
    if not methods:
        raise InputError("Give at least one method.")
    parts = {name: _measured(table, method(table)) for name, method in methods.items()}
    beside = {
        name: exact_together([*earlier, part], part.hides)
        for name, part in parts.items()
        if earlier
    }
    return Comparison(methods=parts, with_earlier=beside)


def _measured(table: Table, part: Perturbed | Protected) -> Perturbed:
    """Measure a suppressed table like a changed one: what is withheld may be anything."""
    if isinstance(part, Perturbed):
        return part
    if part.certificate is None:
        raise InputError("Suppression did not end in time: allow more, or leave it out.")
    hidden = part.table.suppressed
    small = part.rules.threshold if part.rules and part.rules.threshold else 0.0
    told = np.where(hidden, np.nan, table.values)
    known = np.where(hidden, 0.0, table.values), np.where(hidden, np.inf, table.values)
    return perturbed(table, told, "suppression", known, small=small)
