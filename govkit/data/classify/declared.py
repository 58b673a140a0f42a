"""What people have declared a source to hold, as YAML in git, and how a new delivery differs."""

import dataclasses
import datetime as dt
from collections.abc import Iterable
from os import PathLike
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, PositiveInt

from govkit.data.classify.result import DataMap, Drift, Field
from govkit.errors import SourceError, shown
from govkit.files import write_whole
from govkit.policy.loading import read_model
from govkit.roles import AppiClass, Role

_UNDETERMINED = "undetermined"
_HEAD = """\
# What the columns of this source hold. govkit proposes; a person decides.
# Correct a field, then write who confirms it (confirmed_by) and the day (confirmed_on).
# "proposed" is what the scan found; leave it, so that a later scan can be compared.
"""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class DeclaredField(_Model):
    """One column as declared."""

    table: str
    name: str
    type: str
    category: str | None = None
    role: Role | None = None
    appi_class: AppiClass | None = None
    personal: bool | None = None
    proposed: str = _UNDETERMINED
    confidence: float | None = None
    confirmed_by: str | None = None
    confirmed_on: dt.date | None = None


class DeclaredMap(_Model):
    """A source as declared."""

    version: PositiveInt = 1
    source: str
    fields: tuple[DeclaredField, ...]


def write(
    found: DataMap, path: str | PathLike[str], *, confirmed_by: str | None, on: dt.date | None
) -> None:
    """Write a map as YAML; see :meth:`DataMap.write`."""
    if confirmed_by is not None:
        on = on or dt.datetime.now(tz=dt.UTC).date()
    declared = [_declare(one, confirmed_by, on) for one in found.fields]
    plain = DeclaredMap(source=found.source, fields=tuple(declared)).model_dump(mode="json")
    for one in plain["fields"]:
        one["confirmed_on"] = one["confirmed_on"] and dt.date.fromisoformat(one["confirmed_on"])
    text = yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=100)
    write_whole(path, _HEAD + text)


def _declare(one: Field, confirmed_by: str | None, on: dt.date | None) -> DeclaredField:
    plain = {name: getattr(one, name) for name in DeclaredField.model_fields}
    plain |= {"type": one.type or _UNDETERMINED, "confidence": round(one.confidence, 2)}
    if confirmed_by and one.confirmed_by is None and one.personal is not None:
        plain |= {"confirmed_by": confirmed_by, "confirmed_on": on}
    return DeclaredField(**plain)


def read(path: str | PathLike[str]) -> DeclaredMap:
    """Read a declared map.

    Raises
    ------
    SourceError
        The file does not exist.
    InputError
        It is not YAML, or a key is missing, misspelt or of the wrong kind.
    """
    if not Path(path).is_file():
        name = shown(Path(path).name)
        raise SourceError(
            f"There is no file {name}: write one first (govkit classify DATA --write {name[1:-1]})."
        )
    return read_model(DeclaredMap, path)


def confirmed(fields: list[Field], declared: DeclaredMap) -> list[Field]:
    """Let what a person confirmed stand above what the scan proposes."""
    here, before = _matched(fields, declared)
    return [_confirmed(one, before.get(key)) for key, one in here.items()]


def _confirmed(found: Field, declared: DeclaredField | None) -> Field:
    if declared is None or declared.confirmed_by is None:
        return found
    said = f"confirmed by {declared.confirmed_by} on {declared.confirmed_on}"
    return dataclasses.replace(
        found, type=declared.type, category=declared.category, role=declared.role,
        personal=declared.personal, appi_class=declared.appi_class, undetermined=None,
        evidence=(said, *found.evidence),
        confirmed_by=declared.confirmed_by, confirmed_on=declared.confirmed_on,
    )  # fmt: skip


def _matched(
    fields: Iterable[Field], declared: DeclaredMap
) -> tuple[dict[tuple[str, str], Field], dict[tuple[str, str], DeclaredField]]:
    """Key both sides alike: a single table is the same table under whatever file name it comes."""
    fields = list(fields)
    single = all(len({one.table for one in side}) <= 1 for side in (fields, declared.fields))
    here = {("" if single else one.table, one.name): one for one in fields}
    return here, {("" if single else one.table, one.name): one for one in declared.fields}


def compare(found: DataMap, declared: DeclaredMap) -> Drift:
    """Compare a scan with what was declared."""
    here, known = _matched(found.fields, declared)
    several = any(table for table, _ in (*known, *here))
    lines: dict[str, list[str]] = {"new": [], "changed": [], "gone": [], "unclear": []}
    lines["unread"] = [f"not read: {one}" for one in found.unread]
    for key in here.keys() | known.keys():
        one, before = here.get(key), known.get(key)
        label = f"column {shown('::'.join(key) if several else key[1])}"
        if one is None:
            lines["gone"].append(f"declared {label} is gone")
        elif before is None and one.personal:
            lines["new"].append(f"{label} is new and holds {one.type}, undeclared")
        elif before is None and one.personal is None:
            lines["unclear"].append(f"{label} is new and undetermined")
        elif before and one.proposed not in (before.type, before.proposed):
            now = f"{label} was declared {before.type} and now holds {one.proposed}"
            lines["changed"].append(now)
    return Drift(
        columns=len(here), new_personal=len(lines["new"]), changed=len(lines["changed"]),
        gone=len(lines["gone"]), new_undetermined=len(lines["unclear"]), unread=len(found.unread),
        findings=tuple(line for part in lines.values() for line in sorted(part)),
    )  # fmt: skip
