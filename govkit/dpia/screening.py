"""Is an assessment needed? What register and data tell, and what a person says otherwise.

The criteria stand in ``texts/screening.yaml`` with their sources.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from govkit.dpia.wording import environment, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govkit.dpia.dpia import Dpia
    from govkit.dpia.subject import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """One criterion: whether it is met, who says so, and why.

    ``met`` is ``None`` where neither the data nor a person tells; ``computed`` is what register
    and data say. ``why`` holds a sentence in each language.
    """

    key: str
    of: str
    met: bool | None
    computed: bool | None
    by: str
    why: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """Whether an assessment is needed.

    Attributes
    ----------
    needed
        The decision: as computed (two of the nine criteria), or as a person wrote.
    suggested
        As computed.
    met
        How many of the nine are met.
    reason
        Of the person who decided otherwise.
    criteria
        All of them.
    """

    needed: bool
    suggested: bool
    met: int
    reason: str | None
    criteria: tuple[Met, ...] = field(repr=False)

    @property
    def sentence(self) -> str:
        """Say whether it is needed, and why."""
        say = words()["say"]
        parts = [say["needed" if self.needed else "not_needed"]["en"]]
        parts.append(say["counted"]["en"].format(n=self.met))
        return " ".join(
            parts + [say["decided"]["en"].format(reason=self.reason)] * bool(self.reason)
        )


def screen(
    subject: Subject, dpia: Dpia, *, people: int | None = None, shared: Sequence[str] | None = None
) -> Screening:
    """Hold an activity against the criteria.

    Parameters
    ----------
    subject
        The activity with all that it touches, and what its data hold.
    dpia
        What a person decided otherwise.
    people
        How many people are in the data, where that was counted.
    shared
        Identifiers that its datasets have in common; ``None`` where nobody could look.
    """
    said = {one.criterion: one for one in dpia.screening}
    declared, facts = set(subject.activity.screening), _facts(subject, people, shared)
    criteria = []
    for key, criterion in words("screening")["criteria"].items():
        computed = _computed(criterion, facts)
        met, by, why = computed, "computed", _why(criterion, facts) if computed else {"en": ""}
        if key in declared and not computed:
            met, by, why = True, "declared", dict(words()["say"]["declared"])
        if one := said.get(key):
            met, by, why = one.met, "decided", {"en": one.reason}
        criteria.append(
            Met(key=key, of=criterion["of"], met=met, computed=computed, by=by, why=why)
        )
    count = sum(bool(one.met) for one in criteria if one.of == "wp248")
    suggested = count >= words("screening")["numbers"]["enough"]
    need = dpia.need
    return Screening(
        needed=need.needed if need else suggested, suggested=suggested, met=count,
        reason=need.reason if need else None, criteria=tuple(criteria),
    )  # fmt: skip


def _facts(subject: Subject, people: int | None, shared: Sequence[str] | None) -> dict[str, Any]:
    columns, datasets = subject.columns, subject.datasets
    apart = len(datasets) > 1 if shared is None else bool(shared)
    classes = {
        str(kind): dict.fromkeys(one.name for one in columns if one.appi_class == kind)
        for kind in {one.appi_class for one in columns}
    }
    return subject.about() | {
        "numbers": words("screening")["numbers"], "people": people, "special": subject.special(),
        "classes": classes,
        "has": lambda *kinds: any((one.category or "").startswith(kinds) for one in columns),
        "groups": {held.subject_group.value for held in datasets},
        "joined": apart or any(held.joined_with for held in datasets),
        "shared": ", ".join(shared or ()),
        "under_16": any(held.under_16 for held in datasets),
    }  # fmt: skip


def _computed(criterion: dict[str, str], facts: dict[str, Any]) -> bool | None:
    if "when" not in criterion:
        return None
    value = environment().compile_expression(criterion["when"])(facts)
    return None if value is None else bool(value)


def _why(criterion: dict[str, str], facts: dict[str, Any]) -> dict[str, str]:
    given = {"people": f"{facts['people'] or 0:,}", "columns": ", ".join(facts["special"])}
    given |= {name: ", ".join(columns) for name, columns in facts["classes"].items()}
    given["shared"] = f" ({facts['shared']})" if facts["shared"] else ""
    return {"en": criterion["why"].format(**given), "ja": criterion["why_ja"].format(**given)}
