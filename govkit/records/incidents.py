"""Incidents: whether a report is due, to whom, until when, and what stands in it.

Articles, wordings and the order of the report are in ``incidents.yaml``; days and persons are the
numbers of the packs of rules.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from govkit.errors import InputError
from govkit.files import packaged
from govkit.findings.packs import packs
from govkit.findings.periods import later, workday
from govkit.policy import Policy, Register
from govkit.policy.entries import Incident
from govkit.records.pages import filled
from govkit.records.store import validated
from govkit.result import Result, Verdict

#: Classes, exemptions, duties and report items, with their words and articles.
INCIDENTS = packaged("records/incidents.yaml")
Row = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Duties(Result):
    """What an incident obliges the company to, and what of it is done.

    Attributes
    ----------
    reportable
        Whether the commission has to be told; ``None`` where that cannot be said yet.
    classes
        Why: the classes of Rules 7.
    open, overdue, late
        How many duties wait, how many of these too long, and how many were done too late.
    next_due
        The next day or moment at which something is due.
    doubts
        What a person has to find out.
    tables
        ``duties``: to whom, what, until when, by which article, and its state.
    """

    reportable: bool | None
    classes: tuple[str, ...]
    open: int
    overdue: int
    late: int
    next_due: str | None
    doubts: tuple[str, ...] = field(repr=False)
    why: str = field(repr=False)
    tables: dict[str, list[Row]] = field(repr=False)

    @property
    def verdict(self) -> Verdict:
        """Unsafe where something is overdue; for a person while something is open or in doubt."""
        if self.overdue:
            return Verdict.UNSAFE
        return Verdict.REVIEW if self.open or self.doubts else Verdict.SAFE

    @property
    def sentence(self) -> str:
        """Say whether and when a report is due, and why."""
        waiting = [row for row in self.tables["duties"] if row["state"] in {"open", "overdue"}]
        dates = [f"{row['what']} to {row['to']}: {row['due'] or 'now'}" for row in waiting]
        return " ".join([self.why, *([f"Still due: {'; '.join(dates)}."] if dates else [])])

    @property
    def next_step(self) -> str:
        """What to do now."""
        if self.doubts:
            return " ".join(self.doubts)
        return "Do what is due and record the day." if self.open else "Nothing is open."

    def to_dict(self) -> dict[str, Any]:
        """Give the numbers, the doubts and the duties."""
        more = {"doubts": list(self.doubts), "duties": self.tables["duties"]}
        return Result.to_dict(self) | more


def incident_content(
    facts: Mapping[str, Any], old: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Make the content of an entry of facts, as the register has them, and of what was said before.

    Parameters
    ----------
    facts
        By key; ``None`` says nothing. What the register does not know goes to ``details``.
    old
        The content of the entry before.

    Raises
    ------
    InputError
        It is no incident.
    """
    said = {key: value for key, value in facts.items() if value not in (None, [])}
    details = dict((old or {}).get("details", {})) | {
        key: said.pop(key) for key in list(said) if key not in Incident.keys
    }
    plain = {key: value for key, value in (old or {}).items() if key != "details"} | said
    made, _ = validated("incident", "I", plain), _date(details.get("client_told_on"))
    kept: dict[str, Any] = made.model_dump(mode="json", exclude_defaults=True, exclude={"key"})
    return kept | ({"details": details} if details else {})


def assess_incident(
    content: Mapping[str, Any], *, register: Register | None = None,
    now: dt.datetime | None = None, language: str = "en",
) -> Duties:  # fmt: skip
    """Tell whether and when an incident has to be reported, to whom, and by which article.

    Parameters
    ----------
    content
        As in the register (``known_at``, ``classes``, ``persons``, …), with what the register does
        not know under ``details``: ``entrusted``, ``high_risk``, ``pseudonymized``, ….
    register
        To see whose data it was, and of what kind.
    now
        The moment of the question; default: now.
    language
        In which the duties are written.

    Raises
    ------
    InputError
        It is no incident, or another language than ``en`` and ``ja``.

    Examples
    --------
    >>> known = {"known_at": "2026-01-31T23:00:00+09:00", "classes": ["improper_purpose"]}
    >>> duties = assess_incident(known, now=dt.datetime(2026, 2, 1, tzinfo=dt.UTC)).tables["duties"]
    >>> [row["due"] for row in duties]
    ['2026-02-04', '2026-03-31', '']
    """
    if language not in INCIDENTS["words"]:
        raise InputError("An incident is told in 'en' or 'ja': choose one of them.")
    incident, details = validated("incident", "I", content), content.get("details", {})
    number = _numbers()
    many = (incident.persons or 0) > number["reportable_persons"]
    classes = tuple(
        name for name in INCIDENTS["classes"]
        if name in incident.classes or (name == "large_scale" and many)
    )  # fmt: skip
    touched = [one for one in register.datasets if one.key in incident.datasets] if register else []
    entrusted = details.get("entrusted") or any(
        one.subject_group == "client_provided" for one in touched
    )
    freed = [
        name for name in INCIDENTS["exempt"]
        if getattr(incident, name, details.get(name)) and (entrusted or name != "client_told_on")
    ]  # fmt: skip
    unknown = not classes and not freed and incident.persons is None
    answers = {
        "reportable": bool(classes) and not freed,
        "entrusted": entrusted,
        "gdpr": incident.gdpr and not details.get("unlikely_risk"),
        "high_risk": incident.gdpr and details.get("high_risk"),
    }
    if "improper_purpose" in classes:
        number["final_days"] = number["final_days_improper"]
    stated = {"client_told_on": _date(details.get("client_told_on"))} | incident.model_dump()
    rows = [
        _duty(one, stated, number, now or dt.datetime.now(dt.UTC), language)
        for one in INCIDENTS["duties"].values() if answers[one["when"]]
    ]  # fmt: skip
    states = [row["state"] for row in rows]
    due = sorted(row["due"] for row in rows if row["state"] in {"open", "overdue"} and row["due"])
    secret = [
        one.key for one in touched if any("special_care" in part.appi_class for part in one.fields)
    ]
    doubts = ["Count the persons: without that number, nobody can tell."] * unknown + [
        f"Find out whether special care-required fields of {key} were touched: then one person is "
        "enough (Rules 7(i))." for key in secret if not freed and "special_care" not in classes
    ]  # fmt: skip
    return Duties(
        reportable=None if unknown else answers["reportable"], classes=classes,
        open=sum(state in {"open", "overdue"} for state in states),
        overdue=states.count("overdue"), late=states.count("late"),
        next_due=due[0] if due else None, doubts=tuple(doubts),
        why=_why(classes, freed, incident.persons, number["reportable_persons"]),
        tables={"duties": rows},
    )  # fmt: skip


