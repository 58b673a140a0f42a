"""Mondrian: cut the records into boxes, each as small as its company allows.

K. LeFevre, D. J. DeWitt, R. Ramakrishnan, "Mondrian multidimensional k-anonymity", ICDE 2006,
doi:10.1109/ICDE.2006.101. A box is cut near the median of the column in which it is widest, of the
cuts that waste no records beyond multiples of ``k`` at the one nearest the median; where that
column has none, the next widest is tried. All boxes of a depth are cut at once.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from typing import Any

import numpy as np
import pyarrow as pa

from govkit.data import FrequencyTable
from govkit.data.arrays import Bools, Codes, Floats, Integers
from govkit.data.encode import taken
from govkit.errors import InputError, shown
from govkit.microdata import distinct_l_diversity, k_anonymity, t_closeness
from govkit.microdata.answers import TOLERANCE, ClassAnswer, answer
from govkit.result import Result, Verdict, judged

_NEVER = np.iinfo(np.int64).max


@answer
class Partition(Result):
    """Boxes of records, and what they lose.

    Attributes
    ----------
    k, strict
        As asked for.
    smallest, violations
        Records in the smallest group released, and in groups that are too small (or not mixed as
        asked), measured again.
    boxes, groups
        Number of boxes, and of groups: boxes with equal ranges are one group.
    discernibility
        Sum of the squared sizes of the groups (R. Bayardo, R. Agrawal, ICDE 2005).
    mean_range
        Mean over records and columns of the width of the box, 0 to 1 of the width of the data.
    origin, box, records
        Per row the combination (its position in ``table``), its box, and how many of its records;
        in the order of the combinations.
    lower, upper
        Per box and column the first and the last value, as positions in ``order``.
    order
        Per quasi-identifier the codes of its values in the order of cutting, missing last.
    table
        The counts before, the sensitive column last.
    """

    k: int
    strict: bool
    smallest: float
    violations: int
    boxes: int
    groups: int
    discernibility: int
    mean_range: float
    origin: Integers = field(repr=False, compare=False)
    box: Integers = field(repr=False, compare=False)
    records: Integers = field(repr=False, compare=False)
    lower: Integers = field(repr=False, compare=False)
    upper: Integers = field(repr=False, compare=False)
    order: dict[str, Integers] = field(repr=False, compare=False)
    table: FrequencyTable = field(repr=False, compare=False)

    @property
    def verdict(self) -> Verdict:
        """Safe when every group is as asked; no records prove nothing."""
        return judged(self.boxes, self.violations)

    @property
    def sentence(self) -> str:
        """How many groups there are, and how coarse they became."""
        return (
            f"{self.boxes:,} boxes make {self.groups:,} groups of at least {self.smallest:,} "
            f"records (k={self.k}); a box is {self.mean_range:.1%} of a column wide on average."
        )

    def labels(self, key: str) -> tuple[pa.Array, Codes]:
        """Give the ranges of a quasi-identifier, and per box which of them it has."""
        j, order = list(self.order).index(key), self.order[key]
        pairs, place = np.unique(
            self.lower[:, j] * len(order) + self.upper[:, j], return_inverse=True
        )
        names = taken(self.table.values[j], order).to_pylist()
        ranges = [_label(names[p // len(order) : p % len(order) + 1]) for p in pairs.tolist()]
        return pa.array(ranges, pa.string()), place.astype(np.int32)

    def released(self) -> FrequencyTable:
        """Count what is released: a range per quasi-identifier, the sensitive column as it was."""
        codes = [code[self.origin] for code in self.table.codes]
        values = list(self.table.values)
        for j, key in enumerate(self.order):
            values[j], place = self.labels(key)
            codes[j] = place[self.box]
        return self.table.regrouped(codes, values, self.records, missing="category")


def _label(names: list[Any]) -> str:
    """Write a range: numbers by their ends, other values one after the other."""
    if len(names) == 1 or not all(isinstance(name, int | float) for name in names):
        return ", ".join("missing" if name is None else str(name) for name in names)
    return f"{names[0]}–{names[-1]}"


def mondrian(
    table: FrequencyTable, k: int = 5, *, strict: bool = True, sensitive: str | None = None,
    l: int = 1, t: float = 1.0, order: Mapping[str, Sequence[Any]] | None = None,
) -> Partition:  # fmt: skip
    """Cut the records into boxes of at least ``k`` (LeFevre et al. 2006).

    Parameters
    ----------
    table
        Counts by the quasi-identifiers, and by the sensitive column if there is one. A missing
        value is a value of its own, after the last.
    k
        Fewest records of a box, at least 2.
    strict
        Equal records stay in one box. Otherwise ties are split: more and smaller boxes, which are
        twice as wide, and many of which have equal ranges.
    sensitive, l, t
        A box has at least ``l`` distinct values of this column, and their shares differ from
        everybody's by at most ``t`` (equal distance, which no other distance exceeds).
    order
        Per column its values in the order of cutting, as a hierarchy has them. Default: numbers,
        dates and ordered categories by their own order, others by frequency.

    Raises
    ------
    ColumnNotFoundError
        The sensitive column was not counted.
    InputError
        Fewer than ``k`` records, fewer than ``l`` sensitive values, or an order that lacks values.

    Examples
    --------
    >>> from govkit.data import count
    >>> answer = mondrian(count({"age": [20, 21, 30, 31, 32]}, "age"), k=2)
    >>> answer.released().values[0].to_pylist()
    ['20–30', '31–32']
    """
    private = None if sensitive is None else table.rollup(sensitive)
    if k < 2 or 0 < table.records < k:  # noqa: PLR2004 - a group of 1 is a person
        raise InputError(f"k must be 2 to the number of records, {table.records}; got {k}.")
    if private is not None and 0 < len(private) < l:
        raise InputError(f"l is {l}, but there are only {len(private)} sensitive values: ask less.")
    keys = [key for key in table.keys if key != sensitive]
    table = table.rollup([*keys, *([] if sensitive is None else [sensitive])])
    axes = [_axis(table, j, (order or {}).get(key)) for j, key in enumerate(keys)]
    pairs = zip(axes, table.codes, strict=False)
    place = np.stack([np.argsort(axis)[codes] for (axis, _), codes in pairs], axis=1)
    scale = np.zeros((len(axes), max(len(a) for a, _ in axes)))
    for row, (_, at), seen in zip(scale, axes, place.T, strict=True):
        row[: len(at)] = at / (np.ptp(at[seen]) or 1) if len(seen) else at
    mixed = (None if private is None else table.codes[-1], l, t)
    units, lower, upper = _boxes(table.counts, place, scale, k, *mixed, strict=strict)
    width = np.diff(scale[np.arange(len(axes)), [lower, upper]], axis=0)[0].mean(axis=1)
    found = Partition(
        k=k, strict=strict, smallest=0, violations=0, boxes=len(lower), groups=0, discernibility=0,
        mean_range=float(width[units[2]] @ units[1]) / max(table.records, 1),
        origin=units[0], box=units[2], records=units[1], lower=lower, upper=upper,
        order={key: codes for key, (codes, _) in zip(keys, axes, strict=True)}, table=table,
    )  # fmt: skip
    return _measured(found, sensitive, l, t)


def _measured(found: Partition, sensitive: str | None, l: int, t: float) -> Partition:
    """Measure what would be released, by the measures that everybody else uses."""
    released = found.released()
    size = k_anonymity(released.rollup(list(found.order)), found.k)
    measures: list[ClassAnswer] = [size]
    if sensitive and l > 1:
        measures.append(distinct_l_diversity(released, sensitive, l))
    if sensitive and t < 1:
        measures.append(t_closeness(released, sensitive, t, distance="equal"))
    return replace(
        found, smallest=size.smallest, violations=max(m.records_at_risk for m in measures),
        groups=size.groups, discernibility=int((size.quasi.counts**2).sum()),
    )  # fmt: skip


def _axis(table: FrequencyTable, j: int, order: Sequence[Any] | None) -> tuple[Integers, Floats]:
    """Give the codes of a column in the order of cutting, and where each lies on its axis."""
    values, at = table.values[j], np.arange(len(table.values[j]), dtype=float)
    number = pa.types.is_integer(values.type) or pa.types.is_floating(values.type)
    if order is not None:
        known = {value: place for place, value in enumerate(order)}
        if lost := sum(value not in known for value in values.to_pylist()):
            raise InputError(
                f"The order of {shown(table.keys[j])} lacks {lost} values of the data: add them."
            )
        ranks = np.array([known[value] for value in values.to_pylist()])
    elif pa.types.is_large_string(values.type) and not table.ordered[j]:
        ranks = -np.bincount(table.codes[j], table.counts, len(values) + 1)[:-1]
    else:
        ranks, at = at, np.array(values.to_pylist(), dtype=float) if number else at
    last = at[-1] + ((at[-1] - at[0]) / max(len(at) - 1, 1) or 1) if len(at) else 0.0
    return np.append(np.argsort(ranks, kind="stable"), len(at)), np.append(at, last)


def _boxes(
    records: Integers, place: Integers, scale: Floats, k: int,
    private: Codes | None, l: int, t: float, *, strict: bool,
) -> tuple[Integers, Integers, Integers]:  # fmt: skip
    """Cut all boxes of a depth at once until none can be cut.

    Gives units (rows: combination, records, box), and per box its first and last places.
    """
    units = np.stack([np.arange(len(records)), records, 0 * records])
    done, lows, highs, named = [units[:, :0]], [place[:0]], [place[:0]], 0
    while units.shape[1]:
        origin, size, box = units
        starts = np.flatnonzero(np.diff(box, prepend=-1))
        low, high = (f.reduceat(place[origin], starts) for f in (np.minimum, np.maximum))
        width = np.diff(scale[np.arange(len(scale)), [low, high]], axis=0)[0]
        left, cut = size.copy(), np.zeros(len(starts), dtype=bool)
        roomy = np.add.reduceat(size, starts) >= 2 * k
        for key in np.argsort(-width, axis=1, kind="stable").T:
            able = ~cut & roomy & (width[np.arange(len(key)), key] > 0)
            mine = np.flatnonzero(able[box])
            if not len(mine):
                break
            values = box[mine] * scale.shape[1] + place[origin[mine], key[box[mine]]]
            order = np.argsort(values, kind="stable")
            mine, values = mine[order], values[order]
            part = _halves(box[mine], values, size[mine], k, strict=strict)
            good = np.bincount(box[mine], part, len(cut)) > 0
            if private is not None:
                everybody = np.bincount(private, records) / records.sum()
                for side in (part, size[mine] - part):
                    good &= _mixed(
                        box[mine], private[origin[mine]], side, len(cut), everybody, l, t
                    )
            chosen = good[box[mine]]
            left[mine[chosen]] = part[chosen]
            cut |= good
        names = np.cumsum(~cut) - 1 + named
        done.append(np.stack([origin, size, names[box]])[:, ~cut[box]])
        lows, highs, named = [*lows, low[~cut]], [*highs, high[~cut]], int(names[-1]) + 1
        sides = [
            np.stack([origin, part, 2 * box + i]) for i, part in enumerate((left, size - left))
        ]
        units = np.concatenate([side[:, cut[box] & (side[1] > 0)] for side in sides], axis=1)
        units = units[:, np.argsort(units[2], kind="stable")]
        units[2] = np.unique(units[2], return_inverse=True)[1]
    whole = np.concatenate(done, axis=1)
    whole = whole[:, np.lexsort((whole[2], whole[0]))]
    return whole, np.concatenate(lows), np.concatenate(highs)


def _mixed(
    box: Integers, value: Integers, size: Integers, boxes: int, everybody: Floats, l: int, t: float
) -> Bools:
    """Tell which boxes hold at least ``l`` sensitive values in about everybody's shares."""
    shape = boxes, len(everybody)
    cells = np.bincount(box * len(everybody) + value, size, math.prod(shape)).reshape(shape)
    shares = cells / np.maximum(cells.sum(axis=1, keepdims=True), 1)
    far = np.abs(shares - everybody).sum(axis=1) / 2
    return np.asarray(((cells > 0).sum(axis=1) >= l) & (far <= t + TOLERANCE))


def _halves(box: Integers, values: Integers, size: Integers, k: int, *, strict: bool) -> Integers:
    """Give per unit the records left of its box's cut; none in a box that cannot be cut."""
    starts = np.flatnonzero(np.diff(box, prepend=-1))
    units = np.diff(starts, append=len(box))
    total = np.repeat(np.add.reduceat(size, starts), units)
    before = np.cumsum(size) - size
    before -= np.repeat(before[starts], units)
    target = (total + k) // (2 * k) * k
    if strict:
        seen = before + size
        off = np.abs(2 * seen - total) + 2 * total * (total // k - seen // k - (total - seen) // k)
        fits = np.append(np.diff(values) > 0, False) & (seen >= k) & (total - seen >= k)
        off = np.where(fits, off, _NEVER)
        best = fits & (off == np.repeat(np.minimum.reduceat(off, starts), units))
        target = np.repeat(np.maximum.reduceat(np.where(best, seen, 0), starts), units)
    return np.asarray(np.clip(target - before, 0, size))
