"""The commands that change records: ``govkit anonymize``; and ``govkit safe-harbor``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Console

import govkit as gk
from govkit import cli_options as shared
from govkit.errors import InputError
from govkit.files import write_whole
from govkit.result import Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from govkit.result import Result


def anonymize(
    data: str, output: Path, quasi_identifiers: list[str] | None, hierarchies: Path | None,
    sensitive: list[str] | None, drop: list[str] | None, recipe: Path | None, replay: Path | None,
    appi: bool, delimiter: str | None, encoding: str | None, engine: str, json_: bool,
    **asked: Any,  # noqa: ANN401 - what a recipe holds
) -> int:  # fmt: skip
    """Make records safe, measure them again, and write them unless they are unsafe."""
    if (quasi_identifiers is None) == (replay is None):
        raise InputError("Name --quasi-identifiers, or a recipe to --replay: one of the two.")
    records = gk.scan(data, delimiter=delimiter, encoding=encoding, engine=engine)
    if replay is not None:
        found = gk.remedy.replay(records, str(replay), hierarchies=hierarchies)
    else:
        found = gk.remedy.anonymize(
            records, shared.columns(quasi_identifiers or []), hierarchies=hierarchies,
            sensitive=shared.columns(sensitive or []),
            direct_identifiers=shared.columns(drop) if drop else None, **asked,
        )  # fmt: skip
    if found.verdict is not Verdict.UNSAFE:
        gk.remedy.write_records(found.data, output)
        if recipe is not None:
            write_whole(recipe, found.recipe.to_yaml())
    extra = {"appi": found.appi_standards()} if appi else {}
    if json_:
        return shared.print_json(found, **extra)
    return _show(found, *filter(None, [found.utility]), *extra.values())


def safe_harbor(data: str, delimiter: str | None, encoding: str | None, json_: bool) -> int:
    """List the columns that hold an identifier of the HIPAA Safe Harbor list."""
    answer = gk.microdata.safe_harbor(gk.classify(data, delimiter=delimiter, encoding=encoding))
    return shared.print_json(answer) if json_ else _show(answer)


def _show(*answers: Result) -> int:
    console = Console(highlight=False)
    for answer in answers:
        shared.print_verdict(console, answer)
        console.print(shared.print_rows("", answer))
    return shared.exit_code(answers[0])
