"""Local suppression: hide single cells until every record has company, and measure it again.

Two readings of "k-anonymous with hidden cells", which are not comparable:

* ``"strict"``: a hidden cell is a value of its own. Every released pattern stands for at least
  ``k`` records; whoever knows every column finds nobody among fewer. The safe reading.
* ``"wildcard"``: a hidden cell may be any value, so that records with hidden cells also protect
  others. This is the reading of sdcMicro (M. Templ, A. Kowarik, B. Meindl, J. Stat. Software 67(4),
  2015, doi:10.18637/jss.v067.i04) and of mu-Argus. Each record at risk keeps at least one hidden
  cell of its own: without that rule the fewest cells protect nobody.

sdcMicro hides record by record and compares each with all others. Here classes are hidden, by sets
of columns, the cheapest first; the searches are in ``hiding``.
"""

from __future__ import annotations

import math
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from govkit.data import FrequencyTable
from govkit.data.encode import recode
from govkit.data.merge import reduce
from govkit.errors import ColumnNotFoundError, InputError, MissingValuesError, shown
from govkit.microdata import k_anonymity
from govkit.microdata.answers import answer
from govkit.remedy.hiding import Grid, Hidden, Plan, least, matching, merged, strict, wildcard
from govkit.result import Result, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]

__all__ = ["Suppression", "suppress_cells"]

_READINGS = {"strict": "category", "wildcard": "wildcard"}
_MOST_COLUMNS = 62  # one bit each
_FIXED = 1e12  # what it costs to hide a cell that must not be hidden


@answer
class Suppression(Result):
    """Which cells were hidden, and what that was worth.

    A class whose records lend a hand to others may be released in several patterns, so that the
    arrays have a row per class and pattern, in the order of the classes.

    Attributes
    ----------
    reading, k
        As asked for.
    smallest
        Records in the smallest group of what is released, measured again in the reading named.
    violations
        Records in groups that are too small, measured again; 0 is what was wanted.
    exposed
        Records that somebody who knows every column still finds among fewer than ``k``.
    at_risk
        Records in groups that were too small before.
    changed
        Records of which at least one cell was hidden.
    cells
        Cells hidden.
    bound
        Cells that every answer in this reading needs; ``None`` for requirements on subsets.
    suppressed_cells
        Cells hidden per column.
    origin
        Per pattern the class: its position in ``table``.
    hidden
        Per pattern and column whether the cell was hidden, ``bool``; missing before is not hidden.
    records
        Per pattern the number of records of the class that take it.
    table
        The counts before.
    """

    reading: str
    k: int
    smallest: float
    violations: int
    exposed: int
    at_risk: int
    changed: int
    cells: int
    bound: int | None
    suppressed_cells: dict[str, int]
    origin: Integers = field(repr=False, compare=False)
    hidden: npt.NDArray[np.bool_] = field(repr=False, compare=False)
    records: Integers = field(repr=False, compare=False)
    table: FrequencyTable = field(repr=False, compare=False)

    @property
    def verdict(self) -> Verdict:
        """Unsafe when a group is too small; for a person to judge when somebody stays exposed."""
        if self.violations:
            return Verdict.UNSAFE
        return Verdict.REVIEW if self.exposed or not len(self.records) else Verdict.SAFE

    @property
    def sentence(self) -> str:
        """What was hidden, and what somebody who knows every column still sees."""
        if not len(self.records):
            return "There are no records, so nothing was hidden and nothing is shown."
        found = f"{self.exposed:,} records" if self.exposed else "nobody"
        return (
            f"{self.cells:,} cells of {self.changed:,} records were hidden for {self.at_risk:,} "
            f"records at risk (k={self.k}, {self.reading} reading). Who knows every column still "
            f"finds {found} among fewer than {self.k}."
        )

    def released(self) -> FrequencyTable:
        """Count what is released: hidden cells are missing, and mean what the reading says.

        Weights of a class that was split are shared out evenly over its records.
        """
        table, given = self.table, self.table.weights
        codes = _hide(table, self.origin, self.hidden)
        share = self.records / table.counts[self.origin]
        reduced, counts, weights = reduce(
            codes, [len(values) + 1 for values in table.values], self.records,
            None if given is None else given[self.origin] * share,
        )  # fmt: skip
        pairs = [recode(*pair) for pair in zip(reduced, table.values, strict=True)]
        return FrequencyTable(
            keys=table.keys, codes=tuple(code for code, _ in pairs),
            values=tuple(values for _, values in pairs), counts=counts, weights=weights,
            ordered=table.ordered, missing=_READINGS[self.reading],
        )  # fmt: skip

    def allocate(self, classes: npt.NDArray[np.integer[Any]]) -> Integers:
        """Give each record its pattern: the first records of a class take its first pattern.

        Parameters
        ----------
        classes
            Per record its class: its position in ``table``.

        Returns
        -------
        numpy.ndarray
            Per record the row of ``origin``, ``hidden`` and ``records``.
        """
        patterns = np.empty(len(classes), np.int64)
        patterns[np.argsort(classes, kind="stable")] = np.repeat(
            np.arange(len(self.records)), self.records
        )
        return patterns


