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
    from rich.console import Console

    from govkit.result import Result


def anonymize(given: Given) -> Told:
    """Make records safe, measure them again, and write them unless they are unsafe."""
    if ("quasi_identifiers" in given) == ("replay" in given):
        raise InputError("Name --quasi-identifiers, or a recipe to --replay: one of the two.")
    output, replay, appi = given.pop("output"), given.pop("replay", None), given.pop("appi", False)
    recipe, hierarchies = given.pop("recipe", None), given.pop("hierarchies", None)
    reading = ("delimiter", "encoding", "engine")
    records = gk.scan(
        given.pop("data"), **{name: given.pop(name) for name in reading if name in given}
    )
    if replay is not None:
        found = gk.remedy.replay(records, str(replay), hierarchies=hierarchies)
    else:
        if "drop" in given:
            given["direct_identifiers"] = given.pop("drop")
        quasi = given.pop("quasi_identifiers")
        found = gk.remedy.anonymize(records, quasi, hierarchies=hierarchies, **given)
    if found.verdict is not Verdict.UNSAFE:
        gk.remedy.write_records(found.data, output)
        if recipe is not None:
            write_whole(recipe, found.recipe.to_yaml())
    extra = {"appi": found.appi_standards()} if appi else {}
    answers = [found, *filter(None, [found.utility]), *extra.values()]
    return Told.of(found, lambda console: _show(console, answers), **extra)


def safe_harbor(given: Given) -> Told:
    """List the columns that hold an identifier of the HIPAA Safe Harbor list."""
    answer = gk.microdata.safe_harbor(gk.classify(given.pop("data"), **given))
    return Told.of(answer, lambda console: _show(console, [answer]))


def _show(console: Console, answers: list[Result]) -> None:
    for answer in answers:
        shared.print_verdict(console, answer)
        console.print(shared.print_rows("", answer))
