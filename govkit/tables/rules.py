"""The rules by which a cell is unsafe, as functions that can be checked by hand.

The rules and the upper protection levels are those of A. Hundepool et al., "Handbook on
Statistical Disclosure Control" (chapter 4, "Sensitivity rules"): contributions x1 >= x2 >= ...
with the total X. A rule takes numbers or arrays; on the border itself a cell is safe, as the
Handbook has it (``<``), unless ``tie="unsafe"`` (``<=``).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from govkit.errors import InputError, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govkit.data.arrays import Bools, Numbers

    Values = float | Numbers
    Flags = bool | Bools

__all__ = [
    "Rules", "dominance", "dominance_level", "homogeneity", "p_percent", "p_percent_level",
    "request", "threshold",
]  # fmt: skip

THRESHOLDS = {"internal": 5, "recipient": 10, "public": 11, "special_care": 20}


def threshold(number: Values, minimum: float) -> Flags:
    """Tell whether too few stand behind a cell: records, or distinct contributors.

    A handful of people can be named by those who know the place; an empty cell is left to the
    rule for zeros.

    Examples
    --------
    >>> threshold(2, minimum=3), threshold(3, minimum=3), threshold(0, minimum=3)
    (True, False, False)
    """
    return _flags((np.asarray(number) > 0) & (np.asarray(number) < minimum))


def dominance(total: Values, largest: Values, k: float, *, tie: str = "safe") -> Flags:
    """Tell whether a cell is unsafe by the (n, k) rule.

    When a few contributors make up nearly the whole, the total nearly tells what they gave.

    Parameters
    ----------
    total, largest
        Cell total and the sum of its n largest contributions; none of them negative.
    k
        The share, in per cent, that the n largest may have.
    tie
        What a cell on the border is: ``"safe"`` or ``"unsafe"``.

    Examples
    --------
    >>> dominance(total=330, largest=300, k=85)
    True
    >>> dominance(total=100_000, largest=50_000, k=90)
    False
    """
    _refuse_negative("(n, k)", total, largest)
    return _less(np.asarray(total) * k / 100, np.asarray(largest), total, tie)


def dominance_level(total: Values, largest: Values, k: float) -> Values:
    """Give the (n, k) rule's upper protection level.

    With the total this much higher, the n largest would have no more than ``k`` per cent.

    Examples
    --------
    >>> round(dominance_level(total=330, largest=300, k=85), 2)
    22.94
    """
    return 100 / k * largest - total


def p_percent(
    total: Values, largest: Values, second: Values, p: float, *, q: float = 100, tie: str = "safe"
) -> Flags:
    """Tell whether a cell is unsafe by the p % rule, or with ``q`` by the pq rule.

    The second largest contributor knows its own share; the cell is unsafe when that lets it
    estimate the largest share to within ``p`` per cent.

    Parameters
    ----------
    total, largest, second
        Cell total and its two largest contributions, in the unit of the table; none of them
        negative. For a coalition ``second`` is the sum of what its members know.
    p
        Wanted protection, in per cent of the largest contribution.
    q
        To within how many per cent everybody can estimate any contribution beforehand.
    tie
        What a cell on the border is: ``"safe"`` or ``"unsafe"``.

    Raises
    ------
    InputError
        A negative number, for which the rule is not defined.

    Examples
    --------
    >>> p_percent(total=100, largest=90, second=8, p=10)
    True
    >>> p_percent(total=100_000, largest=50_000, second=49_000, p=2)
    False
    >>> p_percent(total=100_000, largest=50_000, second=49_000, p=2, tie="unsafe")
    True
    """
    _refuse_negative("p %", total, largest, second)
    rest = np.asarray(total) - largest - second
    return _less(rest, p / q * np.asarray(largest), total, tie)


def p_percent_level(
    total: Values, largest: Values, second: Values, p: float, q: float = 100
) -> Values:
    """Give the upper protection level of the p % (or pq) rule.

    With the total this much higher, the second largest contributor could no longer estimate the
    largest share to within ``p`` per cent.

    Examples
    --------
    >>> p_percent_level(total=100, largest=90, second=8, p=10)
    7.0
    """
    return p / q * largest - (total - largest - second)


def request(total: Values, asking: Values, percent: float) -> Flags:
    """Tell whether somebody who asked for protection has more than ``percent`` of the cell.

    Examples
    --------
    >>> request(total=100, asking=80, percent=70), request(total=100, asking=0, percent=70)
    (True, False)
    """
    return _flags(np.asarray(asking) > percent / 100 * np.asarray(total))


def homogeneity(number: Values, group: Values) -> Flags:
    """Tell whether all of a group are in one cell: to know the group is to know the answer.

    Examples
    --------
    >>> homogeneity(number=12, group=12), homogeneity(number=11, group=12)
    (True, False)
    """
    return _flags((np.asarray(number) > 0) & (np.asarray(number) == np.asarray(group)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a table has to fulfill; the policy gives one set of rules per audience.

    Attributes
    ----------
    threshold
        Fewest records of a cell.
    contributors
        Fewest distinct contributors of a cell.
    dominance
        Pairs (n, k): the n largest may have at most k per cent.
    p_percent, pq
        Protection of the largest contribution against the second largest, in per cent.
    zeros
        Whether an empty cell tells something about somebody.
    request
        Share in per cent from which a contributor's request for protection counts.
    homogeneity
        The variable that holds the sensitive answers.
    range_percent
        Half-width of the interval, in per cent of the cell, for rules that name no level of
        their own; at least one record in tables of counts.
    weights
        Whether the attacker knows sampling weights: ``"secret"`` or ``"known"``.
    tie
        What a cell on the border is: ``"safe"`` or ``"unsafe"``.

    Examples
    --------
    >>> Rules(p_percent=12.5, dominance=((1, 75),)).names()
    ['dominance', 'p_percent']
    """

    threshold: float | None = None
    contributors: float | None = None
    dominance: tuple[tuple[int, float], ...] = ()
    p_percent: float | None = None
    pq: tuple[float, float] | None = None
    zeros: bool = False
    request: float | None = None
    homogeneity: str | None = None
    range_percent: float = 1.0
    weights: str = "secret"
    tie: str = "safe"

    def __post_init__(self) -> None:
        """Refuse rules that mean nothing.

        Raises
        ------
        InputError
            Which parameter, and what it may be.
        """
        told = [self.threshold, self.contributors, self.p_percent, self.request, self.range_percent]
        told += [*(self.pq or ()), *chain.from_iterable(self.dominance)]
        if not all(one is None or isinstance(one, Real) for one in told):
            raise InputError("The rules of a table are numbers, as in threshold=10.")
        shares = [k for _, k in self.dominance] + [self.request or 1]
        if any(n < 1 for n, _ in self.dominance) or any(not 0 < k <= 100 for k in shares):  # noqa: PLR2004 - per cent
            raise InputError("Dominance is n,k with n at least 1 and k in per cent, as in 1,75.")
        pq = self.pq or (1, 100)
        positive = [self.threshold, self.contributors, self.p_percent, *pq]
        if any(number is not None and not 0 < number < np.inf for number in positive):
            raise InputError("Thresholds and p, q must be above 0.")
        if not pq[0] < pq[1] <= 100 or not 0 < self.range_percent <= 100:  # noqa: PLR2004 - per cent
            raise InputError("The pq rule needs p < q <= 100; range_percent is above 0, up to 100.")
        if self.weights not in {"secret", "known"} or self.tie not in {"safe", "unsafe"}:
            raise InputError("weights must be 'secret' or 'known', tie 'safe' or 'unsafe'.")

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Rules:
        """Make rules from plain values, as a policy file holds them.

        Raises
        ------
        InputError
            A key that is not a rule.
        """
        unknown = set(given) - set(cls.__dataclass_fields__)
        if unknown:
            raise InputError(
                f"There is no rule {shown(min(unknown))}: known are "
                f"{', '.join(cls.__dataclass_fields__)}."
            )
        plain = dict(given)
        if plain.get("pq"):
            plain["pq"] = tuple(plain["pq"])
        plain["dominance"] = tuple(tuple(pair) for pair in plain.get("dominance", ()))
        return cls(**plain)

    @classmethod
    def for_audience(cls, audience: str, thresholds: Mapping[str, float] | None = None) -> Rules:
        """Give the fewest records and contributors of a cell that an audience may see.

        Parameters
        ----------
        audience
            ``"internal"``, ``"recipient"`` (named), ``"public"``, or ``"special_care"``: anybody,
            where the information needs special care.
        thresholds
            The policy's own numbers by audience; default 5, 10, 11 and 20.

        Raises
        ------
        InputError
            There is no threshold for the audience.

        Examples
        --------
        >>> Rules.for_audience("public").threshold, Rules.for_audience("x", {"x": 3}).contributors
        (11, 3)
        """
        held = THRESHOLDS if thresholds is None else thresholds
        if audience not in held:
            raise InputError(
                f"There is no threshold for the audience {shown(audience)}: use one of "
                f"{', '.join(held) or 'those that the policy has to state'}."
            )
        return cls(threshold=held[audience], contributors=held[audience])

    def names(self) -> list[str]:
        """List the rules in force, without their parameters."""
        fields = ("threshold", "contributors", "dominance", "p_percent", "pq", "zeros", "request",
                  "homogeneity")  # fmt: skip
        return [name for name in fields if getattr(self, name)]


def _flags(found: Any) -> Flags:  # noqa: ANN401 - numpy gives a scalar or an array
    return bool(found) if np.ndim(found) == 0 else np.asarray(found, bool)


def _less(one: Numbers, other: Numbers, scale: Values, tie: str) -> Flags:
    """Compare with the border itself decided by ``tie``, whatever the last digits are."""
    near = 1e-9 * np.maximum(np.abs(np.asarray(scale)), 1e-12)
    return _flags(one <= other + near if tie == "unsafe" else one < other - near)


def _refuse_negative(name: str, *numbers: Values) -> None:
    if any(np.any(np.asarray(number) < 0) for number in numbers):
        raise InputError(
            f"The {name} rule is not defined for negative contributions: shift them to be not "
            "negative, or use the threshold rule instead."
        )
