"""Notebook files: read with care, and cleared without touching any other byte.

The text is never written anew from its JSON: what has to go is cut out of it where it stands.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from govkit.errors import InputError, SourceError, shown

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator

    from govkit.guard.leak import Leak

LARGEST = 100_000_000
_FORMAT = 4
_DECODE = json.JSONDecoder().raw_decode
_SPACE = re.compile(r"[\s,:]*")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Notebook:
    """The text of a notebook, and what it means."""

    name: str
    text: str
    document: dict[str, Any]


def find_notebooks(paths: Iterable[str | os.PathLike[str]]) -> Iterator[Path]:
    """Give the notebooks among files and folders; checkpoints are none of them."""
    for path in map(Path, paths):
        if not path.is_dir():
            yield path
            continue
        for found in sorted(path.rglob("*.ipynb")):
            if ".ipynb_checkpoints" not in found.parts:
                yield found


def read_file(path: Path) -> Notebook:
    """Read a notebook.

    Raises
    ------
    SourceError
        There is no such file, or it is a symbolic link or too large.
    InputError
        It is no notebook of format 4.
    """
    name = path.as_posix()
    if path.is_symlink():
        raise SourceError(f"{shown(name)} is a symbolic link: name the file that it leads to.")
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= LARGEST and path.is_file() else b""
    except OSError as error:
        why = (error.strerror or "it was refused").lower()
        raise SourceError(f"{shown(name)} cannot be read ({why}): check the path.") from None
    if not path.is_file():
        raise SourceError(f"{shown(name)} is no file: name a notebook or a folder of them.")
    if size > LARGEST:
        raise _too_large(name, size)
    return read_text(name, content)


def _too_large(name: str, size: int) -> SourceError:
    return SourceError(
        f"{shown(name)} has {size // 1_000_000:,} MB, and the guard reads up to "
        f"{LARGEST // 1_000_000} MB: clear its outputs in Jupyter, then run the cells you need."
    )


def read_text(name: str, content: bytes) -> Notebook:
    """Read the bytes of a notebook; raises as :func:`read_file`."""
    if len(content) > LARGEST:
        raise _too_large(name, len(content))
    try:
        text = content.decode("utf-8")
        document = json.loads(text)
    except UnicodeDecodeError:
        raise InputError(f"{shown(name)} is no notebook: it is not UTF-8 text.") from None
    except RecursionError:
        raise InputError(f"{shown(name)} is nested too deeply to be a notebook.") from None
    except ValueError as error:
        at = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise InputError(
            f"{shown(name)} is broken JSON{at}: restore it from git, or save it again in Jupyter."
        ) from None
    if isinstance(document, dict) and "worksheets" in document:
        raise InputError(
            f"{shown(name)} has notebook format 3: "
            "convert it with jupyter nbconvert --to notebook --inplace."
        )
    if (wrong := _wrong(document)) is not None:
        raise InputError(f"{shown(name)} is no notebook: {wrong}.")
    return Notebook(name, text, document)


def _wrong(document: Any) -> str | None:  # noqa: ANN401 - any JSON
    if not isinstance(document, dict) or not isinstance(document.get("cells"), list):
        return "it has no list of cells"
    if document.get("nbformat") != _FORMAT:
        return "its format is not 4"
    if not isinstance(document.get("metadata", {}), dict):
        return "its metadata are no object"
    for number, cell in enumerate(document["cells"], start=1):
        parts = {"outputs": list, "attachments": dict}
        if not isinstance(cell, dict) or any(
            not isinstance(cell.get(part) or kind(), kind) for part, kind in parts.items()
        ):
            return f"cell {number} has no form that Jupyter knows"
        listed = [*(cell.get("outputs") or ()), *(cell.get("attachments") or {}).values()]
        if not all(isinstance(part, dict) for part in listed):
            return f"cell {number} holds an output that Jupyter does not know"
    return None


def cleared(notebook: Notebook, leaks: Iterable[Leak]) -> str:
    """Give the text without the outputs, attachments and widgets that leak."""
    drop: dict[tuple[int, str], set[int]] = defaultdict(set)
    for leak in leaks:
        drop[leak.cell, leak.part].add(leak.number)
    return _edited(notebook.text, drop)


def stripped(notebook: Notebook) -> str:
    """Give the text without any output, execution count and widget state."""
    drop = {(0, "widgets"): {0}}
    for number, cell in enumerate(notebook.document["cells"], start=1):
        drop[number, "outputs"] = set(range(len(cell.get("outputs") or ())))
        drop[number, "execution_count"] = {0}
    return _edited(notebook.text, drop)


def lines(notebook: Notebook) -> list[int]:
    """Give the line, from 1, on which each cell begins."""
    found = [start for start, _ in _elements(notebook.text, _top(notebook.text)["cells"][0])]
    return [notebook.text.count("\n", 0, start) + 1 for start in found]


def _edited(text: str, drop: dict[tuple[int, str], set[int]]) -> str:
    edits: list[tuple[int, int, str]] = []
    top = _top(text)
    if (0, "widgets") in drop and "metadata" in top:
        about = {key: span for key, span, _ in _members(text, top["metadata"][0])}
        edits += [(*about["widgets"], "{}")] if "widgets" in about else []
    for number, (start, _) in enumerate(_elements(text, top["cells"][0]), start=1):
        for key, (at, end), _ in _members(text, start):
            gone = drop.get((number, key), set())
            if key == "execution_count" and gone:
                edits.append((at, end, "null"))
            elif gone and text[at] in "[{":
                edits += _without(text, (at, end), gone)
    for at, end, new in sorted(edits, reverse=True):
        text = text[:at] + new + text[end:]
    return text


def _without(text: str, whole: Span, gone: set[int]) -> Iterator[tuple[int, int, str]]:
    """Cut elements out of a list, or members out of an object, with the commas between them."""
    if text[whole[0]] == "[":
        spans = list(_elements(text, whole[0]))
    else:
        spans = [(key_at, span[1]) for _, span, key_at in _members(text, whole[0])]
    kept = [i for i in range(len(spans)) if i not in gone]
    if not kept:
        yield (*whole, text[whole[0]] + text[whole[1] - 1])
        return
    for i in gone & set(range(len(spans))):
        if i < kept[-1]:
            yield spans[i][0], spans[i + 1][0], ""
        else:
            yield spans[i - 1][1], spans[i][1], ""


def _top(text: str) -> dict[str, Span]:
    return {key: span for key, span, _ in _members(text, _after(text, 0))}


def _after(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _elements(text: str, at: int) -> Iterator[Span]:
    """Give where each element of the list that opens at a place stands."""
    at = _after(text, at + 1)
    while text[at] != "]":
        _, end = _DECODE(text, at)
        yield at, end
        at = _after(text, end)


def _members(text: str, at: int) -> Iterator[tuple[str, Span, int]]:
    """Give key, place of the value and place of the key of each member of an object."""
    at = _after(text, at + 1)
    while text[at] != "}":
        key, end = _DECODE(text, at)
        start = _after(text, end)
        _, end = _DECODE(text, start)
        yield key, (start, end), at
        at = _after(text, end)