def suppress_cells(
    table: FrequencyTable,
    k: int = 5,
    *,
    reading: str = "strict",
    importance: Mapping[str, float] | Sequence[float] | None = None,
    subsets: Mapping[tuple[str, ...], int] | None = None,
    max_hidden: int | None = None,
    strata: Sequence[str] = (),
) -> Suppression:
    """Hide single cells until every record shares what is left to see with ``k`` - 1 others.

    Parameters
    ----------
    table
        Counts by the quasi-identifiers (and the strata). Under ``"strict"`` a missing value is
        equal to a hidden one, under ``"wildcard"`` it may be any value; only new cells are counted.
    k
        Wanted size of the smallest group, in records: at least 2, or 1 to ask for subsets only.
    reading
        ``"strict"`` or ``"wildcard"``: what a hidden cell means.
    importance
        What hiding a cell costs, above 0, per column by name (the others 1) or for all columns in
        their order. Default: all nearly the same, the column with the most values a little less.
    subsets
        Sets of columns with a ``k`` of their own, as ``{("age", "area"): 10}``: the released data
        is ``k``-anonymous in each of them, whatever the order in which they are named.
    max_hidden
        Size of the largest set of columns looked at one by one; default as many as make at most
        4,095 sets. Beyond it columns are hidden one after the other, the least important first.
    strata
        Columns of ``table`` that are never hidden; groups do not reach across them.

    Returns
    -------
    Suppression
        ``released()`` is the table of what is left, already measured again.

    Raises
    ------
    ColumnNotFoundError
        A name that is not among the columns counted.
    MissingValuesError
        A stratum is missing under ``"wildcard"``.
    InputError
        Fewer than ``k`` records (in a stratum), a ``k`` or an importance that is too small.

    Examples
    --------
    >>> from govkit.data import count
    >>> people = {"age": [30, 30, 30, 41, 42], "area": ["n", "n", "n", "s", "s"]}
    >>> answer = suppress_cells(count(people, ["age", "area"]), k=2)
    >>> answer.cells, answer.suppressed_cells, answer.smallest
    (2, {'age': 2, 'area': 0}, 2)
    """
    weights = _weights(table, importance, strata)
    wanted = [(_bits(table, columns), size) for columns, size in (subsets or {}).items()]
    wanted.append((_bits(table, table.keys), k))
    fixed = _bits(table, strata)
    _check(table, wanted, reading, strata, alone=subsets is None)
    rows = Hidden(np.arange(len(table)), np.zeros(len(table), np.int64), table.counts)
    search, cells, bound = (strict if reading == "strict" else wildcard), -1, None
    while len(table) and cells < (cells := _cells(rows)):
        for bits, size in wanted:
            plan = Plan.of(weights, _positions(bits & ~fixed), max_hidden)
            whole = _grid(table, rows, bits | fixed)
            _, first, inverse = np.unique(whole.base, return_index=True, return_inverse=True)
            grid = Grid.of([codes[first] for codes in whole.codes], whole.missing)
            sizes = np.bincount(inverse, rows.records).astype(np.int64)
            if bound is None and len(wanted) == 1:
                bound = _bound(grid, sizes, size, plan, reading)
            rows = _refine(rows, inverse, search(grid, sizes, size, plan))
        if reading == "wildcard" or len(wanted) == 1:
            break
    return _measured(table, rows, wanted, fixed, k=k, reading=reading, bound=bound)


def _weights(
    table: FrequencyTable,
    importance: Mapping[str, float] | Sequence[float] | None,
    strata: Sequence[str],
) -> list[float]:
    """Give the cost of hiding a cell per column."""
    if importance is None:
        rank = np.argsort(np.argsort([-len(v) for v in table.values], kind="stable"))
        weights = [1 - 0.001 * (len(rank) - place) for place in rank.tolist()]
    elif hasattr(importance, "keys"):
        _bits(table, importance)
        weights = [float(importance.get(key, 1)) for key in table.keys]
    else:
        weights = [float(weight) for weight in importance]
    if len(weights) != len(table.keys) or not all(0 < weight < math.inf for weight in weights):
        raise InputError(
            f"Give an importance above 0 for each of the {len(table.keys)} columns, "
            "or name the columns that differ."
        )
    return [_FIXED if key in strata else w for key, w in zip(table.keys, weights, strict=True)]


def _bits(table: FrequencyTable, columns: Iterable[str]) -> int:
    for column in columns:
        if column not in table.keys:
            raise ColumnNotFoundError(column, table.keys)
    return sum(1 << table.keys.index(column) for column in set(columns))


def _positions(bits: int) -> list[int]:
    return [j for j in range(bits.bit_length()) if bits >> j & 1]


