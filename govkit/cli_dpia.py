"""The commands about impact assessments: ``govkit dpia …``."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from typer import Argument, Option

from govkit import cli_options as shared
from govkit.errors import InputError, SourceError, shown

if TYPE_CHECKING:
    from govkit.dpia import Impact
    from govkit.policy import Policy, Register
    from govkit.records import Store

_RECIPE, _HERE = ".recipe.yaml", "records.sqlite"  # recipes lie beside those that name them
dpia = typer.Typer(help="Impact assessments with computed numbers.", no_args_is_help=True)

File = Annotated[Path, Argument(metavar="FILE", help="dpia/NAME.yaml")]
Folder = Annotated[
    Path | None, Option("--register", help="The register; default: beside the folder of FILE.")
]
Data = Annotated[
    Path | None, Option(help="Folder of the data; default: where the register says they are.")
]
Day = Annotated[
    dt.datetime | None, Option(formats=["%Y-%m-%d"], help="Judge as on this day; default: today.")
]
Records = Annotated[
    str | None,
    Option(envvar="GOVKIT_RECORDS", help="SQLite file or URL; default: records.sqlite here."),
]


@dpia.command()
def new(
    activity: Annotated[str, Argument(metavar="ACTIVITY", help="Its key in the register.")],
    register: Annotated[Path, Option(help="Folder of the register.")] = Path("register"),
    policy: shared.PolicyFile = None,
    output: Annotated[
        Path | None, Option(help="Default: dpia/ACTIVITY.yaml beside the register.")
    ] = None,
) -> None:
    """Begin an assessment: what the register knows is filled in, other questions stand open."""
    from govkit.dpia import propose_dpia  # noqa: PLC0415 - each command loads its own room

    known, promised = _both(register, policy)
    text = propose_dpia(known, promised, activity)
    if output is None:
        output = register.absolute().parent / "dpia" / f"{activity}.yaml"
        output.parent.mkdir(exist_ok=True)
    _begin(output, text, known)


@dpia.command()
def run(
    file: File, register: Folder = None, policy: shared.PolicyFile = None, data: Data = None,
    day: Day = None,
    output: Annotated[Path | None, Option(help="Write the report (.html, .md) here.")] = None,
    json_: shared.Json = False,
) -> int:  # fmt: skip
    """Compute every number anew, and show or write the assessment; exit code 0 where safe."""
    from govkit.dpia import export_dpia  # noqa: PLC0415

    impact = _impact(file, register, policy, data, day)
    if output is not None:
        _tell(f"Report: {export_dpia(impact, output, format='markdown')}")
    if json_:
        return shared.print_json(impact)
    console = Console(highlight=False)
    shared.print_verdict(console, impact)
    console.print(impact.screening.sentence, markup=False)
    console.print(shared.print_rows("", impact))
    return shared.exit_code(impact)


@dpia.command()
def check(
    files: Annotated[list[Path], Argument(metavar="FILE…", help="dpia/*.yaml, without recipes.")],
    register: Folder = None, policy: shared.PolicyFile = None, data: Data = None, day: Day = None,
    records: Records = None, json_: shared.Json = False,
) -> int:  # fmt: skip
    """For CI: open questions, no owner, review overdue, not approved, stale; exit code 1."""
    from govkit.dpia import check_dpia  # noqa: PLC0415

    named, store = [one for one in files if not one.name.endswith(_RECIPE)], _store(records)
    found = [check_dpia(_impact(one, register, policy, data, day), store) for one in named]
    if not found:
        raise InputError("No assessment is named, only recipes: name dpia/NAME.yaml.")
    if json_:
        print(json.dumps({"assessments": [one.to_dict() for one in found]}, ensure_ascii=False))  # noqa: T201
    else:
        console = Console(highlight=False)
        for one in found:
            shared.print_verdict(console, one)
            for kind, where, text in one.rows():
                console.print(f"  {kind} {where}  {text}", markup=False)
    return max(map(shared.exit_code, found))


@dpia.command("export")
def export_(
    file: File,
    format_: Annotated[
        str, Option("--format", help="cnil, ico, ppc, markdown, html, json or dpv.")
    ],
    output: Annotated[Path, Option(help="The file; ico and ppc as a page where it ends in .html.")],
    register: Folder = None, policy: shared.PolicyFile = None, data: Data = None, day: Day = None,
) -> None:  # fmt: skip
    """Write an assessment for others: one source, every form, nothing lost."""
    from govkit.dpia import export_dpia  # noqa: PLC0415

    export_dpia(_impact(file, register, policy, data, day), output, format=format_)


@dpia.command("import")
def import_(
    file: Annotated[Path, Argument(metavar="FILE", help="JSON of CNIL's PIA software.")],
    output: Annotated[Path, Option(help="The new dpia/NAME.yaml.")],
    register: Annotated[Path, Option(help="Folder of the register.")] = Path("register"),
    activity: Annotated[str | None, Option(help="Which activity it is about.")] = None,
    policy: shared.PolicyFile = None,
) -> None:
    """Read an assessment that CNIL's PIA software exported."""
    from govkit.dpia import read_cnil  # noqa: PLC0415

    known = _both(register, policy)[0]
    _begin(output, read_cnil(file, known, activity), known)


