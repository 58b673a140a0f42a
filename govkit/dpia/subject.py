"""What is assessed: an activity of the register and all that it touches."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from govkit.dpia.wording import words
from govkit.errors import InputError, shown

if TYPE_CHECKING:
    from pydantic import BaseModel

    from govkit.policy import Policy, Register
    from govkit.policy.entries import Activity, DatasetField

#: What an activity touches, each with the kind of its entries.
PARTS = {
    "datasets": "datasets", "systems": "systems", "measures": "measures",
    "contracts": "contracts", "recipients": "recipients", "clients": "recipients",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Subject:
    """An activity, with the entries of the register that it touches."""

    register: Register
    policy: Policy
    activity: Activity
    datasets: list[Any]
    systems: list[Any]
    measures: list[Any]
    contracts: list[Any]
    recipients: list[Any]
    clients: list[Any]

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
        found: dict[str, list[Any]] = {
            part: [known[PARTS[part]][name] for name in dict.fromkeys(names)]
            for part, names in parts.items()
        }
        return cls(register=register, policy=policy, activity=activity, **found)

    @property
    def fields(self) -> list[DatasetField]:
        """The columns that say something about people."""
        return [one for held in self.datasets for one in held.fields if one.role != "none"]

    def special(self, names: set[str] | None = None) -> list[str]:
        """Name the columns, or those among ``names``, that ask for a severe level."""
        kinds = words("screening")["special"]
        return [
            one.name
            for one in self.fields
            if names is None or one.name in names
            if one.appi_class in kinds["classes"]
            or (one.category or "").startswith(tuple(kinds["categories"]))
        ]

    def purposes(self, language: str = "en") -> list[str]:
        """Give the texts of the purposes, as the policy has them."""
        texts = {one.key: getattr(one, f"text_{language}") for one in self.policy.purposes}
        return [str(texts.get(key, key)) for key in self.activity.purposes]

    def about(self) -> dict[str, Any]:
        """Give everything by name, for templates and conditions."""
        parts = {name: getattr(self, name) for name in PARTS}
        return parts | {"activity": self.activity, "policy": self.policy, "fields": self.fields}

    def digest(self) -> str:
        """Give a digest of the activity and what it touches: other entries may change."""
        parts = [[self.activity], *(getattr(self, name) for name in PARTS)]
        return digest([one for some in parts for one in some])


def digest(entries: list[BaseModel]) -> str:
    """Give the SHA-256 of what some entries say, however it is written down."""
    plain = [one.model_dump(mode="json") for one in entries]
    text = json.dumps(plain, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
