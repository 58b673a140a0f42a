"""The register: what the company really does with personal information, entry by entry.

Field by field it follows fideslang, the W3C Data Privacy Vocabulary, the records that Article 30
of the GDPR asks for, and the Act on the Protection of Personal Information (APPI).
"""

import datetime as dt
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import Field, field_validator

from govkit.policy.events import (
    Disclosure,
    Flag,
    ImpactAssessment,
    Incident,
    Request,
    TrainingRecord,
)
from govkit.policy.reading import line_of
from govkit.policy.words import AppiClass, Country, Danger, Key, Model, Period, Role, SubjectGroup

__all__ = [
    "Access",
    "Acquisition",
    "Activity",
    "Contract",
    "Dataset",
    "DatasetField",
    "Measure",
    "Receipt",
    "Recipient",
    "Register",
    "RegulationVersion",
    "Retention",
    "Suppression",
    "System",
]


class DatasetField(Model):
    """One column: what it holds and who has confirmed that."""

    name: str
    type: str | None = None
    category: str | None = None
    role: Role
    appi_class: AppiClass = AppiClass.NONE
    confirmed_by: str | None = None
    confirmed_on: dt.date | None = None
    evidence: tuple[str, ...] = ()

    @property
    def personal(self) -> bool:
        """Whether the column is about people."""
        return self.role is not Role.NONE or self.appi_class is not AppiClass.NONE


class Retention(Model):
    """How long data is kept: a period (``P3Y``) from a moment, a column to count from, or a day."""

    period: Period | None = None
    trigger: str | None = None
    column: str | None = None
    until: dt.date | None = None


class Dataset(Model):
    """A table and the people it is about."""

    refers: ClassVar[dict[str, str]] = {"contracts": "contracts", "joined_with": "datasets"}
    key: Key
    title: str
    subject_group: SubjectGroup
    owner: str
    location: str | None = None
    country: Country = "JP"
    source: str | None = None
    contracts: tuple[Key, ...] = ()
    joined_with: tuple[Key, ...] = ()
    form: Literal["personal", "pseudonymized", "anonymized", "statistical"] = "personal"
    items_published_on: dt.date | None = None
    under_16: bool = False
    parental_consent: str | None = None
    retention: Retention | None = None
    deleted_on: dt.date | None = None
    fields: tuple[DatasetField, ...]

    @field_validator("fields")
    @classmethod
    def _once(cls, fields: tuple[DatasetField, ...]) -> tuple[DatasetField, ...]:
        if len({one.name for one in fields}) < len(fields):
            raise ValueError("two fields have the same name: rename or remove one.")
        return fields


class Access(Model):
    """One person, by staff number, who can open a system, and in which role."""

    person: Key
    role: Key


class System(Model):
    """Where datasets live, what protects them, and where data goes from here."""

    refers: ClassVar[dict[str, str]] = {
        "datasets": "datasets", "measures": "measures", "sends_to": "systems",
    }  # fmt: skip
    key: Key
    title: str
    kind: str | None = None
    department: str
    country: Country = "JP"
    datasets: tuple[Key, ...] = ()
    measures: tuple[Key, ...] = ()
    sends_to: tuple[Key, ...] = ()
    access: tuple[Access, ...] = ()


class Acquisition(Model):
    """How information came in, what people were told, and what they agreed to."""

    means: str
    notice: str | None = None
    consent: str | None = None


class Activity(Model):
    """Something done with personal information, for a purpose."""

    refers: ClassVar[dict[str, str]] = {
        "system": "systems", "datasets": "datasets", "recipients": "recipients",
        "contracts": "contracts", "as_processor_for": "recipients",
    }  # fmt: skip
    key: Key
    title: str
    department: str | None = None
    system: Key | None = None
    datasets: tuple[Key, ...]
    categories: tuple[str, ...] = ()
    purposes: tuple[Key, ...]
    acquisition: Acquisition | None = None
    legal_basis: (
        Literal["consent", "contract", "law", "vital_interests", "public_task", "legitimate"] | None
    ) = None
    special_care_consent: str | None = None
    special_care_exception: str | None = None
    recipients: tuple[Key, ...] = ()
    transfer_safeguards: str | None = None
    as_processor_for: tuple[Key, ...] = ()
    contracts: tuple[Key, ...] = ()
    retention: Retention | None = None
    contacts_people: bool = False
    screening: tuple[Flag, ...] = ()
    status: Literal["planned", "active", "stopped"] = "active"
    stopped_on: dt.date | None = None


