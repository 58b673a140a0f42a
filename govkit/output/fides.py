"""A register as fideslang, the language of ethyca's Fides, and back.

Data sets, systems and privacy declarations stand where Fides expects them; roles and all else
that fideslang has no place for travel in ``meta.govkit``. Words: fideslang 3.1, CC BY 4.0.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from govkit.errors import InputError
from govkit.output.processing import filled, uses, without_none, words
from govkit.output.ropa import KINDS, as_key, completed, dumped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govkit.policy.policy import Policy
    from govkit.policy.register import Register

__all__ = ["from_fides", "to_fides"]

_REST = "register<govkit>"  # a key that no entry of a register can have


def to_fides(register: Register, policy: Policy | None = None) -> dict[str, Any]:
    """Write a register as the resources of fideslang, by kind.

    Raises
    ------
    InputError
        The package ``fideslang`` is installed and does not accept it.
    """
    about = {"dump": dumped(register), "register": register, "policy": policy}
    found = filled("fides.json", uses=uses(register, policy), fides=words("fides"), **about)
    resources: dict[str, Any] = without_none(json.loads(found))
    try:
        from fideslang.models import Taxonomy  # noqa: PLC0415 - only where it is installed
    except ImportError:
        return resources
    try:
        Taxonomy.model_validate(resources)
    except ValueError:
        raise InputError("fideslang does not accept this register: please report it.") from None
    return resources


def from_fides(resources: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Read the resources of fideslang as entries of a register.

    What fideslang says counts before what ``meta.govkit`` says. Roles of somebody else's fields
    follow from their category; nobody has confirmed them.

    Raises
    ------
    InputError
        These are no resources of fideslang.
    """
    try:
        systems = resources.get("system") or []
        rest = next((_kept(one) for one in systems if one["fides_key"] == _REST), {})
        found: dict[str, Any] = {kind: [] for kind in KINDS} | rest
        found["datasets"] = [
            one for set_ in resources.get("dataset") or [] for one in _datasets(set_)
        ]
        found["systems"] = [_system(one) for one in systems if one["fides_key"] != _REST]
        known = {one["key"]: one for one in found["activities"]}
        acts: dict[str, dict[str, Any]] = {}
        for system in systems:
            for said in system.get("privacy_declarations") or []:
                act = _activity(said, system, known)
                acts.setdefault(act["key"], act)["purposes"].append(_key(said["data_use"]))
        found["activities"] = list(acts.values())
    except (AttributeError, KeyError, TypeError, ValueError):
        raise InputError("This is not fideslang: it needs lists of dataset and system.") from None
    return completed(found, {})


def _kept(resource: dict[str, Any]) -> dict[str, Any]:
    return dict((resource.get("meta") or {}).get("govkit") or {})


def _key(theirs: str) -> str:
    """Undo what the template did to signs that fideslang does not allow in a key."""
    return re.sub(r"<([0-9a-f]{1,5})>", lambda found: chr(int(found[1], 16)), theirs)


def _datasets(one: dict[str, Any]) -> Iterator[dict[str, Any]]:
    told, kept = words("fides"), _kept(one)
    groups = told["read"] | {theirs: ours for ours, theirs in told["groups"].items()}
    group = groups.get(next(iter(one.get("data_subjects") or []), ""), "other")
    for part in one["collections"]:
        many = len(one["collections"]) > 1
        key = as_key(_key(f"{one['fides_key']}.{part['name']}" if many else one["fides_key"]))
        known = {field["name"]: field for field in kept.get("fields") or []}
        fields = dict(_fields(part["fields"], known))
        order = [name for name in {**known, **fields} if name in fields]
        about = {"key": key, "title": one.get("name") or key, "subject_group": group}
        yield {"owner": "not stated", **kept, **about, "fields": [fields[name] for name in order]}


def _fields(parts: list[dict[str, Any]], kept: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    roles = words("fides")["roles"]
    for one in parts:
        inner = [
            part | {"name": f"{one['name']}.{part['name']}"} for part in one.get("fields") or []
        ]
        yield from _fields(inner, kept)
        category = _key(next(iter(one.get("data_categories") or []), "system"))
        start = max(
            (r for r in roles if f"{category}.".startswith(f"{r}.")), key=len, default="user"
        )
        role, law = roles[start]
        if not inner:
            entry = kept.get(one["name"]) or {"role": role, "appi_class": law}
            own = {"category": category} if one.get("data_categories") else {}
            yield (
                one["name"],
                {k: v for k, v in entry.items() if k != "category"} | own | {"name": one["name"]},
            )


def _system(one: dict[str, Any]) -> dict[str, Any]:
    key = as_key(_key(one["fides_key"]))
    about = {
        "key": key, "title": one.get("name") or key,
        "department": one.get("administrating_department") or "not stated",
        "datasets": [as_key(_key(ref)) for ref in one.get("dataset_references") or []],
        "sends_to": [as_key(_key(to["fides_key"])) for to in one.get("egress") or []
                     if to["type"] == "system"],
    }  # fmt: skip
    kind = one["system_type"]
    return _kept(one) | about | ({} if kind == "not stated" else {"kind": kind})


def _activity(
    said: dict[str, Any], system: dict[str, Any], known: dict[str, Any]
) -> dict[str, Any]:
    bases = {theirs: ours for ours, theirs in words("fides")["bases"].items()}
    name, _, title = (said.get("name") or said["data_use"]).partition(": ")
    key = as_key(_key(name))
    refs = said.get("dataset_references") or system.get("dataset_references") or []
    kept_for = {"trigger": said["retention_period"]} if said.get("retention_period") else None
    told = {"retention": kept_for, "categories": [_key(one) for one in said["data_categories"]]}
    act = {
        **(known.get(key) or told), "key": key, "title": title or name, "purposes": [],
        "datasets": [as_key(_key(ref)) for ref in refs],
        "legal_basis": bases.get(said.get("legal_basis_for_processing") or ""),
        "system": None if system["fides_key"] == _REST else as_key(_key(system["fides_key"])),
    }  # fmt: skip
    return {name: value for name, value in act.items() if value is not None}