@dpia.command()
def approve(
    file: File,
    by: Annotated[str, Option(help="Who decides: a staff number or a function.")],
    decision: Annotated[str, Option(help="approved or rejected.")] = "approved",
    reason: Annotated[str | None, Option(help="Why, where it is not plainly safe.")] = None,
    register: Folder = None, policy: shared.PolicyFile = None, data: Data = None, day: Day = None,
    records: Records = None, json_: shared.Json = False,
) -> None:  # fmt: skip
    """Record that a person approved an assessment, with the digest of all that it rests on."""
    from govkit.dpia import approve as run_  # noqa: PLC0415

    impact, store = _impact(file, register, policy, data, day), _store(records, create=True)
    entry = run_(impact, store, by=by, decision=decision, reason=reason)  # type: ignore[arg-type]
    if json_:
        print(json.dumps(entry.to_dict(), ensure_ascii=False))  # noqa: T201
    else:
        _tell(f"{decision.capitalize()}: entry {entry.number}, {entry.digest}")


def _begin(path: Path, text: str, known: Register) -> None:
    """Write a new assessment that can be read; none is written over."""
    from govkit.dpia import load_dpia  # noqa: PLC0415
    from govkit.files import write_whole  # noqa: PLC0415

    if path.exists():
        raise InputError(f"{shown(path.name)} is there already: choose another with --output.")

    def checked(draft: Path) -> None:
        draft.write_text(text, "utf-8")
        load_dpia(draft, known)

    write_whole(path, checked)
    _tell(f"Begun in {path}; its open questions: govkit dpia check {path}")


def _impact(
    file: Path, near: Path | None, policy: Path | None, data: Path | None, day: Day
) -> Impact:
    from govkit.dpia import assess_impact, load_dpia  # noqa: PLC0415

    known, promised = _both(near or file.absolute().parent.parent / "register", policy)
    judged = load_dpia(file, known)
    return assess_impact(judged, known, promised, data=data, today=day and day.date())


def _both(folder: Path, file: Path | None) -> tuple[Register, Policy]:
    known, promised = shared.both(folder, file)
    if promised is None:
        raise SourceError("There is no policy.yaml in or beside the register: name it (--policy).")
    return known, promised


def _store(place: str | None, *, create: bool = False) -> Store | None:
    """Open the records; where nobody named any and there are none, nothing was approved."""
    from govkit.records import open_store  # noqa: PLC0415

    if place or create or Path(_HERE).is_file():
        return open_store(place or _HERE, create=create)
    return None


def _tell(text: str) -> None:
    Console(stderr=True, highlight=False).print(text, markup=False, soft_wrap=True)
