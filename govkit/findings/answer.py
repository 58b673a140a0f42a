"""The answer: every place where the company does not do what its policy promises."""

import json
from dataclasses import asdict, dataclass, field
from importlib.resources import files
from os import PathLike
from pathlib import Path
from typing import Any

from jinja2 import Environment

from govkit import __version__
from govkit.findings.packs import Rule
from govkit.result import Result, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One place where something is amiss.

    Attributes
    ----------
    rule, clause, level
        Which rule, the clause of the policy it watches over, and how bad it is.
    subject
        The entry: ``datasets/customers/email``; what a suppression names.
    message, fix, message_ja, fix_ja
        What is amiss and what to do, in English and Japanese.
    refs
        Articles by law: ``appi``, ``appi_2019`` (the numbering of the policy's date), ``gdpr``.
    file, line
        Where it is written, line from 1; ``None`` where no file was read.
    """

    rule: str
    clause: str
    level: str
    subject: str
    message: str
    fix: str
    refs: dict[str, str]
    message_ja: str
    fix_ja: str
    file: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Findings(Result):
    """What the rules found.

    Attributes
    ----------
    errors, warnings
        How many findings break a promise, and how many endanger one.
    suppressed
        How many findings somebody accepts for a time.
    rules
        How many rules were held against the register.
    findings
        By rule and subject.
    not_checked
        Rules that need data or notebooks that were not given.
    declared
        The rules themselves.
    """

    errors: int
    warnings: int
    suppressed: int
    rules: int
    findings: tuple[Finding, ...] = field(repr=False)
    not_checked: tuple[str, ...] = field(default=(), repr=False)
    declared: tuple[Rule, ...] = field(default=(), repr=False)

    @property
    def verdict(self) -> Verdict:
        """Unsafe with an error, review with any other finding."""
        if self.errors:
            return Verdict.UNSAFE
        return Verdict.REVIEW if self.findings or not self.rules else Verdict.SAFE

    @property
    def sentence(self) -> str:
        """The answer in words."""
        text = f"Held against {self.rules} rules: {self.errors} errors, {self.warnings} warnings."
        if stop := sorted({one.subject for one in self.findings if one.rule == "GK208"}):
            text += f" Stop the service: {', '.join(stop)}."
        if self.not_checked:
            text += f" Not checked, for want of data: {', '.join(self.not_checked)}."
        return text

    def to_dict(self) -> dict[str, Any]:
        """Give the answer as plain JSON values."""
        listed = {"findings": [asdict(one) for one in self.findings]}
        return Result.to_dict(self) | listed | {"not_checked": list(self.not_checked)}

    def rows(self) -> list[tuple[str, str, str]]:
        """Give what a table shows: per finding its rule, subject and message."""
        return [(f"{f.level} {f.rule}", f.subject, f"{f.message} {f.fix}") for f in self.findings]

    def to_sarif(self, root: str | PathLike[str] = ".") -> dict[str, Any]:
        """Give the findings as SARIF 2.1.0, which code reviews show beside the line.

        OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0", 2020.

        Parameters
        ----------
        root
            The folder that paths are relative to: that of the repository.
        """
        page = Environment(autoescape=True)
        page.filters["inside"] = lambda file: _inside(Path(file).resolve(), Path(root).resolve())
        text = (files("govkit.findings") / "sarif.json.jinja").read_text("utf-8")
        log = page.from_string(text).render(answer=self, version=__version__)
        return dict(json.loads(log))


def _inside(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
