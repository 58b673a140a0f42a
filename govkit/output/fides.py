"""A register as fideslang, the language of ethyca's Fides, and back.

Data sets, systems and privacy declarations stand where Fides expects them; roles and all else
that fideslang has no place for travel in ``meta.govkit``. Words: fideslang 3.1, CC BY 4.0.
"""

import re
from collections.abc import Iterator
from typing import Any

from govkit.errors import InputError
from govkit.output.processing import stated, uses, words
from govkit.output.ropa import KINDS, Entries, as_key, completed, dumped, keyed
from govkit.policy import Policy, Register

_REST = "register<govkit>"  # a key that no entry of a register can have


def to_fides(register: Register, policy: Policy | None = None) -> dict[str, Any]:
    """Write a register as the resources of fideslang, by kind."""
    about = {"dump": dumped(register), "register": register, "policy": policy}
    return stated("fides", uses=uses(register, policy), fides=words("fides"), **about)


def from_fides(resources: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Read the resources of fideslang as entries of a register.

    What fideslang says counts before what ``meta.govkit`` says. Roles of somebody else's fields
    follow from their category; nobody has confirmed them.

    Raises
    ------
    InputError
        These are no resources of fideslang.
    """
    stubs: dict[tuple[str, str], dict[str, Any]] = {}
    try:
        systems = resources.get("system") or []
        parts = {one["fides_key"]: list(_datasets(one)) for one in resources.get("dataset") or []}
        rest = next((_kept(one) for one in systems if one["fides_key"] == _REST), {})
        known = {one["key"]: one for one in rest.get("activities") or []}
        acts: dict[str, dict[str, Any]] = {}
        for one in systems:
            for said in (one, *one["privacy_declarations"]):
                refs = said.get("dataset_references") or []
                said["datasets"] = [part["key"] for ref in refs
                                    for part in parts.get(ref, [{"key": _word(ref)}])]  # fmt: skip
            for said in one["privacy_declarations"]:
                act = keyed("activities", _activity(said, one, known), stubs)
                acts.setdefault(act["key"], act | {"purposes": []})["purposes"] += act["purposes"]
        found: Entries = {kind: [] for kind in KINDS} | rest | {
            "datasets": [part for several in parts.values() for part in several],
            "systems": [keyed("systems", _system(one), stubs)
                        for one in systems if one["fides_key"] != _REST],
            "activities": list(acts.values()),
        }  # fmt: skip
    except (AttributeError, KeyError, TypeError, ValueError):
        raise InputError("This is not fideslang: it needs lists of dataset and system.") from None
    return completed(found, stubs)


def _kept(resource: dict[str, Any]) -> dict[str, Any]:
    return dict((resource.get("meta") or {}).get("govkit") or {})


def _word(theirs: str) -> str:
    """Undo what the template does to signs that fideslang does not allow in a key."""
    return re.sub(r"<(10[0-9a-f]{4}|[0-9a-f]{1,5})>", lambda found: chr(int(found[1], 16)), theirs)


def _datasets(one: dict[str, Any]) -> Iterator[dict[str, Any]]:
    told, kept = words("fides"), _kept(one)
    groups = told["read"] | {theirs: ours for ours, theirs in told["groups"].items()}
    group = groups.get(next(iter(one.get("data_subjects") or []), ""), "other")
    known = {field["name"]: field for field in kept.get("fields") or []}
    for part in one["collections"]:
        many = len(one["collections"]) > 1
        key = as_key(_word(one["fides_key"]) + (f".{part['name']}" if many else ""))
        fields = dict(_fields(part["fields"], known))
        about = {"key": key, "title": one.get("name") or key, "subject_group": group}
        about["fields"] = [fields[name] for name in {**known, **fields} if name in fields]
        yield {"owner": "not stated", **kept, **about}


def _fields(parts: list[dict[str, Any]], known: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Give the fields and those inside them, with the role that we know or that is likely."""
    roles = words("fides")["roles"]
    for one in parts:
        name, inner = one["name"], one.get("fields") or []
        yield from _fields([part | {"name": f"{name}.{part['name']}"} for part in inner], known)
        categories = [_word(category) for category in one.get("data_categories") or []]
        own = {"name": name, **({"category": categories[0]} if categories else {})}
        start = [r for r in roles if f"{own.get('category', 'system')}.".startswith(f"{r}.")]
        role, law = roles[max(start, key=len, default="user")]
        entry = known.get(name) or {"role": role, "appi_class": law}
        if not inner:
            yield name, {key: said for key, said in entry.items() if key != "category"} | own


def _system(one: dict[str, Any]) -> dict[str, Any]:
    kind, measures = one["system_type"], one.get("data_security_practices")
    told = {"measures": [measures]} if measures else {}
    return (_kept(one) or told) | ({} if kind == "not stated" else {"kind": kind}) | {
        "key": as_key(_word(one["fides_key"])), "title": one.get("name") or one["fides_key"],
        "department": one.get("administrating_department") or "not stated",
        "datasets": one["datasets"],
        "sends_to": [_word(to["fides_key"]) for to in one.get("egress") or []
                     if to["type"] == "system"],
    }  # fmt: skip


def _activity(said: dict[str, Any], one: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    bases = {theirs: ours for ours, theirs in words("fides")["bases"].items()}
    name, _, title = (said.get("name") or said["data_use"]).partition(": ")
    told: dict[str, Any] = {"categories": [_word(category) for category in said["data_categories"]]}
    if said.get("retention_period"):
        told["retention"] = {"trigger": said["retention_period"]}
    if said.get("third_parties"):
        told["recipients"] = [said["third_parties"]]
    act = {
        **known.get(as_key(name), told), "key": as_key(name), "title": title or name,
        "purposes": [_word(said["data_use"])], "datasets": said["datasets"] or one["datasets"],
        "legal_basis": bases.get(said.get("legal_basis_for_processing") or ""),
        "system": None if one["fides_key"] == _REST else _word(one["fides_key"]),
    }  # fmt: skip
    return {key: value for key, value in act.items() if value is not None}
