"""The main job end to end, on the sample data."""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import govkit
from govkit.assess import assess
from govkit.data import classify
from govkit.dpia import assess_impact, export_dpia, load_dpia
from govkit.errors import MissingExtraError, SourceError
from govkit.files import write_whole
from govkit.microdata import check
from govkit.output.processing import words
from govkit.output.report import Section, check_figures, html_report
from govkit.plots import Figure
from govkit.policy import load_policy, load_register
from govkit.remedy import anonymize
from govkit.result import Result
from govkit.tables import Rules, suppress, tabulate, write_table

Step = tuple[Result, list[Figure]]


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
    steps = (_what_it_holds, _as_stored, _anonymized, _table, _gate, _real, _impact)
    sections: list[Section] = []
    for number, (step, told) in enumerate(zip(steps, words("demo"), strict=True), 1):
        tell(f"{number}. {step.__doc__}")
        result, figures = step(samples(), output)
        title = f"{number}. {told['title']}"
        sections.append(Section(title=title, text=told["text"], result=result, figures=figures))
    links = {"The whole assessment, to print": "dpia.html"} | _before()
    sections[-1] = replace(sections[-1], links=links)
    page = html_report("govkit: from a policy to a proof", sections)
    return write_whole(output / "report.html", page), sections


def _what_it_holds(folder: Path, _: Path) -> Step:
    """Find the personal information in the customer file."""
    answer = classify(folder / "customers.csv")
    return answer, [answer.plot()]


def _as_stored(folder: Path, _: Path) -> Step:
    """Count the customers as they are stored."""
    known = ["age", "sex", "postcode"]
    answer = check(folder / "customers.csv", known, sensitive="payment_record", k=5)
    return answer, check_figures(answer)


def _anonymized(folder: Path, _: Path) -> Step:
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
    return answer, [answer.plot(), *([answer.utility.plot()] if answer.utility else [])]


def _table(folder: Path, _: Path) -> Step:
    """Publish a table of the customers instead of their records."""
    counts = tabulate(folder / "customers.csv", ["occupation", "payment_record"])
    answer = suppress(counts, Rules(threshold=5))
    return answer, [answer.plot()]


def _gate(folder: Path, _: Path) -> Step:
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
    return answer, []


def _real(folder: Path, _: Path) -> Step:
    """Ask the same of real, public-domain survey records."""
    known = ["age", "sex", "race", "marital_status", "education"]
    answer = check(folder / "cps.csv", known, sensitive="hourly_wage", k=5)
    return answer, check_figures(answer)


def _impact(folder: Path, output: Path) -> Step:
    """Assess what all of that could do to people, with every number computed anew."""
    register, policy = load_register(folder / "register"), load_policy(folder / "policy.yaml")
    judged = load_dpia(folder / "dpia" / "checkup-release.yaml", register)
    answer = assess_impact(judged, register, policy, data=folder)
    export_dpia(answer, output / "dpia.html", format="html", links=_before())
    return answer, list(answer.figures().values())


def _before() -> dict[str, str]:
    """Give the chapters that the assessment follows, and where they stand."""
    titles = [one["title"] for one in words("demo")][:-1]
    return {f"Before it: {n}. {title}": f"report.html#s{n}" for n, title in enumerate(titles, 1)}
