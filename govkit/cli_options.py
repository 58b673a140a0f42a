"""What the commands share: options of one name and meaning, and how an answer is printed."""

from __future__ import annotations

import datetime as dt
import inspect
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from rich.markup import escape
from rich.table import Table
from typer import Argument, Option

import govkit as gk
from govkit.errors import InputError, SourceError, shown
from govkit.files import packaged
from govkit.result import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console
    from typer import Typer

    from govkit.microdata import Check, Risk, Suda
    from govkit.policy import Policy, Register
    from govkit.result import Result

_NAME = re.compile(r'\s*(?:"((?:[^"]|"")*)"\s*|([^,]*)),')
_COLORS = {Verdict.SAFE: "green", Verdict.REVIEW: "yellow", Verdict.UNSAFE: "red"}

Data = Annotated[
    str,
    Argument(
        metavar="DATA",
        help="CSV, Parquet, Excel or Arrow file; folder or glob of Parquet; file.duckdb::table, "
        "file.sqlite::table; database URL::table.",
        show_default=False,
    ),
]
Json = Annotated[bool, Option("--json", help="Print one JSON object and nothing else.")]
Delimiter = Annotated[str | None, Option(help="Of a CSV file; detected by default.")]
Encoding = Annotated[str | None, Option(help="Of a CSV file; detected by default.")]
Engine = Annotated[
    str, Option(help="What reads a file: duckdb, pandas, polars, pyarrow or pyspark.")
]
Hierarchies = Annotated[Path | None, Option(help="Folder: COLUMN.hrc, COLUMN.2.hrc, …")]

PolicyFile = Annotated[
    Path | None, Option("--policy", help="policy.yaml; default: the one in or beside the folder.")
]


_KINDS: dict[str, Any] = {
    "flag": bool, "whole": int, "number": float, "text": str, "several": list[str], "path": Path,
    "day": dt.datetime,
}  # fmt: skip


def offer(app: Typer, key: str, act: Callable[..., int | None]) -> None:
    """Add a command: what it takes stands in ``cli.yaml``, what it does in its docstring."""

    def run(**given: Any) -> int | None:  # noqa: ANN401 - as Typer made them
        return act(**given)

    taken = [_parameter(name, said) for name, said in packaged("cli.yaml")[key].items()]
    run.__signature__ = inspect.Signature(taken)  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in taken}
    app.command(key.rpartition(" ")[2], help=inspect.getdoc(act))(run)


def _parameter(name: str, said: dict[str, Any]) -> inspect.Parameter:
    """Make of a description what Typer makes an argument or an option of."""
    kind, text = next(iter(said.items()))
    default = said.get("default", False if kind == "flag" else None)
    if said.get("argument") or said.get("needed"):
        default = inspect.Parameter.empty
    about = {"help": text, "metavar": said.get("metavar")}
    if kind == "as":
        annotation = globals()[text]
    elif said.get("argument"):
        annotation = Annotated[_KINDS[kind], Argument(**about)]
    else:
        made = Option(*said.get("names", ()), formats=["%Y-%m-%d"], **about)
        annotation = Annotated[_KINDS[kind] | None if default is None else _KINDS[kind], made]
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
    )


def both(folder: Path, file: Path | None) -> tuple[Register, Policy | None]:
    """Load a register, and its policy: the one named, or policy.yaml in or beside the folder."""
    near = (folder / "policy.yaml", folder.absolute().parent / "policy.yaml")
    found = file or next((path for path in near if path.is_file()), None)
    return gk.load_register(folder), gk.load_policy(found) if found else None


def columns(given: list[str]) -> list[str]:
    """Split lists of names at commas, except inside double quotes."""
    names = []
    for text in given:
        for found in _NAME.finditer(f"{text},"):
            quoted, plain = found.groups()
            names.append(plain.strip() if quoted is None else quoted.replace('""', '"'))
    if not all(names):
        raise InputError("A column name is empty: write names as in age,sex,postcode.")
    return names


def trees(folder: Path | None, columns: list[str]) -> dict[str, object]:
    """Find the trees of each column: COLUMN.hrc first, then COLUMN.2.hrc and so on."""
    if folder is None:
        return {}
    if not folder.is_dir():
        raise SourceError(f"The folder {shown(folder.name)} does not exist: check the path.")
    found: dict[str, object] = {}
    files = sorted(folder.glob("*.hrc"), key=lambda file: (len(file.name), file.name))
    for name in columns or {file.name.partition(".")[0] for file in files}:
        trees = [f for f in files if f.name.startswith(f"{name}.")]
        found |= {name: trees} if trees else {}
    return found


def print_json(answer: Result, **parts: Result) -> int:
    """Print one JSON object and nothing else, further answers in it; give the exit code."""
    whole = answer.to_dict() | {name: part.to_dict() for name, part in parts.items()}
    print(json.dumps(whole, ensure_ascii=False, allow_nan=False))  # noqa: T201
    return exit_code(answer)


def exit_code(answer: Result) -> int:
    """Give 0 for safe, 1 for anything else."""
    return 0 if answer.verdict is Verdict.SAFE else 1


def print_verdict(console: Console, answer: Result, title: str = "") -> None:
    """Print the verdict with its sign, and the sentence."""
    color = _COLORS[answer.verdict]
    head = f"[bold {color}]{answer.verdict.mark} {answer.verdict.name}[/]"
    console.print(f"{head}  {escape(title)}" if title else head)
    console.print(escape(answer.sentence))


def print_rows(title: str, result: Result) -> Table:
    """Lay an answer's rows out as a table of the terminal."""
    table = Table(
        title=escape(title), title_justify="left", title_style="bold", box=None, show_header=False
    )
    table.add_column()
    table.add_column(justify="right")
    table.add_column(style="dim", overflow="fold")
    for row in result.rows():
        table.add_row(*map(escape, row))
    return table


def print_worst(answer: Check | Risk | Suda, n: int, word: str) -> None:
    """Print the ``n`` worst groups, if any are asked for."""
    if n:
        print(f"The {n} {word} groups (values of people: keep them where the data is)")  # noqa: T201
        print(answer.worst_groups(n).to_string(index=False))  # noqa: T201
