"""The commands of the tables room: make and protect a table, attack a table."""

from __future__ import annotations

import contextlib
import functools
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from govkit import cli_perturb
from govkit.cli_options import (
    Data,
    Delimiter,
    Encoding,
    Engine,
    Hierarchies,
    Json,
    exit_code,
    print_rows,
    print_verdict,
    trees,
)
from govkit.cli_options import columns as split_names
from govkit.errors import InputError, SourceError, shown
from govkit.result import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd

    from govkit.result import Result
    from govkit.tables import Protected, Rules, Table
    from govkit.tables.primary import Primary

__all__ = ["audit", "table"]

Number = float | None
Text = str | None
Texts = list[str] | None
AUDIENCES = ("internal", "recipient", "public", "special-care")
KNOWN = "Attackers know the sampling weights."
_TOLD = 10  # cells named where no pattern protects them
SECRET = "Write the rules without their numbers."  # noqa: S105 - no password

By = Annotated[Texts, typer.Option("--by", "-b", metavar="A,B,…", help="One to five columns.")]
Link = Annotated[Texts, typer.Option(metavar="B,C,…", help="Another table, protected with it.")]
Described = Annotated[Path | None, typer.Option("--rda", help="τ-ARGUS description of DATA.")]
Bounds = Annotated[float | None, typer.Option(help="Attackers know cells to within this many %.")]


