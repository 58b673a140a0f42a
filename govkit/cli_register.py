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
from govkit.cli_described import Given, Told, add, day_of, saved
from govkit.errors import InputError, SourceError
from govkit.files import packaged, write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from govkit.policy import Policy, Register

register = typer.Typer(help="The register: what the company does.", no_args_is_help=True)
policy = typer.Typer(help="The policy: what the company promises.", no_args_is_help=True)


def _init(given: Given) -> Told:
    """Classify every table and write proposals for a person to confirm."""
    from govkit.output.proposal import propose  # noqa: PLC0415 - each command loads its own room

    output = given["output"]
    files, unread = propose(given["data"], output)
    for one in unread:
        _tell(f"not read: {one}")
    _tell(f"{len(files)} datasets proposed in {output / 'datasets'}.")
    plain = {"files": [path.as_posix() for path in files], "not_read": unread}
    return Told(plain=plain, code=1 if unread else 0)


def _render(given: Given) -> Told:
    output = given.get("output")
    html = output is not None and output.suffix in {".html", ".htm"}
    page = gk.policy.render_policy(gk.load_policy(given["file"]), given["language"], html=html)
    return saved(page, output)


def _show(given: Given) -> Told:
    from govkit.output import export_register, map_register  # noqa: PLC0415

    (known, promised), days = _both(given), given["days"]
    if output := given.get("output"):
        kind = {".mmd": "mermaid", ".dot": "graphviz", ".md": "markdown"}.get(output.suffix, "html")
        export_register(known, output, format=kind, policy=promised, days=days)
    found = map_register(known, promised, days=days)

    def show(console: Console) -> None:
        shared.print_verdict(console, found)
        for name, rows in found.tables.items():
            table = Table(*(rows[0] if rows else ["none"]), title=name, title_justify="left")
            for row in rows:
                table.add_row(*map(escape, row.values()))
            console.print(table)

    return Told.of(found, show)


def _check(given: Given) -> Told:
    promised, known = shared.with_policy(given["folder"], given.get("policy"))
    events: dict[str, Any] = {}
    if "records" in given:
        events |= gk.records.open_store(given["records"]).events()
    if "leaks" in given:
        events["leaks"] = _leaks(given["leaks"])
    found = gk.check_register(
        promised, known, given.get("data"), packs=given.get("pack"),
        today=day_of(given), events=events,
    )  # fmt: skip
    if "sarif" in given:
        write_whole(given["sarif"], json.dumps(found.to_sarif(), ensure_ascii=False, indent=1))

    def show(console: Console) -> None:
        for one in found.findings:
            place = f"{one.file}:{one.line}" if one.line else one.file or one.subject
            head = f"[bold]{one.level} {one.rule}[/]  {escape(place)}"
            console.print(head, soft_wrap=True)  # a path that breaks cannot be opened
            console.print(escape(f"  {one.message}\n  {one.fix}"))
        shared.print_verdict(console, found)

    return Told(result=found, show=show, code=int(found.errors > 0))


def _export(given: Given) -> Told:
    from govkit.output import export_register  # noqa: PLC0415

    known, promised = _both(given)
    export_register(known, given["output"], format=given["format"], policy=promised)
    return Told(plain={"file": given["output"].as_posix()})


def _import(given: Given) -> Told:
    from govkit.output import import_register  # noqa: PLC0415

    made = import_register(given["file"], given["output"])
    _tell(f"{len(made.activities)} activities in {given['output']}.")
    return Told(plain={"file": given["output"].as_posix()})


def _both(given: Given) -> tuple[Register, Policy | None]:
    return shared.both(given["folder"], given.get("policy"))


def _tell(text: str) -> None:
    Console(stderr=True, highlight=False).print(text, markup=False)


def _leaks(file: Path) -> list[dict[str, object]]:
    """Read what ``govkit guard --json`` printed."""
    try:
        listed = json.loads(file.read_text("utf-8"))["leaks"]
        return [{key: one[key] for key in ("notebook", "cell", "kind")} for one in listed]
    except OSError:
        raise SourceError(f"{file.name!r} cannot be read: check the path.") from None
    except (ValueError, TypeError, KeyError):
        raise InputError(f"{file.name!r} is not what govkit guard --json prints.") from None


_SAID = packaged("cli.yaml")
add(register, _SAID["register"], {
    "init": _init, "show": _show, "check": _check, "export": _export, "import": _import,
})  # fmt: skip
add(policy, _SAID["policy"], {"render": _render})
