"""The answer: what was checked of which very file, for whom, and what came out.

It is evidence: bound to the SHA-256 of the file's bytes, written to a JSON file and read again. A
seal over its own words tells whether somebody changed them since.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from govkit.errors import InputError, SourceError, shown
from govkit.files import write_whole
from govkit.result import Result, Verdict

if TYPE_CHECKING:
    import os

__all__ = ["Assessment", "Column", "Step", "digest_of"]

SCHEMA = "govkit-assessment/1"


def digest_of(path: str | os.PathLike[str]) -> str:
    """Give the SHA-256 of a file's bytes.

    Raises
    ------
    SourceError
        There is no such file, or it cannot be read.
    """
    try:
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        raise SourceError(f"{shown(Path(path).name)} cannot be read: check the path.") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What a column of the file is to a person, and who says so.

    Attributes
    ----------
    name, role, appi_class
        As in the register.
    source
        ``"register"``: a person decided. ``"proposed"``: classify did, and nobody confirmed it.
    """

    name: str
    role: str
    appi_class: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One check: verdict, sentence and next step as in every answer.

    Attributes
    ----------
    name, rule
        The check, and the rule of the register that it answers.
    measured, required
        Its number and the policy's, where it has any.
    """

    name: str
    rule: str
    verdict: Verdict
    sentence: str
    next_step: str = ""
    measured: float | None = None
    required: float | None = None

    @property
    def number(self) -> str:
        """What was measured, and what was wanted."""
        if self.measured is None:
            return ""
        return f"{self.measured:,.4g}" + (f" ({self.required:,.4g})" if self.required else "")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Assessment(Result):
    """Whether one very file may be shown to an audience.

    Attributes
    ----------
    file, sha256
        The file's name, and the digest of its bytes.
    kind
        ``"records"`` or ``"table"``.
    audience, group_size, special_care
        Who is to see it; how many people the policy wants behind each figure; whether that is so
        because it holds special care-required information.
    dataset, policy_version
        The entry of the register it comes from, if any; the policy it was held against.
    smallest
        The smallest group, or published cell above zero; ``None`` where the file does not tell.
    roles, checks
        What each column is, and every check.
    """

    file: str
    sha256: str
    kind: str
    audience: str
    group_size: int
    special_care: bool
    dataset: str | None
    policy_version: str
    smallest: int | None
    roles: tuple[Column, ...] = field(repr=False)
    checks: tuple[Step, ...] = field(repr=False)

    @property
    def verdict(self) -> Verdict:
        """The worst of all checks."""
        return Verdict.worst(step.verdict for step in self.checks)

    @property
    def sentence(self) -> str:
        """The answer in words: what fails, else what was asked."""
        head = f"{shown(self.file)} for the audience {self.audience}: "
        if self.verdict is Verdict.SAFE:
            return f"{head}all {len(self.checks)} checks hold at groups of {self.group_size}."
        return head + " ".join(self.reasons)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is not safe, the worst first."""
        bad = [step for step in self.checks if step.verdict is not Verdict.SAFE]
        order = sorted(bad, key=lambda step: list(Verdict).index(step.verdict), reverse=True)
        return tuple(step.sentence for step in order)

    @property
    def next_step(self) -> str:
        """What to do next."""
        todo = [step for step in self.checks if step.verdict is self.verdict and step.next_step]
        return (
            todo[0].next_step
            if todo
            else "Keep this answer with the file; a changed file needs a new one."
        )

    @property
    def run(self) -> str:
        """Name the assessment by a digest of all it says: the seal."""
        plain = {"schema": SCHEMA} | dataclasses.asdict(self)
        words = json.dumps(plain, sort_keys=True, ensure_ascii=False)
        return f"A-{hashlib.sha256(words.encode()).hexdigest()[:20]}"

    def rows(self) -> list[tuple[str, str, str]]:
        """Give what a table shows: per check its verdict, number and sentence."""
        return [
            *((f"{step.verdict.mark} {step.name}", step.number, step.sentence)
              for step in self.checks),
            ("SHA-256", "", self.sha256),
        ]  # fmt: skip

    @property
    def tables(self) -> dict[str, list[dict[str, str]]]:
        """The checks and the columns as a report shows them."""
        return {
            "Checks": [
                {"check": f"{step.verdict.mark} {step.name}", "found (wanted)": step.number,
                 "what it says": step.sentence, "what to do": step.next_step, "rule": step.rule}
                for step in self.checks
            ],
            "Columns": [
                {"column": one.name, "role": one.role, "class": one.appi_class.replace("_", " "),
                 "who says so": one.source} for one in self.roles
            ],
        }  # fmt: skip

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain JSON values, with schema and seal."""
        parts = dataclasses.asdict(self) | {"reasons": list(self.reasons)}
        lists = {name: list(parts[name]) for name in ("roles", "checks")}
        ends = {"next_step": self.next_step, "schema": SCHEMA, "run": self.run}
        return Result.to_dict(self) | parts | lists | ends

    @classmethod
    def from_dict(cls, plain: Any) -> Self:  # noqa: ANN401 - whatever a file held
        """Read what ``to_dict`` gave.

        Raises
        ------
        InputError
            It is no assessment, or it was changed since.
        """
        try:
            own = {one.name: plain[one.name] for one in dataclasses.fields(cls)}
            steps = [one | {"verdict": Verdict(one["verdict"])} for one in own["checks"]]
            own["roles"] = tuple(Column(**one) for one in own["roles"])
            made = cls(**own | {"checks": tuple(Step(**one) for one in steps)})
            intact = bool(plain["schema"] == SCHEMA and plain["run"] == made.run)
        except (AttributeError, KeyError, TypeError, ValueError):
            raise InputError("This is no assessment: name the file of govkit assess.") from None
        if not intact:
            raise InputError("The assessment was changed after it was made: run govkit assess.")
        return made

    def write(self, path: str | os.PathLike[str]) -> Path:
        """Write it as JSON, whole or not at all."""
        return write_whole(path, json.dumps(self.to_dict(), ensure_ascii=False, indent=1) + "\n")

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Self:
        """Read what ``write`` wrote; errors as in ``from_dict``."""
        try:
            return cls.from_dict(json.loads(Path(path).read_text("utf-8")))
        except OSError:
            raise SourceError(f"{shown(Path(path).name)} cannot be read: check it.") from None
        except (json.JSONDecodeError, UnicodeDecodeError, RecursionError):
            raise InputError(f"{shown(Path(path).name)} is no JSON: name another file.") from None
