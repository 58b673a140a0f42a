"""Clause 2: use for the listed purposes only, and client data within its contract."""

from govkit.findings.facts import Cases, Facts
from govkit.policy.register import Activity, Contract
from govkit.policy.words import AppiClass, Ground, Role, SubjectGroup


def gk201(facts: Facts) -> Cases:
    """Find purposes that the policy does not list."""
    for one in facts.activities:
        for at, key in enumerate(one.purposes):
            if key not in facts.purposes:
                yield one, ("purposes", at), {"purpose": key}


def gk202(facts: Facts) -> Cases:
    """Find datasets about people for whom the activity has no purpose."""
    for one in facts.activities:
        listed = [facts.purposes[key] for key in one.purposes if key in facts.purposes]
        for at, key in enumerate(one.datasets):
            group = facts.register.by_key["datasets"][key].subject_group
            if listed and group not in {purpose.subject_group for purpose in listed}:
                words = {"purpose": listed[0].key, "purpose_group": listed[0].subject_group}
                yield one, ("datasets", at), words | {"dataset": key, "dataset_group": group}


def gk203(facts: Facts) -> Cases:
    """Find personal fields whose category no activity uses."""
    for one in facts.datasets.values():
        for at, column in enumerate(one.fields):
            uses = facts.users[one.key]
            if column.personal and not any(facts.covers(use, column) for use in uses):
                yield one, ("fields", at), {"category": column.category or "no category"}


def gk204(facts: Facts) -> Cases:
    """Find personal columns in the data that the register does not know."""
    for one in _with_data(facts):
        declared = {column.name for column in one.fields}
        for found in facts.map(one.key).fields:
            if found.personal and found.name not in declared:
                words = {"type": found.type, "evidence": next(iter(found.evidence), "")}
                yield one, (), words | {"column": f"{one.key}.{found.name}"}


def gk205(facts: Facts) -> Cases:
    """Find declarations that the data contradict."""
    for one in _with_data(facts):
        here = {found.name: found for found in facts.map(one.key).fields}
        for at, column in enumerate(one.fields):
            found, said = here.get(column.name), column.type or ("none", "personal")[column.personal]
            if found is None and column.personal:
                yield one, ("fields", at), {"declared": said, "found": "absent"}
            elif found is not None and found.type is not None:
                same = found.type == said if column.type else found.personal == column.personal
                if not same:
                    yield one, ("fields", at), {"declared": said, "found": found.type}


def gk206(facts: Facts) -> Cases:
    """Find client data that no signed, active contract covers."""
    for one in facts.datasets.values():
        if one.subject_group is SubjectGroup.CLIENT_PROVIDED and not any(
            contract.signed and contract.status in {"active", "suspended"}
            for contract in facts.clients(one)
        ):
            yield one, (), {}


def gk207(facts: Facts) -> Cases:
    """Find uses of client data that the contract does not name."""
    for activity in facts.activities:
        for at, key in enumerate(activity.datasets):
            contracts = facts.clients(facts.register.by_key["datasets"][key])
            allowed = {use for one in contracts for use in one.scope_purposes}
            inside = any(key in one.scope_datasets for one in contracts)
            for use in activity.purposes if contracts else ():
                if use not in allowed or not inside:
                    words = {"use": use, "contract": [one.key for one in contracts]}
                    yield activity, ("datasets", at), words | {"dataset": key}


def gk208(facts: Facts) -> Cases:
    """Find what still runs under a contract that stops the service."""
    for one in facts.register.contracts:
        illegitimate = one.provenance == "illegitimate"
        if illegitimate or one.status == "suspended":
            named = facts.contracts.items() if one.kind == "client" else ()
            under = {key for key, some in named if one in some}
            reason = "illegitimate" if illegitimate else "suspended"
            for use in (*facts.activities, *facts.disclosures):
                if under & _datasets(use) or one.key in _contracts(use):
                    yield use, ("status",), _concerned(facts, one, use, under) | {"reason": reason}


def _datasets(use: Any) -> set[str]:
    return set(use.datasets) if isinstance(use, Activity) else {use.dataset}


def _contracts(use: Any) -> set[str | None]:
    return set(use.contracts) if isinstance(use, Activity) else {use.contract}


def _concerned(facts: Facts, contract: Contract, use: Any, under: set[str]) -> dict[str, object]:
    """Say which systems and recipients hold or get what stands under a contract."""
    touched = _datasets(use) & under or _datasets(use)
    systems = {system.key for key in touched for system in facts.systems[key]}
    got = {one.recipient for one in facts.disclosures if one.dataset in touched and one.recipient}
    if isinstance(use, Activity):
        systems |= {use.system} - {None}
        got |= set(use.recipients)
    return {"contract": contract.key, "systems": sorted(systems), "recipients": sorted(got)}


def gk209(facts: Facts) -> Cases:
    """Find clients who do not warrant that they acquired the data fairly."""
    for one in facts.register.contracts:
        if one.kind == "client" and one.status == "active" and not one.provenance_warranty:
            yield one, (), {}


def gk210(facts: Facts) -> Cases:
    """Find data held after the end of their contract, which no other contract continues."""
    for one in facts.register.contracts:
        if facts.over(one) and one.returned_on is None:
            left = [
                key
                for key in facts.datasets
                if one in facts.contracts[key]
                and all(facts.over(c) for c in facts.contracts[key] if c.parties == one.parties)
            ]
            if left:
                yield one, (), {"date": one.expires or "ended", "datasets": left}


def gk211(facts: Facts) -> Cases:
    """Find visitors whose data are joined with those of identified people."""
    for one in facts.datasets.values():
        for at, key in enumerate(one.joined_with):
            for visits, other in ((one, facts.datasets.get(key)), (facts.datasets.get(key), one)):
                apart = visits is None or visits.subject_group is not SubjectGroup.VISITOR
                if not apart and other is not None and any(map(_names_somebody, other.fields)):
                    words = {"visits": visits.key, "other": other.key}
                    yield one, ("joined_with", at), words


def _names_somebody(column: Any) -> bool:
    return column.role is Role.DIRECT and column.appi_class is not AppiClass.REFERABLE


def gk212(facts: Facts) -> Cases:
    """Find cookies sent to a third party that has not confirmed the consent."""
    exempt = {Ground.SUBCONTRACTOR, Ground.STATISTICAL, Ground.LAW}
    for one in facts.disclosures:
        referable = [c for c in facts.disclosed(one) if c.appi_class is AppiClass.REFERABLE]
        if referable and one.ground not in exempt and not one.referable_consent_confirmed:
            yield one, (), {"dataset": one.dataset, "recipient": one.recipient or "public"}


def gk213(facts: Facts) -> Cases:
    """Find purposes that replace another without relation or consent."""
    for at, one in enumerate(facts.policy.purposes):
        related = one.replaces is None or one.replaces in one.compatible_with
        if not related and not one.change_consent:
            yield facts.policy, ("purposes", at), {"old": one.replaces, "new": one.key}


def _with_data(facts: Facts) -> list[Any]:
    return [one for key, one in facts.datasets.items() if key in facts.data]
