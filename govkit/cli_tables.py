"""The commands of the tables room: make and protect a table, attack a table."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from govkit.cli_options import (
    Data,
    Delimiter,
    Encoding,
    Engine,
    Json,
    exit_code,
    print_json,
    print_rows,
    print_verdict,
)
from govkit.cli_options import columns as split_names
from govkit.errors import InputError, SourceError, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from govkit.result import Result
    from govkit.tables import Protected, Rules, Table

__all__ = ["audit", "table"]

By = Annotated[
    list[str],
    typer.Option("--by", "-b", metavar="A,B,…", show_default=False, help="One to five columns."),
]
Hierarchies = Annotated[
    Path | None,
    typer.Option(help="Folder with COLUMN.hrc; more trees of one column: COLUMN.2.hrc, …"),
]
Bounds = Annotated[
    float | None, typer.Option(help="An attacker knows every cell to within this many %.")
]


def table(
    data: Data,
    by: By,
    value: Annotated[str | None, typer.Option(help="Column to sum; default: count.")] = None,
    contributor: Annotated[
        str | None, typer.Option(help="Whose share a record is; default: each its own.")
    ] = None,
    hierarchies: Hierarchies = None,
    weights: Annotated[str | None, typer.Option(help="Column of sampling weights.")] = None,
    records: Annotated[
        str | None, typer.Option(help="Column of counts: a row stands for so many records.")
    ] = None,
    asked: Annotated[
        str | None, typer.Option("--request-column", help="Who asked for protection (1 or true).")
    ] = None,
    threshold: Annotated[float | None, typer.Option(help="Fewest records of a cell.")] = None,
    contributors: Annotated[
        float | None, typer.Option(help="Fewest distinct contributors of a cell.")
    ] = None,
    dominance: Annotated[
        list[str] | None,
        typer.Option(metavar="N,K", help="The n largest have at most k %; may be repeated."),
    ] = None,
    p_percent: Annotated[float | None, typer.Option(help="Of the p % rule.")] = None,
    pq: Annotated[str | None, typer.Option(metavar="P,Q", help="Of the pq rule.")] = None,
    request: Annotated[float | None, typer.Option(help="Share in % of who asked.")] = None,
    zeros: Annotated[bool, typer.Option("--zeros", help="Empty cells are unsafe.")] = False,
    homogeneity: Annotated[
        str | None, typer.Option(help="Variable of sensitive answers: all in one cell is unsafe.")
    ] = None,
    negative: Annotated[str, typer.Option(help="'error' or 'allow' values below zero.")] = "error",
    protect: Annotated[str, typer.Option(help="'suppress' or 'none'.")] = "suppress",
    method: Annotated[str, typer.Option(help="'certified', 'fast' or 'optimal'.")] = "certified",
    cost: Annotated[str, typer.Option(help="'value', 'count' or 'unit'.")] = "value",
    bounds: Bounds = None,
    insiders: Annotated[
        bool, typer.Option("--insiders", help="Protect against contributors alone in a cell.")
    ] = False,
    time_limit: Annotated[float | None, typer.Option(help="Seconds.")] = None,
    secret_parameters: Annotated[
        bool, typer.Option("--secret-parameters", help="Write rules without their numbers.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option(help="Write the table: .csv, .xlsx, .parquet or .jj.")
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option(help="Write the proof (.npz); it holds the true values.")
    ] = None,
    delimiter: Delimiter = None,
    encoding: Encoding = None,
    engine: Engine = "duckdb",
    json_: Json = False,
) -> int:
    """Make a table with its margins and withhold what would give somebody away."""
    from govkit.tables import Rules, suppress, tabulate  # noqa: PLC0415 - each loads its own room

    rules = Rules(
        threshold=threshold, contributors=contributors, p_percent=p_percent, request=request,
        zeros=zeros, homogeneity=homogeneity, pq=_pair(pq, "--pq") if pq else None,
        dominance=tuple((int(n), k) for n, k in (_pair(t, "--dominance") for t in dominance or ())),
    )  # fmt: skip
    if not rules.names() or protect not in {"suppress", "none"}:
        raise InputError(
            "Name at least one rule (--threshold, --p-percent, --dominance, …), and --protect "
            "suppress or none."
        )
    _check_folder(output, certificate)
    columns = split_names(by)
    made = tabulate(
        data, columns, value, contributor=contributor, hierarchies=_trees(hierarchies, columns),
        weights=weights, records=records, request=asked, negative=negative, delimiter=delimiter,
        largest=max([3, *(n for n, _ in rules.dominance)]), encoding=encoding, engine=engine,
    )  # fmt: skip
    if protect == "none":
        return _unprotected(made, rules, output, json_=json_, secret=secret_parameters)
    with _progress(hide=json_) as tell:
        answer = suppress(
            made, rules, method=method, cost=cost, bounds=bounds, insiders=insiders,
            time_limit=time_limit, progress=tell,
        )  # fmt: skip
    _write(answer, rules, output, certificate, secret=secret_parameters)
    return _print("table", answer, json_=json_)


def audit(
    data: Annotated[
        str,
        typer.Argument(metavar="TABLE", help="A suppressed table; also .jj.", show_default=False),
    ],
    by: Annotated[
        list[str] | None, typer.Option("--by", "-b", metavar="A,B,…", help="The variables.")
    ] = None,
    value: Annotated[str | None, typer.Option(help="Column of values.")] = None,
    status: Annotated[str | None, typer.Option(help="Column of marks: s, u, m or x, z.")] = None,
    hierarchies: Hierarchies = None,
    total: Annotated[str | None, typer.Option(help="What totals are called.")] = None,
    bounds: Bounds = None,
    certificate: Annotated[
        Path | None, typer.Option(help="Check this proof instead, by sparse products alone.")
    ] = None,
    full: Annotated[
        bool | None, typer.Option("--full/--quick", help="Every interval to its ends, or not.")
    ] = None,
    worst: Annotated[int, typer.Option(help="Show this many of the least protected cells.")] = 10,
    delimiter: Delimiter = None,
    encoding: Encoding = None,
    engine: Engine = "duckdb",
    json_: Json = False,
) -> int:
    """Attack a table that anyone suppressed: what can be computed, and how closely."""
    from govkit.tables import Certificate, read_table  # noqa: PLC0415
    from govkit.tables import audit as attack  # noqa: PLC0415

    names = split_names(by or []) or None
    levels = None
    if Path(data).suffix.lower() == ".jj":
        found, levels = _from_jj(data)
    else:
        found = read_table(
            data, names, value=value, status=status, hierarchies=_trees(hierarchies, names),
            total=total, delimiter=delimiter, encoding=encoding, engine=engine,
        )  # fmt: skip
    if certificate is not None:
        return _print("certificate", Certificate.load(certificate).check(found), json_=json_)
    answer = attack(found, levels, bounds=bounds, full=full)
    return _print("audit", answer, json_=json_, worst=worst)


def _from_jj(path: str) -> tuple[Table, Any]:
    from govkit.tables import levels_of, read_jj  # noqa: PLC0415

    found, levels = read_jj(path)
    return found, levels_of(found, levels) if levels.any() else None


def _unprotected(
    made: Table, rules: Rules, output: Path | None, *, json_: bool, secret: bool
) -> int:
    """Judge a table, withhold the unsafe cells alone, and show what that is worth."""
    from govkit.tables import audit as attack  # noqa: PLC0415
    from govkit.tables import naive, primary, write_table  # noqa: PLC0415

    unsafe = primary(made, rules)
    marked = naive(made, unsafe)
    if output is not None:
        write_table(marked, output, rules=rules, secret_parameters=secret)
    if not json_:
        Console(highlight=False).print(escape(unsafe.sentence))
    return _print("audit", attack(marked, unsafe), json_=json_, worst=10)


def _print(title: str, answer: Result, *, json_: bool, worst: int = 0) -> int:
    """Print an answer, and of an audit the least protected cells; give the exit code."""
    from govkit.tables import Audit  # noqa: PLC0415

    if json_:
        return print_json(answer)
    console = Console(highlight=False)
    print_verdict(console, answer)
    console.print(print_rows(title, answer))
    if worst and isinstance(answer, Audit) and answer.suppressed:
        console.print("The least protected cells:")
        console.print(escape(answer.intervals().head(worst).to_string(index=False)))
    return exit_code(answer)


def _write(
    answer: Protected, rules: Rules, output: Path | None, certificate: Path | None, *, secret: bool
) -> None:
    from govkit.tables import write_table  # noqa: PLC0415

    if answer.certificate is None:
        return  # what could not be proven is not published
    if output is not None:
        write_table(answer.table, output, rules=rules, secret_parameters=secret)
    if certificate is not None:
        answer.certificate.save(certificate)


def _check_folder(*paths: Path | None) -> None:
    for path in paths:
        if path is not None and not path.absolute().parent.is_dir():
            raise SourceError(f"The folder of {shown(path.name)} does not exist: create it first.")


def _pair(text: str, option: str) -> tuple[float, float]:
    try:
        first, second = (float(part) for part in text.split(","))
    except ValueError:
        raise InputError(f"{option} takes two numbers, as in {option} 1,75.") from None
    return first, second


def _trees(folder: Path | None, columns: list[str] | None) -> dict[str, object] | None:
    """Find the trees of each column: COLUMN.hrc first, then COLUMN.2.hrc and so on."""
    if folder is None:
        return None
    if not folder.is_dir():
        raise SourceError(f"The folder {shown(folder.name)} does not exist: check the path.")
    files = sorted(folder.glob("*.hrc"))
    names = columns or [file.name.partition(".")[0] for file in files]
    found = {
        name: [f for f in files if f.name == f"{name}.hrc"]
        + [f for f in files if f.name.startswith(f"{name}.") and f.name != f"{name}.hrc"]
        for name in names
    }
    return {name: trees for name, trees in found.items() if trees}


class _progress:  # noqa: N801 - used as a function
    """Show the number of open cells on standard error while a person looks."""

    def __init__(self, *, hide: bool) -> None:
        self.bar = Progress(
            TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(),
            console=Console(stderr=True), transient=True,
            disable=hide or not sys.stderr.isatty(),
        )  # fmt: skip
        self.task, self.most = self.bar.add_task("protecting", total=None), 0

    def __enter__(self) -> Callable[[int], None]:
        self.bar.start()
        return self.tell

    def __exit__(self, *_: object) -> None:
        self.bar.stop()

    def tell(self, left: int) -> None:
        self.most = max(self.most, left)
        self.bar.update(
            self.task, total=self.most, completed=self.most - left,
            description=f"{left:,} open requirements",
        )  # fmt: skip