def _numbers() -> dict[str, Any]:
    """Give the numbers of the packs that are on by default."""
    chosen = [pack.numbers for pack in packs().values() if pack.default]
    return {name: one.value for some in chosen for name, one in some.items()}


def _date(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except (TypeError, ValueError):
        raise InputError("client_told_on: write a date as YYYY-MM-DD.") from None


def _duty(
    duty: Row, stated: Mapping[str, Any], number: Mapping[str, Any], now: dt.datetime, language: str
) -> Row:
    """Say of a duty until when it is due and whether it is done."""
    known, done = stated["known_at"], stated[duty["done"]]
    days = number.get(duty.get("days", ""))
    hours = duty.get("clock") == "hours"  # else the day on which it was known is the first
    due: dt.date | None = later(known.date(), f"P{days - (not hours)}D") if days else None
    article = duty.get(f"article_{language}", duty["article"])
    if due and "rest" in duty and (open_ := workday(due)) != due:
        said = INCIDENTS["rest"][duty["rest"]][language].format(day=due)
        due, article = open_ if duty["rest"] == "moves" else due, article + said
    here: dt.date = now.astimezone(known.tzinfo).date()
    if due and hours:
        due, here = dt.datetime.combine(due, known.timetz()), now
    state = "open" if done is None else "done"
    if due is not None and due < (here if done is None else done):
        state = "overdue" if done is None else "late"
    return {
        "to": duty[f"to_{language}"], "what": duty[language],
        "article": article, "due": due.isoformat() if due else "", "state": state,
        "done": done.isoformat() if done else "",
    }  # fmt: skip


def _why(classes: tuple[str, ...], freed: list[str], persons: int | None, least: int) -> str:
    said = [INCIDENTS["classes"][name] for name in classes]
    because = "; ".join(f"{one['en'].format(n=least)} ({one['article']})" for one in said)
    if freed:
        one = INCIDENTS["exempt"][freed[0]]
        return f"No report to the commission is due: {one['en']} ({one['article']})."
    if classes:
        return f"A report to the commission is due: {because}."
    if persons is None:
        return "Nobody can tell yet whether a report is due: the number of persons is not known."
    return (
        f"No report to the commission is due: persons: {persons:,}, of none of the classes, and "
        f"not more than {least:,} (Rules 7)."
    )


def report_incident(
    key: str, content: Mapping[str, Any], *, language: str = "en",
    policy: Policy | None = None, register: Register | None = None, now: dt.datetime | None = None,
) -> str:  # fmt: skip
    """Write what the form of the commission asks for, in its order (Rules 8(1)), as Markdown.

    What nobody knows yet is marked so; a preliminary report holds what is known.

    Raises
    ------
    InputError
        It is no incident, or another language than ``en`` and ``ja``.
    """
    incident, details = validated("incident", key, content), content.get("details", {})
    answer = assess_incident(content, register=register, now=now, language=language)
    least = _numbers()["reportable_persons"]
    fields = "; ".join(_fields(register, incident.datasets)) or ", ".join(incident.datasets)
    known = {"data_items": fields} | incident.model_dump() | {k: v for k, v in details.items() if v}
    values = {name: known.get(name) for name in INCIDENTS["items"]}
    values["persons"] = f"{incident.persons:,}" if incident.persons is not None else None
    return filled(
        "incident.md",
        key=key, incident=incident, policy=policy, language=language, values=values,
        items=INCIDENTS["items"], w=INCIDENTS["words"][language], duties=answer.tables["duties"],
        classes=[INCIDENTS["classes"][one][language].format(n=least) for one in answer.classes],
    )  # fmt: skip


def _fields(register: Register | None, keys: tuple[str, ...]) -> Iterator[str]:
    """Name the personal fields of the datasets that were touched."""
    for one in register.datasets if register else ():
        if one.key in keys:
            names = ", ".join(part.name for part in one.fields if part.role != "none")
            yield f"{one.title}: {names}"
