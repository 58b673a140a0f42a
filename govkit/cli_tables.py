"""The commands of the tables room: make and protect a table, attack a table."""

from __future__ import annotations

import contextlib
import functools
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from govkit import cli_options as shared
from govkit import cli_perturb
from govkit.cli_described import Given, Told
from govkit.errors import InputError, SourceError, shown
from govkit.result import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd

    from govkit.result import Result
    from govkit.tables import Protected, Rules, Table

__all__ = ["audit", "table"]

_TOLD = 10  # cells named where no pattern protects them
_MAKING = ("contributor", "weights", "records", "negative")
_RULES = (
    "threshold", "contributors", "p_percent", "request", "zeros", "homogeneity", "tie",
)  # fmt: skip
_SUPPRESSING = ("method", "bounds", "time_limit", "processes")


def table(given: Given) -> Told:
    """Make a table, and withhold or change what would give somebody away."""
    from govkit import tables  # noqa: PLC0415 - each command loads its own room

    protect, output, certificate = given["protect"], given.get("output"), given.get("certificate")
    rules = _rules(given)
    _check_protect(protect, rules)
    for path in filter(None, (output, certificate)):
        _check_place(path, given["data"])
    made = _made(given, rules)
    if protect in cli_perturb.METHODS:
        columns = given.get("by", [])
        making = {"hierarchies": _trees(given, columns), **shared.some(given, shared.READING)}
        changed = cli_perturb.run(protect, made, given, columns, making)
        if output is not None and changed.verdict is not Verdict.UNSAFE:
            tables.write_table(changed.table, output, note=changed.note)
        return _told("table", changed)
    write: Given = {"rules": rules, "secret_parameters": "secret_parameters" in given}
    if protect == "none":
        unsafe = tables.primary(made, rules)
        marked = tables.naive(made, unsafe)
        if output is not None:
            tables.write_table(marked, output, levels=unsafe, **write)
        return _told("audit", tables.audit(marked, unsafe), unsafe.sentence, worst=10)
    options = shared.some(given, _SUPPRESSING) | _wanted(given, made)
    answer = _suppress(made, rules, hide="json" in given, **options)
    if answer.certificate is not None:  # what could not be proven is not published
        if output is not None:
            tables.write_table(answer.table, output, levels=answer.sensitive, **write)
        if certificate is not None:
            answer.certificate.save(certificate)
    return _told("table", answer, why=tables.explanations(answer) if "explain" in given else None)


def _made(given: Given, rules: Rules) -> Table:
    """Make the table that was asked for, or several as one system."""
    from govkit import tables  # noqa: PLC0415

    reading, data = shared.some(given, shared.READING), given["data"]
    make: Any = functools.partial(tables.tabulate, data, **reading)
    if "rda" in given:
        encoding = given.get("encoding", "utf-8")
        make = tables.read_rda(given["rda"], data, encoding=encoding).tabulate
    return _linked(
        lambda columns: make(
            columns, given.get("value"), hierarchies=_trees(given, columns),
            request=given.get("request_column"), **shared.some(given, _MAKING),
            largest=max([3, *(n for n, _ in rules.dominance)]),
        ), given,
    )  # fmt: skip


def _wanted(given: Given, made: Table) -> Given:
    """Say what a withheld cell costs, which cells must be printed, and who attacks."""
    from govkit import tables  # noqa: PLC0415
    from govkit.tables.system import COSTS  # noqa: PLC0415

    wanted: Given = {"cost": given["cost"], "insiders": _insiders(given)}
    if given["cost"] not in COSTS:
        priced = _made(given | {"value": given["cost"]}, tables.Rules())
        wanted["cost"] = priced.values  # noqa: PD011 - not pandas
    if "publish" in given:
        wanted["publish"], _ = tables.read_cells(made, given["publish"])
    return wanted


def _insiders(given: Given) -> bool | str:
    return "all" if "all_insiders" in given else "insiders" in given


def _suppress(made: Table, rules: Rules, *, hide: bool, **options: Any) -> Protected:  # noqa: ANN401
    """Suppress, with a progress bar; where no pattern protects, say which cells."""
    from govkit import tables  # noqa: PLC0415

    try:
        with _progress(hide=hide) as tell:
            return tables.suppress(made, rules, progress=tell, **options)
    except tables.NoPatternError as error:
        for cell in error.cells[:_TOLD].tolist():
            print("cannot be protected:", " · ".join(made.label(cell)), file=sys.stderr)  # noqa: T201
        raise


def _check_place(path: Path, data: str) -> None:
    """Refuse a place that cannot be written to, or whose loss would be one."""
    if not path.absolute().parent.is_dir():
        raise SourceError(f"The folder of {shown(path.name)} does not exist: create it first.")
    if path.exists() and Path(data).exists() and path.samefile(data):
        raise InputError(f"{shown(path.name)} holds the records: write to another file.")


