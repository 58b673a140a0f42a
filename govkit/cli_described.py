"""Commands that are described in YAML, and how what they answer is told.

Of a command: its help, its options, and whether it is told of --json, which every command has. Of
an option: its kind with its help (flag; either: yes or no; whole: a whole number; number; text;
several: texts; columns: names of columns; path; paths; day; moment: a day or more exactly); its
default; whether it is needed, or an argument, which is needed unless it has a default; its least
value; the variable of the environment that it is taken from; its names and its metavar where they
are not the usual ones.
"""

from __future__ import annotations

import datetime as dt
import inspect
import json
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
import yaml
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from govkit import cli_options as shared
from govkit.errors import InputError
from govkit.files import write_whole
from govkit.result import Result, written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from govkit.policy import Policy, Register
    from govkit.records import Entry

Given = dict[str, Any]
_KINDS: dict[str, Any] = {
    "flag": bool, "either": bool, "whole": int, "number": float, "text": str,
    "several": list[str], "columns": list[str], "path": Path, "paths": list[Path],
    "day": dt.datetime, "moment": dt.datetime,
}  # fmt: skip
_DAY, _MOMENT = "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S%z"
_JSON = {"flag": "Print one JSON object and nothing else."}
_MOST = 30  # entries of a list in a history
_WIDEST = 14  # characters of a word that a table does not break


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a command answers.

    Attributes
    ----------
    result
        An answer with its verdict.
    plain
        The JSON, or what is in it beside the answer.
    text, rows, show
        What people see: words, a table, or whatever the command prints instead of the answer.
    code
        How the command ends.
    """

    result: Result | None = None
    plain: Given = field(default_factory=dict)
    text: str = ""
    rows: list[Given] = field(default_factory=list)
    show: Callable[[Console], None] | None = None
    code: int = 0

    @classmethod
    def of(cls, result: Result, show: Callable[[Console], None] | None = None, **more: Any) -> Told:  # noqa: ANN401
        """Tell an answer: exit code 1 where it is not safe."""
        return cls(result=result, plain=more, show=show, code=shared.exit_code(result))


def add(
    app: typer.Typer, said: Mapping[str, Given], acts: Mapping[str, Callable[[Given], Any]]
) -> None:
    """Add commands: each takes what was given, without what was left out.

    It gives an answer to tell or, where it has printed all there is to say, its exit code.
    """
    for name, act in acts.items():
        app.command(name, help=said[name]["help"])(_command(act, said[name]))


def _command(act: Callable[[Given], Any], said: Given) -> Callable[..., int | None]:
    """Make a command whose signature Typer reads."""
    options = said["options"] | {"json": _JSON}

    def run(**given: Any) -> int | None:  # noqa: ANN401 - as Typer made them
        json_ = given.get("json", False)
        if said.get("json") != "told":
            given.pop("json", None)
        answer = act({
            name: shared.columns(one) if "columns" in options[name] else one
            for name, one in given.items()
            if one is not None and one != [] and not ("flag" in options[name] and not one)
        })  # fmt: skip
        return tell(answer, json_=json_) if isinstance(answer, Result | Told) else answer

    parameters = [_parameter(name, one) for name, one in options.items()]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    return run


def _parameter(name: str, said: Given) -> inspect.Parameter:
    """Make of a description what Typer makes an argument or an option of."""
    kind, text = next(iter(said.items()))
    default = said.get("default", False if kind == "flag" else None)
    if said.get("needed") or (said.get("argument") and "default" not in said):
        default = inspect.Parameter.empty
    if said.get("argument"):
        made = typer.Argument(help=text, metavar=said.get("metavar", name.upper()))
    else:
        usual = () if kind == "either" else (f"--{name.replace('_', '-')}",)
        made = typer.Option(
            *said.get("names", usual), help=text, metavar=said.get("metavar"), min=said.get("min"),
            envvar=said.get("env"), formats=[_DAY, _MOMENT] if kind == "moment" else [_DAY],
        )  # fmt: skip
    type_ = _KINDS[kind]
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=default,
        annotation=Annotated[type_ | None if default is None else type_, made],
    )  # fmt: skip


def tell(answer: Result | Told, *, json_: bool) -> int:
    """Print an answer and give the exit code."""
    if isinstance(answer, Result):
        answer = Told.of(answer)
    if json_:
        found = answer.result.to_dict() if answer.result is not None else {}
        print(json.dumps(found | answer.plain, ensure_ascii=False, allow_nan=False))  # noqa: T201
        return answer.code
    if answer.show is not None:
        answer.show(Console(highlight=False))
    elif answer.result is not None:
        _print_result(answer.result)
    if answer.text:
        print(answer.text)  # noqa: T201 - the answer
    print_table(answer.rows)
    return answer.code


def _print_result(found: Result) -> None:
    console = Console(highlight=False)
    shared.print_verdict(console, found)
    if type(found).rows is not Result.rows:  # it says itself how it is shown
        console.print(shared.print_rows("", found))
    else:
        for title, rows in getattr(found, "tables", {}).items():
            print_table(rows, title)
    if step := getattr(found, "next_step", ""):
        console.print(f"[bold]Next:[/] {escape(step)}")


def print_table(rows: list[Given], title: str = "") -> None:
    """Print rows as a table that fits a terminal; no word of ordinary length is broken."""
    if not rows:
        return
    table = Table(box=None, padding=(0, 1, 0, 0), title=title, title_justify="left")
    for name in rows[0]:
        cells = [written(row[name]) if row[name] is not None else "" for row in rows]
        words = " ".join([name.replace("_", " "), *cells]).split()
        least = min(max(map(len, words)), _WIDEST)
        table.add_column(name.replace("_", " "), min_width=least, overflow="fold")
    for row in rows:
        table.add_row(*(escape(written(one)) if one is not None else "" for one in row.values()))
    Console(highlight=False).print(table)


def history(entries: Sequence[Entry]) -> Told:
    """Tell entries in their order; lists that are long stand in the JSON alone."""
    parts = [
        f"{one.kind} {one.key}, entry {one.number}, {one.at:%Y-%m-%d %H:%M} UTC, by {one.author}\n"
        + textwrap.indent(_brief(one.content), "  ")
        for one in entries
    ]
    text = "\n\n".join(parts) or "Nothing is recorded."
    return Told(text=text, plain={"entries": [one.to_dict() for one in entries]})


def _brief(content: Given) -> str:
    def cut(value: Any) -> Any:  # noqa: ANN401 - JSON
        if isinstance(value, dict):
            return {name: cut(one) for name, one in value.items() if one not in (None, [], {})}
        if isinstance(value, list) and len(value) > _MOST:
            return f"({len(value):,}, see --json)"
        return list(map(cut, value)) if isinstance(value, list) else value

    text: str = yaml.safe_dump(
        cut(content), allow_unicode=True, sort_keys=False, width=76, default_flow_style=None
    )
    return text.strip()


def saved(text: str | bytes, output: Path | None) -> Told:
    """Tell a text, or write it to a file and name that."""
    if output is None:
        whole = text if isinstance(text, str) else text.decode()
        return Told(text=whole.removesuffix("\n"), plain={"text": whole})
    return Told(text=str(write_whole(output, text)), plain={"text": f"{output}\n"})


def moment(text: str | None) -> dt.datetime | None:
    """Read a moment, if one was named; without its distance from UTC it is one of here."""
    try:
        found = dt.datetime.fromisoformat(text) if text else None
    except ValueError:
        raise InputError("Write the moment as 2026-05-11T09:00+09:00.") from None
    return found.astimezone() if found and found.tzinfo is None else found


def day_of(given: Given) -> dt.date | None:
    """Give the day as on which to judge, if one was named."""
    return given["day"].date() if "day" in given else None


def both(given: Given) -> tuple[Policy, Register]:
    """Load the policy and the register that were named; both are needed."""
    return shared.with_policy(Path(given.pop("register")), given.pop("policy", None))
