"""What the person gets: a copy of the records with all that belongs to it, and letters.

And what the office gets: the last days as a calendar. Texts stand in ``templates/``.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from govkit.errors import InputError, MissingExtraError, SourceError, shown
from govkit.files import packaged, write_whole
from govkit.policy.entries import Dataset, Request
from govkit.records.cases import LAW, Case
from govkit.records.locate import Identifiers, records_of
from govkit.records.pages import filled
from govkit.records.provision import kept_for
from govkit.remedy import write_records

if TYPE_CHECKING:
    from collections.abc import Collection

    from govkit.records.requests import RequestDesk

_COMPANY = ("name", "address", "representative")
LETTERS = ("acknowledge", "identify", "extend", "answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """Everything that a person who asked for disclosure is to be given.

    Attributes
    ----------
    case
        Case number.
    content
        Who answers, and per dataset its source, purposes, recipients, provisions and records. It
        holds personal data: hand it to the person alone.
    """

    case: str
    content: dict[str, Any] = field(repr=False)

    def write(self, folder: str | Path) -> list[Path]:
        """Write it as JSON, as CSV without formulas, and as a page to read."""
        target = Path(folder)
        try:
            target.mkdir(parents=True, exist_ok=True)
        except OSError:
            raise SourceError(
                f"The folder {shown(target.name)} cannot be made: choose another."
            ) from None
        cells = [
            (dataset["title"], f"{number}", name, value or "")
            for dataset in self.content["datasets"]
            for number, record in enumerate(dataset["records"], 1)
            for name, value in record.items()
        ]  # fmt: skip
        names = ("dataset", "record", "item", "value")
        columns = {name: [cell[at] for cell in cells] or [""] for at, name in enumerate(names)}
        html = filled("package.html", **self.content, words=_words(self.content["language"]))
        text = json.dumps(self.content, ensure_ascii=False, indent=1)
        return [
            write_whole(target / f"{self.case}.json", text),
            write_records(columns, target / f"{self.case}.csv"),
            write_whole(target / f"{self.case}.html", html),
        ]


def package(
    desk: RequestDesk, key: str, identifiers: Identifiers | None = None, *, language: str = "en"
) -> Package:
    """Put together what a granted request for disclosure, access or provision records gives.

    Only records that are surely the person's are in it, none that a client provided (about those
    the client decides), and none that was found by hand (enclose it).

    Parameters
    ----------
    desk, key
        Where the case is, and its number.
    identifiers
        As for the search; default: what is kept of the person.
    language
        ``en`` or ``ja``.

    Raises
    ------
    InputError
        The request was not granted, or is of another kind.
    """
    case, organization = desk.case(key), desk.policy.organization
    _words(language)
    if not LAW["kinds"][case.kind].get("data") or case.outcome not in {"granted", "partly"}:
        raise InputError(f"{case.key} gives no records: only a granted request for data does.")
    located = [
        name for name, one in case.entry.content["details"]["located"].items()
        if one["by"] != ["hand"]
    ]  # fmt: skip
    found = records_of(desk.register, identifiers or desk.identifiers(key), desk.data, located)
    parts = [
        _part(desk, dataset, records if case.kind != "records" else [], language)
        for dataset, records in found if dataset.subject_group != "client_provided"
    ]  # fmt: skip
    company = {part: _say(organization, part, language) for part in _COMPANY}
    content = {
        "case": case.key, "kind": LAW["kinds"][case.kind][language], "language": language,
        "made_on": f"{desk.now.date()}", "gdpr": case.entry.content.get("gdpr", False),
        "company": company | {"contact": organization.contact_email}, "datasets": parts,
    }  # fmt: skip
    return Package(case=case.key, content=content)


def _part(
    desk: RequestDesk, dataset: Dataset, records: list[dict[str, Any]], language: str
) -> dict[str, Any]:
    """Tell of one dataset what the person may know: source, purposes, recipients, records."""
    names = {one.key: one.name for one in desk.register.recipients}
    kept = dataset.retention
    return {
        "title": dataset.title, "source": dataset.source,
        "purposes": _purposes(desk, {dataset.key}, language),
        "recipients": [names.get(one, one) for one in desk.recipients([dataset.key])],
        "retention": kept and kept_for(kept, _words(language)["periods"]),
        "records": [
            {name: None if value is None else str(value) for name, value in one.items()}
            for one in records
        ],
        "provisions": [
            {
                "day": one.get("disclosed_on") or "", "until": one.get("until") or "",
                "recipient": names.get(one["recipient"], one["recipient"]),
                "items": one["fields"], "ground": one.get("ground"),
            }
            for one in desk.provisions([dataset.key])
        ],
    }  # fmt: skip


def _purposes(desk: RequestDesk, datasets: Collection[str], language: str) -> list[str]:
    """Give the purposes for which some datasets are used; of none, every purpose."""
    doing = [one for one in desk.register.activities if set(one.datasets) & set(datasets)]
    used = {purpose for one in doing for purpose in one.purposes}
    listed = [one for one in desk.policy.purposes if one.key in used or not datasets]
    return [_say(one, "text", language) for one in listed]


def letter(desk: RequestDesk, key: str, which: str = "answer", language: str = "en") -> str:
    """Write a letter to the person.

    Parameters
    ----------
    which
        ``acknowledge`` (arrived), ``identify`` (who is meant?), ``extend`` or ``answer``.
    language
        ``en`` or ``ja``.

    Raises
    ------
    InputError
        There is no such letter, or the case has no decision or extension to tell.
    """
    case = desk.case(key)
    if which not in LETTERS:
        raise InputError(f"There is no letter {shown(which)}: choose {', '.join(LETTERS)}.")
    words = _words(language)
    content = {name: one for name, one in case.entry.content.items() if name != "details"}
    request = Request.model_validate(content | {"key": key})
    needed = {"answer": "outcome", "extend": "extended_to"}.get(which)
    if needed and not getattr(request, needed):
        raise InputError(f"{case.key} has no {needed} to tell yet: record it first.")
    located = case.entry.content.get("details", {}).get("located", {})
    name = desk.person(key).get("name") or ""
    return filled(
        f"{which}.{language}", case=case, request=request,
        name=name if isinstance(name, str) else name[0], today=desk.now.date(),
        policy=desk.policy, kind=LAW["kinds"][case.kind], words=words,
        purposes=_purposes(desk, located, language),
    )  # fmt: skip


def calendar(desk: RequestDesk) -> bytes:
    """Write the last days of the open requests as iCalendar: case numbers and kinds, no person."""
    try:
        from icalendar import Alarm, Calendar, Event  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        raise MissingExtraError("Calendars", "records") from None
    made = Calendar()
    made.add("prodid", "-//govkit//requests//EN")
    made.add("version", "2.0")
    for case in desk.cases().cases:
        if case.days_left is not None:
            made.add_component(_event(case, desk.now, Alarm(), Event()))
    return bytes(made.to_ical())


def _event(case: Case, at: dt.datetime, alarm: Any, event: Any) -> Any:  # noqa: ANN401 - of icalendar
    event.add("uid", f"{case.key}@govkit")
    event.add("dtstamp", at.astimezone(dt.UTC))
    event.add("dtstart", dt.date.fromisoformat(case.due))
    event.add("summary", f"{case.key}: answer due ({LAW['kinds'][case.kind]['en']})")
    alarm.add("action", "DISPLAY")
    alarm.add("description", f"{case.key} is due in three days")
    alarm.add("trigger", dt.timedelta(days=-3))
    event.add_component(alarm)
    return event


def _say(one: Any, part: str, language: str) -> str:  # noqa: ANN401 - an entry of the policy
    return str(getattr(one, f"{part}_{language}"))


def _words(language: str) -> dict[str, Any]:
    said = packaged("records/templates/words.yaml").get(language)
    if said is None:
        raise InputError("Answers are written in 'en' or 'ja': choose one of them.")
    return dict(said)