def _check(
    table: FrequencyTable,
    wanted: list[tuple[int, int]],
    reading: str,
    strata: Sequence[str],
    *,
    alone: bool,
) -> None:
    """Refuse what no hidden cell can bring about."""
    if reading not in _READINGS:
        raise InputError(f"reading must be 'strict' or 'wildcard', not {shown(reading)}.")
    if len(table.keys) > _MOST_COLUMNS:
        raise InputError(f"At most {_MOST_COLUMNS} columns can be hidden, got {len(table.keys)}.")
    smallest = min(size for _, size in wanted[alone - 1 :]) if alone else min(s for _, s in wanted)
    if smallest < 1 + alone:
        raise InputError(f"k must be at least 2, got {smallest}: a group of 1 is a person.")
    groups = table.rollup(list(strata))
    k = max(size for _, size in wanted)
    if len(groups) and groups.counts.min() < k:
        where = f"a stratum of {', '.join(map(shown, strata))} has" if strata else "there are"
        raise InputError(
            f"k is {k}, but {where} only {groups.counts.min()} records: hiding cells cannot help. "
            "Ask for a smaller k" + (", or merge strata." if strata else ".")
        )
    if reading == "wildcard" and any(groups.missing_records.values()):
        raise MissingValuesError(
            "A stratum is missing in some records, which the wildcard reading would let match "
            "every stratum: fill it, or use reading='strict'."
        )


def _hide(
    table: FrequencyTable, origin: Integers, hidden: npt.NDArray[np.bool_]
) -> list[npt.NDArray[np.int32]]:
    """Give codes per pattern, with hidden cells missing."""
    return [
        np.where(hidden[:, j], np.int32(len(values)), codes[origin])
        for j, (codes, values) in enumerate(zip(table.codes, table.values, strict=True))
    ]


def _open(table: FrequencyTable, holes: Integers) -> npt.NDArray[np.bool_]:
    """Write one bit per column as one column per column."""
    return (holes[:, None] >> np.arange(len(table.keys)) & 1).astype(bool)


def _grid(table: FrequencyTable, rows: Hidden, bits: int) -> Grid:
    """Lay out rows by some columns; the others are the same everywhere."""
    codes = _hide(table, rows.origin, _open(table, rows.holes))
    return Grid.of(
        [code if bits >> j & 1 else np.zeros_like(code) for j, code in enumerate(codes)],
        [len(values) if bits >> j & 1 else 1 for j, values in enumerate(table.values)],
    )


def _cells(rows: Hidden) -> int:
    return int((np.bitwise_count(rows.holes) * rows.records).sum())


def _bound(grid: Grid, sizes: Integers, k: int, plan: Plan, reading: str) -> int:
    """Count the cells that every answer needs: under wildcards one for each record at risk."""
    if reading == "strict":
        return least(grid, sizes, k, plan)
    everybody = np.arange(len(sizes))
    alike = matching(grid, everybody, grid.holes, Hidden(everybody, grid.holes, sizes))
    return int(sizes[alike < k].sum())


def _refine(rows: Hidden, classes: Integers, found: Hidden) -> Hidden:
    """Let the rows of each class take the patterns found for it, both in their order."""
    order = np.argsort(classes, kind="stable")
    ends, others = np.cumsum(rows.records[order]), np.cumsum(found.records)
    cuts = np.union1d(ends, others)
    at = order[np.searchsorted(ends, cuts)]
    holes = rows.holes[at] | found.holes[np.searchsorted(others, cuts)]
    return merged(Hidden(rows.origin[at], holes, np.diff(cuts, prepend=0)))


def _few(
    table: FrequencyTable, wanted: list[tuple[int, int]], fixed: int, rows: Hidden, *, wild: bool
) -> int:
    """Count the records that are known by their values and found among too few of the rows."""
    everybody = Hidden(np.arange(len(table)), np.zeros(len(table), np.int64), table.counts)
    few = np.zeros(len(table), dtype=bool)
    for bits, size in wanted:
        grid = _grid(table, everybody, bits | fixed)
        gaps = grid.holes & ~fixed if wild else everybody.holes
        others = rows.holes & bits & ~fixed | gaps[rows.origin]
        among = matching(grid, everybody.origin, gaps, rows._replace(holes=others))
        few |= among < size
    return int(table.counts[few].sum())


def _measured(
    table: FrequencyTable,
    rows: Hidden,
    wanted: list[tuple[int, int]],
    fixed: int,
    *,
    k: int,
    reading: str,
    bound: int | None,
) -> Suppression:
    """Measure what would be released, by the measures that everybody else uses."""
    hidden = _open(table, rows.holes)
    before = Hidden(np.arange(len(table)), np.zeros(len(table), np.int64), table.counts)
    found = Suppression(
        reading=reading, k=k, smallest=0, violations=0, bound=bound, cells=_cells(rows),
        exposed=_few(table, wanted, fixed, rows, wild=True),
        at_risk=_few(table, wanted, fixed, before, wild=reading == "wildcard"),
        changed=int(rows.records[rows.holes > 0].sum()),
        suppressed_cells={
            key: int(rows.records[hidden[:, j]].sum()) for j, key in enumerate(table.keys)
        },
        origin=rows.origin, hidden=hidden, records=rows.records, table=table,
    )  # fmt: skip
    released = found.released()
    measures = [
        k_anonymity(released.rollup([released.keys[j] for j in _positions(bits | fixed)]), size)
        for bits, size in wanted
    ]
    return replace(
        found, smallest=measures[-1].smallest, violations=max(m.records_at_risk for m in measures)
    )
