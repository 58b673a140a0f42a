"""Perturbation tables of the cell-key method: how likely each change of a count is.

Of all distributions without bias, with bounded noise and variance, the one of largest entropy is
taken: it hides most for what it costs (S. Giessing, "Computational issues in the design of
transition probabilities and disclosure risk estimation for additive noise", PSD 2016, p. 237;
T. Enderle et al., "Calculation of risk probabilities for the cell key method", PSD 2018).
"""

import csv
import os
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import numpy as np

from govkit.data.arrays import Numbers
from govkit.errors import InputError, SourceError, shown

_SURE = 1e-6  # how far a row's probabilities may be from adding up to one
_LEAST = 1e-12
_LARGEST = 30  # beyond it a table takes minutes


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PTable:
    """One distribution of noise per count; the last row serves all larger counts.

    Attributes
    ----------
    noise
        Per row the changes that can happen, ascending whole numbers.
    probability
        Per row how likely each of them is; each row adds up to 1.
    """

    noise: tuple[Numbers, ...]
    probability: tuple[Numbers, ...]

    def __repr__(self) -> str:
        """Show the size; the probabilities may be secret."""
        return f"PTable(rows={len(self.noise)}, largest={self.largest})"

    @property
    def largest(self) -> int:
        """The largest change that can happen."""
        return int(max(np.abs(row).max() for row in self.noise))

    def look_up(self, counts: Numbers, keys: Numbers) -> Numbers:
        """Give the noise of each cell: the first whose cumulated probability reaches its key.

        Parameters
        ----------
        counts
            Whole numbers, none negative.
        keys
            Cell keys, at least 0 and below 1.

        Returns
        -------
        numpy.ndarray
            Whole numbers.

        Examples
        --------
        >>> table = p_table(largest=2, variance=1)
        >>> table.look_up(np.array([0, 1, 7]), np.array([0.9, 0.95, 0.5]))
        array([0, 2, 0])
        """
        rows = np.minimum(np.asarray(counts, np.int64), len(self.noise) - 1)
        found = np.zeros(len(rows), np.int64)
        for row in np.unique(rows):
            at = rows == row
            place = np.searchsorted(np.cumsum(self.probability[row]), keys[at])
            found[at] = self.noise[row][np.minimum(place, len(self.noise[row]) - 1)]
        return found


def p_table(
    largest: float, variance: float, *, forbidden: int = 0, monotone: bool = True
) -> PTable:
    """Make the perturbation table of largest entropy.

    Each row has mean 0 and at most the variance asked for; a count of 0 stays 0; nothing becomes
    negative.

    Parameters
    ----------
    largest
        Largest change D, 1 to 30.
    variance
        Largest variance V of the noise, above 0.
    forbidden
        Published values 1 to this are never produced (``js`` of the R package ptable).
    monotone
        The further a change, the less likely.

    Returns
    -------
    PTable
        ``largest + forbidden + 1`` rows; with D=2, V=1 equal to those of ptable 1.0.0 to 5 digits.

    Raises
    ------
    InputError
        A parameter out of range, or a row that has no such distribution.

    Examples
    --------
    >>> p_table(largest=2, variance=1).probability[2].round(5).tolist()
    [0.06383, 0.24469, 0.38296, 0.24469, 0.06383]
    """
    if largest not in range(1, _LARGEST + 1) or not 0 < variance < np.inf or forbidden < 0:
        raise InputError(
            f"The largest change must be a whole number from 1 to {_LARGEST}, the variance above "
            "0, and the forbidden values not negative."
        )
    largest, noise, rows = int(largest), [np.zeros(1, np.int64)], [np.ones(1)]
    for count in range(1, largest + forbidden + 1):
        result = count + np.arange(-largest, largest + 1)
        change = result[(result == 0) | (result > forbidden)] - count
        noise.append(change)
        rows.append(_most_entropy(change, variance, count, monotone=monotone))
    return PTable(tuple(noise), tuple(rows))


def _most_entropy(change: Numbers, variance: float, count: int, *, monotone: bool) -> Numbers:
    from scipy.optimize import LinearConstraint, minimize  # noqa: PLC0415 - slow to load

    v = change.astype(float)
    rules = [
        LinearConstraint(np.stack([np.ones_like(v), v]), [1, 0], [1, 0]),
        LinearConstraint(v[None] ** 2, -np.inf, variance),
    ]
    sides, unit = (np.flatnonzero(v >= 0), np.flatnonzero(v <= 0)[::-1]), np.eye(len(v))
    steps = np.vstack([unit[side[:-1]] - unit[side[1:]] for side in sides])
    if monotone and len(steps):  # on either side, the next one further from zero is no likelier
        rules.append(LinearConstraint(steps, 0, np.inf))
    found = minimize(
        lambda p: p @ np.log(p), np.full(len(v), 1 / len(v)), method="SLSQP",
        jac=lambda p: np.log(p) + 1, bounds=[(_LEAST, 1)] * len(v), constraints=rules,
        options={"ftol": 1e-15, "maxiter": 1_000},
    )  # fmt: skip
    p: Numbers = np.maximum(found.x, 0) / np.maximum(found.x, 0).sum()
    if abs(p @ v) > _SURE or p @ v**2 > variance + _SURE:
        raise InputError(
            f"No noise without bias fits a count of {count}: raise the variance or the largest "
            "change, or forbid fewer values."
        )
    return p


def read_p_table(path: str | os.PathLike[str]) -> PTable:
    """Read a perturbation table as the R package ptable writes it (columns i, p, v; CSV).

    Raises
    ------
    SourceError
        The file is not there or is not such a table.
    InputError
        A row is missing, does not add up to one, or makes a count negative.
    """
    name = shown(Path(path).name)
    try:
        text = Path(path).read_text("utf-8-sig")
        lines = csv.DictReader(text.splitlines(), delimiter=";" if ";" in text else ",")
        cells = [(int(line["i"]), int(line["v"]), float(line["p"])) for line in lines]
    except (OSError, UnicodeDecodeError, KeyError, TypeError, ValueError):
        raise SourceError(
            f"The perturbation table {name} cannot be read: give a CSV with whole numbers in the "
            "columns i and v and probabilities in p."
        ) from None
    noise, probability = [], []
    for count, (i, row) in enumerate(groupby(sorted(cells), key=itemgetter(0))):
        _, v, p = map(np.array, zip(*row, strict=True))
        sums = abs(p.sum() - 1) <= _SURE  # which NaN is not
        if i != count or not sums or p.min() < 0 or count + v[0] < 0:
            raise InputError(
                f"Row {count} of {name} is no distribution of noise: its probabilities must add up "
                "to one, and no count may become negative."
            )
        noise.append(v)
        probability.append(p)
    if not noise:
        raise InputError(f"The perturbation table {name} has no rows: write it again.")
    return PTable(tuple(noise), tuple(probability))
