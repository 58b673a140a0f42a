"""The commands about notebooks: ``govkit guard …`` and ``govkit notebooks init``."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.markup import escape

import govkit as gk
from govkit import cli_options as shared
from govkit.cli_described import Given, Told, add
from govkit.errors import InputError, SourceError
from govkit.files import packaged

if TYPE_CHECKING:
    from pathlib import Path

    from govkit.guard import Leaks

notebooks = typer.Typer(help="Notebooks that prove what they show.", no_args_is_help=True)


def guard(given: Given) -> Told | int:
    """Look at notebooks or at standard input; clear what leaks, if that is asked for."""
    from govkit.guard import check_notebooks, filter_text  # noqa: PLC0415 - loads its own room

    if "ci" in given and not given["output"].is_dir():
        raise SourceError("The folder for the reports does not exist: create it first.")
    if {"fix", "strip_all"} <= given.keys():
        raise InputError("--fix clears what leaks, --strip-all everything: choose one.")
    options: dict[str, Any] = {
        "threshold": _threshold(given),
        "register": gk.load_register(given["register"]) if "register" in given else None,
        "sources": "sources" in given,
        "clear": "all" if "strip_all" in given else "leaks" if "fix" in given else None,
    }
    if given["paths"] == ["-"]:
        text, found = filter_text(sys.stdin.buffer.read(), **options)
        if options["clear"]:  # a filter: the notebook alone goes to standard output
            sys.stdout.buffer.write(text.encode())
            _show(Console(stderr=True, highlight=False), found)
            return 0
    else:
        found = check_notebooks(given["paths"], **options)
    if "ci" in given:
        _write_reports(found, given["output"])
    for sentence in found.unread:
        print(f"govkit: {sentence}", file=sys.stderr)  # noqa: T201 - one line a notebook
    code = 2 if found.unread else int(bool(found.leaks))
    return Told(result=found, show=lambda console: _show(console, found), code=code)


def _init(given: Given) -> Told:
    from govkit.guard.recipe import lay_out  # noqa: PLC0415

    made, kept = lay_out(given["folder"])
    lines = [f"written  {name}" for name in made]
    lines += [f"kept     {name}: it was there; see its part in the guide" for name in kept]
    lines += ["Next: python tools/refresh.py, then pytest -c pytest-notebooks.ini"]
    return Told(plain={"written": made, "kept": kept}, text="\n".join(lines))


add(notebooks, packaged("cli.yaml")["notebooks"], {"init": _init})


def _threshold(given: Given) -> int:
    least, audience = given.get("threshold"), given.get("audience")
    if least is not None and least < 1:
        raise InputError(f"--threshold is 1 or more, got {least}.")
    held = shared.group_sizes(audience, given.get("policy"))
    if audience is None:
        return 10 if least is None else least
    from govkit.tables import Rules  # noqa: PLC0415

    stated = int(Rules.for_audience(audience, held).threshold or 10)
    return stated if least is None else least


def _write_reports(found: Leaks, folder: Path) -> None:
    from govkit.files import write_whole  # noqa: PLC0415

    log = json.dumps(found.to_sarif(), ensure_ascii=False, indent=1)
    write_whole(folder / "govkit-guard.sarif", log)
    write_whole(folder / "govkit-guard.xml", found.to_junit())


def _show(console: Console, found: Leaks) -> None:
    from govkit.guard.allow import kinds  # noqa: PLC0415

    for leak in found.leaks:
        place = escape(f"{leak.notebook}, cell {leak.cell}")
        console.print(f"[bold]{leak.kind}[/]  {place}: {escape(leak.where)}", soft_wrap=True)
    for kind in dict.fromkeys(leak.kind for leak in found.leaks):
        about = kinds()[kind]
        console.print(f"\n[bold]{kind}[/]: {escape(about['why'])} {escape(about['fix'])}")
    shared.print_verdict(console, found)
