"""The commands about records beyond ``check``: ``govkit risk`` and ``govkit suda``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.markup import escape
from rich.table import Table

import govkit as gk
from govkit import cli_options as shared
from govkit.cli_described import Given, Told
from govkit.errors import InputError, shown
from govkit.result import written

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console

    from govkit.microdata import Risk


def risk(given: Given) -> Told:
    """Count the groups, and the people behind them; tell their risk."""
    quasi, household = given["quasi_identifiers"], given.get("household")
    if household in quasi:
        raise InputError(
            f"Column {shown(household)} cannot be quasi-identifier and household at once: "
            "take it out of --quasi-identifiers."
        )
    reading = shared.some(given, shared.READING)
    table = gk.count(
        given["data"], [*quasi, *([household] if household else [])],
        **shared.some(given, ("weight", "missing", "alpha")), **reading,
    )  # fmt: skip
    people = gk.count(given["population"], quasi, **reading) if "population" in given else None
    asked = shared.some(given, ("threshold", "sampling_fraction", "household", "k"))
    answer = gk.microdata.risk(table, population=people, **asked)

    def show(console: Console) -> None:
        _show_risk(console, answer)
        shared.print_worst(answer, given["worst"], "worst")

    return Told.of(answer, show)


def suda(given: Given) -> Told:
    """Count the groups; tell which records are special uniques."""
    reading = shared.some(given, shared.READING)
    table = gk.count(given["data"], given["quasi_identifiers"], **reading)
    answer = gk.microdata.suda(table, given.get("maximum"), fraction=given["fraction"])

    def show(console: Console) -> None:
        shared.print_verdict(console, answer)
        names = ("records", "uniques", "score_sum", "score_max", "dis_sum", "maximum")
        _print(console, ("measure", "value"), [(name, getattr(answer, name)) for name in names])
        shares = sorted(answer.contribution.items(), key=lambda item: -item[1])
        _print(console, ("column", "% of the scores"), shares)
        shared.print_worst(answer, given["worst"], "worst")

    return Told.of(answer, show)


def _show_risk(console: Console, answer: Risk) -> None:
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
