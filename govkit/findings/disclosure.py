"""Clause 3: nothing goes to a third party without consent or one of the named grounds."""

import datetime as dt

from govkit.findings.facts import Cases, Facts, later
from govkit.policy.events import Disclosure
from govkit.policy.words import AppiClass, Ground, Role


def _on(facts: Facts, ground: Ground) -> list[Disclosure]:
    return [one for one in facts.disclosures if one.ground is ground]


def gk301(facts: Facts) -> Cases:
    """Find disclosures on no ground, or on one that the policy does not name."""
    named = {Ground.CONSENT, *(one.ground for one in facts.policy.disclosure_grounds)}
    for one in facts.disclosures:
        if one.ground not in named:
            yield one, (), {}


def gk302(facts: Facts) -> Cases:
    """Find consent that is missing, or that names another recipient or fewer items."""
    for one in _on(facts, Ground.CONSENT):
        beyond = [name for name in one.fields if name not in one.consent_fields]
        missing = (
            *(() if one.consent_reference else ("no_reference",)),
            *(() if one.consent_recipient == one.recipient else ("other_recipient",)),
            *(("fewer_items",) if beyond else ()),
        )
        if missing:
            words = {"recipient": one.recipient or "public", "items": ", ".join(beyond)}
            yield one, (), words | {"missing": missing}


def gk303(facts: Facts) -> Cases:
    """Find statistics without a passing check of the very file."""
    for one in _on(facts, Ground.STATISTICAL):
        check, file = one.check, facts.digest(one.key) or one.artifact_sha256
        if check is None or check.result != "safe" or check.artifact_sha256 != file:
            yield one, (), {}


def gk304(facts: Facts) -> Cases:
    """Find statistics whose smallest group is too small, as checked or as counted."""
    for one in _on(facts, Ground.STATISTICAL):
        sizes = [one.check.k] if one.check and one.check.k is not None else []
        if one.key in facts.data and (columns := facts.keys(one)):
            sizes += [size for size in facts.cells(one, columns).values() if size]
        required = facts.group_size(one)
        if sizes and min(sizes) < required:
            words = {"k": min(sizes), "required": required, "audience": one.audience}
            yield one, (), words


def gk305(facts: Facts) -> Cases:
    """Find statistics that hold a direct identifier, as declared or as found."""
    for one in _on(facts, Ground.STATISTICAL):
        named = {
            column.name
            for column in facts.disclosed(one)
            if column.role is Role.DIRECT or column.appi_class is AppiClass.CODE
        }
        if one.key in facts.data:
            named |= {found.name for found in facts.map(one.key).fields if found.role is Role.DIRECT}
        for name in sorted(named):
            yield one, (), {"name": name}


def gk306(facts: Facts) -> Cases:
    """Find pairs of statistics whose difference is a small group."""
    made = sorted(
        _on(facts, Ground.STATISTICAL), key=lambda one: (one.disclosed_on or facts.today, one.key)
    )
    for at, one in enumerate(made):
        for before in made[:at]:
            gaps = _gaps(facts, one, before) if before.dataset == one.dataset else []
            small = [gap for gap in gaps if 0 < gap < facts.group_size(one)]
            if small:
                yield one, (), {"other": before.key, "n": min(small)}


def _gaps(facts: Facts, one: Disclosure, before: Disclosure) -> list[int]:
    """Subtract what both say: all people and, of released files, each cell."""
    gaps = [abs(one.persons - before.persons)] if one.persons and before.persons else []
    if one.key in facts.data and before.key in facts.data:
        earlier = facts.keys(before)
        if columns := [name for name in facts.keys(one) if name in earlier]:
            now, then = facts.cells(one, columns), facts.cells(before, columns)
            gaps += [abs(now[cell] - then[cell]) for cell in now.keys() & then.keys()]
    return gaps


def gk307(facts: Facts) -> Cases:
    """Find groups in a released file in which everyone shares a sensitive value."""
    for one in _on(facts, Ground.STATISTICAL):
        quasi = facts.keys(one, Role.QUASI) if one.key in facts.data else []
        for name in facts.keys(one, Role.SENSITIVE) if quasi else ():
            cells = [cell[:-1] for cell, size in facts.cells(one, [*quasi, name]).items() if size]
            if alike := sum(cells.count(cell) == 1 for cell in set(cells)):
                yield one, (), {"groups": alike, "name": name}


