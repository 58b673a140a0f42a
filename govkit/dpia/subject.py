"""What is assessed: an activity of the register and all that it touches."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
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


@dataclass(frozen=True)
class Subject:
    """An activity, with the entries of the register that it touches."""

    register: Register
    policy: Policy
    activity: Activity

    @classmethod
    def of(cls, register: Register, policy: Policy, activity: str) -> Subject:
        """Look an activity up.

        Raises
        ------
        InputError
            The register has no such activity.
        """
        known = register.by_key["activities"]
        if activity not in known:
            raise InputError(
                f"The register has no activity {shown(activity)}: known are {', '.join(known)}."
            )
        return cls(register, policy, known[activity])

    def _named(self, kind: str, keys: Any) -> list[Any]:  # noqa: ANN401 - keys of entries
        return [self.register.by_key[kind][key] for key in dict.fromkeys(keys)]

    @cached_property
    def datasets(self) -> list[Any]:
        """The data."""
        return self._named("datasets", self.activity.datasets)

    @cached_property
    def systems(self) -> list[Any]:
        """Where the data are, and with what it is done."""
        holding = [
            s.key for s in self.register.systems if {*s.datasets} & {*self.activity.datasets}
        ]
        return self._named("systems", [*filter(None, [self.activity.system]), *holding])

    @cached_property
    def measures(self) -> list[Any]:
        """What protects these systems."""
        return self._named("measures", [key for one in self.systems for key in one.measures])

    @cached_property
    def contracts(self) -> list[Any]:
        """Under which it is done."""
        held = [key for one in self.datasets for key in one.contracts]
        return self._named("contracts", [*self.activity.contracts, *held])

    @cached_property
    def recipients(self) -> list[Any]:
        """Who gets data."""
        return self._named("recipients", self.activity.recipients)

    @cached_property
    def clients(self) -> list[Any]:
        """On whose behalf it is done."""
        return self._named("recipients", self.activity.as_processor_for)

    @cached_property
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
