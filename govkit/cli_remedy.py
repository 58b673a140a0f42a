"""The commands that change records: ``govkit anonymize``; and ``govkit safe-harbor``."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - Typer reads it
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from govkit.cli_options import (
    Data,
    Delimiter,
    Encoding,
    Engine,
    Json,
    Sensitive,
    columns,
    exit_code,
    print_json,
    print_rows,
    print_verdict,
)
from govkit.errors import InputError
from govkit.result import Verdict

if TYPE_CHECKING:
    from govkit.result import Result

__all__ = ["anonymize", "safe_harbor"]

Bound = Annotated[float | None, typer.Option(help="Bound of this model: see check.")]


def anonymize(
    data: Data,
    output: Annotated[
        Path, typer.Option(metavar="OUT", help=".csv, .xlsx or .parquet.", show_default=False)
    ],
    quasi_identifiers: Annotated[
        list[str] | None,
        typer.Option("--quasi-identifiers", "-q", metavar="A,B,…", help="Columns to change."),
    ] = None,
    hierarchies: Annotated[Path | None, typer.Option(help="Folder: one file per column.")] = None,
    sensitive: Sensitive = None,
    drop: Annotated[
        list[str] | None,
        typer.Option(metavar="A,B,…", help="Direct identifiers; default: what classify finds."),
    ] = None,
    k: Annotated[int, typer.Option(help="Wanted size of the smallest group.")] = 5,
    l: Annotated[int, typer.Option(help="Wanted different sensitive values in a group.")] = 2,
    t: Bound = None,
    alpha: Bound = None,
    beta: Bound = None,
    delta: Bound = None,
    method: Annotated[
        str, typer.Option(help="lattice, mondrian, local-suppression or microaggregation.")
    ] = "lattice",
    suppression_limit: Annotated[
        float, typer.Option(help="Share of the records that may be left out.")
    ] = 0.05,
    loss: Annotated[str, typer.Option(help="What the lattice makes small.")] = "loss",
    reading: Annotated[
        str, typer.Option(help="Of hidden cells: 'strict' or 'wildcard'.")
    ] = "strict",
    recipe: Annotated[Path | None, typer.Option(help="Write the recipe (YAML) here.")] = None,
    replay: Annotated[Path | None, typer.Option(help="Do what this recipe says.")] = None,
    appi: Annotated[
        bool, typer.Option("--appi", help="Also show the five standards of Japanese law.")
    ] = False,
    delimiter: Delimiter = None,
    encoding: Encoding = None,
    engine: Engine = "duckdb",
    json_: Json = False,
) -> int:
    """Make records safe, measure them again, and write them if they are."""
    from govkit import remedy  # noqa: PLC0415 - each command loads its own room
    from govkit.data import scan  # noqa: PLC0415
    from govkit.output import write_whole  # noqa: PLC0415

    if (quasi_identifiers is None) == (replay is None):
        raise InputError("Name --quasi-identifiers, or a recipe to --replay: one of the two.")
    records = scan(data, delimiter=delimiter, encoding=encoding, engine=engine)
    trees: Any = {} if hierarchies is None else hierarchies
    if replay is not None:
        found = remedy.replay(records, str(replay), hierarchies=trees)
    else:
        found = remedy.anonymize(
            records, columns(quasi_identifiers or []), hierarchies=trees, k=k, l=l, t=t,
            sensitive=columns(sensitive or []), alpha=alpha, beta=beta, delta=delta,
            method=method, suppression_limit=suppression_limit, loss=loss, reading=reading,
            direct_identifiers=columns(drop) if drop else None,
        )  # fmt: skip
    if found.verdict is not Verdict.UNSAFE:  # what is not safe is not written
        remedy.write_records(found.data, output)
        if recipe is not None:
            write_whole(recipe, found.recipe.to_yaml())
    extra = {"appi": found.appi_standards()} if appi else {}
    if json_:
        return print_json(found, **extra)
    return _show(found, *filter(None, [found.utility]), *extra.values())


def safe_harbor(
    data: Data, delimiter: Delimiter = None, encoding: Encoding = None, json_: Json = False
) -> int:
    """List the columns that hold an identifier of the HIPAA Safe Harbor list."""
    from govkit.data import classify  # noqa: PLC0415 - each command loads its own room
    from govkit.microdata import safe_harbor as run  # noqa: PLC0415

    answer = run(classify(data, delimiter=delimiter, encoding=encoding))
    return print_json(answer) if json_ else _show(answer)


def _show(first: Result, *others: Result) -> int:
    console = Console(highlight=False)
    for answer in (first, *others):
        print_verdict(console, answer)
        console.print(print_rows("", answer))
    return exit_code(first)
