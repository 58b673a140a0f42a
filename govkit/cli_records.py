"""The commands about the records: ``govkit records …``, ``incident …``, ``training …``."""

from __future__ import annotations

import datetime as dt
import inspect
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
import yaml
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from typer import Argument, Option

from govkit import cli_options as shared
from govkit.errors import InputError, SourceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from govkit.records import Entry, Store
    from govkit.result import Result

Records = Annotated[
    str, Option("--records", envvar="GOVKIT_RECORDS", help="SQLite file, or postgresql://… URL.")
]
Author = Annotated[
    str, Option(envvar="GOVKIT_AUTHOR", help="Who writes it: a staff number or a name.")
]
Folder = Annotated[Path | None, Option("--register", metavar="DIR", help="Folder of the register.")]
Day = Annotated[
    dt.datetime | None, Option(formats=["%Y-%m-%d"], help="Judge as on this day; default: today.")
]
Staff = Annotated[Path | None, Option(help="A table with person, department and perhaps role.")]
Page = Annotated[Path | None, Option(help="Write a report as HTML to this file.")]
HERE = "records.sqlite"

records = typer.Typer(help="The records: what happened, only ever added to.", no_args_is_help=True)
incident = typer.Typer(help="Incidents: losses, falsifications, leaks.", no_args_is_help=True)
training = typer.Typer(help="Training: who completed what, who has to.", no_args_is_help=True)


# The records


@records.command()
def migrate(place: Records = HERE) -> None:
    """Begin records, or bring those of an older version up to date."""
    _open(place, create=True)
    _tell("The records are ready.")


@records.command()
def verify(
    place: Records = HERE,
    expect: Annotated[
        str | None, Option(metavar="DIGEST", help="A last digest noted earlier: is the end whole?")
    ] = None,
    json_: shared.Json = False,
) -> int:
    """Follow the whole chain and tell every place where it was tampered with."""
    found = _open(place).verify(expect)
    _show(found, json_)
    for one in () if json_ else found.breaks:
        print(f"- {one}")  # noqa: T201 - the answer
    return shared.exit_code(found)


@records.command()
def export(
    output: Annotated[Path, Argument(metavar="FILE", help=".csv, .xlsx or .jsonl")],
    place: Records = HERE,
    kind: Annotated[str | None, Option(help="Only incident, training, disclosure, …")] = None,
) -> None:
    """Write entries for others; no values of a person are in it."""
    from govkit.records import export as write  # noqa: PLC0415 - each command loads its own room

    _tell(f"{write(_open(place), output, kind):,} entries in {output}.")


@records.command()
def backup(
    output: Annotated[Path, Argument(metavar="FILE", help=".sqlite, or .jsonl for any database.")],
    place: Records = HERE,
) -> None:
    """Copy everything, persons too, while others go on writing."""
    from govkit.records import backup as copy  # noqa: PLC0415

    copy(_open(place), output)
    _tell(f"Backup in {output}: keep it as safe as the records.")


@records.command()
def restore(
    copy: Annotated[Path, Argument(metavar="BACKUP", help="As govkit records backup wrote it.")],
    place: Records = HERE,
    json_: shared.Json = False,
) -> int:
    """Bring a backup back to a new place: verified and whole, or not at all."""
    from govkit.records import restore as bring  # noqa: PLC0415

    found = bring(copy, place)
    _show(found, json_)
    return shared.exit_code(found)


@records.command()
def erase(
    key: Annotated[str, Argument(help="Number of the case whose persons are erased.")],
    reason: Annotated[str, Option(help="Why: the retention that ended, or the request.")],
    author: Author,
    place: Records = HERE,
) -> None:
    """Erase the values of the persons of a case; the chain still holds."""
    store = _open(place)
    tokens = [one.person for one in store.entries(key=key) if one.person]
    kept = [token for token in tokens if store.person(token) is not None]
    if not kept:
        raise InputError("This case has no values of a person (any more): nothing was erased.")
    for token in kept:
        store.erase(token, author=author, reason=reason)
    _tell(f"Erased: {len(kept)}. Backups made before still hold them: delete those in time.")


@records.command()
def report(
    output: Annotated[Path, Option(help="The HTML file to write.")],
    place: Records = HERE,
    folder: Folder = None,
    policy_file: shared.PolicyFile = None,
    staff: Staff = None,
    day: Day = None,
    json_: shared.Json = False,
) -> int:
    """Write the dashboard: requests, disclosures, incidents, training, the chain."""
    from govkit.records import dashboard  # noqa: PLC0415
    from govkit.result import Verdict  # noqa: PLC0415

    register, policy = shared.both(folder, policy_file) if folder else (None, None)
    found = dashboard(_open(place), policy, register, staff=staff, today=day and day.date())
    _page(output, "The records", found)
    if json_:
        parts = {title: part.to_dict() for title, part in found.items()}
        print(json.dumps({"report": str(output), "parts": parts}, ensure_ascii=False))  # noqa: T201
    else:
        for title, part in found.items():
            shared.print_verdict(Console(highlight=False), part, title)
    return int(Verdict.worst(part.verdict for part in found.values()) is Verdict.UNSAFE)


