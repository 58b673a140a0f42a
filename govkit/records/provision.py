"""The record of provision: what APPI Articles 29 and 30 and GDPR Article 30 ask of it.

Names and addresses are kept as they were on the day, since registers change.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from govkit.files import packaged, write_whole
from govkit.findings.periods import later
from govkit.records.pages import filled
from govkit.remedy import write_records

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from os import PathLike

    from govkit.policy import Policy, Register
    from govkit.policy.entries import Retention
    from govkit.records.store import Store

__all__ = [
    "COLUMNS", "as_html", "handed_over", "items", "kept_for", "provisions", "retained", "write",
]  # fmt: skip

#: Heading of each item that is handed out, and the article that asks for it.
COLUMNS: dict[str, str] = packaged("records/provision.yaml")
_BASES = ("consent_reference", "contract", "legal_reference", "request_document", "announcement",
          "artifact_sha256")  # fmt: skip
_UNITS = {"Y": " years", "M": " months", "W": " weeks", "D": " days"}


def retained(made: Mapping[str, Any]) -> dt.date:
    """Give the day until which a record of provision is kept (APPI 29(2), Rule 21).

    One year after the last provision where a contract stands in for the record, three otherwise.

    Examples
    --------
    >>> retained({"ground": "consent", "disclosed_on": "2028-02-29"})
    datetime.date(2031, 2, 28)
    >>> retained({"ground": "consent", "contract": "C1", "disclosed_on": "2026-04-01"})
    datetime.date(2027, 4, 1)
    """
    last = dt.date.fromisoformat(str(made.get("until") or made["disclosed_on"]))
    short = made.get("contract") and made.get("ground") == "consent"
    return later(last, "P1Y" if short else "P3Y")


def handed_over(register: Register, store: Store) -> Iterator[dict[str, Any]]:
    """Give what somebody got, of the register and of the records; also what was stopped later."""
    known = [one.model_dump(mode="json") for one in register.disclosures]
    kept = [dict(one.content) | {"key": key} for key, one in store.latest("disclosure").items()]
    for one in known + kept:
        state = one.get("status", "made")
        if state == "made" or (state == "stopped" and one.get("disclosed_on")):
            yield one


def items(policy: Policy, register: Register, one: Mapping[str, Any]) -> dict[str, Any]:
    """Give the items of a record of provision that the register knows on the day."""
    known = register.by_key
    dataset = known["datasets"][one["dataset"]]
    to = known["recipients"].get(one.get("recipient") or "")
    fields = [part for part in dataset.fields if part.name in one.get("fields", ())]
    systems = [part for part in register.systems if dataset.key in part.datasets]
    received = [
        f"{known['recipients'][part.sender].name}, {part.received_on}: {part.how_acquired}"
        for part in register.receipts if part.dataset == dataset.key
    ]  # fmt: skip
    texts = {part.key: part.text_en for part in policy.purposes}
    kept = dataset.retention
    return {
        "controller": policy.organization.name_en, "subjects": str(dataset.subject_group),
        "recipient": to.name if to else "the public", "address": to and to.address,
        "representative": to and to.representative, "country": to and to.country,
        "transfer": to and to.foreign_route and f"{to.foreign_route}: {to.foreign_reference}",
        "categories": sorted({part.category for part in fields if part.category}),
        "purposes": [texts.get(key, key) for key in one.get("purposes", ())],
        "source": [*filter(None, [dataset.source]), *received],
        "erasure": kept and kept_for(kept),
        "measures": sorted({known["measures"][key].title for part in systems
                            for key in part.measures}),
    }  # fmt: skip


def kept_for(retention: Retention, units: Mapping[str, str] = _UNITS) -> str:
    """Say how long data are kept: ``15 years (first contact)``."""
    parts = re.findall(r"(\d+)([YMWD])", retention.period or "")
    period = " ".join(f"{number}{units[unit]}" for number, unit in parts)
    trigger = f" ({retention.trigger})" if retention.trigger else ""
    return f"{period or retention.until or ''}{trigger}"


def provisions(
    policy: Policy, register: Register, made: Iterable[Mapping[str, Any]]
) -> list[dict[str, str]]:
    """Give the records of provision in words, one row per disclosure, to be handed out."""
    rows = []
    for one in made:
        held = one.get("details", {}).get("items") or items(policy, register, one)
        basis = [f"{name.replace('_', ' ')}: {one[name]}" for name in _BASES if one.get(name)]
        whole = {**one, **held, "basis": basis}
        rows.append({said: _written(whole.get(name)) for name, said in COLUMNS.items()})
    return sorted(rows, key=lambda row: (row[COLUMNS["disclosed_on"]], row["Number"]))


def _written(value: object) -> str:
    if isinstance(value, list | tuple):
        return "; ".join(map(str, value))
    return "" if value is None else str(value)


def write(rows: Sequence[Mapping[str, str]], path: str | PathLike[str]) -> Path:
    """Write records of provision as ``.csv`` or ``.xlsx`` without formulas, or as an HTML page.

    Raises
    ------
    InputError
        Another ending.
    SourceError
        The file cannot be written.
    """
    if Path(path).suffix == ".html":
        return write_whole(path, as_html(rows))
    table = {name: [row[name] for row in rows] for name in COLUMNS.values()}
    return write_whole(path, lambda draft: _draft(table, draft))


def _draft(table: Mapping[str, list[str]], draft: Path) -> None:
    write_records(table, draft)
    if draft.suffix == ".csv":  # by this mark Excel takes it for UTF-8
        draft.write_text("\ufeff" + draft.read_text("utf-8"), "utf-8")


def as_html(rows: Iterable[Mapping[str, str]]) -> str:
    """Write records of provision as one HTML page that loads nothing from elsewhere."""
    return filled("provision.html", rows=list(rows))