def _check_protect(protect: str, rules: Rules) -> None:
    if protect not in {"suppress", "none", *cli_perturb.METHODS}:
        raise InputError(
            f"--protect must be suppress, none, {', '.join(cli_perturb.METHODS)}, not "
            f"{shown(protect)}."
        )
    if not rules.names() and protect in {"suppress", "none"}:
        raise InputError("Name at least one rule: --audience, --threshold, --p-percent, …")


def audit(given: Given) -> Told:
    """Read a table that anyone suppressed, and attack it or check its proof."""
    from govkit import tables  # noqa: PLC0415

    data, levels = given["data"], None
    if Path(data).suffix.lower() == ".jj":
        found, held = tables.read_jj(data)
        levels = tables.levels_of(found, held) if held.any() else None
    elif "rda" in given:
        described = tables.read_rda(given["rda"], data, encoding=given.get("encoding", "utf-8"))
        found, levels = described.table(given.get("value"))
    else:
        names = ("value", "status", "total", "counts", "largest", "holders", *shared.READING)
        read = shared.some(given, names)
        found = _linked(
            lambda columns: tables.read_table(
                data, columns, hierarchies=_trees(given, columns), **read
            ), given,
        )  # fmt: skip
    if "certificate" in given:
        return _told("certificate", tables.Certificate.load(given["certificate"]).check(found))
    answer = tables.audit(
        found, levels, known=_known(given, found), insiders=_insiders(given),
        **shared.some(given, ("bounds", "full")),
    )  # fmt: skip
    return _told("audit", answer, worst=given["worst"])


def _known(given: Given, table: Table) -> dict[int, float] | None:
    """Read what one attacker knows: values of cells."""
    from govkit import tables  # noqa: PLC0415

    if "known" not in given:
        return None
    at, frame = tables.read_cells(table, given["known"], ["value"])
    numbers = frame.get("value")
    if numbers is None or numbers.dtype.kind not in "iuf" or numbers.isna().any():
        raise InputError("--known needs a column 'value' with a number in every row.")
    return dict(zip(at.tolist(), numbers.tolist(), strict=True))


def _trees(given: Given, columns: list[str]) -> dict[str, object]:
    return shared.trees(given.get("hierarchies"), columns)


def _linked(make: Callable[[list[str]], Table], given: Given) -> Table:
    """Make one table, or several over the same data as one system."""
    from govkit import tables  # noqa: PLC0415

    linked = [shared.columns([names]) for names in given.get("link", [])]
    made = [make(columns) for columns in (given.get("by", []), *linked)]
    return made[0] if len(made) == 1 else tables.link(*made)


def _rules(given: Given) -> Rules:
    """Take the rules of an audience, then what was named beside it."""
    from govkit.tables import Rules  # noqa: PLC0415

    audience, rules = given.get("audience"), shared.some(given, _RULES)
    held = shared.group_sizes(audience, given.get("policy"))
    if audience is not None:
        of = Rules.for_audience(audience.replace("-", "_"), held)
        rules = {"threshold": of.threshold, "contributors": of.contributors} | rules
    if "known_weights" in given:
        rules["weights"] = "known"
    if given.get("pq"):
        rules["pq"] = shared.pair(given["pq"], "--pq")
    pairs = [shared.pair(text, "--dominance") for text in given.get("dominance", [])]
    return Rules.of(rules | {"dominance": [(int(n), k) for n, k in pairs]})


def _told(
    title: str, answer: Result, head: str = "", *, worst: int = 0, why: pd.DataFrame | None = None
) -> Told:
    """Tell an answer, the least protected cells and why each is withheld."""
    from govkit.tables import Audit  # noqa: PLC0415

    def show(console: Console) -> None:
        if head:
            console.print(escape(head))
        shared.print_verdict(console, answer)
        console.print(shared.print_rows(title, answer))
        if isinstance(answer, Audit) and answer.suppressed:
            console.print("The least protected cells:")
            console.print(escape(answer.intervals().head(worst).to_string(index=False)))
        if isinstance(answer, Audit) and answer.computed:
            console.print("Cells that contributors come too close to:")
            console.print(escape(answer.by_insiders().head(worst).to_string(index=False)))
        if why is not None:
            console.print(escape(why.to_string(index=False)), soft_wrap=True)

    more = {} if why is None else {"withheld": why.to_dict("records")}
    return Told.of(answer, show, **more)


@contextlib.contextmanager
def _progress(*, hide: bool) -> Iterator[Callable[[int], None]]:
    """Show the number of open requirements on standard error while a person looks."""
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(),
        console=Console(stderr=True), transient=True, disable=hide or not sys.stderr.isatty(),
    )  # fmt: skip
    task, most = bar.add_task("protecting", total=None), 0

    def tell(left: int) -> None:
        nonlocal most
        most = max(most, left)
        words = f"{left:,} open requirements"
        bar.update(task, total=most, completed=most - left, description=words)

    with bar:
        yield tell
