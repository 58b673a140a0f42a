"""The commands about requests from individuals, ``govkit request …``, made from a YAML file."""

from __future__ import annotations

import datetime as dt
import inspect
import json
import sys
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from typer import Argument, Option

from govkit import cli_options as shared
from govkit.errors import InputError, SourceError, shown
from govkit.files import write_whole
from govkit.result import Result, written

app = typer.Typer(help="Requests from individuals, from arrival to closing.", no_args_is_help=True)
_FILE = (
    "File of lines 'type: value', so that no value stands in the shell's history; - is standard "
    "input; "
)
_DESK: dict[str, tuple[Any, Any]] = {
    "records": (
        Annotated[str, Option(envvar="GOVKIT_RECORDS", help="SQLite file or database URL.")],
        "records.sqlite",
    ),
    "register": (
        Annotated[Path, Option(envvar="GOVKIT_REGISTER", help="Folder of the register.")],
        Path("register"),
    ),
    "policy": (Annotated[Path | None, Option(help="Default: in or beside the register.")], None),
    "data": (Annotated[Path, Option(envvar="GOVKIT_DATA", help="Folder of the data.")], Path()),
    "author": (Annotated[str, Option(envvar="GOVKIT_AUTHOR", help="Staff number.")], ""),
    "at": (Annotated[str | None, Option(help="When: 2026-05-11T09:00+09:00; default now.")], None),
    "json_": (shared.Json, False),
}


def _options(name: str, said: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Give Typer's types and defaults of a parameter."""
    kind, help_ = next(iter(said.items()))
    if kind == "person":
        given = Annotated[list[str] | None, Option(metavar="TYPE=VALUE", help=help_)]
        file = Annotated[Path | None, Option(metavar="FILE", help=_FILE + help_)]
        return {"identifier": (given, None), "identifier_file": (file, None)}
    made: dict[str, tuple[Any, Any]] = {
        "argument": (Annotated[str, Argument(metavar=name.upper(), help=help_)], ...),
        "word": (Annotated[str | None, Argument(metavar=name.upper(), help=help_)], None),
        "needed": (Annotated[str, Option(help=help_)], ...),
        "text": (Annotated[str | None, Option(help=help_)], None),
        "path": (Annotated[Path | None, Option(help=help_)], ... if "needed" in said else None),
        "day": (Annotated[dt.datetime | None, Option(formats=["%Y-%m-%d"], help=help_)], None),
        "flag": (Annotated[bool, Option(f"--{name}", help=help_)], False),
        "counts": (Annotated[list[str] | None, Option(metavar="DATASET=N", help=help_)], None),
    }
    return {name: made[kind]}


def _add(name: str, said: dict[str, Any]) -> None:
    does, text = said.pop("does"), said.pop("help")
    kinds = {key: next(iter(one)) for key, one in said.items()}
    options = {key: two for one, kind in said.items() for key, two in _options(one, kind).items()}
    options |= _DESK

    def run(**given: Any) -> int:  # noqa: ANN401 - as Typer made them
        given |= _read(kinds, given)
        json_, output = given.pop("json_"), given.pop("output", None)
        desk = _desk(**{key: given.pop(key) for key in _DESK if key in given})
        kept = {key: one for key, one in given.items() if one is not None}
        return _told(_act(desk, does)(desk, **kept), output, json_=json_)

    place = inspect.Parameter.KEYWORD_ONLY
    run.__signature__ = inspect.Signature([  # type: ignore[attr-defined]
        inspect.Parameter(
            key, place, annotation=kind, default=inspect.Parameter.empty if first is ... else first
        )
        for key, (kind, first) in options.items()
    ])  # fmt: skip
    run.__annotations__ = {key: kind for key, (kind, _) in options.items()}
    app.command(name, help=text)(run)


def _read(kinds: dict[str, str], given: dict[str, Any]) -> dict[str, Any]:
    """Make of the words on the command line what is asked for."""
    read: dict[str, Any] = {}
    for key, kind in kinds.items():
        if kind == "day" and given[key]:
            read[key] = given[key].date()
        elif kind == "counts":
            read[key] = {one: _count(n) for one, n in _pairs(given[key] or [], "=")}
        elif kind == "person":
            file, read[key] = given.pop("identifier_file"), {}
            pairs = _pairs(given.pop("identifier") or [], "=")
            for type_, value in [*pairs, *_pairs(_lines(file) if file else [], ":")]:
                read[key][type_] = [*read[key].get(type_, []), value]
    return read


def _lines(file: Path) -> list[str]:
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise SourceError(f"{shown(file.name)} cannot be read as UTF-8 text: check it.") from None
    lines = [line.strip().replace("：", ":", 1) for line in text.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def _pairs(texts: list[str], mark: str) -> list[tuple[str, str]]:
    pairs = [
        (key.strip(), value.strip()) for key, _, value in (one.partition(mark) for one in texts)
    ]
    if not all(key and value for key, value in pairs):
        raise InputError(f"Write each as type{mark}value; one of {len(pairs)} is not so.")
    return pairs


def _count(text: str) -> int:
    if not text.isdecimal():
        raise InputError("Write how many records were found by hand, as in web-visits=0.")
    return int(text)


def _desk(
    *, records: str, register: Path, policy: Path | None, data: Path, author: str, at: str | None
) -> Any:  # noqa: ANN401 - a RequestDesk, whose room loads here
    from govkit.records import RequestDesk, open_store  # noqa: PLC0415

    read, rules = shared.both(register, policy)
    if rules is None:
        raise SourceError("There is no policy.yaml in or beside the register: name it (--policy).")
    try:
        moment = dt.datetime.fromisoformat(at) if at else None
    except ValueError:
        raise InputError("Write the moment as 2026-05-11T09:00+09:00 (--at).") from None
    if moment and moment.tzinfo is None:
        moment = moment.astimezone()
    return RequestDesk(open_store(records), rules, read, data, author, moment)


def _act(desk: Any, does: str) -> Any:  # noqa: ANN401
    from govkit.records import answers  # noqa: PLC0415

    return getattr(type(desk), does, None) or getattr(answers, does)


def _told(answer: Any, output: Path | None, *, json_: bool) -> int:  # noqa: ANN401
    """Print or write an answer; 1 where a search or a list leaves something to do."""
    if isinstance(answer, Result):
        if json_:
            shared.print_json(answer)
        else:
            _print(Console(highlight=False), answer)
        return 0 if hasattr(answer, "state") else shared.exit_code(answer)
    if hasattr(answer, "write"):
        answer = "\n".join(map(str, answer.write(output))) + "\n"
    elif output:
        answer = f"{write_whole(output, answer)}\n"
    print(json.dumps({"text": answer}) if json_ else answer, end="\n" if json_ else "")  # noqa: T201
    return 0


def _print(console: Console, answer: Result) -> None:
    told = answer.to_dict()
    shared.print_verdict(console, answer)
    console.print(escape(told.get("next_step", "")))
    rows = told.get("cases") or told.get("found") or []
    hidden = {"verdict", "sentence", "next_step"}
    table = Table(*(key for key in (rows[0] if rows else ()) if key not in hidden), box=None)
    for row in rows:
        table.add_row(*(escape(written(one)) for key, one in row.items() if key not in hidden))
    console.print(table)
    for dataset, why in told.get("not_searched", {}).items():
        console.print(escape(f"not searched: {dataset}. {why}"))


for _name, _said in yaml.safe_load(
    (files("govkit") / "cli_requests.yaml").read_text("utf-8")
).items():
    _add(_name, _said)
