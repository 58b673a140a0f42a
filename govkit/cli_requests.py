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
_SAID = yaml.safe_load((files("govkit") / "cli_requests.yaml").read_text("utf-8"))
_DESK = _SAID.pop("desk")  # the options of every command
_ONLY = inspect.Parameter.KEYWORD_ONLY


def _parameter(name: str, said: dict[str, Any]) -> inspect.Parameter:
    """Make of a description what Typer makes an argument or an option of."""
    kind, text = next(iter(said.items()))
    type_: Any = {"day": dt.datetime, "flag": bool, "path": Path, "several": list[str]}.get(
        kind, str
    )
    if kind in {"argument", "word"}:
        made = Argument(help=text, metavar=said.get("metavar", name.upper()))
    else:
        names = (f"--{name.replace('_', '-')}",)
        made = Option(
            *names, help=text, metavar=said.get("metavar"), envvar=said.get("env"),
            formats=["%Y-%m-%d"],
        )  # fmt: skip
    needed = kind == "argument" or said.get("needed")
    first = said.get("default", False if kind == "flag" else None)
    annotation: Any = Annotated[type_ if needed else type_ | None, made]
    default = inspect.Parameter.empty if needed else first
    return inspect.Parameter(name, _ONLY, annotation=annotation, default=default)


def _add(name: str, said: dict[str, Any]) -> None:
    """Add a command: read its words, act at the desk, tell the answer."""
    does, text, person = said.pop("does"), said.pop("help"), said.pop("person", None)

    def run(*, json_: bool, output: Path | None = None, **given: Any) -> int:  # noqa: ANN401
        desk = _desk(**{key: given.pop(key) for key in _DESK})
        if person:
            given[person] = _identifiers(given.pop("identifier"), given.pop("identifier_file"))
        if by_hand := given.get("by_hand"):
            given["by_hand"] = {key: _count(n) for key, n in _pairs(by_hand, "=")}
        days = {key: one.date() for key, one in given.items() if isinstance(one, dt.datetime)}
        return _told(_act(desk, does)(desk, **given | days), output, json_=json_)

    parameters = [_parameter(key, one) for key, one in (said | _DESK).items()]
    json_ = inspect.Parameter("json_", _ONLY, annotation=shared.Json, default=False)
    run.__signature__ = inspect.Signature([*parameters, json_])  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in (*parameters, json_)}
    app.command(name, help=text)(run)


def _identifiers(given: list[str] | None, file: Path | None) -> dict[str, list[str]]:
    """Collect values by their type; several of one type are alternatives."""
    found: dict[str, list[str]] = {}
    for kind, value in [*_pairs(given or [], "="), *_pairs(_lines(file) if file else [], ":")]:
        found.setdefault(kind, []).append(value)
    return found


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
    *, records: str, register: str, policy: Path | None, data: str, author: str, at: str | None
) -> Any:  # noqa: ANN401 - a RequestDesk, whose room loads here
    from govkit.records import RequestDesk, open_store  # noqa: PLC0415

    read, rules = shared.both(Path(register), policy)
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
    if step := told.get("next_step"):
        console.print(escape(step))
    rows = told.get("cases") or told.get("found") or []
    hidden = {"verdict", "sentence", "next_step"}
    table = Table(*(key for key in (rows[0] if rows else ()) if key not in hidden), box=None)
    for row in rows:
        table.add_row(*(escape(written(one)) for key, one in row.items() if key not in hidden))
    if rows:
        console.print(table)
    for dataset, why in told.get("not_searched", {}).items():
        console.print(escape(f"not searched: {dataset}. {why}"))


for _name, _one in _SAID.items():
    _add(_name, dict(_one))
