"""Commands that are described in YAML, and how what they answer is told.

Of a command: its help and its options. Of an option: its kind (argument, word: an argument that may
be left out, text, several, columns, number, flag, either: yes or no, path, day) with its help;
whether it is needed; the variable of the environment that it is taken from; its default. Every
command has --json.
"""

from __future__ import annotations

import datetime as dt
import inspect
import json
import textwrap
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
import yaml
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from govkit import cli_options as shared
from govkit.errors import SourceError
from govkit.files import write_whole
from govkit.result import Result, written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from govkit.policy import Policy, Register
    from govkit.records import Entry

Given = dict[str, Any]
_TYPES = {"several": list[str], "columns": list[str], "number": int, "flag": bool, "either": bool,
          "path": Path, "day": dt.datetime}  # fmt: skip
_FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S%z"]
_ARGUMENTS = ("argument", "word")
_JSON = {"flag": "Print one JSON object and nothing else."}
_MOST = 30  # entries of a list in a history
_WIDEST = 14  # characters of a word that a table does not break


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a command answers.

    Attributes
    ----------
    plain
        As JSON.
    text, result, rows
        The same for people: in words, as an answer with its verdict, as a table.
    code
        How the command ends.
    """

    plain: Given
    text: str = ""
    result: Result | None = None
    rows: list[Given] = field(default_factory=list)
    code: int = 0


def described(name: str) -> Given:
    """Read a description that stands beside this file."""
    return dict(yaml.safe_load((files("govkit") / name).read_text("utf-8")))


def add(
    app: typer.Typer, said: Mapping[str, Given], acts: Mapping[str, Callable[[Given], Any]]
) -> None:
    """Add commands: each takes what was given, without what was left out, and gives an answer."""
    for name, act in acts.items():
        app.command(name, help=said[name]["help"])(_command(act, said[name]["options"]))


def _command(act: Callable[[Given], Any], options: Mapping[str, Given]) -> Callable[..., int]:
    """Make a command whose signature Typer reads."""

    def run(**given: Any) -> int:  # noqa: ANN401 - as Typer made them
        json_ = given.pop("json")
        left_out = {name for name, one in given.items() if one is None or one == []}
        left_out |= {name for name in flags if not given[name]}
        return tell(act({k: v for k, v in given.items() if k not in left_out}), json_=json_)

    flags = [name for name, one in options.items() if "flag" in one]
    parameters = [_parameter(name, one) for name, one in {**options, "json": _JSON}.items()]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    return run


def _parameter(name: str, said: Given) -> inspect.Parameter:
    """Make of a description what Typer makes an argument or an option of."""
    kind, text = next(iter(said.items()))
    type_: Any = _TYPES.get(kind, str)
    needed = kind == "argument" or said.get("needed")
    first = said.get("default", False if kind == "flag" else None)
    words = () if kind in {*_ARGUMENTS, "either"} else (f"--{name.replace('_', '-')}",)
    made: Any = (
        typer.Argument(help=text, metavar=said.get("metavar", name.upper()))
        if kind in _ARGUMENTS
        else typer.Option(*words, help=text, metavar=said.get("metavar"), envvar=said.get("env"),
                          formats=_FORMATS)
    )  # fmt: skip
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=inspect.Parameter.empty if needed else first,
        annotation=Annotated[type_ if needed or first is False else type_ | None, made],
    )  # fmt: skip


def tell(answer: Result | Told, *, json_: bool) -> int:
    """Print an answer and give the exit code: 1 where a result is not safe."""
    if isinstance(answer, Result):
        answer = Told(result=answer, plain=answer.to_dict(), code=shared.exit_code(answer))
    if json_:
        print(json.dumps(answer.plain, ensure_ascii=False, allow_nan=False))  # noqa: T201
        return answer.code
    if answer.result is not None:
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


def both(given: Given) -> tuple[Policy, Register]:
    """Load the policy and the register that were named; both are needed."""
    register, policy = shared.both(Path(given.pop("register")), given.pop("policy", None))
    if policy is None:
        raise SourceError("There is no policy.yaml in or beside the register: name it (--policy).")
    return policy, register
