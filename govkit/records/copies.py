"""Copies of the records: exports for people, backups that can be restored."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from os import PathLike
from pathlib import Path
from typing import Any

from govkit.errors import InputError, SourceError, shown
from govkit.files import write_whole
from govkit.records import chain
from govkit.records.chain import Verification
from govkit.records.connections import fault
from govkit.records.store import Store, open_store

_CELL = 32_767  # characters that Excel keeps
_PERSON = ("salt", "data")


def export(store: Store, path: str | PathLike[str], kind: str | None = None) -> int:
    """Write entries as ``.csv``, ``.xlsx`` or ``.jsonl`` and give their number; no person is in it.

    In CSV and Excel each key of the content is a column, and a text that a spreadsheet would take
    for a formula begins with an apostrophe.

    Raises
    ------
    InputError
        Another ending, nothing to write, or a text that is longer than a cell holds.
    SourceError
        The file cannot be written.
    """
    from govkit.remedy import write_records  # noqa: PLC0415 - engines load when they are needed

    rows = [one.to_dict() for one in store.entries(kind)]
    if not rows:
        raise InputError("There are no such entries: nothing was written.")
    suffix = Path(path).suffix.lower()
    if suffix == ".jsonl":
        write_whole(path, "".join(f"{chain.canonical(row)}\n" for row in rows))
        return len(rows)
    keys = dict.fromkeys(key for row in rows for key in row["content"])
    parts = [part for part in (*chain.PARTS, "digest") if part != "content"]
    table = {part: [_cell(row[part]) for row in rows] for part in parts}
    table |= {f"content.{key}": [_cell(row["content"].get(key)) for row in rows] for key in keys}
    if suffix == ".xlsx" and any(
        len(text or "") > _CELL for some in table.values() for text in some
    ):
        raise InputError("A text is longer than a cell holds: export .csv or .jsonl.")
    write_records(table, path)
    return len(rows)


def _cell(value: object) -> str | None:
    if value is None or (isinstance(value, str) and value.replace("\n", "").isprintable()):
        return value
    return chain.canonical(value)


def backup(store: Store, path: str | PathLike[str]) -> Path:
    """Copy everything while others go on writing: ``.sqlite`` (of a file) or ``.jsonl`` (of any).

    The copy holds the values of persons that are not erased: keep it as safe as the records.

    Raises
    ------
    InputError
        Another ending, or the place of the records themselves.
    SourceError
        The file cannot be written.
    """
    suffix = Path(path).suffix.lower()
    if store.file and Path(path).resolve() == Path(store.file).resolve():
        raise InputError("That is the file of the records itself: name another one.")
    if suffix == ".jsonl":
        return write_whole(path, lambda draft: _dump(store, draft))
    if suffix in {".sqlite", ".db"} and store.file:
        try:
            return write_whole(path, lambda draft: _copy(store.file, draft))
        except sqlite3.Error as error:
            raise fault(Path(path).name, error) from None
    raise InputError("A backup is written as .jsonl or, of a SQLite file, as .sqlite.")


def _dump(store: Store, draft: Path) -> None:
    with draft.open("w", encoding="utf-8", newline="\n") as file:
        for row in store.rows():
            content = {"content": json.loads(row["content"])}
            file.write(chain.canonical(dict(row) | content) + "\n")


def _copy(source: object, draft: Path) -> None:
    with closing(sqlite3.connect(str(source))) as old, closing(sqlite3.connect(draft)) as new:
        old.backup(new)
        new.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it


def restore(copy: str | PathLike[str], place: str | PathLike[str]) -> Verification:
    """Bring a backup back to a place where no records are: whole and verified, or not at all.

    Parameters
    ----------
    copy
        As :func:`backup` wrote it.
    place
        A new file, or the URL of a database without entries.

    Raises
    ------
    InputError
        The copy is no backup, or its chain does not hold.
    SourceError
        There are records already, or the place cannot be written to.
    """
    if not Path(copy).is_file():
        raise SourceError(f"There is no backup {shown(Path(copy).name)}: check the path.")
    lines = Path(copy).suffix.lower() == ".jsonl"
    rows = _lines(Path(copy)) if lines else open_store(copy).rows()
    if "://" in str(place):
        return open_store(str(place), create=True).fill(rows)
    if Path(place).exists():
        raise SourceError(f"{shown(Path(place).name)} exists: restore to another place.")
    answers = list[Verification]()
    write_whole(place, lambda draft: answers.append(open_store(draft, create=True).fill(rows)))
    return answers[0]


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                row = json.loads(line)
                row["content"] = chain.canonical(row["content"])
                yield {part: row[part] for part in (*chain.PARTS, "digest", *_PERSON)}
            except (InputError, LookupError, TypeError, ValueError, RecursionError):
                raise InputError(f"Line {number} is no entry of a backup: use another.") from None
