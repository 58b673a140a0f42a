"""The commands about notebooks: ``govkit guard …`` and ``govkit notebooks init``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from typer import Argument, Option

from govkit import cli_options as shared
from govkit.errors import InputError, SourceError

if TYPE_CHECKING:
    from govkit.guard import Leaks

notebooks = typer.Typer(help="Notebooks that prove what they show.", no_args_is_help=True)


def guard(
    paths: Annotated[
        list[str],
        Argument(
            metavar="PATH…", help="Notebooks and folders; - is standard input.", show_default=False
        ),
    ],
    threshold: Annotated[
        int | None, Option(help="Counts below it tell about people.  [default: 10]")
    ] = None,
    audience: Annotated[
        str | None, Option(help="Who sees it: internal, recipient, public, special_care.")
    ] = None,
    policy: Annotated[Path | None, Option(help="Policy with the thresholds by audience.")] = None,
    register: Annotated[
        Path | None, Option(metavar="DIR", help="Register that knows the columns of datasets.")
    ] = None,
    sources: Annotated[
        bool, Option("--sources", help="Also look at code and text: values, passwords, paths.")
    ] = False,
    fix: Annotated[
        bool, Option("--fix", help="Clear the outputs that leak, and no other byte.")
    ] = False,
    strip_all: Annotated[
        bool, Option("--strip-all", help="Clear all outputs and execution counts.")
    ] = False,
    ci: Annotated[
        bool, Option("--ci", help="Also write govkit-guard.sarif and govkit-guard.xml (JUnit).")
    ] = False,
    output: Annotated[Path, Option(help="With --ci: the folder to write to.")] = Path(),
    json_: shared.Json = False,
) -> int:
    """Find what saved outputs of notebooks tell about people: values, rows, small counts."""
    from govkit.guard import check_notebooks, filter_text  # noqa: PLC0415 - loads its own room

    if ci and not output.is_dir():
        raise SourceError("The folder for the reports does not exist: create it first.")
    if fix and strip_all:
        raise InputError("--fix clears what leaks, --strip-all everything: choose one.")
    options = {
        "threshold": _threshold(threshold, audience, policy), "register": _register(register),
        "sources": sources, "clear": "all" if strip_all else "leaks" if fix else None,
    }  # fmt: skip
    if paths == ["-"]:
        text, found = filter_text(sys.stdin.buffer.read(), **options)  # type: ignore[arg-type]
        if options["clear"]:  # a filter: the notebook alone goes to standard output
            sys.stdout.buffer.write(text.encode())
            _show(found, Console(stderr=True, highlight=False))
            return 0
    else:
        found = check_notebooks(paths, **options)  # type: ignore[arg-type]
    if ci:
        _write_reports(found, output)
    if json_:
        shared.print_json(found)
    else:
        _show(found, Console(highlight=False))
    for sentence in found.unread:
        print(f"govkit: {sentence}", file=sys.stderr)  # noqa: T201 - one line a notebook
    return 2 if found.unread else int(bool(found.leaks))


@notebooks.command()
def init(
    folder: Annotated[Path, Argument(metavar="DIR", help="Root of a repository.")],
    json_: shared.Json = False,
) -> int:
    """Give a repository the checks of its notebooks: strict nbval, refresh, guard, CI."""
    from govkit.guard.recipe import lay_out  # noqa: PLC0415

    made, kept = lay_out(folder)
    if json_:
        print(json.dumps({"written": made, "kept": kept}, ensure_ascii=False))  # noqa: T201
        return 0
    for name in made:
        print(f"written  {name}")  # noqa: T201
    for name in kept:
        print(f"kept     {name}: it was there; see its part in the guide")  # noqa: T201
    print("Next: python tools/refresh.py, then pytest -c pytest-notebooks.ini")  # noqa: T201
    return 0


def _threshold(given: int | None, audience: str | None, policy: Path | None) -> int:
    if given is not None and given < 1:
        raise InputError(f"--threshold is 1 or more, got {given}.")
    if audience is None:
        if policy is not None:
            raise InputError("A policy has thresholds by audience: name --audience, too.")
        return 10 if given is None else given
    from govkit.tables import Rules  # noqa: PLC0415

    held = None
    if policy is not None:
        from govkit.policy import load_policy  # noqa: PLC0415

        held = {str(one.audience): one.group_size for one in load_policy(policy).thresholds}
    stated = int(Rules.for_audience(audience, held).threshold or 10)
    return stated if given is None else given


def _register(folder: Path | None) -> object:
    if folder is None:
        return None
    from govkit.policy import load_register  # noqa: PLC0415

    return load_register(folder)


def _write_reports(found: Leaks, folder: Path) -> None:
    from govkit.files import write_whole  # noqa: PLC0415

    log = json.dumps(found.to_sarif(), ensure_ascii=False, indent=1)
    write_whole(folder / "govkit-guard.sarif", log)
    write_whole(folder / "govkit-guard.xml", found.to_junit())


def _show(found: Leaks, console: Console) -> None:
    from govkit.guard.allow import kinds  # noqa: PLC0415

    for leak in found.leaks:
        place = escape(f"{leak.notebook}, cell {leak.cell}")
        console.print(f"[bold]{leak.kind}[/]  {place}: {escape(leak.where)}", soft_wrap=True)
    for kind in dict.fromkeys(leak.kind for leak in found.leaks):
        about = kinds()[kind]
        console.print(f"\n[bold]{kind}[/]: {escape(about['why'])} {escape(about['fix'])}")
    shared.print_verdict(console, found)
