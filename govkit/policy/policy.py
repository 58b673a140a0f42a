"""The policy: what the company promises, each statement with the clause it belongs to."""

import datetime as dt
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from govkit.errors import InputError
from govkit.policy.words import Audience, Danger, Ground, Key, Model, SubjectGroup

__all__ = [
    "Clause",
    "DisclosureGround",
    "Organization",
    "Policy",
    "Promise",
    "Purpose",
    "Regulation",
    "RequestHandling",
    "Safety",
    "Statement",
    "Threshold",
    "Training",
    "TrainingDuty",
]

Several = Annotated[tuple[Key, ...], Field(min_length=1)]
RequestKind = Literal[
    "purpose", "disclose", "correct", "add", "delete", "suspend", "erase", "stop_provision",
    "records", "access", "portability", "object",
]  # fmt: skip


class Organization(Model):
    """Who is responsible (APPI Article 32(1)(i), GDPR Article 30(1)(a))."""

    name_en: str
    name_ja: str
    address_en: str
    address_ja: str
    representative_en: str
    representative_ja: str
    contact_email: str | None = None
    data_protection_officer: str | None = None


class Statement(Model):
    """A sentence of the policy in both languages."""

    refers: ClassVar[dict[str, str]] = {"clause": "clauses"}
    clause: Key
    text_en: str
    text_ja: str


class Clause(Model):
    """A numbered clause and the version of its wording."""

    key: Key
    title_en: str
    title_ja: str
    text_en: str
    text_ja: str
    version: str
    effective: dt.date


class Promise(Statement):
    """What else a clause binds the company to, for everybody or for one group."""

    subject_group: SubjectGroup | None = None


class Purpose(Statement):
    """What information of one group may be used for (APPI Articles 17, 18 and 21)."""

    refers: ClassVar[dict[str, str]] = {
        "clause": "clauses", "replaces": "purposes", "compatible_with": "purposes",
    }  # fmt: skip
    key: Key
    subject_group: SubjectGroup
    published_on: dt.date | None = None
    replaces: Key | None = None
    compatible_with: tuple[Key, ...] = ()
    change_consent: str | None = None


class DisclosureGround(Statement):
    """A case in which information may be disclosed without asking the person again."""

    ground: Ground


class Safety(Statement):
    """What is done against one danger."""

    against: Danger


class Regulation(Model):
    """An internal regulation and when it is to be looked at again."""

    refers: ClassVar[dict[str, str]] = {"clause": "clauses"}
    key: Key
    clause: Key
    title_en: str
    title_ja: str
    reviewed_on: dt.date | None = None
    review_months: int = Field(default=12, ge=1)


class TrainingDuty(Model):
    """The modules a role needs, and for how long passing them counts."""

    role: Key
    modules: Several
    valid_months: int = Field(default=12, ge=1)


class Training(Statement):
    """Who has to learn what."""

    required: tuple[TrainingDuty, ...]


class RequestHandling(Statement):
    """How requests from individuals are handled; the days are the company's: the Act has none."""

    answer_days: int = Field(ge=1)
    kinds: tuple[RequestKind, ...]
    identity_en: str
    identity_ja: str
    fee_yen: int = Field(default=0, ge=0)


class Threshold(Model):
    """The smallest group that may be shown to an audience, and why that number."""

    refers: ClassVar[dict[str, str]] = {"clause": "clauses"}
    clause: Key
    audience: Audience
    group_size: int = Field(ge=2)
    differencing: bool = False
    reason_en: str
    reason_ja: str


class Policy(Model):
    """A personal information protection policy as text that runs."""

    version: str
    effective: dt.date
    reviewed_on: dt.date | None = None
    published_url: str | None = None
    organization: Organization
    clauses: tuple[Clause, ...] = Field(min_length=1)
    purposes: tuple[Purpose, ...]
    promises: tuple[Promise, ...] = ()
    disclosure_grounds: tuple[DisclosureGround, ...]
    safety: tuple[Safety, ...]
    regulations: tuple[Regulation, ...]
    training: Training
    requests: RequestHandling
    thresholds: tuple[Threshold, ...]

    def group_size(self, audience: Audience | str, *, special_care: bool = False) -> int:
        """Give the smallest group this audience may be shown.

        Special care-required information needs the larger of both bounds.

        Raises
        ------
        InputError
            The policy states no threshold for the audience.
        """
        wanted = [Audience(audience), *([Audience.SPECIAL_CARE] if special_care else [])]
        sizes = [one.group_size for one in self.thresholds if one.audience in wanted]
        if len(sizes) < len(wanted):
            raise InputError(f"The policy lacks a threshold for {wanted[-1].value}: add one.")
        return max(sizes)
