"""Roll-ups: the table of a node of the lattice, from the table of a node below it.

Labels that share a group stand together on every level, so that a cell of the node is one whole
number: its labels' positions, packed. Few cells are counted in an array of all of them, many in a
sorted list of those that hold records.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from govkit.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from govkit.remedy.hierarchy import Fitted

    Integers = npt.NDArray[np.int64]

__all__ = ["Axis", "Cells", "Classified", "Space"]

_DENSE = 8  # cells per record list entry up to which all cells are held
_KEY_BITS = 62
_BLOCK = 1 << 12


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
    """

    place: Integers
    up: tuple[Integers, ...]
    leaves: tuple[Integers, ...]
    rows: int

    @classmethod
    def of(cls, fitted: Fitted, *, missing: bool) -> Axis:
        """Arrange a fitted hierarchy; a missing value has a place only where there is one."""
        codes = [level[: None if missing else -1] for level in fitted.codes]
        order = np.lexsort(codes)  # the last level is the first to sort by
        up, leaves = [], []
        for level, below in zip(codes, fitted.leaves, strict=True):
            ranked = level[order]
            up.append(np.cumsum(np.diff(ranked, prepend=ranked[:1]) != 0))
            leaves.append(below[ranked[np.flatnonzero(np.diff(up[-1], prepend=-1))]])
        place = np.zeros(len(fitted.codes[0]), np.int64)
        place[order] = np.arange(len(order))
        return cls(place, tuple(up), tuple(leaves), fitted.rows)

    @property
    def height(self) -> int:
        """The highest level."""
        return len(self.up) - 1

    def size(self, level: int) -> int:
        """Labels on a level."""
        return len(self.leaves[level])


class Classified(NamedTuple):
    """The cells that hold records, by class: cells of a class stand together.

    Attributes
    ----------
    keys, sizes
        Per class its packed labels and its records.
    starts
        Per class its first cell.
    counts, codes
        Per cell its records and its sensitive value.
    """

    keys: Integers
    sizes: Integers
    starts: Integers
    counts: Integers
    codes: Integers


