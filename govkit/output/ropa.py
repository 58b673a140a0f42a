"""Records of processing activities (GDPR Article 30) as CSV and Excel, written and read.

A workbook holds the two records of Article 30 and the other entries of the register, one sheet a
kind, so that nothing is lost; a CSV file holds the activities alone.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pandas as pd

from govkit.data.text import layout
from govkit.errors import InputError, MissingExtraError, SourceError, shown
from govkit.output.processing import environment, uses, words
from govkit.policy import Policy, Register
from govkit.policy.loading import kinds_of

KINDS = kinds_of(Register)
_AT_HOME = {"requests", "incidents", "training"}  # about single persons
_CELL = 32_767  # characters that Excel keeps
_FORMULA = re.compile(r"['\s]*[=+\-@＝＋－＠|%]")
_ITEM = re.compile(r"(?:\\[\\\n;；、]|[^\n;；、])+")
_UNWRITABLE = re.compile(r"[^\t\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Entries = dict[str, list[dict[str, Any]]]
Stubs = dict[tuple[str, str], dict[str, Any]]


def dumped(register: Register) -> Entries:
    """Give what is exchanged: no entry about a single person, no staff number, no default."""
    found: Entries = register.model_dump(mode="json", exclude_defaults=True, exclude=_AT_HOME)
    for one in found.get("systems", ()):
        one.pop("access", None)
    return found


def as_key(text: str) -> str:
    """Make a key of any text; a key stays what it is.

    Examples
    --------
    >>> as_key("crm.v2"), as_key(" ../Send invoices")
    ('crm.v2', 'Send-invoices')
    """
    kinds = (unicodedata.category(sign) for sign in text)
    kept = [s if k[0] in "LM" or k in {"Nd", "Nl", "Pc"} or s in ".-\u200c\u200d" else " "
            for s, k in zip(text, kinds, strict=True)]  # fmt: skip
    return re.sub(" +", "-", "".join(kept)).lstrip(".-")[:80] or "unnamed"


def ropa_csv(register: Register, policy: Policy | None = None) -> bytes:
    """Write the activities as CSV for spreadsheets: UTF-8 with its mark, all cells quoted.

    A cell that a spreadsheet would take for a formula begins with an apostrophe.

    Raises
    ------
    InputError
        A text is longer than a cell can hold.
    """
    frames = _frames(register, policy)
    both = pd.concat([frames[name] for name in words("ropa")["sheets"]]).fillna("")
    safe = both.map(lambda text: "'" + text if _FORMULA.match(text) else text)
    return str(safe.to_csv(index=False, quoting=csv.QUOTE_ALL)).encode("utf-8-sig")


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
        from openpyxl.styles import Alignment  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        raise MissingExtraError("Excel files", "excel") from None
    frames, wrapped = _frames(register, policy), Alignment(wrap_text=True, vertical="top")
    file = io.BytesIO()
    with pd.ExcelWriter(file, engine="openpyxl") as book:
        for name, frame in frames.items():
            frame.to_excel(book, sheet_name=name, index=False, freeze_panes=(1, 1))
            for cells in book.sheets[name].columns:
                for cell in cells:
                    cell.quotePrefix = bool(_FORMULA.match(cell.value or ""))
                    cell.data_type = "s" if cell.value else "n"  # never a formula
                    cell.alignment = wrapped
                lines = "\n".join(cell.value or "" for cell in cells).split("\n")
                widest = max(len(line.encode("cp932", "replace")) for line in lines)  # kanji: 2
                look = book.sheets[name].column_dimensions[cells[0].column_letter]
                look.width = min(max(12, widest + 2), 48)
    return file.getvalue()


def _frames(register: Register, policy: Policy | None) -> dict[str, pd.DataFrame]:
    """Give each sheet: the two records, the other kinds of entries, and the fields of datasets."""
    columns, sheets = words("ropa")["columns"], words("ropa")["sheets"]
    rows: dict[str, list[dict[str, str]]] = {name: [] for name in sheets}
    dump, compiled = dumped(register), environment().compile_expression
    values = {f"{one['en']} / {one['ja']}": compiled(one["value"]) for one in columns}
    for p, one in zip(uses(register, policy), dump.pop("activities", ()), strict=True):
        record = {heading: str(value(p=p, policy=policy)) for heading, value in values.items()}
        rows[sheets[bool(p.as_processor_for)]].append(record | _flat(one))
    for kind, one in ((kind, one) for kind, found in dump.items() for one in found):
        fields = one.pop("fields") if kind == "datasets" else ()
        rows.setdefault(kind, []).append(_flat(one))
        for field in fields:
            rows.setdefault("fields", []).append({"of": one["key"]} | _flat(field))
    return {name: pd.DataFrame(several, columns=None if several else list(values), dtype=object)
            .fillna("").map(_writable) for name, several in rows.items()}  # fmt: skip


def _writable(text: str) -> str:
    if len(text) > _CELL:
        raise InputError(f"A text is longer than a cell holds ({_CELL:,} characters): shorten it.")
    return _UNWRITABLE.sub("\ufffd", re.sub(r"\r\n?", "\n", text))


def _flat(entry: dict[str, Any]) -> dict[str, str]:
    row: dict[str, str] = {}
    for name, value in entry.items():
        if isinstance(value, dict):
            inner = {f"{name}.{key}": text for key, text in _flat(value).items()}
            row |= inner or {f"{name}{{}}": "yes"}
        elif isinstance(value, list):
            row[f"{name}[]"] = "\n".join(re.sub(r"([\\\n;；、])", r"\\\1", one) for one in value)
        else:
            row[name] = ("no", "yes")[value] if isinstance(value, bool) else str(value)
    return row


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
    found: Entries = {kind: [] for kind in (*KINDS, "fields")}
    stubs: Stubs = {}
    for name, rows in _sheets(path).items():
        if name in found:
            found[name] += filter(None, (_entry(rows[0], row) for row in rows[1:]))
        else:
            found["activities"] += _record(rows, stubs)
    if not found["activities"]:
        raise InputError(
            f"{shown(path.name)} holds no record of processing activities: it needs a row of "
            "headings, 'Processing activity' among them, and a row below it."
        )
    homes = {one.get("key"): one for one in found["datasets"]}
    for field in found.pop("fields"):
        key = field.pop("of", "")
        if key not in homes:  # the loader will ask for the rest of it
            found["datasets"].append(homes.setdefault(key, {"key": key}))
        homes[key].setdefault("fields", []).append(field)
    return completed(found, stubs)


def _sheets(path: Path) -> dict[str, list[list[str]]]:
    """Give the cells of each sheet as text, without the apostrophe that stopped a formula."""
    try:
        if path.suffix.lower() == ".csv":
            read = layout(path)
            with read.path.open(encoding="utf-8-sig", newline="") as file:
                across = zip_longest(*csv.reader(file, delimiter=read.delimiter), fillvalue="")
                frame = pd.DataFrame(zip(*across, strict=True))
            found = {"": frame.map(lambda c: c[c[:1] == "'" and bool(_FORMULA.match(c)) :])}
        else:
            found = pd.read_excel(path, sheet_name=None, engine="openpyxl", header=None, dtype=str,
                                  keep_default_na=False)  # fmt: skip
    except ModuleNotFoundError:
        raise MissingExtraError("Excel files", "excel") from None
    except InputError:
        raise
    except Exception:  # noqa: BLE001 - whatever a broken file makes the readers say
        raise SourceError(
            f"{shown(path.name)} cannot be read: is it there, a CSV table or an .xlsx workbook?"
        ) from None
    return {name: frame.to_numpy().tolist() for name, frame in found.items()}


def _entry(headings: list[str], cells: list[str]) -> dict[str, Any]:
    """Build an entry of cells whose headings say where they belong."""
    entry: dict[str, Any] = {}
    for name, text in zip(headings, cells, strict=True):
        outer, _, inner = name.partition(".")
        home = entry.setdefault(outer, {}) if inner and text else entry
        last, value = (inner or name).rstrip("[]{}"), re.sub(r"^([\d-]{10}) 00:00:00$", r"\1", text)
        if name.endswith("[]") and text:
            home[last] = [re.sub(r"\\([\\\n;；、])", r"\1", one) for one in _ITEM.findall(text)]
        elif text:
            home[last] = {} if name.endswith("{}") else value
    return entry


def _record(rows: list[list[str]], stubs: Stubs) -> Iterator[dict[str, Any]]:
    """Read activities: by the keys that we wrote, or of the words that somebody else wrote."""
    known = {
        _folded(heading): one["fills"]
        for one in words("ropa")["columns"] if "fills" in one
        for heading in (f"{one['en']} / {one['ja']}", one["en"], one["ja"], *one.get("also", ()))
    }  # fmt: skip
    names = [[known.get(_folded(cell), "") for cell in row] for row in rows]
    top = next((at for at, row in enumerate(names) if "title" in row), len(rows))
    for row in rows[top + 1 :]:
        told, own = _entry(names[top], row), _entry(rows[top], row)
        if "title" in told:
            one = own if "key" in own else {"key": as_key(told["title"])} | told
            kept = {name: value for name, value in one.items() if name in KINDS["activities"].keys}
            yield _activity(kept, told.get("group", ""), told.get("measures", ()), stubs)


def _folded(heading: str) -> str:
    text = unicodedata.normalize("NFKC", heading).casefold().strip()
    return re.sub(r"^\([a-g]\) ", "", text)


def _activity(one: dict[str, Any], group: str, measures: list[str], stubs: Stubs) -> dict[str, Any]:
    """Keep what a record says about the dataset and the system for entries of their own."""
    one = {"datasets": [one["key"]], "purposes": ["not-stated"], **one}
    if measures:
        one.setdefault("system", one["key"])
    keyed("activities", one, stubs)
    groups = {_folded(form): key for key, forms in words("words")["groups"].items()
              for form in (key, *forms, " / ".join(forms))}  # fmt: skip
    known = groups.get(_folded(group.partition("\n")[0]), "other")
    for key in one["datasets"]:
        stubs["datasets", key]["subject_group"] = known
    if measures:
        stubs["systems", one["system"]] |= keyed("systems", {"measures": measures}, stubs)
    return one


def keyed(kind: str, one: dict[str, Any], stubs: Stubs) -> dict[str, Any]:
    """Make keys of all words that name another entry, and keep the words for that entry."""

    def named(other: str, text: str) -> str:
        stubs.setdefault((other, as_key(text)), {}).update(title=text, name=text)
        return as_key(text)

    for name, other in {"purposes": "purposes", **KINDS[kind].refers}.items():
        if value := one.get(name):
            one[name] = (named(other, value) if isinstance(value, str)
                         else [named(other, text) for text in value])  # fmt: skip
    return one


def completed(found: Entries, stubs: Stubs) -> Entries:
    """Add the entries that others refer to and that are not there, saying as little as they may."""
    known = {kind: {one.get("key") for one in several} for kind, several in found.items()}
    todo = [(kind, one) for kind, several in found.items() for one in several]
    for kind, one in todo:  # grows on the way
        for name, other in KINDS[kind].refers.items():
            value = one.get(name, ())
            for key in [value] if isinstance(value, str) else value:
                if key not in known[other]:
                    known[other].add(key)
                    stub = {"key": key, "title": key, "name": key}
                    stub |= words("ropa")["stubs"].get(other, {}) | stubs.get((other, key), {})
                    kept = {one: stub[one] for one in stub if one in KINDS[other].keys}
                    found[other].append(kept)
                    todo.append((other, kept))
    return found
