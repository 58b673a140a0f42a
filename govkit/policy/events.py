"""What happens day by day: disclosures, requests, incidents, training, assessments of impact.

Persons appear as case or staff numbers, never by name. Times carry their distance from UTC.
"""

import datetime as dt
from typing import ClassVar, Literal

from pydantic import AwareDatetime, Field

from govkit.policy.policy import RequestKind
from govkit.policy.words import Audience, Ground, Key, Model

__all__ = [
    "Check",
    "Confirmation",
    "Disclosure",
    "ImpactAssessment",
    "Incident",
    "Request",
    "TrainingRecord",
]

Flag = Literal[
    "scoring", "automated_decision", "systematic_monitoring", "sensitive", "large_scale",
    "matching", "vulnerable_subjects", "innovative_technology", "prevents_right",
]  # fmt: skip


class Check(Model):
    """The evidence that a file is safe: which check, on which bytes, with which outcome."""

    run: str
    artifact_sha256: str
    rule: str
    k: int | None = Field(default=None, ge=0)
    result: Literal["safe", "review", "unsafe"]


class Disclosure(Model):
    """Information handed to somebody else (records of APPI Article 29)."""

    refers: ClassVar[dict[str, str]] = {
        "dataset": "datasets", "recipient": "recipients", "contract": "contracts",
    }  # fmt: skip
    key: Key
    dataset: Key
    fields: tuple[str, ...]
    recipient: Key | None = None
    audience: Audience = Audience.RECIPIENT
    ground: Ground | None = None
    purposes: tuple[Key, ...] = ()
    contract: Key | None = None
    own_purpose: bool = False
    disclosed_on: dt.date | None = None
    until: dt.date | None = None
    status: Literal["planned", "made", "stopped"] = "made"
    consent_reference: str | None = None
    legal_reference: str | None = None
    referable_consent_confirmed: bool = False
    artifact_sha256: str | None = None
    check: Check | None = None
    persons: int | None = Field(default=None, ge=0)
    approved_by: str | None = None
    retain_until: dt.date | None = None
    deleted_on: dt.date | None = None


class Confirmation(Model):
    """One dataset or recipient in which a request was carried out."""

    dataset: Key | None = None
    recipient: Key | None = None
    confirmed_on: dt.date | None = None


class Request(Model):
    """A request from an individual (APPI Articles 32 to 39, GDPR Articles 15 to 22)."""

    refers: ClassVar[dict[str, str]] = {
        "confirmations.dataset": "datasets", "confirmations.recipient": "recipients",
    }  # fmt: skip
    key: Key
    received_on: dt.date
    channel: Literal["email", "letter", "telephone", "form", "in_person"]
    kind: RequestKind
    identity_checked_on: dt.date | None = None
    due: dt.date | None = None
    extended_to: dt.date | None = None
    extension_reason: str | None = None
    outcome: Literal["granted", "partly", "refused"] | None = None
    reason: str | None = None
    fee_yen: int = Field(default=0, ge=0)
    closed_on: dt.date | None = None
    confirmations: tuple[Confirmation, ...] = ()
    note: str | None = None


class Incident(Model):
    """A loss, falsification or leakage (APPI Article 26, Rules 7 and 8; GDPR Articles 33, 34)."""

    refers: ClassVar[dict[str, str]] = {"datasets": "datasets"}
    key: Key
    known_at: AwareDatetime
    classes: tuple[
        Literal["special_care", "property_damage", "improper_purpose", "large_scale"], ...
    ] = ()
    datasets: tuple[Key, ...] = ()
    persons: int | None = Field(default=None, ge=0)
    highly_encrypted: bool = False
    gdpr: bool = False
    outline: str | None = None
    cause: str | None = None
    preliminary_on: dt.date | None = None
    final_on: dt.date | None = None
    authority_told_at: AwareDatetime | None = None
    persons_told_on: dt.date | None = None


class TrainingRecord(Model):
    """One person, by staff number, and one module."""

    key: Key
    person: Key
    module: Key
    version: str
    passed: bool
    completed_on: dt.date
    valid_until: dt.date | None = None


class ImpactAssessment(Model):
    """A data protection impact assessment, bound to the notebook and the data it rests on."""

    refers: ClassVar[dict[str, str]] = {"activity": "activities"}
    key: Key
    activity: Key
    decision: Literal["open", "approved", "rejected", "not_required"] = "open"
    reason: str | None = None
    approved_by: str | None = None
    approved_on: dt.date | None = None
    review_by: dt.date | None = None
    notebook: str | None = None
    notebook_sha256: str | None = None
    data: str | None = None
    data_sha256: str | None = None
