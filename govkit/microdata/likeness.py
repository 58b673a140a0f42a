"""Likeness: how much the chance of a sensitive value changes for somebody who knows the group.

``table`` holds counts by the quasi-identifiers and the sensitive column, as in ``privacy``; p is a
value's share of a group, q its share of all records.

* β-likeness: J. Cao, P. Karras, "Publishing microdata with a robust privacy guarantee",
  PVLDB 5(11), 2012, doi:10.14778/2350229.2350255.
* δ-disclosure: J. Brickell, V. Shmatikov, "The cost of privacy", KDD 2008,
  doi:10.1145/1401890.1401904.
"""

from typing import TypeAlias

import numpy as np

from govkit.data import FrequencyTable
from govkit.data.arrays import Floats
from govkit.microdata.answers import TOLERANCE, ClassAnswer, answer, most, positive
from govkit.microdata.classes import Classes, classes

Counts: TypeAlias = FrequencyTable | Classes


@answer
class BasicBetaLikeness(ClassAnswer):
    """Largest relative gain of confidence in a sensitive value."""

    beta: float
    measured: float


def basic_beta_likeness(table: Counts, sensitive: str, beta: float = 1) -> BasicBetaLikeness:
    """Measure max (p - q) / q over groups and values (Cao, Karras 2012, def. 2).

    Parameters
    ----------
    table, sensitive
        Counts, and the name of the sensitive column.
    beta
        Largest relative gain allowed, above 0.

    Examples
    --------
    >>> from govkit.data import count
    >>> table = count({"age": [1, 1, 2, 2], "ill": ["a", "a", "a", "b"]}, ["age", "ill"])
    >>> basic_beta_likeness(table, "ill").measured
    1.0
    """
    positive(beta, "beta")
    groups = classes(table, sensitive)
    gain = groups.max(_gains(groups))
    bad = gain > beta + TOLERANCE
    return BasicBetaLikeness.of(groups.quasi, gain, bad, beta=beta, measured=most(gain))


@answer
class EnhancedBetaLikeness(ClassAnswer):
    """Largest relative gain, bounded by -ln q, and whether any beta can hold at all."""

    beta: float
    measured: float
    satisfiable: bool


def enhanced_beta_likeness(table: Counts, sensitive: str, beta: float = 1) -> EnhancedBetaLikeness:
    """Test (p - q) / q ≤ min(beta, -ln q) (Cao, Karras 2012, def. 3).

    Parameters
    ----------
    table, sensitive
        Counts, and the name of the sensitive column.
    beta
        Largest relative gain allowed, above 0.

    Returns
    -------
    EnhancedBetaLikeness
        ``measured`` is min(largest gain, -ln of the smallest q). Where a gain exceeds -ln q of
        its own value, no beta holds at all: ``satisfiable`` is then false.

    Examples
    --------
    >>> from govkit.data import count
    >>> table = count({"age": [1, 1, 2, 2], "ill": ["a", "a", "a", "b"]}, ["age", "ill"])
    >>> enhanced_beta_likeness(table, "ill").satisfiable
    False
    """
    positive(beta, "beta")
    groups = classes(table, sensitive)
    gains, bound = _gains(groups), -np.log(groups.expected)
    bad = groups.max(gains - np.minimum(beta, bound)) > TOLERANCE
    return EnhancedBetaLikeness.of(
        groups.quasi, groups.max(gains), bad, beta=beta,
        measured=min(most(gains), most(bound)),
        satisfiable=bool((gains <= bound + TOLERANCE).all()),
    )  # fmt: skip


@answer
class DeltaDisclosure(ClassAnswer):
    """Largest change of a sensitive value's share, in either direction, on the log scale."""

    delta: float
    measured: float
    finite: float


def delta_disclosure(table: Counts, sensitive: str, delta: float = 1) -> DeltaDisclosure:
    """Measure max abs(ln(p / q)) over groups and values (Brickell, Shmatikov 2008, def. 1).

    Parameters
    ----------
    table, sensitive
        Counts, and the name of the sensitive column.
    delta
        The change must stay below this; above 0.

    Returns
    -------
    DeltaDisclosure
        ``measured`` is infinite where some value is absent from some group (ln 0); ``finite`` is
        the largest change among the values that are present.

    Examples
    --------
    >>> from govkit.data import count
    >>> table = count({"age": [1, 1, 2, 2], "ill": ["a", "a", "a", "b"]}, ["age", "ill"])
    >>> answer = delta_disclosure(table, "ill")
    >>> answer.measured, round(answer.finite, 4)
    (inf, 0.6931)
    """
    positive(delta, "delta")
    groups = classes(table, sensitive)
    change = groups.max(np.abs(np.log(groups.shares / groups.expected)))
    whole = np.where(groups.distinct < np.count_nonzero(groups.overall), np.inf, change)
    return DeltaDisclosure.of(
        groups.quasi, whole, whole >= delta, delta=delta,
        measured=most(whole), finite=most(change),
    )  # fmt: skip


def _gains(groups: Classes) -> Floats:
    return groups.shares / groups.expected - 1
