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

from collections.abc import Mapping, Sequence
from dataclasses import field, replace

import numpy as np

from govkit.data import FrequencyTable
from govkit.data.arrays import Bools, Floats, Integers
from govkit.data.encode import recode
from govkit.errors import InputError, MissingValuesError, shown
from govkit.microdata import frequencies
from govkit.microdata.answers import answer, least
from govkit.remedy.hiding import Grid, Rows, columns, matching, merged, plan, strict, wildcard
from govkit.result import Result, Verdict, judged

_MEANING = {"strict": "category", "wildcard": "wildcard"}
_SEARCH = {"strict": strict, "wildcard": wildcard}
_MOST_COLUMNS = 62  # one bit each
_WIDE = 13  # wildcards: columns and largest set together
_FIXED = 1e9  # the cost of a cell that must not be hidden


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
    changed
        Records of which at least one cell was hidden.
    cells
        Cells hidden.
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
    changed: int
    cells: int
    suppressed_cells: dict[str, int]
    origin: Integers = field(repr=False, compare=False)
    hidden: Bools = field(repr=False, compare=False)
    records: Integers = field(repr=False, compare=False)
    table: FrequencyTable = field(repr=False, compare=False)

    @property
    def verdict(self) -> Verdict:
        """Unsafe when a group is too small; for a person to judge when somebody stays exposed."""
        found = judged(len(self.records), self.violations)
        return Verdict.REVIEW if found is Verdict.SAFE and self.exposed else found

    @property
    def sentence(self) -> str:
        """What was hidden, and what somebody who knows every column still sees."""
        if not len(self.records):
            return "There are no records, so nothing was hidden and nothing is shown."
        return (
            f"{self.cells:,} cells of {self.changed:,} records were hidden ({self.reading} "
            f"reading, k={self.k}). Who knows every column still finds "
            f"{self.exposed:,} records among fewer than {self.k}."
        )

    def released(self) -> FrequencyTable:
        """Count what is released: hidden cells are missing, and mean what the reading says.

        Weights of a class in several patterns are shared out evenly over its records.
        """
        table, weights = self.table, self.table.weights
        if weights is not None:
            weights = (weights / table.counts)[self.origin] * self.records
        codes = [
            np.where(hidden, np.int32(len(values)), code[self.origin])
            for hidden, values, code in zip(self.hidden.T, table.values, table.codes, strict=True)
        ]
        used, values = zip(*map(recode, codes, table.values), strict=True)
        meaning = _MEANING[self.reading]
        return table.regrouped(used, values, self.records, weights, missing=meaning, alpha=1.0)


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
        4,095 sets, and under ``"wildcard"`` 13 less the number of columns, at least 1. Beyond it
        columns are hidden one after the other, the least important first.
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
    asked = [*(subsets or {}).items(), (table.keys, k)]
    wanted = [(_bits(table, names), size) for names, size in asked]
    fixed = _bits(table, strata)
    _check(table, wanted, reading, strata)
    weights = _weights(table, importance, fixed)
    largest = max_hidden
    if reading == "wildcard" and largest is None:
        largest = max(_WIDE - len(table.keys), 1)
    rows = Rows(np.arange(len(table)), np.zeros(len(table), np.int64), table.counts)
    cells = -1
    while len(table) and cells < (cells := int(np.bitwise_count(rows.holes) @ rows.records)):
        for bits, size in wanted:
            whole = _grid(table, rows, bits | fixed)
            _, first, inverse = np.unique(whole.base, return_index=True, return_inverse=True)
            grid = Grid(whole.codes[:, first], whole.missing)
            sizes = np.bincount(inverse, rows.records).astype(np.int64)
            sets = plan(weights, bits & ~fixed, largest)
            found = _SEARCH[reading](grid, sizes, size, weights, sets)
            rows = _refine(rows, inverse, found)
        if len(wanted) == 1 or reading == "wildcard":  # more holes never hurt a wildcard
            break
    return _measured(table, rows, wanted, fixed, reading)


def _bits(table: FrequencyTable, names: Sequence[str]) -> int:
    return sum(
        1 << table.keys.index(name) for name in table.rollup(list(dict.fromkeys(names))).keys
    )


