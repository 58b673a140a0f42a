"""What the data can still tell after a remedy, beside what it told before.

Every released value is read as a user of the data would read it: as itself where it is one of the
column's own values, as the nearest where it is a number, and else as one of the values that it
stands for, drawn with equal chances; a suppressed cell stands for them all.

* Query error: K. LeFevre, D. J. DeWitt, R. Ramakrishnan, "Workload-aware anonymization", KDD 2006.
* pMSE: M.-J. Woo, J. P. Reiter, A. Oganian, A. F. Karr, "Global measures of data utility for
  microdata masked for disclosure limitation", J. Privacy and Confidentiality 1(1), 2009.
* Its ratio: J. Snoke et al., "General and specific utility measures for synthetic data", JRSS A
  181(3), 2018.
* IL1s: J. M. Mateo-Sanz, J. Domingo-Ferrer, F. Sebé, "Probabilistic information loss measures in
  confidentiality protection of continuous microdata", DMKD 11, 2005.
* Information lost: the non-uniform entropy of A. Gionis, T. Tassa, TKDE 21(2), 2009, as a share.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from govkit import plots
from govkit.data import FrequencyTable
from govkit.data.arrays import Numbers
from govkit.data.counts import listed
from govkit.data.merge import reduce
from govkit.errors import InputError, shown
from govkit.microdata.answers import answer
from govkit.remedy.records import Records, floats, held
from govkit.result import Result, Verdict, written

_MOST_CATEGORIES = 10  # of one column, in the model that tells before from after
_WIDEST_QUERY = 3  # columns of one random count
_LEAST_COUNT = 0.01  # share of the records below which a count is not divided by
_STEPS = 25


@answer
class Utility(Result):
    """What is left of the data, by column and as a whole.

    Attributes
    ----------
    query_error
        Mean error of random counts, relative to the true count (to a hundredth of the records
        where it is smaller).
    pmse
        How well a logistic regression tells released from original records: 0 is not at all, 0.25
        always.
    pmse_ratio
        The same against what chance alone gives, which is near 1.
    correlation_change
        Mean change of the correlations between columns, 0 to 2.
    groups_before
        Groups of records that look alike, before.
    groups
        The same after.
    smallest_group
        Records in the smallest group, after.
    suppressed_records
        Records that were taken out.
    suppressed_cells
        Values that were taken out of the others, per column.
    columns
        Per column: ``lost`` (share of its entropy that is gone), ``entropy_before``,
        ``entropy_after`` (bits), ``distance`` (total variation between the two distributions) and,
        of numbers, ``il1s`` (mean change in units of √2 standard deviations), else ``None``.
    """

    query_error: float
    pmse: float
    pmse_ratio: float
    correlation_change: float
    groups_before: int
    groups: int
    smallest_group: int
    suppressed_records: int
    suppressed_cells: dict[str, int]
    columns: dict[str, dict[str, float | None]]

    @property
    def verdict(self) -> Verdict:
        """Whether this is enough depends on the use: a person decides."""
        return Verdict.REVIEW

    @property
    def lost(self) -> dict[str, float]:
        """Per column the share of its information that is gone."""
        return {name: part["lost"] or 0.0 for name, part in self.columns.items()}

    @property
    def sentence(self) -> str:
        """The error of a count, and the column that lost most."""
        lost, name = max((share, name) for name, share in self.lost.items())
        return (
            f"Random counts are off by {self.query_error:.1%} on average; {shown(name)} lost most, "
            f"{lost:.0%} of its information."
        )

    def rows(self) -> list[tuple[str, str, str]]:
        """Give the numbers of the whole, then those of each column."""
        return Result.rows(self) + [
            (f"{column}: {name.replace('_', ' ')}", written(number), "")
            for column, part in self.columns.items()
            for name, number in part.items()
        ]

    def plot(self) -> plots.Figure:
        """Draw how much of its information each column lost."""
        return plots.bars(self.lost, title=self.sentence, x="share of the information that is lost")


def utility(
    before: object, after: object, columns: str | Sequence[str], *, seed: int,
    kept: Numbers | None = None, queries: int = 200,
) -> Utility:  # fmt: skip
    """Compare data before and after a remedy, record by record.

    Parameters
    ----------
    before, after
        Anything that ``govkit.scan`` takes, records in the same order.
    columns
        The columns that were changed.
    seed
        Draws the counts.
    kept
        Positions in ``before`` of the records of ``after``; default: all are there.
    queries
        How many random counts, each of a random stretch of the sorted values of one to three
        columns.

    Examples
    --------
    >>> before = {"age": [31, 38, 44, 47]}
    >>> after = {"age": ["30-39", "30-39", "40-49", "40-49"]}
    >>> utility(before, after, "age", seed=1).columns["age"]["lost"]
    0.5
    """
    names = listed(columns)
    one, two = Records.of(held(before), names), Records.of(held(after), names)
    rows = np.arange(len(one.frame)) if kept is None else kept
    if len(rows) != len(two.frame) or not len(rows):
        raise InputError(
            "Before and after need the same records in the same order, at least one: say which "
            "were kept."
        )
    random, read, parts, blank = np.random.default_rng(seed), [], {}, {}
    for j, name in enumerate(names):
        values, labels = one.table.values[j], two.table.values[j]
        every, new = one.codes[j], two.codes[j]
        hidden = (new == len(labels)) & (every[rows] < len(values))
        read.append(_read(every[rows], new, hidden, values, labels, random))
        parts[name] = _measures(every, every[rows], new, read[j], floats(values))
        blank[name] = int(hidden.sum())
    now, counts, _ = reduce(read, one.table.values)
    error = _query_error(one.table, now, counts, queries, random)
    pmse, ratio, change = _models(one.table, now, counts)
    return Utility(
        query_error=error, pmse=pmse, pmse_ratio=ratio, correlation_change=change,
        groups_before=len(one.table), groups=len(two.table),
        smallest_group=int(two.table.counts.min()), suppressed_cells=blank, columns=parts,
        suppressed_records=len(one.frame) - len(rows),
    )  # fmt: skip


def _read(
    old: Numbers, new: Numbers, hidden: Numbers, values: pa.Array, labels: pa.Array,
    random: np.random.Generator,
) -> Numbers:  # fmt: skip
    """Draw for each record one of the values that its label stands for."""
    size = len(values) + 1
    own = np.append(_own(values, labels), -1 if hidden.any() else len(values))[new]
    pairs = np.unique(new.astype(np.int64) * size + old)
    ends = np.searchsorted(pairs, np.arange(len(labels) + 2) * size)
    chance = random.random(len(new))
    seen = pairs[(ends[new] + chance * (ends[new + 1] - ends[new])).astype(np.int64)] % size
    drawn = np.where(new == len(labels), (chance * size).astype(np.int64), seen)
    return np.where(own >= 0, own, drawn).astype(np.int32)


def _own(values: pa.Array, labels: pa.Array) -> Numbers:
    """Find the value that each label is, or is nearest to as a number; -1 where there is none."""
    numbers, read = floats(values), floats(labels)
    if numbers is not None and read is not None and len(numbers):
        between = (numbers[1:] + numbers[:-1]) / 2
        return np.searchsorted(between, read)
    if labels.type != values.type:
        return np.full(len(labels), -1)
    return np.asarray(pc.fill_null(pc.index_in(labels, values), -1))


def _measures(
    every: Numbers, old: Numbers, new: Numbers, read: Numbers, numbers: Numbers | None
) -> dict[str, float | None]:
    before, after, kept = _bits(every), _bits(new), _bits(old)
    behind = _bits(old.astype(np.int64) * (new.max() + 1) + new) - after
    size, il1s = int(max(every.max(), read.max())) + 1, None
    shares = [np.bincount(codes, minlength=size) / len(codes) for codes in (every, read)]
    if numbers is not None:
        true, got = (np.append(numbers, np.nan)[codes] for codes in (old, read))
        both = ~np.isnan(true + got)
        if len(np.unique(true[both])) > 1:
            change = np.abs(true - got)[both].mean()
            il1s = float(change / (np.sqrt(2) * np.std(true[both], ddof=1)))
    return {
        "lost": 1 - len(old) / len(every) * (1 - behind / kept if kept else 1.0),
        "entropy_before": before, "entropy_after": after,
        "distance": float(np.abs(shares[0] - shares[1]).sum() / 2), "il1s": il1s,
    }  # fmt: skip


def _bits(codes: Numbers) -> float:
    shares = np.unique(codes, return_counts=True)[1] / len(codes)
    return abs(float((shares * np.log2(shares)).sum()))


def _query_error(
    table: FrequencyTable, now: Sequence[Numbers], counts: Numbers, queries: int,
    random: np.random.Generator,
) -> float:  # fmt: skip
    errors, least = 0.0, max(1.0, _LEAST_COUNT * table.records)
    for _ in range(queries):
        true, read = table.counts, counts
        width = random.integers(1, min(_WIDEST_QUERY, len(now)) + 1)
        for j in random.choice(len(now), width, replace=False):
            places = np.arange(len(table.values[j]) + 1)  # from one of the sorted values to another
            inside = np.clip(places, *np.sort(random.integers(0, len(places), 2))) == places
            true, read = true * inside[table.codes[j]], read * inside[now[j]]
        errors += abs(read.sum() - true.sum()) / max(true.sum(), least)
    return float(errors / queries)


def _features(table: FrequencyTable, j: int) -> Numbers:
    """Give numbers per value for a model: the number itself, or 0 and 1 for frequent values."""
    numbers = floats(table.values[j])
    if numbers is not None:
        return np.append(numbers / max(np.abs(numbers).max(initial=0), 1e-300), 0)[:, None]
    often = np.argsort(-np.bincount(table.codes[j], table.counts), kind="stable")
    return np.equal.outer(np.arange(len(table.values[j]) + 1), often[:_MOST_CATEGORIES]) * 1.0


def _models(
    table: FrequencyTable, now: Sequence[Numbers], counts: Numbers
) -> tuple[float, float, float]:
    """Give pMSE, its ratio to what chance gives, and the mean change of correlations."""
    bases = [_features(table, j) for j in range(len(now))]
    old = np.hstack([base[codes] for base, codes in zip(bases, table.codes, strict=True)])
    new = np.hstack([base[codes] for base, codes in zip(bases, now, strict=True)])
    owner = np.repeat(np.arange(len(bases)), [base.shape[1] for base in bases])
    apart = owner[:, None] != owner
    change = np.abs(_correlation(old, table.counts) - _correlation(new, counts))[apart]
    x = np.column_stack([np.ones(len(old) + len(new)), np.vstack([old, new])])
    y, weights = np.repeat([0, 1], [len(old), len(new)]), np.concatenate([table.counts, counts])
    total, share, beta = weights.sum(), weights @ y / weights.sum(), np.zeros(x.shape[1])
    for _ in range(_STEPS):  # Newton's method
        p = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
        bend = (x.T * (weights * p * (1 - p))) @ x + 1e-9 * total * np.eye(len(beta))
        beta += np.linalg.solve(bend, x.T @ (weights * (y - p)))
    pmse = float(weights @ (p - share) ** 2 / total)
    chance = (np.linalg.matrix_rank((x.T * weights) @ x) - 1) * (1 - share) ** 2 * share / total
    mean = float(change.mean()) if len(change) else 0.0
    return pmse, float(pmse / chance) if chance else 0.0, mean


def _correlation(x: Numbers, counts: Numbers) -> Numbers:
    covariance = np.atleast_2d(np.cov(x, rowvar=False, fweights=counts))
    spread = np.sqrt(np.diag(covariance))
    scale = np.outer(spread, spread)
    return covariance / np.where(scale > 0, scale, np.inf)
