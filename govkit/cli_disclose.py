"""The gate on the command line: ``govkit assess``, ``govkit disclose …``, made from a YAML file."""

from __future__ import annotations

import dataclasses
import datetime as dt
import inspect
import json
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
import yaml
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from govkit import cli_options as shared
from govkit.errors import InputError, SourceError
from govkit.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from govkit.assess import Assessment
    from govkit.policy import Policy, Register
    from govkit.records.disclosures import Decision, Gate

__all__ = ["add"]

Given = dict[str, Any]
_TYPES = {"several": list[str], "columns": list[str], "number": int, "flag": bool, "path": Path,
          "day": dt.datetime}  # fmt: skip
_FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S%z"]


def add(app: typer.Typer) -> None:
    """Add ``assess`` and the group ``disclose`` to the street door."""
    text = (files("govkit") / "cli_disclose.yaml").read_text("utf-8")
    said = yaml.safe_load(text)["commands"]
    group = typer.Typer(help="The gate: what may be handed over, and its record.",
                        no_args_is_help=True)  # fmt: skip
    for name, act in _ACTS.items():
        (app if name == "assess" else group).command(name, help=said[name]["help"])(
            _command(act, said[name]["options"])
        )
    app.add_typer(group, name="disclose")


def _command(act: Callable[[Given], int], options: Given) -> Callable[..., int]:
    """Make a command whose signature Typer reads."""

    def run(**given: Any) -> int:  # noqa: ANN401 - as Typer made them
        return act({name: one for name, one in given.items() if one not in (None, [], False)})

    parameters = [_parameter(name, dict(one)) for name, one in options.items()]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    return run


def _parameter(name: str, said: Given) -> inspect.Parameter:
    kind, text = next(iter(said.items()))
    needed, flag = kind == "argument" or said.get("needed"), kind == "flag"
    type_: Any = _TYPES.get(kind, str)
    type_ = type_ if needed or flag else type_ | None
    first = False if flag else said.get("default")
    word = f"--{name.replace('_', '-')}"
    made: Any = (
        typer.Argument(help=text, metavar=name.upper())
        if kind == "argument"
        else typer.Option(word, help=text, envvar=said.get("env"), formats=_FORMATS)
    )
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=inspect.Parameter.empty if needed else first,
        annotation=Annotated[type_, made],
    )  # fmt: skip


def _assess(given: Given) -> int:
    from govkit.assess import assess  # noqa: PLC0415 - each command loads its own room

    kinds = {"table": True, "records_file": False}
    table = next((kinds[name] for name in kinds if given.pop(name, None)), None)
    ends = {name: given.pop(name, None) for name in ("html", "output", "json")}
    policy, register = _both(given)
    trees = shared.trees(given.pop("hierarchies", None), [])
    found = assess(given.pop("source"), policy, register, table=table, hierarchies=trees, **given)
    if ends["output"]:
        found.write(ends["output"])
    if ends["html"]:
        from govkit.output import Section, html_report  # noqa: PLC0415

        text = f"SHA-256 {found.sha256}; policy {found.policy_version}, run {found.run}."
        section = Section(title="May this file be shown?", text=text, result=found)
        write_whole(ends["html"], html_report("Assessment", [section]))
    return _answer(found, ends["json"])


def _request(given: Given) -> int:
    gate, about, json_ = _gate(given, create=True), _about(given), given.pop("json", False)
    several = {"purposes": "purpose", "consent_recipients": "consent_recipient"}
    wanted = {many: given.pop(one) for many, one in several.items() if one in given} | given
    for name in {"fields", "consent_fields"} & wanted.keys():
        wanted[name] = shared.columns(wanted[name])
    if "until" in wanted:
        wanted["until"] = str(wanted["until"].date())
    wanted.setdefault("audience", "recipient" if "recipient" in wanted else "public")
    wanted["ground"] = wanted["ground"].replace("-", "_")
    return _answer(gate.request(wanted, **about), json_)


def _record(given: Given) -> int:
    gate, about = _gate(given), _about(given)
    _answer(gate.record(given["key"], **about), given.get("json", False))
    return 0


def _sign(given: Given, kind: str) -> int:
    gate, about = _gate(given), _about(given)
    signed = {name: about[name] for name in ("author", "at")}
    getattr(gate, kind)(given["key"], reason=given["reason"], **signed)
    return 0


def _list(given: Given) -> int:
    rows = _gate(given).listed()
    if given.get("json"):
        print(json.dumps(rows, ensure_ascii=False))  # noqa: T201 - the answer
        return 0
    table = Table("key", "dataset", "recipient", "ground", "state", "made on", "keep until",
                  box=None, padding=(0, 1, 0, 0))  # fmt: skip
    for row in rows:  # what is planned stands as it was decided
        state = row["status"] if row["status"] == "made" else row["decision"] or row["status"]
        parts = (*list(row.values())[:4], state, row["disclosed_on"], row["retain_until"])
        table.add_row(*(escape(str(part or "")) for part in parts))
    Console(highlight=False).print(table)
    return 0


def _show(given: Given) -> int:
    found = _gate(given).store.entries(key=given["key"])
    if not found:
        raise InputError("There is no such disclosure in the records: see govkit disclose list.")
    plain = [dataclasses.asdict(one) for one in found]
    print(json.dumps(plain, ensure_ascii=False, indent=1, default=str))  # noqa: T201 - the answer
    return 0


def _report(given: Given) -> int:
    from govkit.records import provision  # noqa: PLC0415

    gate, output = _gate(given), given.pop("output")
    write = {".csv": provision.as_csv, ".html": provision.as_html}.get(output.suffix)
    if write is None:
        raise InputError("A record of provision is written as .csv or .html: name such a file.")
    write_whole(output, write(gate.provisions(**given)))
    return 0


_ACTS: dict[str, Callable[[Given], int]] = {
    "assess": _assess, "request": _request, "record": _record,
    "approve": lambda given: _sign(given, "approve"),
    "override": lambda given: _sign(given, "override"),
    "list": _list, "show": _show, "report": _report,
}  # fmt: skip


def _both(given: Given) -> tuple[Policy, Register]:
    register, policy = shared.both(given.pop("register"), given.pop("policy", None))
    if policy is None:
        raise SourceError("There is no policy.yaml in or beside the register: name it (--policy).")
    return policy, register


def _gate(given: Given, *, create: bool = False) -> Gate:
    from govkit.records import open_store  # noqa: PLC0415
    from govkit.records.disclosures import Gate  # noqa: PLC0415

    policy, register = _both(given)
    store = open_store(given.pop("records"), create=create)
    return Gate(policy=policy, register=register, store=store, folder=given.pop("data", None))


def _about(given: Given) -> Given:
    """Take what is said about the file, by whom and when."""
    from govkit.assess import Assessment  # noqa: PLC0415

    day, evidence = given.pop("day", None), given.pop("evidence", None)
    return {
        "author": given.pop("author"), "file": given.pop("file", None),
        "at": day and (day if day.tzinfo else day.replace(tzinfo=dt.UTC)),
        "evidence": evidence and Assessment.read(evidence),
        "hierarchies": shared.trees(given.pop("hierarchies", None), []),
        "certificate": given.pop("certificate", None),
    }  # fmt: skip


def _answer(found: Assessment | Decision, json_: bool) -> int:
    if json_:
        return shared.print_json(found)
    console = Console(highlight=False)
    shared.print_verdict(console, found)
    console.print(shared.print_rows("", found))
    console.print(f"[bold]Next:[/] {escape(found.next_step)}")
    return shared.exit_code(found)
