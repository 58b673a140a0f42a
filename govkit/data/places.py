"""What lies in a place: tables of a database, files of a folder, sheets of a workbook."""

import os
from pathlib import Path

from govkit.data.scan import KNOWN, reading, table_names
from govkit.errors import SourceError, shown


def tables(source: object) -> list[tuple[str, object]]:
    """List the tables of a source by name, each with what :func:`scan` opens it by.

    A folder with sub-folders called ``column=value`` is one table; so is a file or a frame.

    Examples
    --------
    >>> [name for name, _ in tables({"age": [30]})]
    ['data']
    """
    if not isinstance(source, str | os.PathLike):
        return [("data", source)]
    text = os.fspath(source)
    location, _, table = text.partition("::")
    if table or not text:
        return [(table, text)]
    path = Path(location)
    called = path.absolute().name  # the folder may be "."
    with reading(source):
        if path.is_dir():
            parts = [part for part in path.rglob("*") if part.is_dir() and "=" in part.name]
            return [(called, text)] if parts else _files(path)
        names = table_names(location)
    return [(name, f"{location}::{name}") for name in names] or [(called, text)]


def _files(folder: Path) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for path in sorted(folder.rglob("[!.]*")):
        if path.is_dir() or path.suffix.lower() not in KNOWN:
            continue
        label, parts = path.relative_to(folder).as_posix(), tables(path)
        several = len(parts) > 1
        found += [(f"{label}::{name}" if several else label, part) for name, part in parts]
    if not found:
        raise SourceError(f"{shown(folder.absolute().name)} holds no file that govkit reads.")
    return found
