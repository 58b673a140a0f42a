"""How far columns tell records apart.

Distinction and separation after R. Motwani and Y. Xu, "Efficient algorithms for masking and
finding quasi-identifiers", SIAM workshop on practical privacy-preserving data mining, 2008.
"""

import itertools
from collections.abc import Sequence
from typing import Any

import narwhals as nw

from govkit.data.classify.result import Field, Pair

_MOST = 8  # columns paired: 28 pairs
_IDENTIFIES = 0.9


def distinction(distinct: int, records: int) -> float:
    """Give the share of records that keeping each value once would keep.

    Examples
    --------
    >>> distinction(3, 4)
    0.75
    """
    return distinct / records if records else 0.0


def separation(alike: float, records: int) -> float:
    """Give the share of pairs of records that differ.

    Parameters
    ----------
    alike
        Ordered pairs of different records with the same value: the sum of n (n - 1).
    records
        Records compared.

    Examples
    --------
    >>> separation(2, 3)  # two alike, one other
    0.6666666666666667
    """
    return 1 - alike / (records * (records - 1)) if records > 1 else 0.0


def pairs(frame: nw.LazyFrame[Any], fields: Sequence[Field]) -> list[Pair]:
    """Measure the pairs of the columns that separate most without identifying alone."""
    useful = [f for f in fields if f.distinct > 1 and f.distinction < _IDENTIFIES]
    useful.sort(key=lambda f: (f.personal is False, -f.separation, f.name))
    found = [
        _pair(frame, first, second) for first, second in itertools.combinations(useful[:_MOST], 2)
    ]
    return sorted(found, key=lambda pair: (-pair.separation, pair.columns))


def _pair(frame: nw.LazyFrame[Any], first: Field, second: Field) -> Pair:
    n = nw.col("govkit_n")
    grouped = frame.group_by(first.name, second.name).agg(nw.len().alias("govkit_n"))
    sums = grouped.select(
        n.count().alias("groups"), (n * (n - 1)).sum().alias("alike"), (n == 1).sum().alias("alone")
    ).collect().to_dict(as_series=False)  # fmt: skip
    groups, alike, alone = (int(sums[key][0] or 0) for key in ("groups", "alike", "alone"))
    return Pair(
        table=first.table, columns=(first.name, second.name), alone=alone,
        distinction=distinction(groups, first.records), separation=separation(alike, first.records),
    )  # fmt: skip
