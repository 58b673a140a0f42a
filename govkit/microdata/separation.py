"""How well each subset of the columns tells records apart.

R. Motwani, Y. Xu, "Efficient algorithms for masking and finding quasi-identifiers", SIAM workshop
on practical privacy-preserving data mining, 2008: the *distinction* of a subset is its number of
distinct combinations per record, its *separation* the share of pairs of records it tells apart.
"""

from dataclasses import field
from itertools import combinations
from typing import Any

from govkit import plots
from govkit.data import FrequencyTable
from govkit.data.arrays import DataFrame
from govkit.errors import InputError, shown
from govkit.microdata.answers import answer
from govkit.result import Result, Verdict


@answer
class Separation(Result):
    """Distinction and separation of each subset of the columns, small subsets first.

    Attributes
    ----------
    records
        Number of records.
    subsets
        The subsets, each a tuple of columns.
    distinction, separation
        Per subset, 0 to 1.
    """

    records: int
    subsets: tuple[tuple[str, ...], ...] = field(repr=False)
    distinction: tuple[float, ...] = field(repr=False)
    separation: tuple[float, ...] = field(repr=False)

    @property
    def single(self) -> dict[str, dict[str, float]]:
        """Distinction and separation of each column alone."""
        found = zip(self.subsets, self.distinction, self.separation, strict=True)
        return {
            subset[0]: {"distinction": one, "separation": two}
            for subset, one, two in found
            if len(subset) == 1
        }

    @property
    def verdict(self) -> Verdict:
        """Always for a person to judge: no threshold is right for all data."""
        return Verdict.REVIEW

    @property
    def sentence(self) -> str:
        """Which column alone tells most records apart."""
        if not self.records:
            return "There are no records, so nothing is shown about any column."
        name, found = max(self.single.items(), key=lambda item: item[1]["separation"])
        return f"{shown(name)} alone tells {found['separation']:.1%} of all pairs of records apart."

    def numbers(self) -> dict[str, Any]:
        """Give the number of subsets and the single columns."""
        return {"records": self.records, "subsets": len(self.subsets), "columns": self.single}

    def to_frame(self) -> DataFrame:
        """Give one row per subset: its columns, their number, distinction and separation."""
        import pandas as pd  # noqa: PLC0415 - only frames need it

        return pd.DataFrame(
            {
                "columns": [", ".join(subset) for subset in self.subsets],
                "size": [len(subset) for subset in self.subsets],
                "distinction": self.distinction,
                "separation": self.separation,
            }
        )

    def plot(self) -> plots.Figure:
        """Draw distinction against separation, one point per subset."""
        return plots.subsets(self.to_frame(), title=self.sentence)


def separation(table: FrequencyTable, maximum: int | None = None) -> Separation:
    """Measure every subset of the columns, each rolled up from the smallest table above it.

    Parameters
    ----------
    table
        Counts by the columns; a missing value is a value of its own.
    maximum
        Largest number of columns in a subset; default all.

    Examples
    --------
    >>> from govkit.data import count
    >>> people = {"sex": list("FFFMM"), "state": ["CA", "CA", "TX", "NY", "CA"]}
    >>> separation(count(people, ["sex", "state"])).to_frame()
        columns  size  distinction  separation
    0       sex     1          0.4         0.6
    1     state     1          0.6         0.7
    2 sex, state     2          0.8         0.9
    """
    if maximum is not None and maximum < 1:
        raise InputError(f"The largest subset must have at least one column, got {maximum}.")
    keys, records = table.keys, table.records
    found: dict[tuple[str, ...], tuple[float, float]] = {}
    above = {keys: table}
    for size in range(min(maximum or len(keys), len(keys)), 0, -1):
        level = {}
        for subset in combinations(keys, size):
            parents = [counts for names, counts in above.items() if set(subset) <= set(names)]
            level[subset] = min(parents, key=len).rollup(subset)
        measured = {subset: _measure(counts, records) for subset, counts in level.items()}
        found = measured | found  # small subsets first
        above = level
    one, two = zip(*found.values(), strict=True)
    return Separation(records=records, subsets=tuple(found), distinction=one, separation=two)


def _measure(table: FrequencyTable, records: int) -> tuple[float, float]:
    same = float((table.counts * (table.counts - 1.0)).sum())
    return len(table) / max(records, 1), 1 - same / max(records * (records - 1.0), 1)
