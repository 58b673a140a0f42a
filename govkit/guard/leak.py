"""The answer: every place of a notebook that tells about a person; never what it tells."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from govkit.guard.allow import kinds
from govkit.result import Result, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """One place that has to be cleared, or allowed with a reason.

    Attributes
    ----------
    notebook
        The file.
    cell
        Its cell, counted from 1 in the order of the file; 0 is the notebook's own metadata.
    kind
        What it is: ``email``, ``records``, ``small-count``, …
    where
        Output, media type and place in it; never a value.
    part, number
        What ``--fix`` clears: ``outputs``, ``attachments`` or ``widgets``, and which of them from
        0; ``source`` is for a person to change.
    line
        Line of the file on which the cell begins.
    """

    notebook: str
    cell: int
    kind: str
    where: str
    part: str = field(default="outputs", repr=False)
    number: int = field(default=0, repr=False)
    line: int = field(default=1, repr=False)

    def to_dict(self) -> dict[str, object]:
        """Give what others may know of it."""
        return {
            "notebook": self.notebook, "cell": self.cell, "kind": self.kind, "where": self.where,
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Leaks(Result):
    """What the guard found.

    Attributes
    ----------
    notebooks
        How many were read.
    found
        How many places tell something about a person.
    cleared, allowed
        How many places were cleared, and how many their notebooks allow with a reason.
    leaks
        By notebook and cell.
    unread
        Per notebook that could not be read a sentence.
    """

    notebooks: int
    found: int
    cleared: int = 0
    allowed: int = 0
    leaks: tuple[Leak, ...] = field(default=(), repr=False)
    unread: tuple[str, ...] = field(default=(), repr=False)

    @property
    def verdict(self) -> Verdict:
        """Unsafe with a leak; what was not read proves nothing."""
        if self.leaks:
            return Verdict.UNSAFE
        return Verdict.REVIEW if self.unread or not self.notebooks else Verdict.SAFE

    @property
    def sentence(self) -> str:
        """The answer in words."""
        many = len({leak.notebook for leak in self.leaks})
        among = f", in {many} of" if many else " in"
        text = f"Places that tell about people: {self.found}{among} {self.notebooks} notebooks."
        text += f" Cleared: {self.cleared}." if self.cleared else ""
        text += f" Allowed with a reason: {self.allowed}." if self.allowed else ""
        return text + (f" Not read: {len(self.unread)}." if self.unread else "")

    def to_dict(self) -> dict[str, Any]:
        """Give the answer as plain JSON values."""
        listed = {"leaks": [leak.to_dict() for leak in self.leaks], "unread": list(self.unread)}
        return Result.to_dict(self) | listed

    def rows(self) -> list[tuple[str, str, str]]:
        """Give what a table shows: per leak its notebook and cell, its kind, and where it is."""
        return [(f"{one.notebook}, cell {one.cell}", one.kind, one.where) for one in self.leaks]

    def to_sarif(self) -> dict[str, Any]:
        """Give the leaks as SARIF 2.1.0, which code reviews show beside the line."""
        from govkit.findings.answer import Finding, Findings  # noqa: PLC0415 - needs Pydantic
        from govkit.findings.packs import Case, Rule  # noqa: PLC0415

        refs = {"appi": "23", "gdpr": "5(1)(f), 32"}
        rules = {
            one["id"]: Rule(
                id=one["id"], clause="4", level="error", title=one["title"],
                cases=(Case(each="leaks"),),
                message={"en": one["title"], "ja": one["title_ja"]}, why=one["why"],
                fix={"en": one["fix"], "ja": one["fix_ja"]}, refs=refs,
            )
            for one in kinds().values()
        }  # fmt: skip
        found = tuple(_finding(Finding, rules[kinds()[one.kind]["id"]], one) for one in self.leaks)
        return Findings(
            errors=len(found), warnings=0, suppressed=self.allowed, rules=len(rules),
            findings=found, declared=tuple(rules.values()),
        ).to_sarif()  # fmt: skip

    def to_junit(self) -> str:
        """Give the leaks as JUnit XML: a test case per notebook, which fails where it leaks."""
        from jinja2 import Environment  # noqa: PLC0415

        page = Environment(autoescape=True)
        page.filters["plain"] = lambda text: re.sub(r"[\x00-\x1f\x7f]", "?", text)
        text = (files("govkit.guard") / "junit.xml.jinja").read_text("utf-8")
        names = dict.fromkeys(leak.notebook for leak in self.leaks)
        return page.from_string(text).render(answer=self, names=names, kinds=kinds())


def _finding(make: Any, rule: Any, leak: Leak) -> Any:  # noqa: ANN401 - of the room of findings
    place = f"cell {leak.cell}: {leak.kind} ({leak.where})"
    return make(
        rule=rule.id, clause=rule.clause, level=rule.level, subject=f"{leak.notebook}, {place}",
        message=f"{rule.title}, {place}.", fix=rule.fix["en"], refs=rule.refs,
        message_ja=f"{rule.message['ja']}（セル {leak.cell}）", fix_ja=rule.fix["ja"],
        file=leak.notebook, line=leak.line,
    )  # fmt: skip
