"""The street door: one command per room, every command with ``--json``.

Exit code 0: safe, or no finding. 1: unsafe, or findings. 2: wrong usage or input, told in one
sentence on standard error.
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from govkit import __version__
from govkit.errors import GovkitError, InputError, SourceError
from govkit.result import Verdict

if TYPE_CHECKING:
    from govkit.microdata import Check
    from govkit.result import Result

__all__ = ["app", "main"]

app = typer.Typer(
    name="govkit",
    help="A personal information protection policy that runs.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
_NAME = re.compile(r'\s*(?:"((?:[^"]|"")*)"\s*|([^,]*)),')
_COLORS = {Verdict.SAFE: "green", Verdict.REVIEW: "yellow", Verdict.UNSAFE: "red"}

Data = Annotated[
    str,
    typer.Argument(
        metavar="DATA",
        help="CSV, Parquet, Excel or Arrow file; folder or glob of Parquet; file.duckdb::table, "
        "file.sqlite::table; database URL::table.",
        show_default=False,
    ),
]
Columns = Annotated[
    list[str],
    typer.Option(
        "--quasi-identifiers", "-q", metavar="A,B,…", show_default=False,
        help="Columns that somebody may know from elsewhere; a name with a comma in double quotes.",
    ),
]  # fmt: skip
Sensitive = Annotated[
    list[str] | None,
    typer.Option("--sensitive", "-s", metavar="S,…", help="Columns that must stay hidden."),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
Delimiter = Annotated[str | None, typer.Option(help="Of a CSV file; detected by default.")]
Encoding = Annotated[str | None, typer.Option(help="Of a CSV file; detected by default.")]
Engine = Annotated[
    str, typer.Option(help="What reads a file: duckdb, pandas, polars, pyarrow or pyspark.")
]
Missing = Annotated[
    str,
    typer.Option(help="'category': a missing value is a value of its own; 'error': refuse them."),
]


def main() -> None:
    """Run the command line; every error becomes one sentence and exit code 2."""
    try:
        code = app(standalone_mode=False)
    except GovkitError as error:
        code = _fail(str(error))
    except typer.Exit as stop:
        code = stop.exit_code
    except (KeyboardInterrupt, typer.Abort):
        code = 130
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:  # noqa: BLE001 - a traceback could show values of people
        code = _unexpected(error)
    sys.exit(code or 0)


@app.callback(invoke_without_command=True)
def _start(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        print(f"govkit {__version__}")  # noqa: T201 - the answer
        raise typer.Exit


@app.command()
def check(
    data: Data,
    quasi_identifiers: Columns,
    sensitive: Sensitive = None,
    k: Annotated[int, typer.Option(help="Wanted size of the smallest group.")] = 5,
    l: Annotated[int, typer.Option(help="Wanted different sensitive values in a group.")] = 2,
    t: Annotated[
        float | None, typer.Option(help="Largest distance from everybody, 0 to 1.")
    ] = None,
    entropy_l: Annotated[float | None, typer.Option(help="Wanted exp of the entropy.")] = None,
    c: Annotated[float | None, typer.Option(help="Factor of recursive (c, l)-diversity.")] = None,
    alpha: Annotated[float | None, typer.Option(help="Largest share of one value.")] = None,
    beta: Annotated[float | None, typer.Option(help="Bound of basic beta-likeness.")] = None,
    enhanced_beta: Annotated[float | None, typer.Option(help="Bound of the enhanced one.")] = None,
    delta: Annotated[float | None, typer.Option(help="Bound of delta-disclosure.")] = None,
    others_as_quasi: Annotated[
        bool, typer.Option(help="Count other sensitive columns among the quasi-identifiers.")
    ] = False,
    missing: Missing = "category",
    delimiter: Delimiter = None,
    encoding: Encoding = None,
    engine: Engine = "duckdb",
    worst: Annotated[
        int, typer.Option(help="Also print this many of the smallest groups (values of people!).")
    ] = 0,
    html: Annotated[
        Path | None, typer.Option(help="Write a report with charts to this file.")
    ] = None,
    json_: Json = False,
) -> int:
    """Tell whether a table is anonymous: k-anonymity, l-diversity, t-closeness and their kin."""
    from govkit.microdata import check as run  # noqa: PLC0415 - each command loads its own room

    if html is not None and not html.absolute().parent.is_dir():
        raise SourceError(f"The folder of {html.name!r} does not exist: create it first.")
    answer = run(
        data, split_names(quasi_identifiers), sensitive=split_names(sensitive or []), k=k, l=l, t=t,
        entropy_l=entropy_l, c=c, alpha=alpha, beta=beta, enhanced_beta=enhanced_beta, delta=delta,
        others_as_quasi=others_as_quasi, missing=missing, delimiter=delimiter, encoding=encoding,
        engine=engine,
    )  # fmt: skip
    if html is not None:
        _write_check(html, answer, data)
    if json_:
        return print_json(answer)
    _show_check(answer, worst)
    return exit_code(answer)


@app.command()
def demo(
    output: Annotated[Path, typer.Option(help="Folder for the report.")] = Path("govkit-demo"),
    json_: Json = False,
) -> int:
    """Run the whole chain on the sample data and write one HTML report."""
    from govkit.output.demo import run  # noqa: PLC0415

    console = Console(stderr=True)
    path, sections = run(output, tell=lambda text: console.print(escape(text)))
    steps = [{"title": part.title, **part.result.to_dict()} for part in sections]
    if json_:
        print(json.dumps({"report": str(path), "steps": steps}, ensure_ascii=False))  # noqa: T201
        return 0
    for part in sections:
        print_verdict(Console(highlight=False), part.result, part.title)
    print(f"\nReport: {path}")  # noqa: T201
    return 0


def split_names(given: list[str]) -> list[str]:
    """Split lists of names at commas, except inside double quotes."""
    names = []
    for text in given:
        for found in _NAME.finditer(f"{text},"):
            quoted, plain = found.groups()
            names.append(plain.strip() if quoted is None else quoted.replace('""', '"'))
    if not all(names):
        raise InputError("A column name is empty: write names as in age,sex,postcode.")
    return names


def print_json(answer: Result) -> int:
    """Print an answer as one JSON object; give the exit code."""
    print(json.dumps(answer.to_dict(), ensure_ascii=False, allow_nan=False))  # noqa: T201
    return exit_code(answer)


def exit_code(answer: Result) -> int:
    """Give 0 for safe and 1 for anything else."""
    return 0 if answer.verdict is Verdict.SAFE else 1


def print_verdict(console: Console, answer: Result, title: str = "") -> None:
    """Print the verdict and its sentence."""
    color = _COLORS[answer.verdict]
    head = f"[bold {color}]{answer.verdict.mark} {answer.verdict.name}[/]"
    console.print(f"{head}  {escape(title)}" if title else head)
    console.print(escape(answer.sentence))


def _show_check(answer: Check, worst: int) -> None:
    console = Console(highlight=False)
    print_verdict(console, answer)
    console.print(f"[bold]Next:[/] {escape(answer.next_step)}\n")
    console.print(print_rows("k-anonymity", answer))
    for name, part in answer.sensitive.items():
        console.print(print_rows(f"\nSensitive: {name}", part))
    if worst:
        console.print(
            f"The {worst} smallest groups (values of people: keep them where the data is)"
        )
        console.print(escape(answer.worst_groups(worst).to_string(index=False)))


def print_rows(title: str, result: Result) -> Table:
    """Lay an answer's rows out as a table of the terminal."""
    table = Table(
        title=escape(title), title_justify="left", title_style="bold", box=None, show_header=False
    )
    table.add_column()
    table.add_column(justify="right")
    table.add_column(style="dim")
    for row in result.rows():
        table.add_row(*map(escape, row))
    return table