class Space:
    """What all nodes share: the axes, the sensitive column's values, and the ways upwards."""

    def __init__(self, axes: Sequence[Axis], width: int = 1) -> None:
        self.axes, self.width = tuple(axes), width
        self._ways: dict[tuple[int, int, int], Integers] = {}

    def sizes(self, levels: Sequence[int]) -> list[int]:
        """Labels per axis on its level, and the number of sensitive values."""
        return [*(axis.size(at) for axis, at in zip(self.axes, levels, strict=True)), self.width]

    def way(self, axis: int, low: int, high: int) -> Integers:
        """Give for each label of a low level the one above it on a high level."""
        if (axis, low, high) not in self._ways:
            up = self.axes[axis].up
            first = np.flatnonzero(np.diff(up[low], prepend=-1))
            self._ways[axis, low, high] = up[high][first]
        return self._ways[axis, low, high]

    def base(self, codes: Sequence[npt.NDArray[Any]], counts: Integers) -> Cells:
        """Count the cells of the lowest node: ``codes`` per column, the sensitive one last."""
        levels = (0,) * len(self.axes)
        sizes = self.sizes(levels)
        if prod(sizes) >> _KEY_BITS:
            raise InputError(
                "The columns have too many combinations of values to be searched (more than "
                "2^62): leave out a column, or make one coarser first."
            )
        keys = np.zeros(len(counts), np.int64)
        for code, size in zip(codes, sizes, strict=True):
            keys = keys * size + code
        return _grouped(levels, keys, counts, prod(sizes))

    def rollup(self, cells: Cells, levels: tuple[int, ...]) -> Cells:
        """Count the cells of a node from those of a node below it."""
        old, new = self.sizes(cells.levels), self.sizes(levels)
        if cells.keys is None:
            return Cells(levels, None, self._dense(cells, levels, old))
        rest, keys, stride = cells.keys, np.zeros(1, np.int64), 1
        blocks = list(self._blocks(cells.levels, levels, old, new))
        for number, (size, raised, way) in enumerate(blocks, 1):
            above = rest // size if number < len(blocks) else None
            digit = rest if above is None else rest - above * size
            keys = keys + (digit if way is None else way[digit]) * stride
            rest, stride = rest if above is None else above, stride * raised
        return _grouped(levels, keys, cells.counts, stride)

    def _dense(self, cells: Cells, levels: tuple[int, ...], sizes: list[int]) -> Integers:
        counts = cells.counts
        for axis, (low, high) in enumerate(zip(cells.levels, levels, strict=True)):
            if low != high:
                counts = counts.reshape(-1, sizes[axis], prod(sizes[axis + 1 :]))
                way = self.way(axis, low, high)
                starts = np.flatnonzero(np.diff(way, prepend=-1))
                counts = np.add.reduceat(counts, starts, axis=1)
                sizes[axis] = len(starts)
        return counts.reshape(-1)

    def _blocks(
        self, low: Sequence[int], high: Sequence[int], old: list[int], new: list[int]
    ) -> Iterator[tuple[int, int, Integers | None]]:
        """Give runs of axes from the last: old size, new size, and the way of a raised one."""
        same = old[-1]
        for axis in reversed(range(len(low))):
            if low[axis] == high[axis]:
                same *= old[axis]
                continue
            if same > 1:
                yield same, same, None
            same = 1
            yield old[axis], new[axis], self.way(axis, low[axis], high[axis])
        if same > 1:
            yield same, same, None

    def classified(self, cells: Cells) -> Classified:
        """Bring the cells that hold records together by class."""
        keys, counts = cells.keys, cells.counts
        if keys is None:
            keys = np.flatnonzero(counts)
            counts = counts[keys]
        if self.width == 1:
            return Classified(keys, counts, keys, counts, keys)
        owner = keys // self.width
        starts = np.flatnonzero(np.diff(owner, prepend=-1))
        sizes = np.add.reduceat(counts, starts) if len(starts) else counts
        return Classified(owner[starts], sizes, starts, counts, keys - owner * self.width)

    def marginals(
        self, levels: Sequence[int], keys: Integers, counts: Integers
    ) -> list[npt.NDArray[np.float64]]:
        """Count some classes by each column alone."""
        sizes = self.sizes(levels)[:-1]
        limit = max(_BLOCK, 2 * len(keys))
        found: list[npt.NDArray[np.float64]] = []
        rest, last = keys, len(sizes)
        while last:
            first = last - 1
            while first and prod(sizes[first - 1 : last]) <= limit:
                first -= 1
            shape = sizes[first:last]
            above = rest // prod(shape) if first else None
            digit = rest if above is None else rest - above * prod(shape)
            block = np.bincount(digit, counts, prod(shape)).reshape(shape)
            for axis in reversed(range(len(shape))):
                found.append(block.sum(axis=tuple(a for a in range(block.ndim) if a != axis)))
            rest, last = keys if above is None else above, first
        return found[::-1]


@dataclass(frozen=True, slots=True)
class Cells:
    """Records per cell of a node: of all cells (``keys`` is ``None``) or of those listed."""

    levels: tuple[int, ...]
    keys: Integers | None
    counts: Integers


def _grouped(levels: tuple[int, ...], keys: Integers, counts: Integers, size: int) -> Cells:
    """Add up the records of equal keys."""
    if size <= _DENSE * len(keys):
        return Cells(levels, None, np.bincount(keys, counts, size).astype(np.int64))
    bits = int(counts.max(initial=0)).bit_length()
    if size.bit_length() + bits < _KEY_BITS:  # sorting one number is faster than sorting two
        both = np.sort(keys << bits | counts)
        keys, counts = both >> bits, both & ((1 << bits) - 1)
    else:
        order = np.argsort(keys)
        keys, counts = keys[order], counts[order]
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    sums = np.add.reduceat(counts, starts) if len(starts) else counts
    return Cells(levels, keys[starts], sums)
