"""The answer of the gate: allowed, refused, or for a person to decide, with every reason."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from govkit.result import Result, Verdict

if TYPE_CHECKING:
    from govkit.assess import Assessment

__all__ = ["Decision", "Outcome", "Reason"]

Plain = dict[str, Any]


class Outcome(StrEnum):
    """What the gate answers."""

    ALLOWED = "allowed"
    PERSON = "needs a person"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why not, with the clause of the policy and the rule.

    Attributes
    ----------
    rule, clause, level
        Which rule; ``"error"`` refuses, ``"warning"`` asks for a person.
    text, fix
        What is amiss, and what to do.
    """

    rule: str
    clause: str
    level: str
    text: str
    fix: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Decision(Result):
    """What the gate decided about one disclosure.

    Attributes
    ----------
    key, ground, outcome
        Its number, why it should be allowed, and whether it is.
    reasons
        Every reason against it.
    content
        The record, as the store keeps it.
    assessment
        Of the file, where one was made.
    """

    key: str
    ground: str
    outcome: Outcome
    reasons: tuple[Reason, ...] = field(repr=False)
    content: Plain = field(repr=False)
    assessment: Assessment | None = field(repr=False, default=None)

    @property
    def verdict(self) -> Verdict:
        """Safe: allowed; review: needs a person; unsafe: refused."""
        return dict(zip(Outcome, Verdict, strict=True))[self.outcome]

    @property
    def sentence(self) -> str:
        """The answer in words; the reasons stand beside it."""
        made = self.content.get("status") == "made"
        by = f", and {self.content.get('approved_by')} answers for it" if self.reasons else ""
        end = f"; it is recorded as made{by}" if made else ""
        return f"Disclosure {self.key} on the ground {self.ground}: {self.outcome}{end}."

    @property
    def next_step(self) -> str:
        """What to do next."""
        if self.content.get("status") == "made":
            return f"Keep this record until {self.content['retain_until']}."
        return self.reasons[0].fix if self.reasons else "Hand it over, and record that it was made."

    def rows(self) -> list[tuple[str, str, str]]:
        """Give what a table shows: per reason rule, clause and words."""
        return [(f"{one.rule} {one.level}", f"clause {one.clause}", f"{one.text} {one.fix}")
                for one in self.reasons]  # fmt: skip

    def to_dict(self) -> Plain:
        """Give the answer as plain JSON values."""
        parts: Plain = {"reasons": [dataclasses.asdict(one) for one in self.reasons]}
        checked = self.assessment.to_dict() if self.assessment else None
        ends = {"next_step": self.next_step, "content": self.content, "assessment": checked}
        return Result.to_dict(self) | parts | ends
