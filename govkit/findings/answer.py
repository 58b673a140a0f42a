"""The answer: every place where the company does not do what its policy promises."""

import html
import os
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from govkit.findings.packs import Level, Rule
from govkit.result import Result, Verdict

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

__all__ = ["Finding", "Findings"]

_COLORS = {Level.ERROR: "#D55E00", Level.WARNING: "#E69F00", Level.INFO: "#0072B2"}


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
    level: Level
    subject: str
    message: str
    fix: str
    refs: dict[str, str]
    message_ja: str
    fix_ja: str
    file: str | None = None
    line: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Give the finding as plain JSON values."""
        return asdict(self) | {"level": self.level.value}

    @property
    def place(self) -> str:
        """File and line, for people."""
        return f"{self.file}:{self.line}" if self.line else self.file or ""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Findings(Result):
    """What the rules found.

    Attributes
    ----------
    errors, warnings, suppressed
        How many findings; those that somebody accepts for a time are counted apart.
    rules
        How many rules were held against the register.
    findings
        By rule and subject.
    not_checked
        Rules that need data or notebooks that were not given.
    declared
        The rules held against the register, for programs that show findings.
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
        counts = ((self.errors, "error"), (self.warnings, "warning"))
        told = [f"{n:,} {word}{'s' if n > 1 else ''}" for n, word in counts if n]
        text = f"{' and '.join(told) or 'No finding'} by {self.rules} rules."
        if stop := sorted({one.subject for one in self.findings if one.rule == "GK208"}):
            text += f" Stop the service: {', '.join(stop)}."
        if self.not_checked:
            text += f" Not checked without data: {', '.join(self.not_checked)}."
        return text

    def to_dict(self) -> dict[str, Any]:
        """Give the answer as plain JSON values."""
        words = {"verdict": self.verdict.value, "sentence": self.sentence}
        listed = {"findings": [one.to_dict() for one in self.findings]}
        return words | self.numbers() | listed | {"not_checked": list(self.not_checked)}

    def rows(self) -> list[tuple[str, str, str]]:
        """Give what a table shows: per finding its rule, message and place."""
        return [(f"{one.level} {one.rule}", one.message, one.place) for one in self.findings]

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{title}</th>" for title in ("rule", "where", "what", "what to do"))
        rows = "".join(
            f"<tr><td style='border-left:0.4em solid {_COLORS[one.level]};padding-left:0.5em'>"
            f"{one.level.value} {one.rule}</td><td><code>{html.escape(one.subject)}</code></td>"
            f"<td style='text-align:left'>{html.escape(one.message)}</td>"
            f"<td style='text-align:left'>{html.escape(one.fix)}</td></tr>"
            for one in self.findings
        )
        return (
            f"<div class='govkit-result govkit-{self.verdict.value}'>"
            f"<p><strong>{self.verdict.mark} {self.verdict.name}</strong> "
            f"{html.escape(self.sentence)}</p>"
            f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        )

    def plot(self) -> Figure:
        """Draw how many findings each clause of the policy has."""
        from govkit import plots  # noqa: PLC0415 - charts load when they are drawn

        counted = Counter(f"clause {one.clause}" for one in self.findings)
        return plots.bars(counted, title="Findings by clause of the policy", x="findings")

    def to_sarif(self, root: str | os.PathLike[str] = ".") -> dict[str, Any]:
        """Give the findings as SARIF 2.1.0, which code reviews show beside the line.

        Parameters
        ----------
        root
            The folder that paths are relative to: that of the repository.
        """
        from govkit.findings.sarif import log  # noqa: PLC0415 - it writes what this holds

        return log(self, Path(root))
