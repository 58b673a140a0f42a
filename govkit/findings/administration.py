"""Clause 4: safety measures, internal regulations, training, and getting better at it."""

import datetime as dt

from govkit.findings.facts import Cases, Facts, later
from govkit.policy.events import Incident
from govkit.policy.register import Activity
from govkit.policy.words import Danger, Role

_PROPERTY = ("user.financial.", "user.authorization.")


def gk401(facts: Facts) -> Cases:
    """Find identified people whom no measure protects against one of the dangers."""
    measures = {one.key: one for one in facts.register.measures if one.status == "in_place"}
    for one in facts.datasets.values():
        names = {name for system in facts.systems[one.key] for name in system.measures}
        met = {danger for name in names & measures.keys() for danger in measures[name].against}
        if any(column.role is Role.DIRECT for column in one.fields):
            for danger in (danger for danger in Danger if danger not in met):
                yield one, (), {"danger": danger}


def gk402(facts: Facts) -> Cases:
    """Find data without a day to be deleted by, or past it."""
    for one in facts.datasets.values():
        rules = (one.retention, *(use.retention for use in facts.users[one.key]))
        kept = next((rule for rule in rules if rule and (rule.period or rule.until)), None)
        if kept is None:
            yield one, (), {"problem": "unset"}
        elif kept.until and kept.until < facts.today:
            yield one, ("retention",), {"problem": "passed", "date": kept.until}
        elif kept.period and kept.column and one.key in facts.data:
            start = later(facts.today, kept.period, -1)
            if n := facts.older(one.key, kept.column, start):
                yield one, ("retention",), {"problem": "older", "date": start, "n": n}


def gk403(facts: Facts) -> Cases:
    """Find systems open to people without valid training; unknown roles need any at all."""
    duties = {duty.role: duty for duty in facts.policy.training.required}
    for one in facts.register.systems:
        untrained = 0
        for access in one.access:
            duty = duties.get(access.role)
            period = f"P{duty.valid_months if duty else facts.numbers['training_months']}M"
            valid = {
                passed.module
                for passed in facts.passed[access.person]
                if (passed.valid_until or later(passed.completed_on, period)) >= facts.today
            }
            untrained += not (valid >= set(duty.modules) if duty else valid)
        if untrained:
            yield one, ("access",), {"n": untrained}


def gk404(facts: Facts) -> Cases:
    """Find regulations, and a policy, that nobody has reviewed in time."""
    policy, months = facts.policy, facts.numbers["review_months"]
    looked = {one.key: one.reviewed_on or one.adopted_on for one in facts.register.regulations}
    due = [((), "policy", policy.reviewed_on or policy.effective, months)]
    for at, one in enumerate(policy.regulations):
        days = [day for day in (one.reviewed_on, looked.get(one.key)) if day]
        due.append((("regulations", at), one.key, max(days, default=None), one.review_months))
    for inside, document, last, most in due:
        if last is None or later(last, f"P{most}M") < facts.today:
            yield policy, inside, {"document": document, "date": last or "never"}


def gk405(facts: Facts) -> Cases:
    """Find activities that need an assessment and have none that stands."""
    standing = {
        one.activity
        for one in facts.register.assessments
        if (one.decision == "approved" or (one.decision == "not_required" and one.reason))
        and (one.review_by is None or one.review_by >= facts.today)
    }
    for one in facts.activities:
        flags = set(one.screening)
        if len(flags) >= facts.numbers["dpia_flags"] and one.key not in standing:
            yield one, ("screening",), {"flags": len(flags)}


def gk406(facts: Facts) -> Cases:
    """Find approved assessments whose notebook or data are no longer those approved."""
    for one in facts.register.assessments:
        files = {
            "notebook": (one.notebook_sha256, facts.digest(one.notebook)),
            "data": (one.data_sha256, facts.digest(one.data)),
        }
        changed = [name for name, (then, now) in files.items() if then and now and then != now]
        if one.decision == "approved" and changed:
            yield one, (), {"changed": changed}


def gk407(facts: Facts) -> Cases:
    """Find incidents whose reports are overdue."""
    for one in facts.register.incidents:
        for report, due, done in _reports(facts, one):
            if done is None and due < facts.today:
                yield one, (), {"report": report, "date": due}


def _reports(facts: Facts, one: Incident) -> list[tuple[str, dt.date, object]]:
    """Name the reports that an incident needs, with their last days and whether they were made."""
    found: list[tuple[str, dt.date, object]] = []
    many = (one.persons or 0) > facts.numbers["reportable_persons"]
    if (one.classes or many) and not one.highly_encrypted:
        improper = "_improper" if "improper_purpose" in one.classes else ""
        ends = {"preliminary": "preliminary_days", "final": f"final_days{improper}"}
        for report, number in ends.items():
            due = one.known_at.date() + dt.timedelta(days=facts.numbers[number])
            found.append((report, due, getattr(one, f"{report}_on")))
    if one.gdpr and "authority_hours" in facts.numbers:
        due = (one.known_at + dt.timedelta(hours=facts.numbers["authority_hours"])).date()
        found.append(("authority", due, one.authority_told_at))
    return found


def gk408(facts: Facts) -> Cases:
    """Find what a guard found in saved outputs of notebooks."""
    for leak in facts.leaks:
        yield str(leak["notebook"]), (), {"cell": leak["cell"], "type": leak["kind"]}


def gk409(facts: Facts) -> Cases:
    """Find pseudonymized data with cards or accounts, or used to contact people."""
    for one in facts.datasets.values():
        if one.form == "pseudonymized":
            for at, column in enumerate(one.fields):
                if f"{column.category}.".startswith(_PROPERTY):
                    yield one, ("fields", at), {"problem": "property"}
            for use in filter(_contacts, facts.users[one.key]):
                yield use, ("contacts_people",), {"dataset": one.key, "problem": "contact"}


def _contacts(use: Activity) -> bool:
    return use.contacts_people


def gk410(facts: Facts) -> Cases:
    """Find anonymized data whose items nobody has published."""
    for one in facts.datasets.values():
        if one.form == "anonymized" and one.items_published_on is None:
            yield one, (), {}