# Incidents

_FACTS = yaml.safe_load((Path(__file__).parent / "records" / "facts.yaml").read_text("utf-8"))
_TYPES: dict[str, Any] = {"text": str | None, "flag": bool | None, "words": list[str] | None}


def _with_facts(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command an option for each fact of an incident (records/facts.yaml)."""
    asked = [
        inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=Option(None, help=what),
            annotation=_TYPES[kind],
        )
        for name, (kind, what) in _FACTS.items()
    ]  # fmt: skip
    own = list(inspect.signature(command, eval_str=True).parameters.values())[:-1]
    command.__signature__ = inspect.Signature([*own, *asked])  # type: ignore[attr-defined]
    command.__annotations__ = {one.name: one.annotation for one in [*own, *asked]}
    return command


@incident.command("open")
@_with_facts
def open_incident(
    author: Author, place: Records = HERE, json_: shared.Json = False, **facts: object
) -> None:  # fmt: skip
    """Record an incident, with what is known so far."""
    from govkit.records import incident_content  # noqa: PLC0415

    entry = _open(place).append("incident", None, incident_content(facts), author=author)
    _told(entry, json_)


@incident.command("update")
@_with_facts
def update_incident(
    key: Annotated[str, Argument(help="Its number.")],
    author: Author, place: Records = HERE, json_: shared.Json = False, **facts: object,
) -> None:  # fmt: skip
    """Record what became known or was done since; what was said before stays."""
    from govkit.records import incident_content  # noqa: PLC0415

    store = _open(place)
    content = incident_content(facts, _newest(store, key).content)
    _told(store.append("incident", key, content, author=author), json_)


@incident.command("assess")
@_with_facts
def assess_incident_(
    key: Annotated[str | None, Argument(help="Its number; without one, a what-if.")] = None,
    place: Records = HERE, folder: Folder = None, policy_file: shared.PolicyFile = None,
    now: Annotated[str | None, Option(help="Judge as at this moment; default: now.")] = None,
    language: Annotated[str, Option(help="'en' or 'ja'.")] = "en",
    json_: shared.Json = False, **facts: object,
) -> int:  # fmt: skip
    """Say whether and when a report is due, to whom, and by which article; nothing is recorded."""
    from govkit.records import assess_incident, incident_content  # noqa: PLC0415

    old = _newest(_open(place), key).content if key else None
    register = shared.both(folder, policy_file)[0] if folder else None
    found = assess_incident(
        incident_content(facts, old), register=register, now=_moment(now), language=language
    )
    _show(found, json_)
    return shared.exit_code(found)


@incident.command("list")
def list_incidents(
    place: Records = HERE, folder: Folder = None, policy_file: shared.PolicyFile = None,
    day: Day = None, json_: shared.Json = False,
) -> int:  # fmt: skip
    """List the incidents and what is still to do; exit code 1 while something is."""
    from govkit.records import incidents_overview  # noqa: PLC0415

    register = shared.both(folder, policy_file)[0] if folder else None
    found = incidents_overview(_open(place), register, day and day.date())
    _show(found, json_)
    return shared.exit_code(found)


@incident.command("show")
def show_incident(
    key: Annotated[str, Argument(help="Its number.")],
    place: Records = HERE,
    json_: shared.Json = False,
) -> None:
    """Show the history of an incident, entry by entry."""
    store = _open(place)
    _newest(store, key)
    _history(store.entries("incident", key), json_)


@incident.command("report")
def report_incident_(
    key: Annotated[str, Argument(help="Its number.")],
    place: Records = HERE, folder: Folder = None, policy_file: shared.PolicyFile = None,
    language: Annotated[str, Option(help="'en' or 'ja'.")] = "ja",
    output: Annotated[Path | None, Option(help="Write to this file (Markdown).")] = None,
) -> None:  # fmt: skip
    """Write what the form of the commission asks for, item by item (Rules 8(1))."""
    from govkit.files import write_whole  # noqa: PLC0415
    from govkit.records import report_incident  # noqa: PLC0415

    register, policy = shared.both(folder, policy_file) if folder else (None, None)
    content = _newest(_open(place), key).content
    text = report_incident(key, content, language=language, policy=policy, register=register)
    if output is None:
        print(text, end="")  # noqa: T201 - the answer
    else:
        write_whole(output, text)


# Training


@training.command("record")
def record_training(
    file: Annotated[Path, Argument(metavar="FILE", help="As the training page saved it.")],
    person: Annotated[str, Option(help="Staff number, not a name.")],
    author: Author,
    place: Records = HERE,
    quizzes: Annotated[
        Path | None, Option(help="quizzes.json of the site; default: that of the samples.")
    ] = None,
    json_: shared.Json = False,
) -> None:
    """Mark a completion file again and record it."""
    from govkit.output.demo import samples  # noqa: PLC0415
    from govkit.records import record_completion  # noqa: PLC0415

    quizzes = quizzes or samples() / "quizzes.json"
    store = _open(place)
    _told(record_completion(store, file, person, quizzes=quizzes, author=author), json_)


@training.command("except")
def except_training(
    person: Annotated[str, Argument(help="Staff number.")],
    module: Annotated[str, Argument(help="Which module.")],
    reason: Annotated[str, Option(help="Why it is not needed now.")],
    until: Annotated[dt.datetime, Option(formats=["%Y-%m-%d"], help="Until which day.")],
    author: Author,
    place: Records = HERE,
    json_: shared.Json = False,
) -> None:
    """Record that somebody need not have a module until a day, and why."""
    from govkit.records import except_person  # noqa: PLC0415

    end = until.date()
    _told(
        except_person(_open(place), person, module, reason=reason, until=end, author=author), json_
    )


@training.command("list")
def list_training(place: Records = HERE, json_: shared.Json = False) -> None:
    """List the completions."""
    _history(tuple(_open(place).latest("training").values()), json_)


@training.command("overdue")
def overdue_training(
    folder: Annotated[Path, Option("--register", metavar="DIR", help="Folder of the register.")],
    place: Records = HERE, policy_file: shared.PolicyFile = None, staff: Staff = None,
    day: Day = None, days: Annotated[int, Option(help="How far ahead 'soon' reaches.")] = 30,
    output: Page = None, json_: shared.Json = False,
) -> int:  # fmt: skip
    """List who lacks a module that the policy asks of their role; exit code 1 if anybody does."""
    from govkit.records import training_status  # noqa: PLC0415

    register, policy = shared.both(folder, policy_file)
    if policy is None:
        raise SourceError("There is no policy.yaml in or beside the register: name it (--policy).")
    found = training_status(
        policy, register, _open(place), staff=staff, days=days, today=day and day.date()
    )
    if output is not None:
        _page(output, "Training", {"Training": found})
    _show(found, json_)
    return shared.exit_code(found)


training.command("report", help="The same, with the completion of every department.")(
    overdue_training
)


# What they share


def _open(place: str, *, create: bool = False) -> Store:
    from govkit.records import open_store  # noqa: PLC0415

    return open_store(place, create=create)


def _newest(store: Store, key: str) -> Entry:
    found = store.latest("incident").get(key)
    if found is None:
        raise InputError("There is no incident of this number: see govkit incident list.")
    return found


def _moment(text: str | None) -> dt.datetime | None:
    try:
        found = None if text is None else dt.datetime.fromisoformat(text)
    except ValueError:
        found = dt.datetime.min  # noqa: DTZ901 - told below
    if found is not None and found.tzinfo is None:
        raise InputError("Write the moment with its distance from UTC: 2026-11-20T10:00:00+09:00.")
    return found


def _tell(text: str) -> None:
    Console(stderr=True).print(text, markup=False, highlight=False)


def _told(entry: Entry, json_: bool) -> None:
    said = json.dumps(entry.to_dict(), ensure_ascii=False)
    print(said if json_ else f"{entry.key} recorded (entry {entry.number}).")  # noqa: T201


def _history(entries: tuple[Entry, ...], json_: bool) -> None:
    if json_:
        whole = {"entries": [one.to_dict() for one in entries]}
        print(json.dumps(whole, ensure_ascii=False))  # noqa: T201
        return
    table = Table("entry", "number", "when (UTC)", "by", "content")
    for one in entries:
        content = "\n".join(f"{key}: {value}" for key, value in one.content.items())
        cells = (str(one.number), one.key, f"{one.at:%Y-%m-%d %H:%M}", one.author, content)
        table.add_row(*map(escape, cells))
    Console(highlight=False).print(table)


def _show(found: Result, json_: bool) -> None:
    """Print an answer: as JSON, or with its tables."""
    if json_:
        shared.print_json(found)
        return
    console = Console(highlight=False)
    shared.print_verdict(console, found)
    for name, rows in getattr(found, "tables", {}).items():
        if rows:
            table = Table(*rows[0], title=name, title_justify="left")
            for row in rows:
                table.add_row(*map(escape, row.values()))
            console.print(table)
    if step := getattr(found, "next_step", ""):
        console.print(f"[bold]Next:[/] {escape(step)}")


def _page(path: Path, title: str, found: dict[str, Result]) -> None:
    from govkit.output import Section, html_report, write_whole  # noqa: PLC0415

    sections = [
        Section(title=name, text="", result=one, figures=_figures(one))
        for name, one in found.items()
    ]
    write_whole(path, html_report(title, sections))


def _figures(found: Any) -> list[Any]:  # noqa: ANN401 - a result that may have a figure
    return [found.plot()] if hasattr(found, "plot") and getattr(found, "bars", True) else []
