"""The commands about records beyond ``check``: ``govkit risk`` and ``govkit suda``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from typer import Option

from govkit import cli_options as shared
from govkit.errors import InputError, shown
from govkit.result import written

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from govkit.microdata import Risk

Worst = Annotated[int, Option(help="Also print this many of the worst groups (values of people!).")]


def risk(
    data: shared.Data,
    quasi_identifiers: shared.Columns,
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
    missing: shared.Missing = "category",
    alpha: Annotated[
        float, Option(help="Wildcards: share at which a record with holes counts for others.")
    ] = 1.0,
    delimiter: shared.Delimiter = None,
    encoding: shared.Encoding = None,
    engine: shared.Engine = "duckdb",
    worst: Worst = 0,
    json_: shared.Json = False,
) -> int:
    """Tell how likely people are found: individual risk, attackers, population uniqueness."""
    from govkit.data import count  # noqa: PLC0415 - each command loads its own room
    from govkit.microdata import risk as run  # noqa: PLC0415

    quasi = shared.columns(quasi_identifiers)
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
        return shared.print_json(answer)
    _show_risk(answer)
    shared.print_worst(answer, worst, "worst")
    return shared.exit_code(answer)


def suda(
    data: shared.Data,
    quasi_identifiers: shared.Columns,
    maximum: Annotated[
        int | None,
        Option(help="Largest set of columns looked at; of many columns a smaller one by default."),
    ] = None,
    fraction: Annotated[
        float, Option(help="DIS of the whole file: chance that a match of a unique is right.")
    ] = 0.01,
    delimiter: shared.Delimiter = None,
    encoding: shared.Encoding = None,
    engine: shared.Engine = "duckdb",
    worst: Worst = 0,
    json_: shared.Json = False,
) -> int:
    """Find special uniques: records that few columns are enough to single out (SUDA2)."""
    from govkit.data import count  # noqa: PLC0415 - each command loads its own room
    from govkit.microdata import suda as run  # noqa: PLC0415

    quasi = shared.columns(quasi_identifiers)
    table = count(data, quasi, delimiter=delimiter, encoding=encoding, engine=engine)
    answer = run(table, maximum, fraction=fraction)
    if json_:
        return shared.print_json(answer)
    console = Console(highlight=False)
    shared.print_verdict(console, answer)
    names = ("records", "uniques", "score_sum", "score_max", "dis_sum", "maximum")
    _print(console, ("measure", "value"), [(name, getattr(answer, name)) for name in names])
    shares = sorted(answer.contribution.items(), key=lambda item: -item[1])
    _print(console, ("column", "% of the scores"), shares)
    shared.print_worst(answer, worst, "worst")
    return shared.exit_code(answer)


def _show_risk(answer: Risk) -> None:
    console = Console(highlight=False)
    shared.print_verdict(console, answer)
    _print(console, ("measure", "value", ""), answer.rows())
    attackers = [
        (name, found.get("records_at_risk", ""), found.get("highest", ""), found["average"])
        for name, found in answer.attackers.items()
    ]
    _print(console, ("attacker", "records at risk", "highest", "average"), attackers)
    _print(
        console, ("column", "distinction", "separation"),
        [(name, *found.values()) for name, found in answer.columns.single.items()],
    )  # fmt: skip
    for part in (answer.population, answer.k_map, answer.household):
        if part is not None:
            console.print(f"{part.verdict.mark} {part.sentence}", markup=False)


def _print(console: Console, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    table = Table(heads[0], box=box.SIMPLE_HEAD)
    for head in heads[1:]:
        table.add_column(head, justify="right")
    for name, *values in rows:
        table.add_row(escape(str(name)), *map(written, values))
    console.print(table)