def _check(
    table: FrequencyTable, wanted: list[tuple[int, int]], reading: str, strata: Sequence[str]
) -> None:
    """Refuse what no hidden cell can bring about."""
    sizes, groups = [size for _, size in wanted], table.rollup(list(strata))
    if reading not in _MEANING:
        raise InputError(f"reading must be 'strict' or 'wildcard', not {shown(reading)}.")
    if len(table.keys) > _MOST_COLUMNS:
        raise InputError(f"At most {_MOST_COLUMNS} columns can be hidden, got {len(table.keys)}.")
    if min(sizes) < 1 or max(sizes) == 1:
        raise InputError(f"k must be at least 2, got {min(sizes)}: a group of 1 is a person.")
    if groups.counts.min(initial=max(sizes)) < max(sizes):
        raise InputError(
            f"k is {max(sizes)}, but there are only {groups.counts.min()} records (in a stratum): "
            "hiding cells cannot help. Ask for a smaller k, or merge strata."
        )
    if reading == "wildcard" and any(groups.missing_records.values()):
        raise MissingValuesError(
            "A stratum is missing in some records, which would match every stratum: fill it, or "
            "use reading='strict'."
        )


def _weights(
    table: FrequencyTable, importance: Mapping[str, float] | Sequence[float] | None, fixed: int
) -> Floats:
    """Give the cost of hiding a cell per column."""
    if importance is None:
        rank = np.argsort(np.argsort([-len(values) for values in table.values], kind="stable"))
        importance = (1 - 0.001 * (len(rank) - rank)).tolist()
    if isinstance(importance, Mapping):
        _bits(table, [*importance])
        importance = [importance.get(key, 1) for key in table.keys]
    if len(importance) != len(table.keys) or not all(0 < w < _FIXED for w in importance):
        raise InputError("Give an importance above 0 for each column, or name those that differ.")
    return np.where(columns(np.array([fixed]), len(importance))[0], _FIXED, importance)


def _grid(table: FrequencyTable, rows: Rows, seen: int) -> Grid:
    """Lay out rows by the columns seen; the others are the same everywhere."""
    last = np.array([len(values) for values in table.values])
    hidden, on = columns(rows.holes, len(last)).T, columns(np.array([seen]), len(last)).T
    codes = np.where(hidden, last[:, None], np.stack(table.codes)[:, rows.origin])
    return Grid(np.where(on, codes, 0), np.where(on[:, 0], last, 1))


def _refine(rows: Rows, classes: Integers, found: Rows) -> Rows:
    """Let the rows of each class take the patterns found for it, both in their order."""
    order = np.argsort(classes, kind="stable")
    ends, others = np.cumsum(rows.records[order]), np.cumsum(found.records)
    cuts = np.union1d(ends, others)
    at = order[np.searchsorted(ends, cuts)]
    holes = rows.holes[at] | found.holes[np.searchsorted(others, cuts)]
    return merged(Rows(rows.origin[at], holes, np.diff(cuts, prepend=0)))


def _exposed(table: FrequencyTable, rows: Rows, wanted: list[tuple[int, int]], fixed: int) -> int:
    """Count the records that somebody who knows their values finds among too few."""
    everybody = np.arange(len(table))
    few = np.zeros(len(table), dtype=bool)
    for bits, size in wanted:
        grid = _grid(table, Rows(everybody, 0 * everybody, table.counts), bits | fixed)
        gaps = grid.holes & ~fixed
        others = rows._replace(holes=rows.holes & bits | gaps[rows.origin])
        few |= matching(grid, everybody, gaps, others) < size
    return int(table.counts[few].sum())


def _measured(
    table: FrequencyTable, rows: Rows, wanted: list[tuple[int, int]], fixed: int, reading: str
) -> Suppression:
    """Measure what would be released, by the measures that everybody else uses."""
    hidden = columns(rows.holes, len(table.keys))
    cells = (rows.records @ hidden).tolist()
    found = Suppression(
        reading=reading, k=wanted[-1][1], smallest=0, violations=0, cells=sum(cells),
        exposed=_exposed(table, rows, wanted, fixed),
        changed=int(rows.records[rows.holes > 0].sum()),
        suppressed_cells=dict(zip(table.keys, cells, strict=True)),
        origin=rows.origin, hidden=hidden, records=rows.records, table=table,
    )  # fmt: skip
    released, violations = found.released(), 0
    for bits, size in wanted:
        part = released.rollup([key for j, key in enumerate(table.keys) if (bits | fixed) >> j & 1])
        sizes, _ = frequencies(part)
        violations = max(violations, int(part.counts[sizes < size].sum()))
    return replace(found, smallest=least(sizes), violations=violations)
