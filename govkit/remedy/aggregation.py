"""Microaggregation: replace numbers by the means of groups of at least ``k`` similar records.

MDAV, maximum distance to average vector: J. Domingo-Ferrer, V. Torra, "Ordinal, continuous and
heterogeneous k-anonymity through microaggregation", Data Mining and Knowledge Discovery 11(2),
2005, doi:10.1007/s10618-005-0007-5, algorithm 3.1. The work grows with the square of the number of
records; blocks, cut as in a k-d tree, bound it and cost information, which the answer tells.
"""

from dataclasses import field

import numpy as np
from numpy.typing import ArrayLike

from govkit.data.arrays import Floats, Integers
from govkit.errors import InputError, MissingValuesError
from govkit.microdata.answers import answer
from govkit.result import Result, Verdict, judged


@answer
class Microaggregation(Result):
    """Groups of similar records, their means, and what was lost.

    Attributes
    ----------
    k
        As asked for.
    smallest
        Records in the smallest group, counted again.
    groups
        Number of groups.
    loss
        Share of the sum of squares (of standardized columns) that lies within groups and is lost,
        0 to 1: SSE / SST.
    blocks
        Most records that were compared with each other, or ``None`` for all.
    group
        Per record the number of its group.
    centroids
        Per group and column the mean, in the units of the data.
    """

    k: int
    smallest: int
    groups: int
    loss: float
    blocks: int | None
    group: Integers = field(repr=False, compare=False)
    centroids: Floats = field(repr=False, compare=False)

    @property
    def verdict(self) -> Verdict:
        """Safe when every group has ``k`` records; no records prove nothing."""
        return judged(self.groups, self.smallest < self.k)

    @property
    def sentence(self) -> str:
        """How many groups share their means, and what that loses."""
        if not self.groups:
            return "There are no records, so nothing was aggregated and nothing is shown."
        return (
            f"{self.groups:,} groups of at least {self.smallest} records share their means "
            f"(k={self.k}); {self.loss:.2%} of the spread is lost."
        )

    def released(self) -> Floats:
        """Give each record the means of its group."""
        return self.centroids[self.group]


def microaggregate(values: ArrayLike, k: int = 5, *, blocks: int | None = None) -> Microaggregation:
    """Put similar records into groups of ``k`` to 2 ``k`` - 1 and give them their means (MDAV).

    Parameters
    ----------
    values
        Numbers, one row per record and one column per variable, none missing and no column
        constant. Columns are standardized (population variance) before distances are taken.
    k
        Fewest records of a group, at least 2.
    blocks
        Compare only within blocks of at most so many records, at least 2 ``k``; default: exact.

    Raises
    ------
    MissingValuesError
        A number is missing or infinite.
    InputError
        Fewer than ``k`` records, a constant column, or no table of numbers.

    Examples
    --------
    >>> answer = microaggregate([[1.0], [2.0], [3.0], [10.0], [11.0], [12.0]], k=3)
    >>> answer.released().ravel().tolist(), round(answer.loss, 3)
    ([2.0, 2.0, 2.0, 11.0, 11.0, 11.0], 0.032)
    """
    data = _checked(values, k, blocks)
    scaled = (data - data.mean(axis=0)) / data.std(axis=0) if len(data) else data
    group = np.empty(len(data), np.int64)
    for number, rows in enumerate(_blocks(scaled, k, blocks or len(data))):
        group[rows] = _mdav(scaled[rows], k) + number * len(data)
    _, group, sizes = np.unique(group, return_inverse=True, return_counts=True)
    means = [
        np.stack([np.bincount(group, column) / sizes for column in table.T], axis=1)
        for table in (data, scaled)
    ]
    lost = ((scaled - means[1][group]) ** 2).sum() / max(scaled.size, 1)
    return Microaggregation(
        k=k, smallest=int(sizes.min(initial=len(data))), groups=len(sizes), loss=float(lost),
        blocks=blocks, group=group, centroids=means[0],
    )  # fmt: skip


def _checked(values: ArrayLike, k: int, blocks: int | None) -> Floats:
    """Refuse what has no distances or no groups."""
    try:
        data = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        data = np.empty(0)
    if data.ndim != 2:  # noqa: PLR2004 - rows and columns
        raise InputError("Microaggregation needs a table of numbers: records by variables.")
    if not np.isfinite(data).all():
        listed = ", ".join(map(str, np.flatnonzero(~np.isfinite(data).all(axis=0)) + 1))
        raise MissingValuesError(
            f"Numbers are missing or infinite in column {listed}: fill them, or leave them out."
        )
    if k < 2 or (blocks is not None and blocks < 2 * k):  # noqa: PLR2004 - a group of 1
        raise InputError(f"k must be at least 2 and blocks at least 2 k, got {k} and {blocks}.")
    if 0 < len(data) < k:
        raise InputError(f"k is {k}, but there are only {len(data)} records: ask for less.")
    if len(data) and not np.ptp(data, axis=0).all():
        listed = ", ".join(map(str, np.flatnonzero(np.ptp(data, axis=0) == 0) + 1))
        raise InputError(f"Column {listed} is constant and needs no remedy: leave it out.")
    return data


def _blocks(scaled: Floats, k: int, most: int) -> list[Integers]:
    """Halve the records across their widest column, at multiples of ``k``, until blocks fit."""
    done, open_ = [], [np.arange(len(scaled))]
    while open_:
        rows = open_.pop()
        if len(rows) <= most:
            done.append(rows)
            continue
        widest = np.argmax(np.ptp(scaled[rows], axis=0))
        half = len(rows) // (2 * k) * k
        order = rows[np.argsort(scaled[rows, widest], kind="stable")]
        open_ += [order[:half], order[half:]]
    return [rows for rows in done if len(rows)]


def _mdav(points: Floats, k: int) -> Integers:
    """Group points around the farthest from the mean and the farthest from that one, and so on.

    Squared distances are |a|² - 2 a·x + |x|²: one product of a matrix and a vector each. Grouped
    points are infinitely far from all others. Ties: the first record.
    """
    group, rows = np.zeros(len(points), np.int64), np.arange(len(points))
    left, number = len(points), 0
    while left >= 2 * k:
        alive = np.flatnonzero(group[rows] == 0)
        points, rows = np.asfortranarray(points[alive]), rows[alive]
        near_length = np.einsum("ij,ij->i", points, points)
        far_length, total, enough = near_length.copy(), points.sum(axis=0), 0.9 * left
        while left >= max(2 * k, enough):
            at = int(np.argmax(far_length - 2 * (points @ (total / left))))
            for _ in range(2 if left >= 3 * k else 1):
                product = 2 * (points @ points[at])
                distance, at = near_length - product, int(np.argmax(far_length - product))
                number += 1
                for _ in range(k):
                    nearest = int(np.argmin(distance))
                    distance[nearest] = near_length[nearest] = np.inf
                    far_length[nearest] = -np.inf
                    group[rows[nearest]] = number
                    total = total - points[nearest]
                left -= k
    return group
