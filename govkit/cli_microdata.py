"""The commands about records beyond ``check``: ``govkit risk`` and ``govkit suda``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from typer import Option

from govkit.cli_options import (
    Columns,
    Data,
    Delimiter,
    Encoding,
    Engine,
    Json,
    Missing,
    columns,
    exit_code,
    print_json,
    print_verdict,
)
from govkit.errors import InputError, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from govkit.microdata import Risk, Suda

Worst = Annotated[int, Option(help="Also print this many of the worst groups (values of people!).")]


def risk(
    data: Data,
    quasi_identifiers: Columns,
    weight: Annotated[
        str | None, Option(help="Column of sampling weights: people per record.")
    ] = None,
    sampling_fraction: Annotated[
        float | None, Option(help="Share of the population in the data, without weights.")
    ] = None,
    population: Annotated[
        str | None,
        Option(metavar="DATA", help="The population by the same columns, if you have it."),
    ] = None,
    household: Annotated[str | None, Option(help="Column that numbers the households.")] = None,
    threshold: Annotated[
        float, Option(help="Highest chance of being found that is accepted.")
    ] = 0.2,
    k: Annotated[int, Option(help="Wanted people behind each class (k-map).")] = 5,
    missing: Missing = "category",
    alpha: Annotated[
        float, Option(help="Wildcards: share at which a record with holes counts for others.")
    ] = 1.0,
    delimiter: Delimiter = None,
    encoding: Encoding = None,
    engine: Engine = "duckdb",
    worst: Worst = 0,
    json_: Json = False,
) -> int:
    """Tell how likely people are found: individual risk, attackers, population uniqueness."""
    from govkit.data import count  # noqa: PLC0415 - each command loads its own room
    from govkit.microdata import risk as run  # noqa: PLC0415

    quasi = columns(quasi_identifiers)
    if household in quasi:
        raise InputError(
            f"Column {shown(household)} cannot be quasi-identifier and household at once: "
            "take it out of --quasi-identifiers."
        )
    reading: Any = {"delimiter": delimiter, "encoding": encoding, "engine": engine}
    table = count(
        data, [*quasi, *([household] if household else [])],
        weight=weight, missing=missing, alpha=alpha, **reading,
    )  # fmt: skip
    people = count(population, quasi, **reading) if population else None
    answer = run(
        table, threshold, sampling_fraction=sampling_fraction, population=people,
        household=household, k=k,
    )  # fmt: skip
    if json_:
        return print_json(answer)
    _show_risk(answer)
    _show_worst(answer, worst)
    return exit_code(answer)


def suda(
    data: Data,
    quasi_identifiers: Columns,
    maximum: Annotated[
        int | None,
        Option(help="Largest set of columns looked at; of many columns a smaller one by default."),
    ] = None,
    fraction: Annotated[
        float, Option(help="DIS of the whole file: chance that a match of a unique is right.")
    ] = 0.01,
    delimiter: Delimiter = None,
    encoding: Encoding = None,
    engine: Engine = "duckdb",
    worst: Worst = 0,
    json_: Json = False,
) -> int:
    """Find special uniques: records that few columns are enough to single out (SUDA2)."""
    from govkit.data import count  # noqa: PLC0415 - each command loads its own room
    from govkit.microdata import suda as run  # noqa: PLC0415

    table = count(
        data, columns(quasi_identifiers), delimiter=delimiter, encoding=encoding, engine=engine
    )
    answer = run(table, maximum, fraction=fraction)
    if json_:
        return print_json(answer)
    console = Console(highlight=False)
    print_verdict(console, answer)
    shown_numbers = ("records", "uniques", "score_sum", "score_max", "dis_sum", "maximum")
    numbers = answer.numbers()
    _print(console, ("measure", "value"), [(name, numbers[name]) for name in shown_numbers])
    shares = sorted(answer.contribution.items(), key=lambda item: -item[1])
    _print(console, ("column", "% of the scores"), shares)
    _show_worst(answer, worst)
    return exit_code(answer)


def _show_risk(answer: Risk) -> None:
    console = Console(highlight=False)
    print_verdict(console, answer)
    _print(console, ("measure", "value", ""), answer.rows())
    attackers = [(name, *found.values()) for name, found in answer.attackers.items()]
    whole = [row if len(row) > 2 else (row[0], "", "", row[1]) for row in attackers]  # noqa: PLR2004
    _print(console, ("attacker", "records at risk", "highest", "average"), whole)
    _print(
        console, ("column", "distinction", "separation"),
        [(name, *found.values()) for name, found in answer.columns.single.items()],
    )  # fmt: skip
    for part in (answer.population, answer.k_map, answer.household):
        if part is not None:
            console.print(f"{part.verdict.mark} {part.sentence}", markup=False)


def _show_worst(answer: Risk | Suda, worst: int) -> None:
    if worst:
        print(f"The {worst} worst groups (values of people: keep them where the data is)")  # noqa: T201
        print(answer.worst_groups(worst).to_string(index=False))  # noqa: T201


def _print(console: Console, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    table = Table(heads[0], box=box.SIMPLE_HEAD)
    for head in heads[1:]:
        table.add_column(head, justify="right")
    for name, *values in rows:
        cells = [f"{v:,}" if isinstance(v, int) else v if isinstance(v, str) else f"{v:.4g}"
                 for v in values]  # fmt: skip
        table.add_row(escape(str(name)), *cells)
    console.print(table)
