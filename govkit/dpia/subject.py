"""What is assessed: an activity of the register and all that it touches."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from govkit.dpia.wording import words
from govkit.errors import InputError, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

    from govkit.data.classify import Field
    from govkit.policy import Policy, Register
    from govkit.policy.entries import Activity, DatasetField

#: What an activity touches, each with the kind of its entries.
PARTS = {name: name for name in ("datasets", "systems", "measures", "contracts", "recipients")}
PARTS |= {"clients": "recipients"}


@dataclass(frozen=True, kw_only=True)
class Subject:
    """An activity, the entries of the register that it touches, and what its data hold.

    ``seen`` has the classified columns of each dataset whose data are there.
    """

    register: Register
    policy: Policy
    activity: Activity
    datasets: list[Any]
    systems: list[Any]
    measures: list[Any]
    contracts: list[Any]
    recipients: list[Any]
    clients: list[Any]
    seen: Mapping[str, tuple[Field, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, register: Register, policy: Policy, key: str) -> Subject:
        """Look an activity up.

        Raises
        ------
        InputError
            The register has no such activity.
        """
        known = register.by_key
        if key not in known["activities"]:
            activities = ", ".join(known["activities"])
            raise InputError(f"The register has no activity {shown(key)}: known are {activities}.")
        activity = known["activities"][key]
        used, parts = {*activity.datasets}, dict[str, list[str]]()
        parts["datasets"] = [*activity.datasets]
        parts["systems"] = [one.key for one in register.systems
                            if one.key == activity.system or used & {*one.datasets}]  # fmt: skip
        systems = [known["systems"][name] for name in parts["systems"]]
        parts["measures"] = [name for one in systems for name in one.measures]
        held = [name for one in used for name in known["datasets"][one].contracts]
        parts["contracts"] = [*activity.contracts, *sorted(held)]
        parts |= {"recipients": [*activity.recipients], "clients": [*activity.as_processor_for]}
        found: dict[str, Any] = {
            part: [known[PARTS[part]][name] for name in dict.fromkeys(names)]
            for part, names in parts.items()
        }
        return cls(register=register, policy=policy, activity=activity, **found)

    @property
    def fields(self) -> list[DatasetField]:
        """The columns that say something about people, as the register declares them."""
        return [one for held in self.datasets for one in held.fields if one.role != "none"]

    @property
    def columns(self) -> list[DatasetField | Field]:
        """The same, and what the data themselves look like."""
        return [*self.fields, *(one for some in self.seen.values() for one in some)]

    def identifiers(self, dataset: str) -> list[Field]:
        """Give the columns in the data that identify a person, as declared or as they look."""
        held = self.register.by_key["datasets"][dataset].fields
        named = {one.name for one in held if one.role == "direct"}
        return [one for one in self.seen[dataset] if one.role == "direct" or one.name in named]

    def special(self, names: set[str] | None = None) -> list[str]:
        """Name the columns, or those among ``names``, that ask for a severe level."""
        kinds = words("screening")["special"]
        severe = [
            one.name
            for one in self.columns
            if one.appi_class in kinds["classes"]
            or (one.category or "").startswith(tuple(kinds["categories"]))
        ]
        return [name for name in dict.fromkeys(severe) if names is None or name in names]

    def purposes(self, language: str = "en") -> list[str]:
        """Give the texts of the purposes, as the policy has them."""
        texts = {one.key: getattr(one, f"text_{language}") for one in self.policy.purposes}
        return [str(texts.get(key, key)) for key in self.activity.purposes]

    def about(self) -> dict[str, Any]:
        """Give everything by name, for templates and conditions."""
        parts = {name: getattr(self, name) for name in PARTS}
        return parts | {"activity": self.activity, "policy": self.policy, "fields": self.fields}

    def touched(self) -> list[BaseModel]:
        """Give the activity and every entry that it touches."""
        return [self.activity, *(one for name in PARTS for one in getattr(self, name))]

    def near(self, name: str | None, folder: Path | None = None) -> str | None:
        """Find a file in a folder, or near the register, as its rules do.

        A table may follow ``::``; the address of a database is taken as it is.
        """
        if "://" in (name or ""):
            return name
        place, sign, table = (name or "").partition("::")
        home = (self.register.folder or Path()).resolve()
        near = [one / place for one in (home, *home.parents)]
        paths = [folder / Path(place).name] if folder else near
        path = next((path for path in paths if place and path.exists()), None)
        return f"{path}{sign}{table}" if path else None
