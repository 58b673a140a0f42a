"""Equivalence classes: the records that look alike to somebody who knows the quasi-identifiers."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from govkit.data import FrequencyTable
from govkit.data.arrays import Codes, Floats, Integers, Numbers
from govkit.data.merge import sums


@dataclass(frozen=True, repr=False, eq=False)
class Classes:
    """The classes of some quasi-identifiers and the sensitive values inside each.

    A *cell* is one sensitive value in one class; cells of a class stand together.

    Attributes
    ----------
    quasi
        Counts by the quasi-identifiers: one row per class.
    starts
        Position of each class's first cell.
    cells
        Records per cell.
    codes
        Sensitive value per cell, as a position in ``values`` (``len(values)``: missing).
    values
        The distinct sensitive values.
    ordered
        Whether the values carry an order of their own.
    """

    quasi: FrequencyTable
    starts: Integers
    cells: Integers
    codes: Codes
    values: pa.Array
    ordered: bool

    @property
    def sizes(self) -> Integers:
        """Records per class."""
        return self.quasi.counts

    @cached_property
    def distinct(self) -> Integers:
        """Distinct sensitive values per class."""
        return np.diff(self.starts, append=len(self.cells))

    @cached_property
    def shares(self) -> Floats:
        """Per cell its share p of the class."""
        return self.cells / np.repeat(self.sizes, self.distinct)

    @cached_property
    def overall(self) -> Floats:
        """Per sensitive value (missing last) its share q of all records."""
        total = np.bincount(self.codes, weights=self.cells, minlength=len(self.values) + 1)
        return np.asarray(total / max(total.sum(), 1))

    @cached_property
    def expected(self) -> Floats:
        """Per cell the share q of its value among all records."""
        return self.overall[self.codes]

    def sum(self, numbers: Numbers) -> Numbers:
        """Add up one number per cell to one per class."""
        return sums(numbers, self.starts)

    def max(self, numbers: Numbers) -> Numbers:
        """Take the largest of one number per cell in each class."""
        return np.maximum.reduceat(numbers, self.starts) if len(self.starts) else numbers[:0]


def classes(table: FrequencyTable | Classes, sensitive: str) -> Classes:
    """Arrange a table of frequencies by class; what is arranged already is given back.

    Parameters
    ----------
    table
        Counts by the sensitive column and the quasi-identifiers: all its other columns.
    sensitive
        The sensitive column; a missing value counts as a value of its own.

    Raises
    ------
    ColumnNotFoundError
        The sensitive column was not counted.
    """
    if isinstance(table, Classes):
        return table
    quasi = tuple(key for key in table.keys if key != sensitive)
    arranged = table.rollup([*quasi, sensitive])
    new = np.arange(len(arranged)) == 0
    for codes in arranged.codes[:-1]:
        new[1:] |= codes[1:] != codes[:-1]
    return Classes(
        quasi=arranged.rollup(quasi),
        starts=np.flatnonzero(new),
        cells=arranged.counts,
        codes=arranged.codes[-1],
        values=arranged.values[-1],
        ordered=arranged.ordered[-1],
    )
