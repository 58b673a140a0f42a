"""The commands about records beyond ``check``: ``govkit risk`` and ``govkit suda``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

import govkit as gk
from govkit import cli_options as shared
from govkit.errors import InputError, shown
from govkit.result import written

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from govkit.microdata import Risk


def risk(
    data: str, quasi_identifiers: list[str], weight: str | None, population: str | None,
    household: str | None, missing: str, alpha: float, delimiter: str | None, encoding: str | None,
    engine: str, worst: int, json_: bool, **asked: Any,  # noqa: ANN401 - what risk is told
) -> int:  # fmt: skip
    """Tell how likely people are found: individual risk, attackers, population uniqueness."""
    quasi = shared.columns(quasi_identifiers)
    if household in quasi:
        raise InputError(
            f"Column {shown(household)} cannot be quasi-identifier and household at once: "
            "take it out of --quasi-identifiers."
        )
    reading: Any = {"delimiter": delimiter, "encoding": encoding, "engine": engine}
    table = gk.count(
        data, [*quasi, *([household] if household else [])],
        weight=weight, missing=missing, alpha=alpha, **reading,
    )  # fmt: skip
    people = gk.count(population, quasi, **reading) if population else None
    answer = gk.microdata.risk(table, population=people, household=household, **asked)
    if json_:
        return shared.print_json(answer)
    _show_risk(answer)
    shared.print_worst(answer, worst, "worst")
    return shared.exit_code(answer)


def suda(
    data: str, quasi_identifiers: list[str], maximum: int | None, fraction: float, worst: int,
    json_: bool, **reading: Any,  # noqa: ANN401 - how to read the data
) -> int:  # fmt: skip
    """Find special uniques: records that few columns are enough to single out (SUDA2)."""
    table = gk.count(data, shared.columns(quasi_identifiers), **reading)
    answer = gk.microdata.suda(table, maximum, fraction=fraction)
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
