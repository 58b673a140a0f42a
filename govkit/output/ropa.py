"""Records of processing activities (GDPR Article 30) as CSV and Excel, written and read.

The record is one table of activities. A workbook holds the other entries of the register too, one
sheet a kind, so that nothing is lost; a CSV file holds the activities.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from itertools import chain
from typing import TYPE_CHECKING, Any, get_args

from govkit.data.text import layout
from govkit.errors import InputError, MissingExtraError, SourceError, shown
from govkit.output.processing import environment, processings, words
from govkit.policy.register import Register

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from govkit.policy.policy import Policy
    from govkit.policy.words import Model

__all__ = ["MODELS", "as_key", "dumped", "read_ropa", "ropa_csv", "ropa_xlsx", "travels"]

#: The kinds of entries, and those that stay at home: they are about single persons.
MODELS: dict[str, Any] = {
    name: get_args(field.annotation)[0]
    for name, field in Register.model_fields.items()
    if name not in {"folder", "places"}
}
_AT_HOME = {"requests", "incidents", "training"}
_CELL = 32_767  # characters that Excel keeps
_FORMULA = re.compile(r"['\s]*[=+\-@＝＋－＠|%]")
_SEPARATORS = r"\n;；、"
_ITEM = re.compile(rf"(?:\\[\\{_SEPARATORS}]|[^{_SEPARATORS}])+")
_ABROAD = re.compile(r"(.+) \(([A-Z]{2})\)", re.DOTALL)

Row = dict[str, str]
Entries = dict[str, list[dict[str, Any]]]


def travels(register: Register) -> Iterator[tuple[str, Model]]:
    """Give the entries that are exchanged, each with its kind."""
    for kind in MODELS:
        if kind not in _AT_HOME:
            yield from ((kind, one) for one in getattr(register, kind))


def dumped(one: Model) -> dict[str, Any]:
    """Give an entry as plain values without what it does not state, and without staff numbers."""
    return one.model_dump(mode="json", exclude_defaults=True, exclude={"access"})


def as_key(text: str) -> str:
    """Make a key of any text; a key stays what it is.

    Examples
    --------
    >>> as_key("crm.v2"), as_key(" ../Send invoices! ")
    ('crm.v2', 'Send-invoices')
    """
    return re.sub(r"[^\w.-]+", "-", text).lstrip(".-")[:80] or "unnamed"


def ropa_csv(register: Register, policy: Policy | None = None) -> bytes:
    """Write the activities as CSV for spreadsheets: UTF-8 with its mark, all cells quoted.

    A cell that a spreadsheet would take for a formula begins with an apostrophe.
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file, quoting=csv.QUOTE_ALL)
    writer.writerow(_headings())
    for row in chain.from_iterable(_activities(register, policy).values()):
        cells = map(_clean, row.values())
        writer.writerow("'" + cell if _FORMULA.match(cell) else cell for cell in cells)
    return file.getvalue().encode("utf-8-sig")


def ropa_xlsx(register: Register, policy: Policy | None = None) -> bytes:
    """Write the register as a workbook: the two records of Article 30, then a sheet a kind.

    Raises
    ------
    InputError
        A text is longer than a cell can hold.
    MissingExtraError
        openpyxl is not installed.
    """
    try:
        from openpyxl import Workbook  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        raise MissingExtraError("Excel files", "excel") from None
    book, titles = Workbook(), words("ropa")["sheets"]
    book.remove(book.active)
    for side, rows in _activities(register, policy).items():
        _sheet(book.create_sheet(titles[side]), _headings(), rows)
    sheets: dict[str, list[Row]] = {}
    for kind, one in travels(register):
        if kind != "activities":
            for name, row in _rows(kind, one):
                sheets.setdefault(name, []).append(row)
    for name, rows in sheets.items():
        _sheet(book.create_sheet(name), list(dict.fromkeys(chain.from_iterable(rows))), rows)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _headings() -> list[str]:
    return [f"{one['en']} / {one['ja']}" for one in words("ropa")["columns"]]


def _activities(register: Register, policy: Policy | None) -> dict[str, list[Row]]:
    """Write each activity as a row, by the side of Article 30 that it belongs to."""
    sides: dict[str, list[Row]] = {side: [] for side in words("ropa")["sheets"]}
    purposes = {one.key: one for one in policy.purposes} if policy else {}
    known = {**register.by_key, "purposes": purposes}
    compiled = environment().compile_expression
    for p in processings(register, policy):
        own = next(row for _, row in _rows("activities", p.activity))
        cells = {}
        for column, heading in zip(words("ropa")["columns"], _headings(), strict=True):
            cell = own.get(column.get("attribute", ""), "")
            if "value" in column:
                cell = compiled(column["value"])(p=p, policy=policy)
            elif "label" in column:
                entries, label = known[_target(column)], compiled(column["label"])
                cell = _joined(
                    f"{key}: {label(**dict(entries[key]))}" if key in entries else key
                    for key in _items(cell)
                )
            cells[heading] = cell
        sides["processor" if p.clients else "controller"].append(cells)
    return sides


