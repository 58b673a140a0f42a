"""The street door: one command per room, every command with ``--json``.

Exit code 0: safe, or no finding. 1: unsafe, or findings. 2: wrong usage or input, told in one
sentence on standard error.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from typer import Option

import govkit as gk
from govkit import (
    __version__,
    cli_disclose,
    cli_dpia,
    cli_guard,
    cli_microdata,
    cli_records,
    cli_register,
    cli_remedy,
    cli_requests,
    cli_tables,
)
from govkit import cli_options as shared
from govkit.cli_described import Given, Told, add
from govkit.errors import FilesError, GovkitError, SourceError
from govkit.files import packaged

if TYPE_CHECKING:
    from govkit.data import DataMap
    from govkit.microdata import Check

app = typer.Typer(
    name="govkit",
    help="A personal information protection policy that runs.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """Run the command line; every error becomes one sentence and exit code 2."""
    try:
        code = app(standalone_mode=False)
    except FilesError as error:
        print(f"govkit: {error}", file=sys.stderr)  # noqa: T201 - one line a mistake
        code = 2
    except GovkitError as error:
        code = _fail(str(error))
    except typer.Exit as stop:
        code = stop.exit_code
    except (KeyboardInterrupt, typer.Abort):
        code = 130
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:  # noqa: BLE001 - a traceback could show values of people
        code = _unexpected(error)
    sys.exit(code or 0)


@app.callback(invoke_without_command=True)
def _start(
    version: Annotated[bool, Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        print(f"govkit {__version__}")  # noqa: T201 - the answer
        raise typer.Exit


def _check(given: Given) -> Told:
    html, data, worst = given.pop("html", None), given.pop("data"), given.pop("worst")
    if html is not None and not html.absolute().parent.is_dir():
        raise SourceError(f"The folder of {html.name!r} does not exist: create it first.")
    answer = gk.check(data, **given)
    if html is not None:
        _write_check(html, answer, data)
    return Told.of(answer, lambda console: _show_check(console, answer, worst))


def _classify(given: Given) -> Told:
    drift, write, html = (given.pop(name, None) for name in ("drift", "write", "html"))
    data, sample = given.pop("data"), given.pop("sample") or None
    confirmed_by = given.pop("confirmed_by", None)
    found = gk.classify(data, sample=sample, with_pairs=drift is None, **given)
    if write is not None:
        found.write(write, confirmed_by=confirmed_by)
    if html is not None:
        _write_map(html, found)
    if drift is not None:
        answer = gk.drift(found, drift)
        return Told.of(answer, lambda console: shared.print_verdict(console, answer))
    return Told(result=found, show=lambda console: _show_map(console, found))


def _demo(given: Given) -> Told:
    from govkit.output.demo import run  # noqa: PLC0415

    console = Console(stderr=True)
    path, sections = run(given["output"], tell=lambda text: console.print(escape(text)))
    steps = [{"title": part.title, **part.result.to_dict()} for part in sections]

    def show(console: Console) -> None:
        for part in sections:
            shared.print_verdict(console, part.result, part.title)

    plain = {"report": str(path), "steps": steps}
    return Told(plain=plain, show=show, text=f"\nReport: {path}")


add(app, packaged("cli.yaml"), {
    "check": _check, "risk": cli_microdata.risk, "suda": cli_microdata.suda,
    "anonymize": cli_remedy.anonymize, "safe-harbor": cli_remedy.safe_harbor,
    "table": cli_tables.table, "audit": cli_tables.audit, "guard": cli_guard.guard,
})  # fmt: skip
app.add_typer(cli_guard.notebooks, name="notebooks")
app.add_typer(cli_register.register, name="register")
app.add_typer(cli_register.policy, name="policy")
app.add_typer(cli_records.records, name="records")
app.add_typer(cli_records.incident, name="incident")
app.add_typer(cli_records.training, name="training")
app.add_typer(cli_requests.app, name="request")
app.add_typer(cli_dpia.dpia, name="dpia")
cli_disclose.add_to(app)
add(app, packaged("cli.yaml"), {"classify": _classify, "demo": _demo})


def _show_check(console: Console, answer: Check, worst: int) -> None:
    shared.print_verdict(console, answer)
    console.print(f"[bold]Next:[/] {escape(answer.next_step)}\n")
    console.print(shared.print_rows("k-anonymity", answer))
    for name, part in answer.sensitive.items():
        console.print(shared.print_rows(f"\nSensitive: {name}", part))
    shared.print_worst(answer, worst, "smallest")


def _show_map(console: Console, found: DataMap) -> None:
    shared.print_verdict(console, found)
    table = Table("column", "holds", "sure", "because")
    for one in found.fields:
        name = found.label(one)
        why = one.undetermined or next(iter(one.evidence), "")
        law = f", {one.appi_class}" if one.personal else ""
        holds = f"{one.type}: {one.word}{law}" if one.type else one.word
        table.add_row(*map(escape, (name, holds.replace("_", " "), f"{one.confidence:.2f}", why)))
    console.print(table)
    console.print("Every line of evidence: --json or --html FILE. To confirm: --write FILE.")


def _write_map(path: Path, found: DataMap) -> None:
    from govkit.output import Section, html_report, write_whole  # noqa: PLC0415

    section = Section(
        title="What do the columns hold?", text=f"Source: {found.source}.", result=found,
        figures=[found.plot()],
    )  # fmt: skip
    write_whole(path, html_report("Data map", [section]))


def _write_check(path: Path, answer: Check, data: str) -> None:
    from govkit.output import Section, check_figures, html_report, write_whole  # noqa: PLC0415

    source = Path(data.partition("::")[0]).name if "://" not in data else "a database table"
    section = Section(
        title="Is this table anonymous?",
        text=f"Quasi-identifiers: {', '.join(answer.k_anonymity.quasi.keys)}. Source: {source}.",
        result=answer,
        figures=check_figures(answer),
    )
    write_whole(path, html_report("Anonymity check", [section]))
    Console(stderr=True).print(f"Report: {path}", markup=False, highlight=False)


def _fail(message: str) -> int:
    print(f"govkit: {' '.join(message.split())}", file=sys.stderr)  # noqa: T201 - one line
    return 2


def _unexpected(error: Exception) -> int:
    shown = getattr(error, "format_message", None)
    if callable(shown):  # wrong usage, told by the command line's library
        if not (sentence := shown()):  # nothing was asked, and the help stands there already
            return 2
        where = getattr(error, "ctx", None)
        end = "" if sentence.endswith((".", "?")) else "."
        return _fail(f"{sentence}{end} See {where.command_path if where else 'govkit'} --help.")
    if os.environ.get("GOVKIT_DEBUG"):
        raise error
    return _fail(
        f"something went wrong inside ({type(error).__name__}). This is a fault of govkit: please "
        "report it. GOVKIT_DEBUG=1 shows the traceback, which may hold values of people."
    )
