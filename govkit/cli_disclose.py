"""The gate on the command line: ``govkit assess``, ``govkit disclose …``."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from typer import Argument, Option

from govkit import cli_options as shared
from govkit.errors import InputError, SourceError
from govkit.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from govkit.assess import Assessment
    from govkit.policy import Policy, Register
    from govkit.records.disclosures import Decision, Gate

Folder = Annotated[Path, Option("--register", metavar="DIR", help="Folder of the register.")]
PolicyFile = Annotated[
    Path | None, Option("--policy", help="policy.yaml; default: the one in or beside the folder.")
]
Records = Annotated[
    str, Option(envvar="GOVKIT_RECORDS", help="The records: a SQLite file, or a PostgreSQL URL.")
]
Author = Annotated[str, Option(envvar="GOVKIT_AUTHOR", help="Who says so: staff number or name.")]
Evidence = Annotated[Path | None, Option(help="JSON file of govkit assess, instead of a new one.")]
DataFolder = Annotated[Path | None, Option("--data", help="Where earlier files are looked for.")]
Certificate = Annotated[Path | None, Option(help="Proof of a table; default: beside the file.")]
Day = Annotated[
    dt.datetime | None,
    Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S%z"], help="As on this day; default: now."),
]
Why = Annotated[str, Option(help="Why.")]
Key = Annotated[str, Argument(metavar="KEY", help="Number of the disclosure.")]
Texts = list[str] | None

disclose = typer.Typer(help="The gate: what may be handed over, and its record.",
                       no_args_is_help=True)  # fmt: skip


def assess(
    data: shared.Data,
    register: Folder,
    audience: Annotated[str, Option(help="internal, recipient or public.")],
    policy: PolicyFile = None,
    dataset: Annotated[str | None, Option(help="Entry of the register; found by name.")] = None,
    hierarchies: shared.Hierarchies = None,
    certificate: Certificate = None,
    table: Annotated[
        bool | None, Option("--table/--records-file", help="What it is; found by its look.")
    ] = None,
    html: Annotated[Path | None, Option(help="Write a report to this file.")] = None,
    output: Annotated[Path | None, Option(help="Keep the assessment as evidence (JSON).")] = None,
    delimiter: shared.Delimiter = None,
    encoding: shared.Encoding = None,
    engine: shared.Engine = "duckdb",
    json_: shared.Json = False,
) -> int:
    """Run every check that the policy asks for an audience on one very file."""
    from govkit.assess import assess as run  # noqa: PLC0415 - each command loads its own room

    found = run(
        data, *_both(register, policy), audience=audience, dataset=dataset, table=table,
        hierarchies=shared.trees(hierarchies, []), certificate=certificate, delimiter=delimiter,
        encoding=encoding, engine=engine,
    )  # fmt: skip
    if output is not None:
        found.write(output)
    if html is not None:
        from govkit.output import Section, html_report  # noqa: PLC0415

        text = f"SHA-256 {found.sha256}; policy {found.policy_version}, run {found.run}."
        section = Section(title="May this file be shown?", text=text, result=found)
        write_whole(html, html_report("Assessment", [section]))
    return _answer(found, json_)


@disclose.command()
def request(
    register: Folder,
    dataset: Annotated[str, Option(help="From where.")],
    ground: Annotated[
        str, Option(help="statistical, consent, subcontractor, succession, law or opt-out.")
    ],
    author: Author,
    recipient: Annotated[str | None, Option(help="To whom; nobody: the public.")] = None,
    file: Annotated[Path | None, Option(help="The very file that is handed over.")] = None,
    audience: Annotated[str | None, Option(help="Default: recipient, else public.")] = None,
    fields: Annotated[Texts, Option(metavar="A,B,…", help="Columns; default: all.")] = None,
    purpose: Annotated[Texts, Option(help="Purpose of the policy; repeatable.")] = None,
    contract: Annotated[str | None, Option(help="Under which contract.")] = None,
    consent_reference: Annotated[str | None, Option(help="Where consent is filed.")] = None,
    consent_recipient: Annotated[Texts, Option(help="For whom; repeatable.")] = None,
    consent_fields: Annotated[Texts, Option(metavar="A,B,…", help="For which columns.")] = None,
    legal_reference: Annotated[str | None, Option(help="Statute and article.")] = None,
    request_document: Annotated[str | None, Option(help="The written request.")] = None,
    announcement: Annotated[str | None, Option(help="Opt-out: where announced.")] = None,
    persons: Annotated[int | None, Option(help="How many people it is about.")] = None,
    own_purpose: Annotated[
        bool, Option("--own-purpose", help="The recipient uses it for itself.")
    ] = False,
    until: Annotated[
        dt.datetime | None, Option(formats=["%Y-%m-%d"], help="Last day of a continuing one.")
    ] = None,
    evidence: Evidence = None,
    hierarchies: shared.Hierarchies = None,
    certificate: Certificate = None,
    data: DataFolder = None,
    policy: PolicyFile = None,
    records: Records = "records.sqlite",
    day: Day = None,
    json_: shared.Json = False,
) -> int:
    """Decide whether something may be disclosed, and keep question and answer."""
    wanted = {
        "dataset": dataset, "ground": ground.replace("-", "_"), "recipient": recipient,
        "audience": audience or ("recipient" if recipient else "public"), "contract": contract,
        "fields": fields and shared.columns(fields), "purposes": purpose,
        "consent_reference": consent_reference, "consent_recipients": consent_recipient,
        "consent_fields": consent_fields and shared.columns(consent_fields), "persons": persons,
        "legal_reference": legal_reference, "request_document": request_document,
        "announcement": announcement, "own_purpose": own_purpose or None,
        "until": until and str(until.date()),
    }  # fmt: skip
    found = _gate(register, policy, records, data, create=True).request(
        {name: part for name, part in wanted.items() if part}, author=author, file=file,
        evidence=_read(evidence), at=_aware(day), hierarchies=shared.trees(hierarchies, []),
        certificate=certificate,
    )  # fmt: skip
    return _answer(found, json_)


@disclose.command()
def record(
    key: Key,
    register: Folder,
    author: Author,
    file: Annotated[Path | None, Option(help="The very file that was handed over.")] = None,
    evidence: Evidence = None,
    hierarchies: shared.Hierarchies = None,
    certificate: Certificate = None,
    data: DataFolder = None,
    policy: PolicyFile = None,
    records: Records = "records.sqlite",
    day: Day = None,
    json_: shared.Json = False,
) -> int:
    """Keep that it was made; refused without an allowed decision, an approval or an override."""
    found = _gate(register, policy, records, data).record(
        key, author=author, file=file, evidence=_read(evidence), at=_aware(day),
        hierarchies=shared.trees(hierarchies, []), certificate=certificate,
    )  # fmt: skip
    _answer(found, json_)
    return 0


@disclose.command()
def approve(
    key: Key, register: Folder, author: Author, reason: Why, policy: PolicyFile = None,
    records: Records = "records.sqlite", day: Day = None,
) -> None:  # fmt: skip
    """Let a named person decide what the gate left to one."""
    gate = _gate(register, policy, records, None)
    gate.approve(key, author=author, reason=reason, at=_aware(day))


@disclose.command()
def override(
    key: Key, register: Folder, author: Author, reason: Why, policy: PolicyFile = None,
    records: Records = "records.sqlite", day: Day = None,
) -> None:  # fmt: skip
    """Let a named person answer for a disclosure that the gate refused."""
    gate = _gate(register, policy, records, None)
    gate.override(key, author=author, reason=reason, at=_aware(day))


@disclose.command("list")
def list_(
    register: Folder, policy: PolicyFile = None, records: Records = "records.sqlite",
    json_: shared.Json = False,
) -> None:  # fmt: skip
    """List what was asked for and disclosed: of the register, and of the records."""
    rows = _gate(register, policy, records, None).listed()
    if json_:
        print(json.dumps(rows, ensure_ascii=False))  # noqa: T201 - the answer
        return
    table = Table(box=None)
    for name in rows[0] if rows else ["none"]:
        table.add_column(name, overflow="fold", no_wrap=name == "key")
    for row in rows:
        table.add_row(*(escape(str(part or "")) for part in row.values()))
    Console(highlight=False).print(table)


@disclose.command()
def show(
    key: Key, register: Folder, policy: PolicyFile = None, records: Records = "records.sqlite"
) -> None:
    """Show every entry about a disclosure: decisions, approvals, overrides; as JSON."""
    found = _gate(register, policy, records, None).store.entries(key=key)
    if not found:
        raise InputError("There is no such disclosure in the records: see govkit disclose list.")
    plain = [dataclasses.asdict(one) for one in found]
    print(json.dumps(plain, ensure_ascii=False, indent=1, default=str))  # noqa: T201 - the answer


@disclose.command()
def report(
    register: Folder, output: Annotated[Path, Option(help="File: .csv or .html.")],
    recipient: Annotated[str | None, Option(help="Only to this one.")] = None,
    dataset: Annotated[str | None, Option(help="Only from this one.")] = None,
    policy: PolicyFile = None, records: Records = "records.sqlite",
) -> None:  # fmt: skip
    """Write the record of provision in a form that can be handed out."""
    from govkit.records.provision import as_csv, as_html  # noqa: PLC0415

    rows = _gate(register, policy, records, None).provisions(recipient=recipient, dataset=dataset)
    forms: dict[str, Callable[[Any], str]] = {".csv": as_csv, ".html": as_html}
    if output.suffix not in forms:
        raise InputError("A record of provision is written as .csv or .html: name such a file.")
    write_whole(output, forms[output.suffix](rows))


def _both(folder: Path, file: Path | None) -> tuple[Policy, Register]:
    register, policy = shared.both(folder, file)
    if policy is None:
        raise SourceError("There is no policy.yaml in or beside the register: name it (--policy).")
    return policy, register


def _gate(folder: Path, policy: Path | None, records: str, data: Path | None, *,
          create: bool = False) -> Gate:  # fmt: skip
    from govkit.records import open_store  # noqa: PLC0415
    from govkit.records.disclosures import Gate  # noqa: PLC0415

    policy_, register = _both(folder, policy)
    store = open_store(records, create=create)
    return Gate(policy=policy_, register=register, store=store, folder=data)


def _read(evidence: Path | None) -> Assessment | None:
    from govkit.assess import Assessment  # noqa: PLC0415

    return None if evidence is None else Assessment.read(evidence)


def _aware(day: dt.datetime | None) -> dt.datetime | None:
    return day and (day if day.tzinfo else day.replace(tzinfo=dt.UTC))


def _answer(found: Assessment | Decision, json_: bool) -> int:
    if json_:
        return shared.print_json(found)
    console = Console(highlight=False)
    shared.print_verdict(console, found)
    console.print(shared.print_rows("", found))
    console.print(f"[bold]Next:[/] {escape(found.next_step)}")
    return shared.exit_code(found)