def _write_check(path: Path, answer: Check, data: str) -> None:
    from govkit.output import Section, check_figures, html_report, write_whole  # noqa: PLC0415

    source = Path(data.partition("::")[0]).name if "://" not in data else "a database table"
    section = Section(
        title="Is this table anonymous?",
        text=f"Quasi-identifiers: {', '.join(answer.k_anonymity.quasi.keys)}. Source: {source}.",
        result=answer,
        figures=check_figures(answer),
    )
    write_whole(path, html_report("Anonymity check", [section]))
    Console(stderr=True).print(f"Report: {path}", markup=False, highlight=False)


def _fail(message: str) -> int:
    print(f"govkit: {' '.join(message.split())}", file=sys.stderr)  # noqa: T201 - one line
    return 2


def _unexpected(error: Exception) -> int:
    shown = getattr(error, "format_message", None)
    if callable(shown):  # wrong usage, told by the command line's library
        return _fail(f"{shown()} See govkit --help.")
    if os.environ.get("GOVKIT_DEBUG"):
        raise error
    return _fail(
        f"something went wrong inside ({type(error).__name__}). This is a fault of govkit: please "
        "report it. GOVKIT_DEBUG=1 shows the traceback, which may hold values of people."
    )


import govkit.cli_tables  # noqa: E402, F401 - adds its commands
