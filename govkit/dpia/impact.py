"""The impact assessment: judgments of people, with every number computed anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from govkit.dpia.digests import digests
from govkit.dpia.matching import shared_identifiers
from govkit.dpia.numbers import Measured, measure
from govkit.dpia.risks import Rated, rate
from govkit.dpia.screening import Screening, screen
from govkit.dpia.subject import PARTS, Subject
from govkit.dpia.wording import words
from govkit.errors import GovkitError, InputError, SourceError, shown
from govkit.findings import Facts, Finding, check_register
from govkit.result import Result, Verdict

if TYPE_CHECKING:
    from os import PathLike

    from plotly.graph_objects import Figure

    from govkit.dpia.dpia import Dpia
    from govkit.policy import Policy, Register


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Impact(Result):
    """An impact assessment with its numbers.

    Attributes
    ----------
    needed, criteria_met
        Whether an assessment is needed, and how many of the nine criteria are met.
    open_questions
        How many questions nobody has answered.
    high_risks
        Risks that remain severe and likely after all measures.
    errors
        What the rules find wrong in the entries that the activity touches.
    dpia, subject, screening, measured, risks
        The judgments, what is assessed, and the parts of the answer.
    findings, unused, old
        What the rules of the register find; columns that no purpose uses; per dataset the records
        past their retention.
    digests
        SHA-256 of what was looked at: ``data``, ``register`` (the entries it touches),
        ``policy``, ``notebook`` (its cells, not what they gave), ``answers`` (with the recipes).
    notebook_sha256
        Of the notebook's file, for the rule GK406.
    today
        The day on which it was judged.
    """

    needed: bool
    criteria_met: int
    open_questions: int
    high_risks: tuple[str, ...]
    errors: int
    dpia: Dpia = field(repr=False)
    subject: Subject = field(repr=False)
    screening: Screening = field(repr=False)
    measured: tuple[Measured, ...] = field(repr=False)
    risks: tuple[Rated, ...] = field(repr=False)
    findings: tuple[Finding, ...] = field(repr=False)
    unused: tuple[str, ...] = field(repr=False)
    old: dict[str, int] = field(repr=False)
    digests: dict[str, str] = field(repr=False)
    notebook_sha256: str | None = field(repr=False)
    today: dt.date = field(repr=False)

    @property
    def verdict(self) -> Verdict:
        """Unsafe with a high risk left or a group too small; review with anything open or wrong."""
        doubt = Verdict.REVIEW if self.open_questions or self.errors else Verdict.SAFE
        left = Verdict.UNSAFE if self.high_risks else doubt
        return Verdict.worst([left, *(one.verdict for one in self.measured)])

    @property
    def sentence(self) -> str:
        """Say what remains."""
        counted = {"Open questions": self.open_questions, "Errors of the register": self.errors}
        return " ".join(self.said() + [f"{what}: {n}." for what, n in counted.items() if n])

    def said(self, language: str = "en") -> list[str]:
        """Say in a language what remains, and what each scenario gives."""
        say, risks = words()["verdict"], type(self.dpia.risks).keys
        asked = "what" if language == "en" else language
        wrong = [say["risk"][language].format(risk=risks[one][asked]) for one in self.high_risks]
        if any(one.verdict is Verdict.UNSAFE for one in self.measured):
            wrong.append(say["group"][language])
        between = words()["marks"][language]["space"]
        whole = between.join(wrong or [say[self.verdict.value][language]])
        return [whole] + [f"{m.scenario.key}: {m.last.said(language)}" for m in self.measured]

    def to_dict(self) -> dict[str, Any]:
        """Give judgments, numbers and digests as plain JSON values."""
        from govkit.dpia.rendering import render  # noqa: PLC0415 - it knows every format

        return Result.to_dict(self) | dict(render(self, "json"))

    def rows(self) -> list[tuple[str, str, str]]:
        """Give what a table shows: the numbers, then each risk before and after the measures."""
        numbers = [(name, value or "none", remark) for name, value, remark in Result.rows(self)]
        return numbers + [(f"risk: {one.name}", one.words, "") for one in self.risks]

    def section(self, number: int, language: str = "en") -> Any:  # noqa: ANN401 - a page
        """Show one section, 0 to 9, in a notebook."""
        from govkit.dpia.rendering import section  # noqa: PLC0415

        return section(self, number, language)

    def figures(self) -> dict[str, Figure]:
        """Draw flows, sizes of groups, risk map and plan; each says itself in text, too."""
        from govkit.dpia import figures  # noqa: PLC0415 - charts load when they are drawn

        return figures.all_of(self)

    def plot(self) -> Figure:
        """Draw the risk map."""
        return self.figures()["risk map"]


def assess_impact(
    dpia: Dpia, register: Register, policy: Policy, *,
    data: Mapping[str, object] | str | PathLike[str] | None = None, today: dt.date | None = None,
) -> Impact:  # fmt: skip
    """Compute everything that an impact assessment needs to know.

    Parameters
    ----------
    dpia
        The judgments, as ``load_dpia`` gives them.
    register, policy
        What the company does, and promises.
    data
        Sources by the key of their dataset, or a folder with the files that the register names;
        default: those files, near the register.
    today
        The day on which it is judged; default: today, UTC.

    Raises
    ------
    InputError
        The register lacks the activity, or a scenario cannot be measured.
    SourceError
        Data of a scenario are not there (any more).
    """
    subject = Subject.of(register, policy, dpia.activity)
    today = today or dt.datetime.now(dt.UTC).date()
    sources = _sources(subject, dpia, data)
    facts = Facts(policy=policy, register=register, today=today, data=sources)
    subject = replace(subject, seen={key: facts.found(key) for key in sources})
    measured = tuple(_measured(dpia, at, sources, subject) for at in range(len(dpia.scenarios)))
    all_here = len(sources) == len(subject.datasets)  # else nobody can compare them
    shared = shared_identifiers(subject, sources) if all_here else None
    screening = screen(subject, dpia, people=_people(subject, measured), shared=shared)
    risks = rate(dpia.risks, measured, special=bool(subject.special()))
    found = check_register(policy, register, sources or None, today=today).findings
    findings = tuple(one for one in found if _concerns(one, subject))
    held = [one for one in subject.datasets if one.key in sources]
    return Impact(
        needed=screening.needed, criteria_met=screening.met, dpia=dpia, subject=subject,
        open_questions=len(list(dpia.questions(measured=bool(measured)))),
        high_risks=tuple(one.key for one in risks if one.high), measured=measured, risks=risks,
        errors=sum(one.level == "error" for one in findings), screening=screening,
        unused=tuple(f"{d.key}.{f.name}" for d in subject.datasets for f in facts.useless(d)),
        old={one.key: max(facts.older(one)["n"], 0) for one in held}, findings=findings,
        digests=digests(subject, dpia, sources), notebook_sha256=facts.digest(dpia.notebook),
        today=today,
    )  # fmt: skip


def _measured(dpia: Dpia, at: int, sources: Mapping[str, object], subject: Subject) -> Measured:
    one = dpia.scenarios[at]
    try:
        return measure(sources[one.dataset], one, subject, dpia.folder)
    except GovkitError as error:
        raise InputError(f"{dpia.where('scenarios', at)}: {error}") from None


def _people(subject: Subject, measured: tuple[Measured, ...]) -> int | None:
    """Count the people: as measured; else by the identifier with most values; else records."""
    fewest_last = sorted(measured, key=lambda one: -one.before.people)
    counts = {one.scenario.dataset: one.before.people for one in fewest_last}
    for held in subject.datasets:
        if columns := subject.seen.get(held.key):
            known = [one.distinct for one in subject.identifiers(held.key)]
            counts.setdefault(held.key, max(known, default=columns[0].records))
    return max(counts.values(), default=None)


def _sources(
    subject: Subject, dpia: Dpia, data: Mapping[str, object] | str | PathLike[str] | None
) -> dict[str, object]:
    """Find the data of the activity; those of a scenario have to be there."""
    if isinstance(data, Mapping):
        found = {key: one for key, one in data.items() if key in subject.activity.datasets}
    else:
        folder = None if data is None else Path(data)
        if folder is not None and not folder.is_dir():
            raise SourceError(f"There is no folder of data {shown(folder.name)}: check the path.")
        near = {one.key: subject.near(one.location, folder) for one in subject.datasets}
        found = {key: path for key, path in near.items() if path}
    for at, one in enumerate(dpia.scenarios):
        where = dpia.where("scenarios", at, "dataset")
        if one.dataset not in subject.activity.datasets:
            raise InputError(
                f"{where}: the activity does not use {shown(one.dataset)}: name one of "
                f"{', '.join(subject.activity.datasets)}, or add it to the activity."
            )
        if one.dataset not in found:
            raise SourceError(
                f"{where}: the data of {shown(one.dataset)} are not there (any more): correct "
                "their location in the register, or name their folder with --data."
            )
    return found


def _concerns(found: Finding, subject: Subject) -> bool:
    """Tell whether a finding is about what the activity touches, and of a rule that is shown."""
    kind, key = f"{found.subject}/".split("/")[:2]
    touched = {(PARTS[part], one.key) for part in PARTS for one in getattr(subject, part)}
    asked = {rule for rules in words()["findings"].values() for rule in rules}
    return found.rule in asked and (kind, key) in touched | {("activities", subject.activity.key)}
