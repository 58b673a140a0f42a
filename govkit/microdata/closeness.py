"""t-closeness: how far the sensitive values of a group are from those of everybody.

N. Li, T. Li, S. Venkatasubramanian, "t-closeness: privacy beyond k-anonymity and l-diversity",
ICDE 2007, doi:10.1109/ICDE.2007.367856. The distance is the earth mover's distance with one of
three ground distances (section 4.1):

* *equal*: every two values are 1 apart; the distance is half the sum of absolute differences.
* *ordered*: the i-th and the j-th of m values are |i - j| / (m - 1) apart; the sum of absolute
  cumulated differences over m - 1.
* *hierarchical*: the level of the lowest common ancestor over the height. In a tree with all
  leaves at one depth this is the mean over the levels of the equal distance at each level.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from govkit.data import FrequencyTable
from govkit.data.arrays import Codes, Floats, Integers
from govkit.errors import InputError, shown
from govkit.microdata.answers import TOLERANCE, ClassAnswer, answer, most, positive
from govkit.microdata.classes import Classes, classes

Hierarchy = Mapping[Any, Sequence[Any]]


_DISTANCES = ("equal", "ordered", "hierarchical")


@answer
class TCloseness(ClassAnswer):
    """Largest distance between a group's sensitive values and everybody's."""

    t: float
    measured: float
    distance: str
    reason: str


def t_closeness(
    table: FrequencyTable | Classes,
    sensitive: str,
    t: float = 0.3,
    *,
    distance: str | None = None,
    hierarchy: Hierarchy | None = None,
) -> TCloseness:
    """Measure the earth mover's distance between each group and everybody (Li et al. 2007).

    Parameters
    ----------
    table, sensitive
        Counts by the quasi-identifiers and the sensitive column, and the name of the latter.
    t
        Largest distance allowed, above 0 and at most 1.
    distance
        ``"equal"``, ``"ordered"`` or ``"hierarchical"``. Default: hierarchical with a hierarchy,
        ordered for numbers, dates and ordered categories, equal otherwise.
    hierarchy
        For each sensitive value its ancestors, nearest first, the root left out; all lists of one
        length.

    Returns
    -------
    TCloseness
        ``reason`` says why the ground distance was taken. A column that has an order *and*
        missing values is measured by the equal distance, which is never smaller: a missing value
        has no place in an order.

    Examples
    --------
    >>> from govkit.data import count
    >>> pay = {"area": [1, 1, 1, 2, 2, 2], "pay": [3, 4, 5, 6, 8, 11]}
    >>> round(t_closeness(count(pay, ["area", "pay"]), "pay").measured, 3)
    0.3
    """
    positive(t, "t", 1)
    groups = classes(table, sensitive)
    distance, reason = _ground(groups, distance, hierarchy)
    far = _measure(groups, distance, hierarchy, sensitive)
    return TCloseness.of(
        groups.quasi, far, far > t + TOLERANCE,
        t=t, measured=most(far), distance=distance, reason=reason,
    )  # fmt: skip


def _ground(groups: Classes, asked: str | None, hierarchy: Hierarchy | None) -> tuple[str, str]:
    if asked is not None and asked not in _DISTANCES:
        raise InputError(
            f"There is no distance {shown(asked)}: use one of {', '.join(_DISTANCES)}."
        )
    if asked == "hierarchical" and hierarchy is None:
        raise InputError("The hierarchical distance needs a hierarchy: give the values' ancestors.")
    if asked == "hierarchical" or (asked is None and hierarchy is not None):
        return "hierarchical", "a hierarchy was given"
    if asked == "equal":
        return "equal", "asked for"
    if asked is None and not _has_order(groups):
        return "equal", "the values have no order"
    if (groups.codes == len(groups.values)).any():
        return "equal", "missing values have no place in an order"
    return "ordered", "asked for" if asked else "the values have an order"


def _has_order(groups: Classes) -> bool:
    kind, types = groups.values.type, pa.types
    number = types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind)
    temporal = types.is_temporal(kind)
    return bool(groups.ordered or number or temporal)


def _measure(groups: Classes, distance: str, hierarchy: Hierarchy | None, sensitive: str) -> Floats:
    if distance == "equal":
        return _equal(groups)
    if distance == "ordered":
        return _ordered(groups)
    far = [_at_level(groups, level) for level in _levels(groups, hierarchy or {}, sensitive)]
    return np.asarray(np.mean([_equal(groups), *far], axis=0))


def _equal(groups: Classes) -> Floats:
    """Half the sum of |p - q|; values absent from a class add their q."""
    q = groups.expected
    return np.maximum((groups.sum(np.abs(groups.shares - q) - q) + 1) / 2, 0.0)


def _ordered(groups: Classes) -> Floats:
    """Sum of |P - Q| over the cumulated shares, divided by m - 1.

    P is constant between the values that a class holds, Q grows from value to value: the sum over
    each stretch follows from prefix sums of Q and the place where Q passes P.
    """
    last = len(groups.values) - 1
    if last < 1 or not len(groups.starts):
        return np.zeros(len(groups.starts))
    q = np.cumsum(groups.overall[:-1])
    area = np.concatenate(([0.0], np.cumsum(q)))
    people = np.cumsum(groups.cells)  # whole numbers: no rounding adds up over many classes
    before = np.repeat(people[groups.starts] - groups.cells[groups.starts], groups.distinct)
    p = (people - before) / np.repeat(groups.sizes, groups.distinct)
    start = groups.codes.astype(np.int64)
    end = np.append(start[1:], last)
    end[np.append(groups.starts[1:] - 1, len(start) - 1)] = last
    middle = np.clip(_passed(q, p), start, np.maximum(start, end))
    below = p * (middle - start) - (area[middle] - area[start])
    above = (area[end] - area[middle]) - p * (end - middle)
    first = area[start[groups.starts]]
    return (groups.sum(np.where(end > start, below + above, 0.0)) + first) / last


def _passed(q: Floats, p: Floats) -> Integers:
    """Find where Q passes each P; few shares differ, and in their order the search is quick."""
    shares, position = np.unique(p, return_inverse=True)
    return np.searchsorted(q, shares, side="right")[position]


def _levels(groups: Classes, hierarchy: Hierarchy, sensitive: str) -> list[Codes]:
    """For each level above the leaves: the ancestor of each value, as a code."""
    values = groups.values.to_pylist()
    absent = sum(value not in hierarchy for value in values)
    if absent:
        raise InputError(
            f"The hierarchy of {shown(sensitive)} lacks {absent:,} of its {len(values):,} values: "
            "give every value its ancestors."
        )
    paths = [tuple(hierarchy[value]) for value in values]
    if len({len(path) for path in paths}) > 1:
        raise InputError(
            f"The hierarchy of {shown(sensitive)} has paths of different lengths: "
            "give every value as many ancestors as the others."
        )
    maps = []
    for ancestors in zip(*paths, strict=True):
        codes = {name: code for code, name in enumerate(dict.fromkeys(ancestors))}
        nodes = [codes[name] for name in ancestors]
        maps.append(np.array([*nodes, len(codes)], np.int32))  # missing: a node of its own
    return maps


def _at_level(groups: Classes, map_: Codes) -> Floats:
    """Give the equal distance after the values were replaced by their ancestors."""
    nodes = int(map_.max()) + 1
    owner = np.repeat(np.arange(len(groups.starts)), groups.distinct)
    key, position = np.unique(owner * nodes + map_[groups.codes], return_inverse=True)
    p = np.bincount(position, weights=groups.shares)
    q = np.bincount(map_, weights=groups.overall, minlength=nodes)[key % nodes]
    apart = np.bincount(key // nodes, weights=np.abs(p - q) - q, minlength=len(groups.starts))
    return np.maximum((apart + 1) / 2, 0.0)
