"""Severity and likelihood on CNIL's four levels: suggested by the data, decided by a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from govkit.dpia.entries import Risks
from govkit.dpia.wording import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govkit.dpia.entries import Judgment
    from govkit.dpia.numbers import Measured, Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One level.

    Attributes
    ----------
    value
        1 negligible to 4 maximum; ``None``: nobody has decided, and nothing is measured.
    suggested
        What data or register suggest, if they do.
    reason
        Of the person who decided; ``None`` where the suggestion stands.
    """

    value: int | None
    suggested: int | None = None
    reason: str | None = None

    @property
    def overridden(self) -> bool:
        """Whether a person decided otherwise than suggested."""
        return self.reason is not None and self.suggested not in (None, self.value)


@dataclass(frozen=True, slots=True)
class Rated:
    """A risk before and after the measures."""

    key: str
    severity: Level
    likelihood: Level
    severity_after: Level
    likelihood_after: Level

    @property
    def name(self) -> str:
        """Its short name."""
        return str(Risks.keys[self.key]["en"])

    @property
    def high(self) -> bool:
        """Whether what remains is high: severe and likely."""
        left = min(self.severity_after.value or 0, self.likelihood_after.value or 0)
        return left >= int(words()["high"])

    @property
    def words(self) -> str:
        """Severity and likelihood in words, before and after the measures."""
        known = words()["levels"] | {None: words()["none"]}
        pairs = ((self.severity, self.likelihood), (self.severity_after, self.likelihood_after))
        return " → ".join(" × ".join(known[x.value]["en"] for x in pair) for pair in pairs)


def rate(risks: Risks, measured: Sequence[Measured], *, special: bool) -> tuple[Rated, ...]:
    """Rate every risk.

    Parameters
    ----------
    risks
        What people decided.
    measured
        The scenarios; the worst of them suggests the likelihood of re-identification.
    special
        Whether the data ask for a severe level.
    """
    floor = words()["floor"]["level"] if special else None
    before, after = (_worst([getattr(m, form) for m in measured]) for form in ("before", "last"))
    rated = []
    for name in Risks.model_fields:
        one, found = getattr(risks, name), name == "reidentification"
        severity = _level(one.severity, floor, at_least=True)
        likelihood = _level(one.likelihood, before if found else None)
        later = _level(one.severity_after, floor, at_least=True) if one.severity_after else severity
        again = _level(one.likelihood_after, after if found else None)
        again = again if found or one.likelihood_after else likelihood
        rated.append(Rated(name, severity, likelihood, later, again))
    return tuple(rated)


def _worst(numbers: list[Numbers]) -> int | None:
    return max((level for one in numbers for level in one.suggested.values()), default=None)


def _level(judged: Judgment | None, suggested: int | None, *, at_least: bool = False) -> Level:
    """Take what a person decided, else what is suggested; a floor is no suggestion above it."""
    if judged is None:
        return Level(value=None if at_least else suggested, suggested=suggested)
    value = int(judged.level)
    fits = at_least and suggested is not None and value >= suggested
    return Level(value=value, suggested=value if fits else suggested, reason=judged.reason)
