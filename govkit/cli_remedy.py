"""The commands that change records: ``govkit anonymize``; and ``govkit safe-harbor``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import govkit as gk
from govkit import cli_options as shared
from govkit.cli_described import Given, Told
from govkit.errors import InputError
from govkit.files import write_whole
from govkit.result import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from govkit.result import Result

_RECIPE = (
    "sensitive", "k", "l", "t", "alpha", "beta", "delta", "method", "suppression_limit", "loss",
    "reading",
)  # fmt: skip


def anonymize(given: Given) -> Told:
    """Make records safe or replay a recipe, and write them unless they are unsafe."""
    if ("quasi_identifiers" in given) == ("replay" in given):
        raise InputError("Name --quasi-identifiers, or a recipe to --replay: one of the two.")
    records = gk.scan(given["data"], **shared.some(given, shared.READING))
    trees = given.get("hierarchies")
    if "replay" in given:
        found = gk.remedy.replay(records, str(given["replay"]), hierarchies=trees)
    else:
        found = gk.remedy.anonymize(
            records, given["quasi_identifiers"], hierarchies=trees,
            direct_identifiers=given.get("drop"), **shared.some(given, _RECIPE),
        )  # fmt: skip
    if found.verdict is not Verdict.UNSAFE:
        gk.remedy.write_records(found.data, given["output"])
        if "recipe" in given:
            write_whole(given["recipe"], found.recipe.to_yaml())
    appi = found.appi_standards() if "appi" in given else None
    more = {"appi": appi.to_dict()} if appi else {}
    parts = {"": found, "What it cost": found.utility, "The standards of Article 43": appi}
    return Told.of(found, lambda console: _show(console, parts), **more)


def safe_harbor(given: Given) -> Told:
    """Classify the columns, and hold them against the list of HIPAA."""
    answer = gk.microdata.safe_harbor(
        gk.classify(given["data"], **shared.some(given, shared.READING))
    )
    return Told.of(answer, lambda console: _show(console, {"": answer}))


def _show(console: Console, answers: Mapping[str, Result | None]) -> None:
    for title, answer in answers.items():
        if answer is not None:
            shared.print_verdict(console, answer, title)
            console.print(shared.print_rows("", answer))
