"""Roll-ups: the table of a node of the lattice, from the table of a node below it.

Labels that share a group stand together on every level, so that a cell of the node is one whole
number: its labels' positions, packed.
"""

from collections.abc import Sequence
from math import prod
from typing import NamedTuple, Self

import numpy as np

from govkit.data import FrequencyTable
from govkit.data.arrays import Integers, Numbers
from govkit.data.merge import starts_of, sums
from govkit.errors import InputError
from govkit.remedy.hierarchy import Fitted

_DENSE = 16  # cells per listed one up to which counting all of them is faster than sorting
_BITS, _INT32 = 62, 1 << 31


class Axis(NamedTuple):
    """One column: its labels per level, those of one group next to each other.

    Attributes
    ----------
    place
        Per code of the table its position on level 0.
    up
        Per level the position there of each position on level 0.
    leaves
        Per level and position the rows of the hierarchy below it.
    rows
        Rows of the hierarchy.
    ways
        Per pair of levels, for each label of the lower one the label above it on the higher one.
    """

    place: Integers
    up: tuple[Integers, ...]
    leaves: tuple[Integers, ...]
    rows: int
    ways: dict[tuple[int, int], Integers]

    @classmethod
    def of(cls, fitted: Fitted, *, missing: bool) -> Self:
        """Arrange a fitted hierarchy; a missing value has a place only where there is one."""
        codes = [level if missing else level[:-1] for level in fitted.codes]
        order = np.lexsort(codes)  # the last level is the first to sort by
        place = np.zeros(len(fitted.codes[0]), np.int64)
        place[order] = np.arange(len(order))
        up = [np.cumsum(np.diff(level[order], prepend=-1) != 0) - 1 for level in codes]
        firsts = [starts_of(at) for at in up]
        ways = {
            (low, high): up[high][firsts[low]] for high in range(len(up)) for low in range(high)
        }
        leaves = [
            below[level[order][first]]
            for level, first, below in zip(codes, firsts, fitted.leaves, strict=True)
        ]
        return cls(place, tuple(up), tuple(leaves), fitted.rows, ways)


class Cells(NamedTuple):
    """The cells of a node that hold records.

    Attributes
    ----------
    levels, sizes
        Per column its level and labels; a sensitive column's values are the last size.
    keys, counts
        Cells in order, and their records.
    """

    levels: tuple[int, ...]
    sizes: tuple[int, ...]
    keys: Integers
    counts: Integers

    @classmethod
    def of(
        cls, levels: tuple[int, ...], sizes: tuple[int, ...], keys: Integers, counts: Integers
    ) -> Self:
        """Add up the records of equal keys."""
        size = prod(sizes)
        if size <= _DENSE * len(keys):
            found = np.bincount(keys, counts, size)
            keys = np.flatnonzero(found)
            return cls(levels, sizes, keys, found[keys].astype(counts.dtype))
        order = np.argsort(keys)
        keys, counts = keys[order], counts[order]
        starts = starts_of(keys)
        return cls(levels, sizes, keys[starts], sums(counts, starts))

    def rollup(self, axes: Sequence[Axis], levels: tuple[int, ...]) -> "Cells":
        """Count the cells of a node above this one."""
        sizes, keys = list(self.sizes), self.keys
        for j, (axis, low, high) in enumerate(zip(axes, self.levels, levels, strict=True)):
            if low != high:
                size, inner = sizes[j], prod(sizes[j + 1 :])
                sizes[j] = len(axis.leaves[high])
                at = keys // inner
                outer = at // size
                raised = outer * sizes[j] + axis.ways[low, high][at - outer * size]
                keys = raised * inner + (keys - at * inner)
        return Cells.of(levels, tuple(sizes), keys, self.counts)

    def classes(self) -> "Classified":
        """Bring the cells together by class."""
        keys, counts, width = self.keys, self.counts, self.sizes[-1]
        if width == 1:
            return Classified(keys, counts, keys, counts, keys)
        owner = keys // width
        starts = starts_of(owner)
        return Classified(owner[starts], sums(counts, starts), starts, counts, keys - owner * width)


class Classified(NamedTuple):
    """Cells by class: per class its key, records and first cell; per cell records and value."""

    keys: Integers
    sizes: Integers
    starts: Integers
    counts: Integers
    codes: Integers


class Counted:
    """The counts as they come; a column beyond the axes is the sensitive one."""

    def __init__(self, axes: Sequence[Axis], table: FrequencyTable) -> None:
        self.axes, rest = axes, len(axes)
        self.counts: Integers = table.counts
        if table.records < _INT32:
            self.counts = table.counts.astype(np.int32)
        columns = zip(axes, table.codes, strict=False)
        self.codes = [{0: axis.place[codes]} for axis, codes in columns]
        self.last = table.codes[rest:]
        self.width = len(table.values[rest]) + 1 if self.last else 1

    def at(self, levels: tuple[int, ...]) -> "Cells":
        """Count a node anew."""
        keys, sizes = np.zeros(len(self.counts), np.int64), []
        for axis, codes, level in zip(self.axes, self.codes, levels, strict=True):
            if level not in codes:
                codes[level] = axis.up[level][codes[0]]
            sizes.append(len(axis.leaves[level]))
            keys = keys * sizes[-1] + codes[level]
        if prod(sizes) * self.width >> _BITS:
            raise InputError("The columns have too many combinations (above 2^62): drop a column.")
        keys = keys * self.width + (self.last[0] if self.last else 0)
        return Cells.of(levels, (*sizes, self.width), keys, self.counts)


def marginals(keys: Integers, counts: Integers, sizes: Sequence[int]) -> Numbers:
    """Count some cells by each column alone; the columns' labels follow each other."""
    found, whole = [], prod(sizes)
    weights: Numbers = counts.astype(np.float64)
    for size in reversed(sizes):
        whole //= size
        above = keys // size
        found.append(np.bincount(keys - above * size, weights, size))
        keys = above
        if whole < len(keys):
            keys, weights = np.arange(whole), np.bincount(keys, weights, whole)
    return np.concatenate(found[::-1])
