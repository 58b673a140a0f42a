"""The commands about the register and the policy: ``govkit register …``, ``govkit policy …``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

import govkit as gk
from govkit import cli_options as shared
from govkit.errors import InputError, SourceError
from govkit.files import write_whole

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

register = typer.Typer(help="The register: what the company does.", no_args_is_help=True)
policy = typer.Typer(help="The policy: what the company promises.", no_args_is_help=True)


def init(data: str, output: Path) -> int:
    """Start a register: classify every table and write proposals for a person to confirm."""
    from govkit.output.proposal import propose  # noqa: PLC0415 - each command loads its own room

    files, unread = propose(data, output)
    console = Console(stderr=True, highlight=False)
    for one in unread:
        console.print(f"not read: {one}", markup=False)
    console.print(f"{len(files)} datasets proposed in {output / 'datasets'}.", markup=False)
    return 1 if unread else 0


def render(file: Path, language: str, output: Path | None) -> None:
    """Write the public page of a policy, in English or Japanese."""
    html = output is not None and output.suffix in {".html", ".htm"}
    page = gk.policy.render_policy(gk.load_policy(file), language, html=html)
    if output is None:
        print(page, end="")  # noqa: T201 - the answer
    else:
        write_whole(output, page)


def show(
    folder: Path, policy_file: Path | None, output: Path | None, days: int, json_: bool
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


def check(
    folder: Path, policy_file: Path | None, data: Path | None, pack: list[str] | None,
    day: dt.datetime | None, records: str | None, leaks: Path | None, sarif: Path | None,
    json_: bool,
) -> int:  # fmt: skip
    """Hold the register against the policy, the law and the data; exit code 1 with an error."""
    register_, policy_ = shared.both(folder, policy_file)
    if policy_ is None:
        raise SourceError("There is no policy.yaml in or beside the register: name it (--policy).")
    events: dict[str, Any] = {}
    if records is not None:
        events |= gk.records.open_store(records).events()
    if leaks is not None:
        events["leaks"] = _leaks(leaks)
    found = gk.check_register(
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
        head = f"[bold]{one.level} {one.rule}[/]  {escape(place)}"
        console.print(head, soft_wrap=True)  # a path that breaks cannot be opened
        console.print(escape(f"  {one.message}\n  {one.fix}"))
    shared.print_verdict(console, found)
    return int(found.errors > 0)


def export(folder: Path, format_: str, output: Path, policy_file: Path | None) -> None:
    """Write the register for others; nothing about single persons leaves it."""
    from govkit.output import export_register  # noqa: PLC0415

    register_, policy_ = shared.both(folder, policy_file)
    export_register(register_, output, format=format_, policy=policy_)


def import_(file: Path, output: Path) -> None:
    """Write a register from a record of processing activities or from fideslang."""
    from govkit.output import import_register  # noqa: PLC0415

    made = import_register(file, output)
    console = Console(stderr=True, highlight=False)
    console.print(f"{len(made.activities)} activities in {output}.", markup=False)


def _leaks(file: Path) -> list[dict[str, object]]:
    """Read what ``govkit guard --json`` printed."""
    try:
        listed = json.loads(file.read_text("utf-8"))["leaks"]
        return [{key: one[key] for key in ("notebook", "cell", "kind")} for one in listed]
    except OSError:
        raise SourceError(f"{file.name!r} cannot be read: check the path.") from None
    except (ValueError, TypeError, KeyError):
        raise InputError(f"{file.name!r} is not what govkit guard --json prints.") from None


shared.offer(register, "register init", init)
shared.offer(register, "register show", show)
shared.offer(register, "register check", check)
shared.offer(register, "register export", export)
shared.offer(register, "register import", import_)
shared.offer(policy, "policy render", render)
