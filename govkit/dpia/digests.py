"""The digests that an approval rests on: data, register, policy, notebook, answers (SHA-256)."""

from __future__ import annotations

import contextlib
import hashlib
import json
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from govkit.data import count
from govkit.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pydantic import BaseModel

    from govkit.data.classify import Field
    from govkit.dpia.dpia import Dpia
    from govkit.dpia.subject import Subject


def digests(subject: Subject, dpia: Dpia, data: Mapping[str, object]) -> dict[str, str]:
    """Give the digest of each thing that an assessment rests on, where it is there.

    The register counts by the entries that the activity touches, the notebook by what it does, and
    the answers with the recipes and hierarchies that they name. Data that are no file (a table of a
    database, a frame) count by their records.
    """
    notebook = subject.near(dpia.notebook)
    named = [name for one in dpia.scenarios for name in (one.recipe, one.hierarchies) if name]
    said = [_entries([dpia]), *(_file(dpia.folder / name) for name in named)]
    found = {
        "data": _together(
            _file(one) or _records(one, subject.seen[key]) for key, one in sorted(data.items())
        ),
        "register": _entries(subject.touched()), "policy": _entries([subject.policy]),
        "notebook": _cells(Path(notebook)) if notebook else "", "answers": _together(said),
    }  # fmt: skip
    return {name: value for name, value in found.items() if value}


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _together(parts: Iterable[str]) -> str:
    """Give one digest for several; that of a single file is the file's own."""
    found = [one for one in parts if one]
    return found[0] if len(found) == 1 else _sha256("".join(found)) if found else ""


def _entries(entries: list[BaseModel]) -> str:
    """Give a digest of what some entries say, however it is written down; defaults say nothing."""
    plain = [one.model_dump(mode="json", exclude_defaults=True) for one in entries]
    return _sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False))


def _file(source: object) -> str:
    """Give the digest of a file, of ``file::table`` or of all files in a folder; else nothing."""
    if not isinstance(source, str | PathLike):
        return ""
    path = Path(str(source).partition("::")[0])
    files = filter(Path.is_file, [path, *sorted(path.rglob("*"))])
    return _together(map(_read, files))


def _read(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _records(source: object, columns: Iterable[Field]) -> str:
    """Give the digest of records that are no file, whatever their order and what holds them.

    Where they cannot be counted (lists in a column), it is that of what was seen in each column.
    """
    try:
        table = count(source, sorted(one.name for one in columns))
    except InputError:
        counted = [(one.name, one.records, one.missing, one.distinct) for one in columns]
        return _sha256(json.dumps(counted))
    made = hashlib.sha256(json.dumps([table.keys, table.values], default=_texts).encode())
    for numbers in (*table.codes, table.counts):
        made.update(numbers.astype("<i8").tobytes())
    return made.hexdigest()


def _texts(values: Any) -> list[str]:  # noqa: ANN401 - of Arrow
    return list(map(str, values.to_pylist()))


def _cells(notebook: Path) -> str:
    """Give the digest of what a notebook does, without what that gave: nbval holds it to that."""
    content = notebook.read_bytes()
    with contextlib.suppress(ValueError, LookupError, TypeError):
        cells = ["".join(cell["source"]) for cell in json.loads(content)["cells"]]
        content = json.dumps(cells).encode()
    return hashlib.sha256(content).hexdigest()
