"""The commands about impact assessments: ``govkit dpia …``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console

from govkit import cli_options as shared
from govkit.cli_described import Given, Told, add, both, day_of
from govkit.errors import InputError, shown
from govkit.files import packaged, write_whole

if TYPE_CHECKING:
    from govkit.dpia import Impact
    from govkit.policy import Register
    from govkit.records import Store

_RECIPE, _HERE = ".recipe.yaml", "records.sqlite"  # recipes lie beside those that name them
dpia = typer.Typer(help="Impact assessments with computed numbers.", no_args_is_help=True)


def _new(given: Given) -> Told:
    from govkit.dpia import propose_dpia  # noqa: PLC0415 - each command loads its own room

    activity, folder = given["activity"], given["register"].absolute().parent / "dpia"
    policy, register = both(given)
    if "output" not in given:
        folder.mkdir(exist_ok=True)
    path = given.get("output", folder / f"{activity}.yaml")
    return _begin(path, propose_dpia(register, policy, activity, key=path.stem), register)


def _run(given: Given) -> Told:
    from govkit.dpia import export_dpia  # noqa: PLC0415

    impact = _impact(given["file"], given)
    if "output" in given:
        _tell(f"Report: {export_dpia(impact, given['output'], format='markdown')}")

    def show(console: Console) -> None:
        shared.print_verdict(console, impact)
        console.print(impact.screening.sentence, markup=False)
        console.print(shared.print_rows("", impact))

    return Told.of(impact, show)


def _check(given: Given) -> Told:
    from govkit.dpia import check_dpia  # noqa: PLC0415

    named, store = [one for one in given["files"] if not one.name.endswith(_RECIPE)], _store(given)
    found = [check_dpia(_impact(one, given), store) for one in named]
    if not found:
        raise InputError("No assessment is named, only recipes: name dpia/NAME.yaml.")

    def show(console: Console) -> None:
        for one in found:
            shared.print_verdict(console, one)
            for kind, where, text in one.rows():
                console.print(f"  {kind} {where}  {text}", markup=False)

    plain = {"assessments": [one.to_dict() for one in found]}
    return Told(plain=plain, show=show, code=max(map(shared.exit_code, found)))


def _export(given: Given) -> Told:
    from govkit.dpia import export_dpia  # noqa: PLC0415

    path = export_dpia(_impact(given["file"], given), given["output"], format=given["format"])
    return Told(plain={"file": path.as_posix()})


def _import(given: Given) -> Told:
    from govkit.dpia import read_cnil  # noqa: PLC0415

    register = both(given)[1]
    return _begin(
        given["output"], read_cnil(given["file"], register, given.get("activity")), register
    )


def _approve(given: Given) -> Told:
    from govkit.dpia import approve  # noqa: PLC0415
    from govkit.records import open_store  # noqa: PLC0415

    impact = _impact(given["file"], given)
    store = open_store(given.get("records") or _HERE, create=True)
    about = {name: given[name] for name in ("by", "decision", "reason") if name in given}
    entry = approve(impact, store, **about)

    def show(console: Console) -> None:  # noqa: ARG001 - standard output stays empty
        _tell(f"{given['decision'].capitalize()}: entry {entry.number}, {entry.digest}")

    return Told(plain=entry.to_dict(), show=show)


def _begin(path: Path, text: str, known: Register) -> Told:
    """Write a new assessment that can be read; none is written over."""
    from govkit.dpia import load_dpia  # noqa: PLC0415

    if path.exists():
        raise InputError(f"{shown(path.name)} is there already: choose another with --output.")

    def checked(draft: Path) -> None:
        draft.write_text(text, "utf-8")
        load_dpia(draft, known)

    write_whole(path, checked)
    path = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    _tell(f"Begun in {path}; its open questions: govkit dpia check {path}")
    return Told(plain={"file": path.as_posix()})


def _impact(file: Path, given: Given) -> Impact:
    from govkit.dpia import assess_impact, load_dpia  # noqa: PLC0415

    folder = given.get("register", file.absolute().parent.parent / "register")
    policy, register = shared.with_policy(folder, given.get("policy"))
    return assess_impact(
        load_dpia(file, register), register, policy, data=given.get("data"), today=day_of(given)
    )


def _store(given: Given) -> Store | None:
    """Open the records; where nobody named any and there are none, nothing was approved."""
    from govkit.records import open_store  # noqa: PLC0415

    place = given.get("records")
    return open_store(place or _HERE) if place or Path(_HERE).is_file() else None


def _tell(text: str) -> None:
    Console(stderr=True, highlight=False).print(text, markup=False, soft_wrap=True)


add(dpia, packaged("cli_dpia.yaml"), {
    "new": _new, "run": _run, "check": _check, "export": _export, "import": _import,
    "approve": _approve,
})  # fmt: skip
