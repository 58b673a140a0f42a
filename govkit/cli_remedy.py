"""The commands that change records: ``govkit anonymize``; and ``govkit safe-harbor``."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - Typer reads it
from typing import TYPE_CHECKING, Annotated

from rich.console import Console
from typer import Option

from govkit import cli_options as shared
from govkit.cli_options import Data, Delimiter, Encoding, Engine, Json, Sensitive  # noqa: TC001
from govkit.errors import InputError
from govkit.result import Verdict

if TYPE_CHECKING:
    from govkit.result import Result

Names = list[str] | None
Bound = Annotated[float | None, Option(help="Bound of this model: see check.")]


def anonymize(
    data: Data,
    output: Annotated[Path, Option(metavar="OUT", help="A .csv, .xlsx or .parquet file.")],
    quasi_identifiers: Annotated[
        Names, Option("--quasi-identifiers", "-q", metavar="A,B,…", help="Columns to change.")
    ] = None,
    hierarchies: Annotated[Path | None, Option(help="Folder: one file per column.")] = None,
    sensitive: Sensitive = None,
    drop: Annotated[Names, Option(metavar="A,B,…", help="Left out; else as classify says.")] = None,
    k: Annotated[int, Option(help="Wanted size of the smallest group.")] = 5,
    l: Annotated[int, Option(help="Wanted different sensitive values in a group.")] = 2,
    t: Bound = None, alpha: Bound = None, beta: Bound = None, delta: Bound = None,
    method: Annotated[
        str, Option(help="lattice, mondrian, local-suppression or microaggregation.")
    ] = "lattice",
    suppression_limit: Annotated[float, Option(help="Share of records to leave out.")] = 0.05,
    loss: Annotated[str, Option(help="What the lattice makes small.")] = "loss",
    reading: Annotated[str, Option(help="Of hidden cells: strict or wildcard.")] = "strict",
    recipe: Annotated[Path | None, Option(help="Write the recipe (YAML) here.")] = None,
    replay: Annotated[Path | None, Option(help="Do what this recipe says.")] = None,
    appi: Annotated[bool, Option("--appi", help="Show the five standards of Japan.")] = False,
    delimiter: Delimiter = None, encoding: Encoding = None, engine: Engine = "duckdb",
    json_: Json = False,
) -> int:  # fmt: skip
    """Make records safe, measure them again, and write them unless they are unsafe."""
    from govkit import remedy  # noqa: PLC0415 - each command loads its own room
    from govkit.data import scan  # noqa: PLC0415
    from govkit.output import write_whole  # noqa: PLC0415

    if (quasi_identifiers is None) == (replay is None):
        raise InputError("Name --quasi-identifiers, or a recipe to --replay: one of the two.")
    records = scan(data, delimiter=delimiter, encoding=encoding, engine=engine)
    if replay is not None:
        found = remedy.replay(records, str(replay), hierarchies=hierarchies)
    else:
        found = remedy.anonymize(
            records, shared.columns(quasi_identifiers or []), hierarchies=hierarchies, k=k, l=l,
            t=t, alpha=alpha, beta=beta, delta=delta, sensitive=shared.columns(sensitive or []),
            method=method, suppression_limit=suppression_limit, loss=loss, reading=reading,
            direct_identifiers=shared.columns(drop) if drop else None,
        )  # fmt: skip
    if found.verdict is not Verdict.UNSAFE:
        remedy.write_records(found.data, output)
        if recipe is not None:
            write_whole(recipe, found.recipe.to_yaml())
    extra = {"appi": found.appi_standards()} if appi else {}
    if json_:
        return shared.print_json(found, **extra)
    return _show(found, *filter(None, [found.utility]), *extra.values())


def safe_harbor(
    data: Data, delimiter: Delimiter = None, encoding: Encoding = None, json_: Json = False
) -> int:
    """List the columns that hold an identifier of the HIPAA Safe Harbor list."""
    from govkit.data import classify  # noqa: PLC0415 - each command loads its own room
    from govkit.microdata import safe_harbor as run  # noqa: PLC0415

    answer = run(classify(data, delimiter=delimiter, encoding=encoding))
    return shared.print_json(answer) if json_ else _show(answer)


def _show(*answers: Result) -> int:
    console = Console(highlight=False)
    for answer in answers:
        shared.print_verdict(console, answer)
        console.print(shared.print_rows("", answer))
    return shared.exit_code(answers[0])
