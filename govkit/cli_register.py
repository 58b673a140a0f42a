"""The commands about the register and the policy: ``govkit register …``, ``govkit policy …``."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - Typer reads the annotations
import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from typer import Argument, Option

from govkit import cli_options as shared
from govkit.errors import SourceError

Folder = Annotated[Path, Argument(metavar="DIR", help="Folder of the register.")]

register = typer.Typer(help="The register: what the company does.", no_args_is_help=True)
policy = typer.Typer(help="The policy: what the company promises.", no_args_is_help=True)


@register.command()
def init(
    data: Annotated[str, Argument(metavar="DATA", help="A table, a folder of files, a database.")],
    output: Annotated[Path, Option(help="Folder of the register.")],
) -> int:
    """Start a register: classify every table and write proposals for a person to confirm."""
    from govkit.output.proposal import propose  # noqa: PLC0415 - each command loads its own room

    files, unread = propose(data, output)
    console = Console(stderr=True, highlight=False)
    for one in unread:
        console.print(f"not read: {one}", markup=False)
    console.print(f"{len(files)} datasets proposed in {output / 'datasets'}.", markup=False)
    return 1 if unread else 0


@policy.command()
def render(
    file: Annotated[Path, Argument(metavar="POLICY", help="policy.yaml")],
    language: Annotated[str, Option(help="'en' or 'ja'.")] = "en",
    output: Annotated[
        Path | None, Option(help="Write to this file; as HTML where it ends in .html.")
    ] = None,
) -> None:
    """Write the public page of a policy, in English or Japanese."""
    from govkit.output import write_whole  # noqa: PLC0415
    from govkit.policy import load_policy, render_policy  # noqa: PLC0415

    html = output is not None and output.suffix in {".html", ".htm"}
    page = render_policy(load_policy(file), language, html=html)
    if output is None:
        print(page, end="")  # noqa: T201 - the answer
    else:
        write_whole(output, page)


@register.command()
def show(
    folder: Folder,
    policy_file: shared.PolicyFile = None,
    output: Annotated[
        Path | None, Option(help="Write to this file: .html, .md, .mmd (Mermaid) or .dot.")
    ] = None,
    days: Annotated[int, Option(help="How far ahead 'soon' reaches.")] = 90,
    json_: shared.Json = False,
) -> int:
    """Show the data map: who, what, why, where, to whom, and what ends when."""
    from govkit.output import export_register, map_register  # noqa: PLC0415

    register_, policy_ = shared.both(folder, policy_file)
    if output is not None:
        kind = {".mmd": "mermaid", ".dot": "graphviz", ".md": "markdown"}.get(output.suffix, "html")
        export_register(register_, output, format=kind, policy=policy_, days=days)
    found = map_register(register_, policy_, days=days)
    if json_:
        return shared.print_json(found)
    console = Console(highlight=False)
    shared.print_verdict(console, found)
    for name, rows in found.tables.items():
        table = Table(*(rows[0] if rows else ["none"]), title=name, title_justify="left")
        for row in rows:
            table.add_row(*map(escape, row.values()))
        console.print(table)
    return shared.exit_code(found)


@register.command()
def check(
    folder: Folder,
    policy_file: shared.PolicyFile = None,
    data: Annotated[
        Path | None, Option(help="Folder of the data, to hold against the register, too.")
    ] = None,
    pack: Annotated[
        list[str] | None, Option(help="Only these rules: appi-current, gdpr, …; repeatable.")
    ] = None,
    day: Annotated[
        dt.datetime | None,
        Option(formats=["%Y-%m-%d"], help="Judge as on this day; default: today."),
    ] = None,
    records: Annotated[
        str | None,
        Option(metavar="PLACE", help="Judge what is recorded there, too: a file, a database URL."),
    ] = None,
    sarif: Annotated[Path | None, Option(help="Write SARIF for code reviews.")] = None,
    json_: shared.Json = False,
) -> int:
    """Hold the register against the policy, the law and the data; exit code 1 with an error."""
    from govkit.findings import check_register  # noqa: PLC0415
    from govkit.output import write_whole  # noqa: PLC0415

    register_, policy_ = shared.both(folder, policy_file)
    if policy_ is None:
        raise SourceError("There is no policy.yaml in or beside the register: name it (--policy).")
    events = None
    if records is not None:
        from govkit.records import open_store  # noqa: PLC0415

        events = open_store(records).events()
    found = check_register(
        policy_, register_, data, packs=pack, today=day and day.date(), events=events
    )
    if sarif is not None:
        write_whole(sarif, json.dumps(found.to_sarif(), ensure_ascii=False, indent=1))
    if json_:
        shared.print_json(found)
        return int(found.errors > 0)
    console = Console(highlight=False)
    for one in found.findings:
        place = f"{one.file}:{one.line}" if one.line else one.file or one.subject
        console.print(f"[bold]{one.level} {one.rule}[/]  {escape(place)}")
        console.print(escape(f"  {one.message}\n  {one.fix}"))
    shared.print_verdict(console, found)
    return int(found.errors > 0)


@register.command("export")
def export_(
    folder: Folder,
    format_: Annotated[
        str, Option("--format", help="ropa-csv, ropa-xlsx, fideslang, dpv, markdown, …")
    ],
    output: Annotated[Path, Option(help="The file to write.")],
    policy_file: shared.PolicyFile = None,
) -> None:
    """Write the register for others; nothing about single persons leaves it."""
    from govkit.output import export_register  # noqa: PLC0415

    register_, policy_ = shared.both(folder, policy_file)
    export_register(register_, output, format=format_, policy=policy_)


@register.command("import")
def import_(
    file: Annotated[
        Path, Argument(metavar="FILE", help="A ROPA (.csv, .xlsx) or fideslang (.yaml).")
    ],
    output: Annotated[Path, Option(help="Folder of the new register.")],
) -> None:
    """Write a register from a record of processing activities or from fideslang."""
    from govkit.output import import_register  # noqa: PLC0415

    made = import_register(file, output)
    console = Console(stderr=True, highlight=False)
    console.print(f"{len(made.activities)} activities in {output}.", markup=False)
