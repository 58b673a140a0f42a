"""Mondrian: cut the records into boxes, each as small as its company allows.

K. LeFevre, D. J. DeWitt, R. Ramakrishnan, "Mondrian multidimensional k-anonymity", ICDE 2006,
doi:10.1109/ICDE.2006.101. Each box is cut at the median of the column in which it is widest, until
no cut leaves enough on both sides. All boxes of a depth are cut at once.
"""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

from govkit.data import FrequencyTable
from govkit.data.merge import reduce
from govkit.errors import InputError
from govkit.microdata import distinct_l_diversity, k_anonymity, t_closeness
from govkit.microdata.answers import TOLERANCE, answer
from govkit.result import Result, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]

__all__ = ["Partition", "mondrian"]


@answer
class Partition(Result):
    """Boxes of records, and what they lose.

    Attributes
    ----------
    k, strict
        As asked for.
    smallest, violations
        Of the groups released, measured again; boxes with equal ranges are one group.
    boxes, groups
        Number of boxes and of groups.
    discernibility
        Sum of the squared sizes of the groups (R. Bayardo, R. Agrawal, ICDE 2005).
    mean_range
        Mean over records and columns of the width of the box, 0 to 1 of the width of the data.
    distinct_l, t
        Of the sensitive column, measured again; ``None`` without one.
    origin, box, records
        Per row the combination (position in ``table``), its box, and how many records of it.
    lower, upper
        Per box and column the first and the last value, as positions in ``order``.
    order
        Per column the codes of its values in the order in which they were cut, missing last.
    table
        The counts before.
    """

    k: int
    strict: bool
    smallest: float
    violations: int
    boxes: int
    groups: int
    discernibility: int
    mean_range: float
    distinct_l: float | None
    t: float | None
    origin: Integers = field(repr=False, compare=False)
    box: Integers = field(repr=False, compare=False)
    records: Integers = field(repr=False, compare=False)
    lower: Integers = field(repr=False, compare=False)
    upper: Integers = field(repr=False, compare=False)
    order: dict[str, Integers] = field(repr=False, compare=False)
    table: FrequencyTable = field(repr=False, compare=False)

    @property
    def verdict(self) -> Verdict:
        """Safe when every group is large enough; no records prove nothing."""
        if not self.boxes:
            return Verdict.REVIEW
        return Verdict.UNSAFE if self.violations else Verdict.SAFE

    @property
    def sentence(self) -> str:
        """How many groups there are, and how coarse they became."""
        if not self.boxes:
            return "There are no records, so nothing was cut and nothing is shown."
        return (
            f"{self.boxes:,} boxes make {self.groups:,} groups of at least {self.smallest:,} "
            f"records (k={self.k}); a box is {self.mean_range:.1%} of a column wide on average."
        )

    def labels(self, key: str) -> tuple[pa.Array, npt.NDArray[np.int32]]:
        """Give the ranges of a column, and per box which of them it has."""
        column, size = list(self.order).index(key), len(self.order[key])
        pairs, place = np.unique(
            self.lower[:, column] * size + self.upper[:, column], return_inverse=True
        )
        known = [*self.table.values[self.table.keys.index(key)].to_pylist(), None]
        names = [known[code] for code in self.order[key]]
        ranges = [_label(names[p // size : p % size + 1]) for p in pairs.tolist()]
        return pa.array(ranges, pa.large_string()), place.astype(np.int32)

    def released(self) -> FrequencyTable:
        """Count what is released: a range per column, and the sensitive column as it was."""
        table = self.table
        codes, values = [], []
        for j, key in enumerate(table.keys):
            if key not in self.order:
                codes.append(table.codes[j][self.origin])
                values.append(table.values[j])
                continue
            labels, place = self.labels(key)
            codes.append(place[self.box])
            values.append(labels)
        reduced, counts, _ = reduce(codes, [len(v) + 1 for v in values], self.records, None)
        return FrequencyTable(
            keys=table.keys, codes=tuple(reduced), values=tuple(values), counts=counts,
            ordered=(False,) * len(codes),
        )  # fmt: skip


def _label(names: list[Any]) -> str:
    """Write a range: numbers by their ends, other values one after the other."""
    if len(names) == 1 or not all(isinstance(name, int | float) for name in names):
        return ", ".join("(missing)" if name is None else str(name) for name in names)
    return f"{names[0]}–{names[-1]}"


class _Units(NamedTuple):
    """Records of one combination that lie in one box."""

    origin: Integers
    records: Integers
    box: Integers


def mondrian(
    table: FrequencyTable,
    k: int = 5,
    *,
    strict: bool = True,
    sensitive: str | None = None,
    l: int = 1,
    t: float = 1.0,
    order: Mapping[str, Sequence[Any]] | None = None,
) -> Partition:
    """Cut the records into boxes of at least ``k`` (LeFevre et al. 2006).

    Parameters
    ----------
    table
        Counts by the quasi-identifiers, and by the sensitive column if there is one.
    k
        Fewest records of a box, at least 2.
    strict
        Equal records stay in one box. Otherwise ties are split: more and smaller boxes, which are
        twice as wide, and many of which have equal ranges.
    sensitive, l, t
        A box has at least ``l`` distinct values of this column, and their shares differ from
        everybody's by at most ``t`` (equal distance, which no other distance exceeds).
    order
        Per column its values in the order in which to cut, as a hierarchy has them. Default:
        numbers, dates and ordered categories by their order, others by frequency.
        A missing value is a value of its own, after the last.

    Raises
    ------
    InputError
        Fewer than ``k`` records, or everybody together is not as mixed as ``l`` asks.

    Examples
    --------
    >>> from govkit.data import count
    >>> answer = mondrian(count({"age": [20, 21, 30, 31, 32]}, "age"), k=2)
    >>> answer.released().values[0].to_pylist()
    ['20–21', '30–32']
    """
    keys = [key for key in table.keys if key != sensitive]
    at = [table.keys.index(key) for key in keys]
    orders = {key: _order(table, j, order) for key, j in zip(keys, at, strict=True)}
    places = [np.argsort(orders[key])[table.codes[j]] for key, j in zip(keys, at, strict=True)]
    place = np.stack(places, axis=1).astype(np.int64)
    scales = [_scale(table, j, orders[key]) for key, j in zip(keys, at, strict=True)]
    private = None if sensitive is None else table.codes[table.keys.index(sensitive)]
    _check(table, k, private, l)
    units = _boxes(table, k, place, scales, private, strict=strict, l=l, t=t)
    return _measured(table, units, place, scales, orders, k=k, strict=strict, sensitive=sensitive)


def _check(table: FrequencyTable, k: int, private: Any, l: int) -> None:
    if k < 2:
        raise InputError(f"k must be at least 2, got {k}: a group of 1 is a person.")
    if 0 < table.records < k:
        raise InputError(f"k is {k}, but there are only {table.records} records: ask for less.")
    if private is not None and len(private) and len(np.unique(private)) < l:
        raise InputError(
            f"l is {l}, but the sensitive column has only {len(np.unique(private))} values: "
            "ask for less."
        )


def _order(table: FrequencyTable, j: int, order: Mapping[str, Sequence[Any]] | None) -> Integers:
    """Give the codes of a column in the order in which to cut them, missing last."""
    values, key = table.values[j], table.keys[j]
    size = len(values)
    if order and key in order:
        given = {value: place for place, value in enumerate(order[key])}
        lost = [value for value in values.to_pylist() if value not in given]
        if lost:
            raise InputError(f"The order of {key!r} lacks {len(lost)} values of the data.")
        ranks = np.array([given[value] for value in values.to_pylist()])
    elif table.ordered[j] or not pa.types.is_large_string(values.type):
        ranks = np.arange(size)
    else:
        ranks = -np.bincount(table.codes[j], table.counts, size + 1)[:size]
    return np.append(np.argsort(ranks, kind="stable"), size)


def _scale(table: FrequencyTable, j: int, order: Integers) -> Floats:
    """Give a coordinate to each place: numbers as they are, others one after the other."""
    kind = table.values[j].type
    known = np.arange(len(order) - 1, dtype=float)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        known = np.asarray(table.values[j].to_pylist(), dtype=float)[order[:-1]]
    step = (known[-1] - known[0]) / max(len(known) - 1, 1) if len(known) else 0.0
    return np.append(known, known[-1] + (step or 1.0) if len(known) else 0.0)


def _boxes(
    table: FrequencyTable,
    k: int,
    place: Integers,
    scales: list[Floats],
    private: Any,
    *,
    strict: bool,
    l: int,
    t: float,
) -> _Units:
    """Cut all boxes of a depth at once, until none can be cut."""
    front = _Units(np.arange(len(table)), table.counts, np.zeros(len(table), np.int64))
    whole = _width(scales, place.min(axis=0), place.max(axis=0))[0] if len(place) else 0
    done: list[_Units] = []
    while len(front.origin):
        starts = np.flatnonzero(np.diff(front.box, prepend=-1))
        total = np.add.reduceat(front.records, starts)
        lower = np.minimum.reduceat(place[front.origin], starts)
        upper = np.maximum.reduceat(place[front.origin], starts)
        width = _width(scales, lower, upper) / np.where(whole > 0, whole, 1)
        tries = np.argsort(-width, axis=1, kind="stable")
        cut = np.zeros(len(starts), dtype=bool)
        left = np.zeros(len(front.origin), np.int64)
        for attempt in range(place.shape[1]):
            key = tries[:, attempt]
            open_ = ~cut & (total >= 2 * k) & (width[np.arange(len(key)), key] > 0)
            if not open_.any():
                break
            mine = np.flatnonzero(open_[front.box])
            value = place[front.origin[mine], key[front.box[mine]]]
            o = np.argsort(front.box[mine] * (place.max() + 1) + value, kind="stable")
            mine, value = mine[o], value[o]
            box = front.box[mine]
            first = np.flatnonzero(np.diff(box, prepend=-1))
            seen = np.cumsum(front.records[mine])
            seen -= np.repeat((seen - front.records[mine])[first], np.diff(first, append=len(box)))
            target, good = _target(box, first, value, seen, total[box], k, strict=strict)
            part = np.clip(
                target[np.searchsorted(box[first], box)] - seen + front.records[mine],
                0,
                front.records[mine],
            )
            names = box[first][good]
            ok = np.zeros(len(starts), bool)
            ok[names] = True
            if private is not None:
                for side in (part, front.records[mine] - part):
                    ok &= _mixed(box, len(starts), private, front.origin[mine], side, table, l, t)
            chosen = ok[box]
            left[mine[chosen]] = part[chosen]
            cut |= ok
        split = cut[front.box]
        done.append(_Units(*(a[~split] for a in front[:2]), front.box[~split]))
        o, r, b, lf = front.origin[split], front.records[split], front.box[split], left[split]
        new = _Units(
            np.concatenate([o, o]), np.concatenate([lf, r - lf]), np.concatenate([2 * b, 2 * b + 1])
        )
        keep = np.flatnonzero(new.records > 0)
        keep = keep[np.argsort(new.box[keep], kind="stable")]
        front = _Units(
            new.origin[keep], new.records[keep], np.unique(new.box[keep], return_inverse=True)[1]
        )
    return _numbered(done)


def _target(box, first, value, seen, total, k, *, strict):
    if not strict:
        n = total[first]
        return (n + k) // (2 * k) * k, np.ones(len(first), bool)
    last = np.append((np.diff(box) != 0) | (np.diff(value) != 0), True)
    wasted = total // k - seen // k - (total - seen) // k
    off = np.abs(2 * seen - total) + 2 * total * wasted
    off = np.where(last & (seen >= k) & (total - seen >= k), off, np.iinfo(np.int64).max)
    best = np.minimum.reduceat(off, first)
    at = np.flatnonzero(off == np.repeat(best, np.diff(first, append=len(box))))
    at = at[np.unique(box[at], return_index=True)[1]]
    return seen[at], best < np.iinfo(np.int64).max


def _mixed(box, boxes, private, origin, records, table, l, t):
    size = int(private.max()) + 1
    cells = np.bincount(box * size + private[origin], records, boxes * size).reshape(boxes, size)
    q = np.bincount(private, table.counts, size) / table.counts.sum()
    p = cells / np.maximum(cells.sum(axis=1, keepdims=True), 1)
    return ((cells > 0).sum(axis=1) >= l) & (np.abs(p - q).sum(axis=1) / 2 <= t + TOLERANCE)


def _numbered(done: list[_Units]) -> _Units:
    boxes, offset = [], 0
    for part in done:
        _, number = np.unique(part.box, return_inverse=True)
        boxes.append(number + offset)
        offset += int(number.max()) + 1 if len(number) else 0
    empty = np.zeros(0, np.int64)
    origin = np.concatenate([*(p.origin for p in done), empty])
    records = np.concatenate([*(p.records for p in done), empty])
    box = np.concatenate([*boxes, empty])
    o = np.lexsort((box, origin))
    return _Units(origin[o], records[o], box[o])


def _width(scales: list[Floats], lower: Integers, upper: Integers) -> Floats:
    lower, upper = np.atleast_2d(lower), np.atleast_2d(upper)
    return np.stack([s[upper[:, j]] - s[lower[:, j]] for j, s in enumerate(scales)], axis=1)


def _measured(table, units, place, scales, orders, *, k, strict, sensitive):
    by = np.argsort(units.box, kind="stable")
    starts = np.flatnonzero(np.diff(units.box[by], prepend=-1))
    if len(starts):
        lower = np.minimum.reduceat(place[units.origin[by]], starts)
        upper = np.maximum.reduceat(place[units.origin[by]], starts)
        sizes = np.add.reduceat(units.records[by], starts)
        whole = _width(scales, place.min(axis=0), place.max(axis=0))
        width = _width(scales, lower, upper) / np.where(whole > 0, whole, 1)
        mean = float((width.mean(axis=1) * sizes).sum() / sizes.sum())
    else:
        lower = upper = np.zeros((0, place.shape[1]), np.int64)
        mean = 0.0
    found = Partition(
        k=k,
        strict=strict,
        smallest=0,
        violations=0,
        boxes=len(starts),
        groups=0,
        discernibility=0,
        mean_range=mean,
        distinct_l=None,
        t=None,
        origin=units.origin,
        box=units.box,
        records=units.records,
        lower=lower,
        upper=upper,
        order=orders,
        table=table,
    )
    released = found.released()
    quasi = released.rollup(list(orders))
    m = k_anonymity(quasi, k)
    return replace(
        found,
        smallest=m.smallest,
        violations=m.records_at_risk,
        groups=len(quasi),
        discernibility=int((quasi.counts**2).sum()),
        distinct_l=None
        if sensitive is None
        else distinct_l_diversity(released, sensitive, 2).measured,
        t=None if sensitive is None else t_closeness(released, sensitive, 1.0).measured,
    )
