"""The main job end to end, on the sample data."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import govkit
from govkit.assess import assess
from govkit.data import classify
from govkit.dpia import assess_impact, export_dpia, load_dpia
from govkit.errors import MissingExtraError, SourceError
from govkit.microdata import check
from govkit.output.report import Section, check_figures, html_report, write_whole
from govkit.policy import load_policy, load_register
from govkit.remedy import anonymize
from govkit.tables import Rules, suppress, tabulate, write_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from govkit.result import Result

__all__ = ["run", "samples"]


def samples() -> Path:
    """Give the folder of sample data: of the checkout, or as installed with the package."""
    package = Path(govkit.__file__).parent
    for folder in (package.parent / "data" / "samples", package / "samples"):
        if (folder / "customers.csv").is_file():
            return folder
    raise SourceError("The sample data is not installed: run the demo from a checkout of govkit.")


def run(output: Path, tell: Callable[[str], None]) -> tuple[Path, list[Section]]:
    """Run the chain that exists so far and write one HTML report.

    Parameters
    ----------
    output
        Folder for the report; made if it is not there.
    tell
        Takes one line about each step.

    Returns
    -------
    path
        The report.
    sections
        Its chapters with their results.
    """
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise SourceError(
            f"The folder {output.name!r} cannot be made: give another with --output."
        ) from None
    sections: list[Section] = []
    for step in (_what_it_holds, _as_stored, _anonymized, _table, _gate, _real):
        tell(f"{len(sections) + 1}. {(step.__doc__ or '').strip()}")
        sections.append(step(samples()))
    tell(f"{len(sections) + 1}. {_impact.__doc__}")
    sections.append(_impact(samples(), output, sections))
    page = html_report("govkit: from a policy to a proof", sections)
    return write_whole(output / "report.html", page), sections


def _what_it_holds(folder: Path) -> Section:
    """Find the personal information in the customer file."""
    answer = classify(folder / "customers.csv")
    return Section(
        title="1. What the customer file holds",
        text="Every column is looked at by its heading and its values. The answer is a proposal: "
        "a person confirms it. The people are invented.",
        result=answer,
        figures=[answer.plot()],
    )


def _as_stored(folder: Path) -> Section:
    """Count the customers as they are stored."""
    answer = check(
        folder / "customers.csv", ["age", "sex", "postcode"], sensitive="payment_record", k=5
    )
    return Section(
        title="2. Customers as they are stored",
        text="Names, e-mail and phone are taken away. Age, sex and postcode stay, and somebody "
        "who knows these of a neighbor looks for the payment record. The people are invented.",
        result=answer,
        figures=check_figures(answer),
    )


def _anonymized(folder: Path) -> Section:
    """Make age, place and occupation as coarse as it takes, and count again."""
    gone = ["customer_id", "name", "name_kana", "email", "phone", "note", "postcode",
            "registered_on"]  # fmt: skip
    answer = anonymize(
        folder / "customers.csv", ["age", "sex", "prefecture", "occupation"],
        sensitive="payment_record", k=5, direct_identifiers=gone, hierarchies={
            "age": {"builder": "intervals", "widths": [5, 10, 20, 40]},
            "sex": {"builder": "flat"}, "occupation": {"builder": "flat"},
            "prefecture": {"builder": "japanese_regions", "levels": ["region"]},
        },
    )  # fmt: skip
    return Section(
        title="3. The same customers, safe",
        text="Of all combinations of levels the one that loses least; what names people is left "
        "out. What is released is measured again: a remedy never certifies itself.",
        result=answer,
        figures=[answer.plot(), *([answer.utility.plot()] if answer.utility else [])],
    )


def _table(folder: Path) -> Section:
    """Publish a table of the customers instead of their records."""
    counts = tabulate(folder / "customers.csv", ["occupation", "payment_record"])
    answer = suppress(counts, Rules(threshold=5))
    return Section(
        title="4. A table instead of records",
        text="How many customers of each occupation pay late. Cells of fewer than five people are "
        "withheld, and as many more as it takes so that nobody can subtract them from the margins; "
        "the proof is checked again by the attacker's own programs.",
        result=answer,
        figures=[answer.plot()],
    )


def _gate(folder: Path) -> Section:
    """Ask the gate whether a table of the customers may be published."""
    policy, register = load_policy(folder / "policy.yaml"), load_register(folder / "register")
    answer: Result
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "by-prefecture-and-sex.csv"
        table = suppress(
            tabulate(folder / "customers.csv", ["prefecture", "sex"]), Rules.for_audience("public")
        )
        write_table(table.table, path)
        if table.certificate is not None:
            table.certificate.save(path.with_suffix(".npz"))
        wanted = {"dataset": "customers", "audience": "public"}
        try:
            from govkit.records import open_store  # noqa: PLC0415 - an extra
            from govkit.records.disclosures import Gate  # noqa: PLC0415

            store = open_store(Path(place) / "records.sqlite", create=True)
            gate = Gate(policy=policy, register=register, folder=folder, store=store)
            answer = gate.request(wanted | {"ground": "statistical"}, author="S0002", file=path)
        except MissingExtraError:  # then without a look at earlier disclosures
            answer = assess(path, policy, register, audience="public", dataset="customers")
    return Section(
        title="5. May it be published?",
        text="Customers by prefecture and sex. The gate assesses the very file for the public, "
        "bound to its SHA-256, and attacks it together with disclosure D-2026-002, which the "
        "register says was published before.",
        result=answer,
    )


def _real(folder: Path) -> Section:
    """Ask the same of real, public-domain survey records."""
    answer = check(
        folder / "cps.csv",
        ["age", "sex", "race", "marital_status", "education"],
        sensitive="hourly_wage",
        k=5,
    )
    return Section(
        title="6. Real records: the Current Population Survey, 1995",
        text="Hourly workers in the United States, public domain; see data/samples/README.md.",
        result=answer,
        figures=check_figures(answer),
    )


def _impact(folder: Path, output: Path, before: list[Section]) -> Section:
    """Assess what all of that could do to people, with every number computed anew."""
    register, policy = load_register(folder / "register"), load_policy(folder / "policy.yaml")
    judged = load_dpia(folder / "dpia" / "checkup-release.yaml", register)
    answer = assess_impact(judged, register, policy, data=folder)
    links = {f"Before it: {one.title}": f"report.html#s{n}" for n, one in enumerate(before, 1)}
    export_dpia(answer, output / "dpia.html", format="html", links=links)
    return Section(
        title=f"{len(before) + 1}. The impact assessment of a release",
        text="May checkup statistics of two clients be published? What people judge stands in one "
        "YAML file; the numbers come from the data, the register and the policy, by the same "
        "functions as in the chapters before it.",
        result=answer, figures=list(answer.figures().values()),
        links={"The whole assessment, to print": "dpia.html"} | links,
    )  # fmt: skip