def table(
    data: Data,
    by: By = None,
    value: Annotated[Text, typer.Option(help="Column to sum; default: count.")] = None,
    contributor: Annotated[Text, typer.Option(help="Whose share a record is.")] = None,
    hierarchies: Hierarchies = None,
    link: Link = None,
    rda: Described = None,
    weights: Annotated[Text, typer.Option(help="Column of sampling weights.")] = None,
    records: Annotated[Text, typer.Option(help="Column of counts: so many records.")] = None,
    request_column: Annotated[Text, typer.Option(help="Who asked for protection (1).")] = None,
    audience: Annotated[
        Text, typer.Option(metavar="|".join(AUDIENCES), help="Who sees it.")
    ] = None,
    policy: Annotated[Path | None, typer.Option(help="Policy with the thresholds.")] = None,
    threshold: Annotated[Number, typer.Option(help="Fewest records of a cell.")] = None,
    contributors: Annotated[Number, typer.Option(help="Fewest distinct contributors.")] = None,
    dominance: Annotated[Texts, typer.Option(metavar="N,K", help="n have at most k %.")] = None,
    p_percent: Annotated[Number, typer.Option(help="Of the p % rule.")] = None,
    pq: Annotated[Text, typer.Option(metavar="P,Q", help="Of the pq rule.")] = None,
    request: Annotated[Number, typer.Option(help="Share in % of who asked.")] = None,
    zeros: Annotated[bool, typer.Option("--zeros", help="Empty cells are unsafe.")] = False,
    homogeneity: Annotated[Text, typer.Option(help="Variable of sensitive answers.")] = None,
    tie: Annotated[str, typer.Option(help="On the border a cell is 'safe' or 'unsafe'.")] = "safe",
    known_weights: Annotated[bool, typer.Option("--known-weights", help=KNOWN)] = False,
    negative: Annotated[str, typer.Option(help="'error' or 'allow' values below zero.")] = "error",
    protect: Annotated[
        str,
        typer.Option(
            help="'suppress' or 'none'; 'round', 'random-round', 'small-count', 'cell-key' or "
            "'noise' change cells instead of withholding them."
        ),
    ] = "suppress",
    method: Annotated[str, typer.Option(help="'certified', 'fast' or 'optimal'.")] = "certified",
    cost: Annotated[str, typer.Option(help="'value', 'count' or 'unit'.")] = "value",
    bounds: Bounds = None,
    insiders: Annotated[
        bool, typer.Option("--insiders", help="Also against contributors.")
    ] = False,
    time_limit: Annotated[Number, typer.Option(help="Seconds.")] = None,
    processes: Annotated[
        int, typer.Option(min=1, help="For tables of more than 20,000 cells.")
    ] = 1,
    base: cli_perturb.Base = 5,
    secret: cli_perturb.SecretFile = None,
    key: Annotated[Text, typer.Option(help="Cell keys: column of record keys.")] = None,
    person: Annotated[Text, typer.Option(help="Cell keys: column that names the person.")] = None,
    noise: cli_perturb.Noise = "3,2",
    p_table: Annotated[Path | None, typer.Option(help="Cell keys: table of ptable.")] = None,
    delta: cli_perturb.Delta = None,
    epsilon: cli_perturb.Epsilon = None,
    clamp: cli_perturb.Clamp = None,
    ledger: Annotated[Path | None, typer.Option(help="Remembers what was published.")] = None,
    dataset: Annotated[Text, typer.Option(help="Noise: whose budget in the ledger.")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Why is each cell withheld?")] = False,
    secret_parameters: Annotated[bool, typer.Option("--secret-parameters", help=SECRET)] = False,
    output: Annotated[Path | None, typer.Option(help="File: .csv .xlsx .parquet .jj")] = None,
    certificate: Annotated[
        Path | None, typer.Option(help="Proof (.npz), with true values.")
    ] = None,
    delimiter: Delimiter = None,
    encoding: Encoding = None,
    engine: Engine = "duckdb",
    json_: Json = False,
) -> int:
    """Make a table with its margins and withhold what would give somebody away."""
    from govkit import tables  # noqa: PLC0415 - each command loads its own room

    rules = _rules(
        audience, policy, threshold=threshold, contributors=contributors, p_percent=p_percent,
        request=request, zeros=zeros, homogeneity=homogeneity, tie=tie,
        pq=_pair(pq, "--pq") if pq else None, weights="known" if known_weights else None,
        dominance=[(int(n), k) for n, k in (_pair(t, "--dominance") for t in dominance or ())],
    )  # fmt: skip
    _check_protect(protect, rules)
    for path in filter(None, (output, certificate)):
        _check_place(path, data)
    reading = {"delimiter": delimiter, "encoding": encoding, "engine": engine}
    described = tables.read_rda(rda, data, encoding=encoding or "utf-8") if rda else None
    make: Any = described.tabulate if described else functools.partial(tables.tabulate, data)
    made = _linked(
        lambda columns: make(
            columns, value, hierarchies=trees(hierarchies, columns), contributor=contributor,
            weights=weights, records=records, request=request_column, negative=negative,
            largest=max([3, *(n for n, _ in rules.dominance)]), **({} if described else reading),
        ), by, link,
    )  # fmt: skip
    if protect in cli_perturb.METHODS:
        columns = split_names(by or [])
        making = {"hierarchies": trees(hierarchies, columns), **reading}
        changed = cli_perturb.run(protect, made, cli_perturb.Request(
            data=data, columns=columns, value=value, making=making, base=base, secret=secret,
            key=key, person=person, noise=_pair(noise, "--noise"), p_table=p_table, delta=delta,
            epsilon=epsilon, clamp=_pair(clamp, "--clamp") if clamp else None, ledger=ledger,
            dataset=dataset,
        ))  # fmt: skip
        if output is not None and changed.verdict is not Verdict.UNSAFE:
            tables.write_table(changed.table, output, note=changed.note)
        return _print("table", changed, json_)
    write: dict[str, Any] = {"rules": rules, "secret_parameters": secret_parameters}
    if protect == "none":
        unsafe = tables.primary(made, rules)
        marked = tables.naive(made, unsafe)
        if output is not None:
            tables.write_table(marked, output, levels=unsafe, **write)
        return _print("audit", tables.audit(marked, unsafe), json_, unsafe.sentence, worst=10)
    answer = _suppress(
        made, rules, hide=json_, method=method, cost=cost, bounds=bounds, insiders=insiders,
        time_limit=time_limit, processes=processes,
    )  # fmt: skip
    if answer.certificate is not None:  # what could not be proven is not published
        if output is not None:
            tables.write_table(answer.table, output, levels=answer.sensitive, **write)
        if certificate is not None:
            answer.certificate.save(certificate)
    return _print("table", answer, json_, why=tables.explanations(answer) if explain else None)


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


def audit(
    data: Annotated[str, typer.Argument(metavar="TABLE", help="A suppressed table; also .jj.")],
    by: By = None,
    value: Annotated[Text, typer.Option(help="Column of values.")] = None,
    status: Annotated[Text, typer.Option(help="Column of marks: s, u, m or x, z.")] = None,
    hierarchies: Hierarchies = None,
    link: Link = None,
    rda: Described = None,
    total: Annotated[Text, typer.Option(help="What totals are called.")] = None,
    bounds: Bounds = None,
    certificate: Annotated[Path | None, typer.Option(help="Check this proof instead.")] = None,
    full: Annotated[bool | None, typer.Option("--full/--quick", help="Whole intervals?")] = None,
    worst: Annotated[int, typer.Option(help="Show this many of the least protected cells.")] = 10,
    delimiter: Delimiter = None,
    encoding: Encoding = None,
    engine: Engine = "duckdb",
    json_: Json = False,
) -> int:
    """Attack a table that anyone suppressed: what can be computed, and how closely."""
    from govkit import tables  # noqa: PLC0415

    levels: Primary | None = None
    if Path(data).suffix.lower() == ".jj":
        found, held = tables.read_jj(data)
        levels = tables.levels_of(found, held) if held.any() else None
    elif rda is not None:
        found, levels = tables.read_rda(rda, data, encoding=encoding or "utf-8").table(value)
    else:
        found = _linked(
            lambda columns: tables.read_table(
                data, columns, value=value, status=status, total=total, encoding=encoding,
                hierarchies=trees(hierarchies, columns), delimiter=delimiter, engine=engine,
            ), by, link,
        )  # fmt: skip
    if certificate is not None:
        return _print("certificate", tables.Certificate.load(certificate).check(found), json_)
    return _print(
        "audit", tables.audit(found, levels, bounds=bounds, full=full), json_, worst=worst
    )


def _linked(make: Callable[[list[str]], Table], by: Texts, link: Texts) -> Table:
    """Make one table, or several over the same data as one system."""
    from govkit import tables  # noqa: PLC0415

    made = [make(split_names(names)) for names in (by or [], *([one] for one in link or []))]
    return made[0] if len(made) == 1 else tables.link(*made)


def _rules(audience: str | None, policy: Path | None, **given: Any) -> Rules:  # noqa: ANN401
    """Take the rules of an audience, then what was named beside it."""
    from govkit.tables import Rules  # noqa: PLC0415

    known: dict[str, Any] = {}
    if audience is not None:
        held = None
        if policy is not None:
            from govkit.policy import load_policy as load  # noqa: PLC0415

            held = {str(one.audience): one.group_size for one in load(policy).thresholds}
        of = Rules.for_audience(audience.replace("-", "_"), held)
        known = {"threshold": of.threshold, "contributors": of.contributors}
    elif policy is not None:
        raise InputError("A policy has thresholds by audience: name --audience, too.")
    return Rules.of(known | {name: rule for name, rule in given.items() if rule is not None})


def _print(
    title: str, answer: Result, json_: bool, head: str = "", *, worst: int = 0,
    why: pd.DataFrame | None = None,
) -> int:  # fmt: skip
    """Print an answer, the least protected cells and why each is withheld; give the exit code."""
    from govkit.tables import Audit  # noqa: PLC0415

    if json_:
        more = {} if why is None else {"withheld": why.to_dict("records")}
        print(json.dumps(answer.to_dict() | more, ensure_ascii=False, allow_nan=False))  # noqa: T201
        return exit_code(answer)
    console = Console(highlight=False)
    if head:
        console.print(escape(head))
    print_verdict(console, answer)
    console.print(print_rows(title, answer))
    if isinstance(answer, Audit) and answer.suppressed:
        console.print("The least protected cells:")
        console.print(escape(answer.intervals().head(worst).to_string(index=False)))
    if why is not None:
        console.print(escape(why.to_string(index=False)), soft_wrap=True)
    return exit_code(answer)


def _pair(text: str, option: str) -> tuple[float, float]:
    try:
        first, second = (float(part) for part in text.split(","))
    except ValueError:
        raise InputError(f"{option} takes two numbers, as in {option} 1,75.") from None
    return first, second


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