class Recipient(Model):
    """Somebody outside: who gets data from us, or a client who gives it to us."""

    key: Key
    name: str
    address: str | None = None
    representative: str | None = None
    country: Country = "JP"
    kind: Literal["client", "subcontractor", "joint", "independent", "successor", "authority"]
    foreign_route: Literal["consent", "equivalent_system", "designated_country"] | None = None
    foreign_reference: str | None = None


class Contract(Model):
    """A contract with a client or a subcontractor, and the clauses the law asks for."""

    refers: ClassVar[dict[str, str]] = {"parties": "recipients", "scope_datasets": "datasets"}
    key: Key
    kind: Literal["client", "subcontract", "joint_use"]
    parties: tuple[Key, ...] = Field(min_length=1)
    signed: dt.date | None = None
    expires: dt.date | None = None
    scope_purposes: tuple[Key, ...] = ()
    scope_datasets: tuple[Key, ...] = ()
    provenance_warranty: bool = False
    provenance: Literal["confirmed", "unconfirmed", "illegitimate"] = "unconfirmed"
    breach_clause: bool = False
    reentrust: Literal["forbidden", "with_approval", "free"] | None = None
    return_or_delete: bool = False
    audit_right: bool = False
    supervised_on: dt.date | None = None
    returned_on: dt.date | None = None
    status: Literal["draft", "active", "suspended", "ended"] = "active"


class Receipt(Model):
    """Data received from a third party and what was confirmed then (APPI Article 30)."""

    refers: ClassVar[dict[str, str]] = {
        "dataset": "datasets", "sender": "recipients", "contract": "contracts",
    }  # fmt: skip
    key: Key
    dataset: Key
    sender: Key
    contract: Key | None = None
    received_on: dt.date
    how_acquired: str | None = None
    confirmed_by: str | None = None
    retain_until: dt.date | None = None


class Measure(Model):
    """A safety measure and the dangers it stands against."""

    key: Key
    title: str
    kind: Literal[
        "access_control", "encryption", "log", "backup", "integrity", "physical", "organizational"
    ]
    against: tuple[Danger, ...]
    status: Literal["planned", "in_place", "withdrawn"] = "in_place"
    reviewed_on: dt.date | None = None


class RegulationVersion(Model):
    """The version in force of an internal regulation that the policy names."""

    key: Key
    version: str
    adopted_on: dt.date
    reviewed_on: dt.date | None = None
    reviewed_by: str | None = None
    location: str | None = None


class Suppression(Model):
    """A finding that somebody accepts, for a reason and for a time."""

    rule: Key
    subject: str
    reason: str
    by: str
    until: dt.date


class Register(Model):
    """Everything the company has written down about personal information."""

    datasets: tuple[Dataset, ...] = ()
    systems: tuple[System, ...] = ()
    activities: tuple[Activity, ...] = ()
    recipients: tuple[Recipient, ...] = ()
    contracts: tuple[Contract, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    measures: tuple[Measure, ...] = ()
    regulations: tuple[RegulationVersion, ...] = ()
    disclosures: tuple[Disclosure, ...] = ()
    requests: tuple[Request, ...] = ()
    incidents: tuple[Incident, ...] = ()
    training: tuple[TrainingRecord, ...] = ()
    assessments: tuple[ImpactAssessment, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    #: Where it was read from, and the file and place in it of each entry, in the order above.
    folder: Path | None = Field(default=None, exclude=True, repr=False)
    places: dict[str, tuple[tuple[str, tuple[int, ...]], ...]] = Field(
        default={}, exclude=True, repr=False
    )

    @cached_property
    def by_key(self) -> dict[str, dict[str, Any]]:
        """Give the entries of each kind by key: ``register.by_key["datasets"]["customers"]``."""
        kinds = [kind for kind in type(self).model_fields if kind not in {"folder", "places"}]
        return {
            kind: {getattr(one, "key", str(at)): one for at, one in enumerate(getattr(self, kind))}
            for kind in kinds
        }

    def where(self, kind: str, key: str, *inside: str | int) -> tuple[str, int] | None:
        """Tell the file, relative to the folder, and the line in which an entry is written.

        ``inside`` leads further: ``where("datasets", "customers", "fields", 3, "role")``. ``None``
        where the register was not read from a folder.
        """
        keys = list(self.by_key[kind])
        if self.folder is None or kind not in self.places or key not in keys:
            return None
        file, start = self.places[kind][keys.index(key)]
        return file, line_of(self.folder / file, (*start, *inside))
