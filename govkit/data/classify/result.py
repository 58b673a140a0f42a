"""The answers: one field per column, the map of a whole source, and how a delivery differs."""

import datetime as dt
from dataclasses import asdict, dataclass, field
from os import PathLike
from typing import Any

from govkit import plots
from govkit.data.arrays import DataFrame
from govkit.errors import ColumnNotFoundError
from govkit.result import Result, Verdict, filled
from govkit.roles import AppiClass, Role

_SINGLES_OUT = 0.5
_MOST_NAMED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What one column holds.

    Attributes
    ----------
    table, name
        Where the column is.
    type, category, role, appi_class
        What it holds, its fideslang category, its role and its legal class; ``None`` while
        ``undetermined`` says why nobody can tell yet.
    personal
        Whether it is about people: ``True``, ``False`` or, undetermined, ``None``.
    confidence
        0 to 1; of an undetermined column that of the nearest guess.
    evidence
        Sentences with counts; samples in them are masked.
    records, missing, distinct
        Counts.
    distinction
        Share of the filled records that would remain if each value were kept once.
    separation
        Share of pairs of filled records that the column tells apart.
    recognizer, proposed
        What recognized it, and the type the scan found, also where a person decided otherwise.
    confirmed_by, confirmed_on
        Who decided, and when, where somebody did.
    """

    table: str
    name: str
    type: str | None
    category: str | None
    role: Role | None
    personal: bool | None
    appi_class: AppiClass | None
    confidence: float
    evidence: tuple[str, ...]
    undetermined: str | None = None
    recognizer: str | None = None
    proposed: str = "undetermined"
    records: int = 0
    missing: int = 0
    distinct: int = 0
    distinction: float = 0.0
    separation: float = 0.0
    confirmed_by: str | None = None
    confirmed_on: dt.date | None = None

    @property
    def word(self) -> str:
        """The role in a word, for people and charts."""
        if self.personal is None:
            return "undetermined"
        return str(self.role.value) if self.personal and self.role else "not personal"

    def to_dict(self) -> dict[str, Any]:
        """Give the field as plain JSON values."""
        plain = asdict(self)
        plain["evidence"] = list(self.evidence)
        plain["confirmed_on"] = str(self.confirmed_on) if self.confirmed_on else None
        for key in ("confidence", "distinction", "separation"):
            plain[key] = round(plain[key], 4)
        return plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """How far two columns together tell records apart."""

    table: str
    columns: tuple[str, str]
    distinction: float
    separation: float
    alone: int

    def to_dict(self) -> dict[str, Any]:
        """Give the pair as plain JSON values."""
        return {
            "table": self.table, "columns": list(self.columns), "records_alone": self.alone,
            "distinction": round(self.distinction, 4), "separation": round(self.separation, 4),
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class DataMap(Result):
    """Which columns of a source are about people, and what they hold.

    It proposes; a person decides and confirms (:meth:`write`).
    """

    source: str
    tables: int
    columns: int
    personal: int
    undetermined: int
    fields: tuple[Field, ...] = field(repr=False)
    pairs: tuple[Pair, ...] = field(default=(), repr=False)
    unread: tuple[str, ...] = field(default=(), repr=False)

    @property
    def verdict(self) -> Verdict:
        """Safe only when every column is known not to be about people."""
        clear = self.fields and all(found.personal is False for found in self.fields)
        return Verdict.SAFE if clear and not self.unread else Verdict.REVIEW

    @property
    def sentence(self) -> str:
        """The answer in words."""
        text = (
            f"{self.personal} of {self.columns} columns hold personal information, "
            f"{self.undetermined} are undetermined and need a person to look."
        )
        loud = self.singling_out()
        if loud:
            rest = len(loud) - _MOST_NAMED
            listed = ", ".join(found.name for found in loud[:_MOST_NAMED])
            more = f" and {rest} more" if rest > 0 else ""
            text += f" Not personal by type, yet singling people out: {listed}{more}."
        if self.unread:
            text += f" Not read: {'; '.join(self.unread)}."
        return text

    def label(self, field: Field) -> str:
        """Name a column, with its table where there are several."""
        return f"{field.table}::{field.name}" if self.tables > 1 else field.name

    def singling_out(self) -> list[Field]:
        """Give the columns that look harmless but differ on most records."""
        return [
            f
            for f in self.fields
            if not f.personal and f.distinction >= _SINGLES_OUT and f.records > 1
        ]

    def __getitem__(self, name: str) -> Field:
        """Give a field by its column, or by ``table::column``."""
        for found in self.fields:
            if name in (found.name, f"{found.table}::{found.name}"):
                return found
        raise ColumnNotFoundError(name, [found.name for found in self.fields])

    def to_dict(self) -> dict[str, Any]:
        """Give the map as plain JSON values."""
        return Result.to_dict(self) | {
            "fields": [found.to_dict() for found in self.fields],
            "pairs": [pair.to_dict() for pair in self.pairs],
            "unread": list(self.unread),
        }  # fmt: skip

    def to_frame(self) -> DataFrame:
        """Give one row per column of the source."""
        import pandas as pd  # noqa: PLC0415 - slow to import, and the map may only be printed

        rows = [found.to_dict() | {"evidence": "; ".join(found.evidence)} for found in self.fields]
        return pd.DataFrame(rows, columns=list(Field.__dataclass_fields__))

    def pairs_frame(self) -> DataFrame:
        """Give one row per pair of columns, the most separating first."""
        import pandas as pd  # noqa: PLC0415

        return pd.DataFrame(
            [pair.to_dict() | {"columns": " × ".join(pair.columns)} for pair in self.pairs]
        )

    def plot(self) -> plots.Figure:
        """Draw every column by role, and how far it alone tells records apart."""
        return plots.data_map(
            [found.name for found in self.fields],
            [found.word for found in self.fields],
            [found.type or "?" for found in self.fields],
            [found.distinction for found in self.fields],
            title=f"{self.personal} of {self.columns} columns hold personal information",
        )

    def write(
        self,
        path: str | PathLike[str],
        *,
        confirmed_by: str | None = None,
        on: dt.date | None = None,
    ) -> None:
        """Write the map as YAML for people to review, confirm and keep in git.

        Parameters
        ----------
        path
            File to write.
        confirmed_by, on
            Confirm every determined field in this name, on this day (default: today). Without a
            name the file is a proposal.
        """
        from govkit.data.classify.declared import write  # noqa: PLC0415 - it imports this

        write(self, path, confirmed_by=confirmed_by, on=on)

    def _repr_html_(self) -> str:
        return filled("map.html", of=self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift(Result):
    """How a delivery differs from what was declared of it."""

    columns: int
    new_personal: int
    changed: int
    gone: int
    new_undetermined: int
    unread: int
    findings: tuple[str, ...] = field(repr=False)

    @property
    def verdict(self) -> Verdict:
        """Unsafe when personal data came in undeclared, or declared data changed or went."""
        if self.new_personal or self.changed or self.gone:
            return Verdict.UNSAFE
        unclear = self.new_undetermined or self.unread or not self.columns
        return Verdict.REVIEW if unclear else Verdict.SAFE

    @property
    def sentence(self) -> str:
        """The answer in words."""
        if not self.findings:
            return f"All {self.columns} columns are as declared."
        return (
            f"{len(self.findings)} differences from what was declared: {'; '.join(self.findings)}."
        )

    def to_dict(self) -> dict[str, object]:
        """Give the differences as plain JSON values."""
        return Result.to_dict(self) | {"findings": list(self.findings)}