def _target(column: Row) -> str:
    name = column["attribute"].removesuffix("[]")
    return str(MODELS["activities"].refers.get(name, name))


def _rows(kind: str, one: Model) -> Iterator[tuple[str, Row]]:
    """Write an entry as a row, and the entries inside it as rows of a sheet of their own."""
    values = dumped(one)
    inside = {name: value for name, value in values.items()
              if isinstance(value, list) and value and isinstance(value[0], dict)}  # fmt: skip
    yield kind, _flat({name: value for name, value in values.items() if name not in inside})
    for name, parts in inside.items():
        yield from ((f"{kind}.{name}", {"of": values["key"], **_flat(part)}) for part in parts)


def _flat(values: dict[str, Any]) -> Row:
    row: Row = {}
    for name, value in values.items():
        if isinstance(value, dict):
            inner = {f"{name}.{key}": text for key, text in _flat(value).items()}
            row |= inner or {name: "{}"}
        elif isinstance(value, list):
            row[f"{name}[]"] = _joined(value)
        else:
            row[name] = ("no", "yes")[value] if isinstance(value, bool) else str(value)
    return row


def _joined(items: Iterable[str]) -> str:
    return "\n".join(re.sub(rf"([\\{_SEPARATORS}])", r"\\\1", item) for item in items)


def _items(cell: str) -> list[str]:
    return [re.sub(rf"\\([\\{_SEPARATORS}])", r"\1", item) for item in _ITEM.findall(cell)]


def _clean(text: str) -> str:
    """Leave out what no cell can hold: other line ends, control characters, half characters."""
    text = re.sub(r"\r\n?", "\n", text)
    return "".join("�" if unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t" else c for c in text)


def _sheet(sheet: Any, headings: list[str], rows: list[Row]) -> None:  # noqa: ANN401 - openpyxl's
    from openpyxl.styles import Alignment, Font, PatternFill  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    table = [dict(zip(headings, headings, strict=True)), *rows]
    for number, heading in enumerate(headings, 1):
        widest = 0
        for at, row in enumerate(table, 1):
            text = _clean(row.get(heading, ""))
            if len(text) > _CELL:
                raise InputError(
                    f"The sheet {shown(sheet.title)}, row {at}, column {shown(heading)}: the text "
                    f"is longer than a cell holds ({_CELL:,} characters). Shorten it."
                )
            cell = sheet.cell(at, number, text or None)
            cell.data_type = "s" if text else "n"  # never a formula
            cell.quotePrefix = bool(_FORMULA.match(text))  # nor after somebody edits it
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            widest = max([widest, *map(_width, text.splitlines())])
        sheet.cell(1, number).font = Font(bold=True)
        sheet.cell(1, number).fill = PatternFill("solid", fgColor="DDEBF7")
        sheet.column_dimensions[get_column_letter(number)].width = min(max(widest + 2, 10), 48)
    sheet.freeze_panes = "B2"


def _width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line)


def read_ropa(path: Path) -> Entries:
    """Read a record of processing activities: one written here, or somebody else's.

    Columns are known by their headings in English or Japanese. What a record names and does not
    describe (a system, a recipient) becomes an entry that says as little as it may.

    Raises
    ------
    SourceError
        The file cannot be read.
    InputError
        No sheet has the headings of a record.
    """
    read = _workbook if path.suffix.lower() in {".xlsx", ".xlsm"} else _csv
    found: Entries = {kind: [] for kind in MODELS}
    stubs: dict[tuple[str, str], dict[str, Any]] = {}
    known = 0
    for name, rows in read(path).items():
        kind, _, inside = name.partition(".")
        if kind in MODELS and rows:
            known += 1
            for row in rows[1:]:
                entry = _entry(dict(zip(rows[0], row, strict=False)))
                if inside:
                    of = entry.pop("of", None)
                    home = next((one for one in found[kind] if one.get("key") == of), {})
                    home.setdefault(inside, []).append(entry)
                elif entry:
                    found[kind].append(entry)
        else:
            activities = list(_record(rows, stubs))
            known += bool(activities)
            found["activities"] += activities
    if not known:
        raise InputError(
            f"{shown(path.name)} holds no record of processing activities: it needs a row of "
            f"headings such as {', '.join(repr(one['en']) for one in words('ropa')['columns'][:2])}."
        )
    return _completed(found, stubs)