def gk308(facts: Facts) -> Cases:
    """Find subcontractors without a contract in force, or with one that lacks a clause."""
    of = facts.register.by_key["contracts"]
    for one in _on(facts, Ground.SUBCONTRACTOR):
        contract = of.get(one.contract or "")
        if contract is None or not contract.signed or facts.over(contract):
            words = {"contract": one.contract or "none", "recipient": one.recipient or "none"}
            yield one, (), words | {"clause": "in_force"}
    for one in facts.register.contracts:
        clauses = {
            "breach": one.breach_clause, "return_or_delete": one.return_or_delete,
            "reentrust": one.reentrust in {"forbidden", "with_approval"},
        }  # fmt: skip
        lacking = [name for name, there in clauses.items() if not there]
        if one.kind == "subcontract" and not facts.over(one) and lacking:
            yield one, (), {"contract": one.key, "recipient": one.parties, "clause": lacking}


def gk309(facts: Facts) -> Cases:
    """Find subcontractors that nobody has looked at for a year."""
    limit = later(facts.today, f"P{facts.numbers['supervision_months']}M", -1)
    for one in facts.register.contracts:
        last = one.supervised_on or one.signed
        if one.kind == "subcontract" and not facts.over(one) and (last is None or last < limit):
            yield one, (), {"recipient": one.parties, "date": one.supervised_on or "never"}


def gk310(facts: Facts) -> Cases:
    """Find subcontractors that use the data for themselves."""
    for one in _on(facts, Ground.SUBCONTRACTOR):
        if one.own_purpose:
            use = one.purposes or "own_use"
            yield one, ("own_purpose",), {"recipient": one.recipient or "none", "use": use}


def gk311(facts: Facts) -> Cases:
    """Find successors with purposes that the data did not have before."""
    for one in _on(facts, Ground.SUCCESSION):
        before = {key for use in facts.register.activities if one.dataset in use.datasets
                  for key in use.purposes}  # fmt: skip
        if new := [key for key in one.purposes if key not in before]:
            yield one, ("purposes",), {"purposes": new}


def gk312(facts: Facts) -> Cases:
    """Find disclosures required by a law that nobody names."""
    for one in _on(facts, Ground.LAW):
        if not one.legal_reference:
            yield one, (), {}


def gk313(facts: Facts) -> Cases:
    """Find recipients abroad to whom none of the three routes leads."""
    exempt = {Ground.STATISTICAL, Ground.LAW}
    given = {one.recipient for one in facts.disclosures if one.ground not in exempt}
    given.update(key for one in facts.activities for key in one.recipients)
    for one in facts.register.recipients:
        designated = one.country in facts.numbers["designated_countries"]
        open_route = designated if one.foreign_route == "designated_country" else bool(
            one.foreign_route and one.foreign_reference
        )  # fmt: skip
        if one.key in given and one.country != "JP" and not open_route:
            yield one, (), {"recipient": one.key, "country": one.country}


def gk314(facts: Facts) -> Cases:
    """Find records of provision that lack an item or do not last long enough."""
    for one in facts.register.disclosures:
        if one.ground in {Ground.CONSENT, Ground.OPT_OUT} and one.status != "planned":
            items = {"recipient": one.recipient, "items": one.fields, "persons": one.persons,
                     "date": one.disclosed_on}  # fmt: skip
            if lacking := [name for name, there in items.items() if not there]:
                yield one, (), {"problem": "lacks", "item": lacking}
            keep = _kept_until(one)
            if keep and min(one.retain_until or keep, one.deleted_on or keep) < keep:
                yield one, (), {"problem": "keep", "date": keep}


def _kept_until(one: Disclosure) -> dt.date | None:
    """One year from the last provision where a contract stands for the record, else three."""
    last = one.until or one.disclosed_on
    return later(last, "P1Y" if one.contract else "P3Y") if last else None
